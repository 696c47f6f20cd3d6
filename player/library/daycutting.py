"""Where one day of the play log ends and the next begins, whatever the clock says meanwhile."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from zoneinfo import ZoneInfo

from player.core.playlog import ClockQuality, Record, What
from player.core.units import Instant, instant_of, utc

MOST = 50_000
"""Records of one part: a clock that never comes to another date must not keep everything in the journal for ever."""

_LEAST_INSTANT = instant_of(datetime(MINYEAR, 1, 2, tzinfo=UTC))
_MOST_INSTANT = instant_of(datetime(MAXYEAR, 12, 30, tzinfo=UTC))
FLOOR = instant_of(datetime(2026, 1, 1, tzinfo=UTC))
"""There were no gates before. That of the version that runs would not do: what an older one wrote has a date too."""


@dataclass(slots=True)
class Part:
    """Records that are sealed together, and the dates they were made on. `label` is the first of these."""

    records: list[Record] = field(default_factory=list)
    label: date | None = None
    first: date | None = None
    last: date | None = None

    def add(self, record: Record, day: date | None) -> None:
        self.records.append(record)
        if day is not None:
            self.label = self.label or day
            self.first = min(self.first or day, day)
            self.last = max(self.last or day, day)


def local_date(at: Instant, zone: ZoneInfo) -> date:
    """The date at an instant, in the years that calendars know."""
    return utc(Instant(min(max(at, _LEAST_INSTANT), _MOST_INSTANT))).astimezone(zone).date()


def end_of(record: Record) -> Instant:
    """When the clock said that it was written: a night without lights belongs to the morning that ended it."""
    return Instant(record.at + record.span + (record.step if record.what is What.CLOCK else 0))


def known_date(at: Instant, zone: ZoneInfo) -> date | None:
    """The date at an instant of the gate's clock; None when that came up in 1970 or the like."""
    return local_date(at, zone) if at >= FLOOR else None


def date_of(record: Record, zone: ZoneInfo) -> date | None:
    """The date that a record was written on; None when the clock was wrong, and known to be."""
    is_wrong = record.clock is ClockQuality.WRONG
    return None if is_wrong else known_date(end_of(record), zone)


def cut(records: Iterable[Record], day_of: Callable[[Record], date | None]) -> Iterator[Part]:
    """Parts of one date each, in order. A clock that was set back begins no part, so that one that jumps to and fro
    makes no more parts than days; records of no known date go with what is around them."""
    part = Part()
    for record in records:
        day = day_of(record)
        later = day is not None and part.label is not None and day > part.label
        if part.records and (later or len(part.records) >= MOST):
            yield part
            part = Part()
        part.add(record, day)
    if part.records:
        yield part


def is_over(part: Part, today: date | None) -> bool:
    """Whether the newest part is to be sealed: it is of another date than today's, or full. As long as nobody knows
    what day it is, it waits."""
    return len(part.records) >= MOST or (today is not None and part.label is not None and part.label != today)
