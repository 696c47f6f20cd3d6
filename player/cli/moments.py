"""Times on the command line: local to the gate unless they say otherwise."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import click

from player.config.language import _
from player.core.units import Instant, instant_of


def moment(text: str) -> str:
    """The type of an option: "2026-09-02T20:07", "20:07", or with an offset "2026-09-02T20:07+07:00"; only checked,
    because the gate's time zone is not known yet."""
    try:
        parse(text, date(2000, 1, 1), ZoneInfo("UTC"))
    except ValueError as error:
        said = _("{value}: a time such as 2026-09-02T20:07 or 20:07 is expected")
        raise click.BadParameter(said.format(value=text)) from error
    return text


def day(text: str) -> date:
    """The type of an option: a local date."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(_("{value}: a date such as 2026-09-02 is expected").format(value=text)) from error


def parse(text: str, on: date, zone: ZoneInfo) -> Instant:
    """The instant that `text` names; a bare time is on the day `on`. ValueError when it is none."""
    text = text.strip().upper().replace(" ", "T")
    if "T" not in text and "-" not in text:
        return instant_of(datetime.combine(on, time.fromisoformat(text), zone))
    moment = datetime.fromisoformat(text)
    return instant_of(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def day_of(on: date, zone: ZoneInfo) -> tuple[Instant, Instant]:
    """The instants at which a local day begins and ends."""
    return _midnight(on, zone), _midnight(on + timedelta(days=1), zone)


def local(instant: Instant, zone: ZoneInfo) -> datetime:
    """The instant as the gate's clocks show it."""
    return datetime.fromtimestamp(instant // 1_000_000, zone).replace(microsecond=instant % 1_000_000)


def _midnight(on: date, zone: ZoneInfo) -> Instant:
    return instant_of(datetime.combine(on, time(), zone))
