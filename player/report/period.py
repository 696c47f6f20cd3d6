"""The stretch of dates that a report is about."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from player.core.units import Instant, instant_of

_QUARTER = re.compile(r"(?:(\d{4})[-/ ]?)?[Qq]([1-4])")


@dataclass(frozen=True, slots=True)
class Period:
    """From the first date to the last, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def bounds(self, zone: ZoneInfo) -> tuple[Instant, Instant]:
        """The instants at which it begins and is over."""
        ends = (self.first, self.last + timedelta(days=1))
        start, end = (instant_of(datetime.combine(day, time(), zone)) for day in ends)
        return start, end


def quarter_of(day: date) -> Period:
    """The quarter of the year that a date lies in."""
    return _quarter(day.year, (day.month - 1) // 3 + 1)


def quarter(text: str, today: date) -> Period:
    """The quarter that is called 2026Q3, 2026-Q3 or, in this year, Q3. ValueError."""
    found = _QUARTER.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    return _quarter(int(found[1] or today.year), int(found[2]))


def _quarter(year: int, number: int) -> Period:
    first = date(year, 3 * number - 2, 1)
    after = date(year + number // 4, 3 * number % 12 + 1, 1)
    return Period(first, after - timedelta(days=1))
