"""The next day of a show, so that people can read it: who has how much of each zone when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from player.core import calendar
from player.core.model import Item, Playlist, Show, Zone
from player.core.rundown import Segment, Timetable
from player.core.units import Instant, Span

BINS = 96
"""Quarters of an hour."""
_STEPS = 12
MOST_ROWS = 200
_EACH = 3


@dataclass(slots=True)
class Share:
    """What one playlist has of a zone's day. `bins` are shares, 0 to 1, of each quarter of an hour."""

    playlist: Playlist
    shown: int = 0
    total: Span = Span(0)
    first: Instant | None = None
    last: Instant = Instant(0)
    bins: list[float] = field(default_factory=lambda: [0.0] * BINS)
    plays: dict[str, int] = field(default_factory=dict)

    def bars(self) -> list[tuple[int, int, float]]:
        """First bin, how many, and how much of them: neighbours that are alike made one. In coarse steps,
        for turns never fill a quarter of an hour evenly, and never so little that nobody sees it."""
        found: list[tuple[int, int, float]] = []
        for number, part in enumerate(self.bins):
            height = max(0.14, round(part * _STEPS) / _STEPS) if part > 0 else 0.0
            if found and found[-1][2] == height:
                found[-1] = (found[-1][0], found[-1][1] + 1, height)
            else:
                found.append((number, 1, height))
        return [bar for bar in found if bar[2] > 0]


@dataclass(frozen=True, slots=True)
class ZoneDay:
    """One zone's day: the shares, the first segments, and how many there are in all."""

    zone: Zone
    shares: tuple[Share, ...]
    rows: tuple[Segment, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Day:
    """A local day from `start` to `end`; `open` is when the gate is."""

    start: Instant
    end: Instant
    open: tuple[tuple[Instant, Instant], ...]
    zones: tuple[ZoneDay, ...]

    def place(self, instant: Instant) -> float:
        """Where an instant is in the day, from 0 to 1."""
        return min(1.0, max(0.0, (instant - self.start) / (self.end - self.start)))


def next_day(show: Show, now: Instant, playlists: Iterable[Playlist]) -> Day:
    """The 24 hours (23 or 25 where clocks change) from the next local midnight, of the zones that `playlists` use."""
    timetable = Timetable(show)
    day = calendar.local_day(now, timetable.tz) + timedelta(days=1)
    start, end = (calendar.midnight(one, timetable.tz) for one in (day, day + timedelta(days=1)))
    hours = calendar.occurrences(show.hours, day - timedelta(days=1), day, timetable.tz)
    opened = tuple((max(a, start), min(b, end)) for a, b in hours if b > start and a < end)
    used = {playlist.zone for playlist in playlists}
    zones = tuple(_zone_day(timetable, zone, start, end) for zone in show.zones if zone.name in used)
    return Day(start, end, opened, zones)


def _zone_day(timetable: Timetable, zone: Zone, start: Instant, end: Instant) -> ZoneDay:
    shares: dict[str, Share] = {}
    rows: list[Segment] = []
    count = 0
    for segment in timetable.segments(zone.name, start, end):
        if segment.item is None or segment.playlist is None:
            continue
        count += 1
        if len(rows) < MOST_ROWS:
            rows.append(segment)
        share = shares.setdefault(segment.playlist.id, Share(segment.playlist))
        _add(share, segment, start, end)
    found = sorted(shares.values(), key=lambda one: (-one.playlist.level, -one.total))
    return ZoneDay(zone, tuple(found), tuple(rows), count)


def _add(share: Share, segment: Segment, start: Instant, end: Instant) -> None:
    assert segment.item is not None
    begins, ends = max(segment.start, start), min(segment.end, end)
    share.shown += 1
    share.total = Span(share.total + ends - begins)
    share.first = begins if share.first is None else share.first
    share.last = Instant(ends)
    share.plays[segment.item.id] = share.plays.get(segment.item.id, 0) + 1
    width = (end - start) / BINS
    place = begins
    while place < ends:
        number = min(BINS - 1, int((place - start) / width))
        edge = start + (number + 1) * width if number < BINS - 1 else end
        stop = min(ends, Instant(max(place + 1, round(edge))))
        share.bins[number] += (stop - place) / width
        place = Instant(stop)


def never_played(
    show: Show, playlists: Iterable[Playlist], now: Instant, days: int = 366
) -> Iterator[tuple[Playlist, Item | None]]:
    """What cannot play from now on for that many days: a playlist (without an item) whose windows do not open, items
    whose last date is over."""
    tz = ZoneInfo(show.timezone)
    today = calendar.local_day(now, tz)
    for playlist in playlists:
        opens = any(
            any(calendar.opens_on(window, today + timedelta(days=ahead)) for window in playlist.windows)
            for ahead in range(-1, days)
        )
        if playlist.windows and not opens:
            yield playlist, None
            continue
        for item in playlist.items:
            if item.last is not None and item.last < today:
                yield playlist, item


def marks(day: Day, tz: ZoneInfo) -> list[tuple[float, str]]:
    """Where on the day's axis, from 0 to 1, to write which time."""
    date = calendar.local_day(day.start, tz)
    return [(day.place(calendar.minute_of(date, 60 * hour, tz)), f"{hour:02}:00") for hour in range(0, 25, _EACH)]
