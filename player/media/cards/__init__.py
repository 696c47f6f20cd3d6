"""Test cards as pictures: what a technician looks at on the wall to judge geometry, colours, movement and reading."""
