"""`gateplayer publish`: the central side, one module a verb."""
