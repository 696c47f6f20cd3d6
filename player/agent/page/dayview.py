"""Today as a drawing: each zone's blocks along the hours; and what comes next, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from heapq import merge
from itertools import islice

from player.agent.page.zonewords import clock_time, title_of, zone_name
from player.config.language import _
from player.core import calendar
from player.core.dayline import Block, Dayline, Spot, dayline, hours
from player.core.model import SCREEN, Clock, Playlist, plain_zone
from player.core.rundown import Timetable
from player.core.strips import Segment
from player.core.units import MINUTE, Instant, Span
from player.library import wording
from player.library.gatefacts import Facts

_NAMED = 6
_ROWS = 8
_AHEAD = Span(24 * 60 * MINUTE)


@dataclass(frozen=True, slots=True)
class Bar:
    """A block in the drawing: where it begins and how wide it is, in per cent of the day."""

    x: str
    width: str
    level: str
    label: str
    about: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A zone's day. `ticks` are where spots fall due, in per cent; `lines` say the same as the drawing."""

    id: str
    name: str
    bars: tuple[Bar, ...]
    ticks: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DayView:
    """`now` and the edges of `dark` stretches are in per cent of the day, `hours` are its marks."""

    day: str
    open: str
    lanes: tuple[Lane, ...]
    dark: tuple[tuple[str, str], ...]
    marks: tuple[tuple[str, str], ...]
    now: str


@dataclass(frozen=True, slots=True)
class Coming:
    """A segment to come."""

    at: str
    zone: str
    title: str
    playlist: str
    level: str


def day_view(facts: Facts, timetable: Timetable) -> DayView:
    """The gate's today."""
    tz, show = timetable.tz, timetable.show
    day = calendar.local_day(facts.now, tz)
    axis = _Axis(day, timetable)
    opened = hours(show, day, tz)
    lanes = (dayline(show, zone.name, day, tz) for zone in show.zones)
    marks = [(axis.place(calendar.minute_of(day, 60 * hour, tz)), f"{hour:02}:00") for hour in range(0, 25, 3)]
    return DayView(
        day=wording.day(day),
        open=", ".join(_stretch(start, end, facts) for start, end in opened) or _("closed all day"),
        lanes=tuple(_lane(one, axis, facts) for one in lanes if _is_told(one)),
        dark=tuple(axis.span(a, b) for a, b in _between(opened, axis.start, axis.end)),
        marks=tuple(marks),
        now=axis.place(facts.now),
    )


def coming(facts: Facts, timetable: Timetable) -> list[Coming]:
    """What the zones show next; a clock goes on and on."""
    names = [zone.name for zone in timetable.show.zones if not _is_clock(timetable, zone.name)]
    streams = [_ahead(timetable, zone, facts.now) for zone in names]
    found = islice(merge(*streams, key=lambda one: one[0]), _ROWS)
    return [
        Coming(clock_time(at, facts), zone_name(zone), title_of(segment.item), playlist.title, _level(playlist))
        for at, zone, segment in found
        if segment.item and (playlist := segment.playlist)
    ]


def _level(playlist: Playlist) -> str:
    return playlist.level.name.lower()


class _Axis:
    """From instants to per cent of the day."""

    def __init__(self, day: date, timetable: Timetable) -> None:
        self.start = calendar.midnight(day, timetable.tz)
        self.end = calendar.midnight(day + calendar.ONE_DAY, timetable.tz)

    def place(self, at: Instant) -> str:
        return f"{100 * (at - self.start) / (self.end - self.start):.3f}%"

    def span(self, start: Instant, end: Instant) -> tuple[str, str]:
        return self.place(start), f"{100 * (end - start) / (self.end - self.start):.3f}%"


def _is_told(line: Dayline) -> bool:
    """Whether a zone is worth a line: not a clock, nor a whole wall that nothing covers today."""
    playlists = [one for block in line.blocks for one in block.playlists] + [spot.playlist for spot in line.spots]
    contents = [item.content for one in playlists for item in one.items]
    if contents and all(isinstance(content, Clock) for content in contents):
        return False
    return bool(contents) or plain_zone(line.zone) != SCREEN


def _is_clock(timetable: Timetable, zone: str) -> bool:
    items = [item for one in timetable.show.playlists if one.zone == zone for item in one.items]
    return bool(items) and all(isinstance(item.content, Clock) for item in items)


def _lane(line: Dayline, axis: _Axis, facts: Facts) -> Lane:
    bars = tuple(_bar(block, axis, facts) for block in line.blocks if block.playlists)
    ticks = tuple(axis.place(at) for spot in line.spots for at in spot.due)
    lines = [(_stretch(one.start, one.end, facts), _titles(one.playlists)) for one in line.blocks if one.playlists]
    lines += [_spot_line(spot, facts) for spot in line.spots]
    return Lane(line.zone, zone_name(line.zone), bars, ticks, tuple(lines))


def _bar(block: Block, axis: _Axis, facts: Facts) -> Bar:
    label = _titles(block.playlists)
    about = f"{_stretch(block.start, block.end, facts)} · {label} · {wording.level(block.level)}"
    return Bar(*axis.span(block.start, block.end), block.level.name.lower(), label, about)


def _spot_line(spot: Spot, facts: Facts) -> tuple[str, str]:
    said = _("{title}, once every {span}")
    words = said.format(title=spot.playlist.title, span=wording.span(spot.playlist.every or MINUTE))
    return _stretch(spot.due[0], spot.due[-1], facts), words


def _titles(playlists: tuple[Playlist, ...]) -> str:
    named = " · ".join(one.title or one.source for one in playlists[:_NAMED])
    if len(playlists) <= _NAMED:
        return named
    return f"{named} " + _("and {count} more").format(count=len(playlists) - _NAMED)


def _stretch(start: Instant, end: Instant, facts: Facts) -> str:
    """ "07:00-18:30"; the end of the day is 24:00."""
    told = [clock_time(at, facts, exact=False).split(" ")[0] for at in (start, end)]
    return f"{told[0]}–{'24:00' if told[1] == '00:00' else told[1]}"


def _between(
    opened: tuple[tuple[Instant, Instant], ...], start: Instant, end: Instant
) -> list[tuple[Instant, Instant]]:
    """What of the day the hours leave out."""
    edges = [start, *(edge for stretch in opened for edge in stretch), end]
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]


def _ahead(timetable: Timetable, zone: str, now: Instant) -> Iterator[tuple[Instant, str, Segment]]:
    """The zone's segments that begin after now."""
    found = timetable.segments(zone, now, Instant(now + _AHEAD))
    return ((one.start, zone, one) for one in found if one.start > now and one.item is not None)
