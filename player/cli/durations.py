"""`--for 30s`: lengths of time on the command line."""

import re

import click

from player.config.language import _
from player.core.units import Span

_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)")
_MICROSECONDS = {"ms": 1_000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000}


def duration(text: str) -> Span:
    """The type of an option: "30s", "1h30m", "500ms"; never zero."""
    text = text.strip().lower()
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text).strip():
        raise click.BadParameter(_("{value}: a length of time such as 30s, 5m or 1h30m is expected").format(value=text))
    span = round(sum(float(number) * _MICROSECONDS[unit] for number, unit in parts))
    if span < 1:
        raise click.BadParameter(_("{value}: it must be longer than nothing").format(value=text))
    return Span(span)
