"""Gateplayer: a signage player for the LED walls at border gates. docs/architecture.md is the map."""

import os
from datetime import UTC, datetime

__version__ = "0.3.0"

BUILT = datetime(2026, 11, 25, tzinfo=UTC)
"""No clock that says less is right: this version was made then. Raised with each version."""

# pygame greets on standard output, where our own lines are read by people and programs.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
