"""The light of the wall: commands when it goes on and off, and the controllers that set its brightness."""
