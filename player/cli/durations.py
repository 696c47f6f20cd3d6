"""`--for 30s`: lengths of time on the command line."""

import re
from typing import Any

import click

from player.config.language import _
from player.core.units import Span

_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)")
_MICROSECONDS = {"ms": 1_000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000}


class Duration(click.ParamType):
    """"30s", "1h30m", "500ms"; never zero."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Span:
        if isinstance(value, int):
            return Span(value)
        text = str(value).strip().lower()
        parts = _PART.findall(text)
        if not parts or _PART.sub("", text).strip():
            self.fail(_("{value}: a length of time such as 30s, 5m or 1h30m is expected").format(value=value), param, ctx)
        span = round(sum(float(number) * _MICROSECONDS[unit] for number, unit in parts))
        if span < 1:
            self.fail(_("{value}: it must be longer than nothing").format(value=value), param, ctx)
        return Span(span)
