"""Gateplayer: a signage player for the LED walls at border gates. docs/architecture.md is the map."""

__version__ = "0.1.0"
