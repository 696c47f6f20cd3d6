"""Gateplayer: a signage player for the LED walls at border gates. docs/architecture.md is the map."""

import os

__version__ = "0.1.0"

# pygame greets on standard output, where our own lines are read by people and programs.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
