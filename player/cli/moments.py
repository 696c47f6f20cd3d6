"""Times on the command line: local to the gate unless they say otherwise."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click

from player.config.language import _
from player.core.units import Instant, instant_of


class Moment(click.ParamType):
    """ "2026-09-02T20:07", "20:07", or with an offset "2026-09-02T20:07+07:00": the text, checked."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            parse(str(value), date(2000, 1, 1), ZoneInfo("UTC"))
        except ValueError:
            self.fail(_("{value}: a time such as 2026-09-02T20:07 or 20:07 is expected").format(value=value), param, ctx)
        return str(value)


class Day(click.ParamType):
    """A local date."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            self.fail(_("{value}: a date such as 2026-09-02 is expected").format(value=value), param, ctx)


def parse(text: str, day: date, zone: ZoneInfo) -> Instant:
    """The instant that `text` names; a bare time is on `day`. ValueError when it is none."""
    text = text.strip().upper().replace(" ", "T")
    if "T" not in text and "-" not in text:
        return instant_of(datetime.combine(day, time.fromisoformat(text), zone))
    moment = datetime.fromisoformat(text)
    return instant_of(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def day_of(day: date, zone: ZoneInfo) -> tuple[Instant, Instant]:
    """The instants at which a local day begins and ends."""
    return _midnight(day, zone), _midnight(day + timedelta(days=1), zone)


def local(instant: Instant, zone: ZoneInfo) -> datetime:
    """The instant as the gate's clocks show it."""
    return datetime.fromtimestamp(instant // 1_000_000, zone).replace(microsecond=instant % 1_000_000)


def _midnight(day: date, zone: ZoneInfo) -> Instant:
    return instant_of(datetime.combine(day, time(), zone))
