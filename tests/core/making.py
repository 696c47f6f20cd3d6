"""Shows made small: what the tests of this room share."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from player.core.geometry import Rect, Size
from player.core.model import Content, Item, Level, Notice, Playlist, Show, Start, Window, Zone
from player.core.rundown import Timetable
from player.core.strips import Segment
from player.core.units import MINUTE, SECOND, Instant, Span, instant_of

GATE = "Asia/Ho_Chi_Minh"
ZONES = ("Asia/Ho_Chi_Minh", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
MONDAY = date(2026, 8, 31)


def at(text: str, timezone: str = GATE) -> Instant:
    """The instant of "08-31 10:00" or "08-31 10:00:30" of 2026 on the gate's clock."""
    return instant_of(datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZoneInfo(timezone)))


def item(
    name: str, span: float = 60, first: date | None = None, last: date | None = None, content: Content | None = None
) -> Item:
    """An item that lasts `span` seconds."""
    return Item(name, name, content or Notice(name, ""), Span(int(span * SECOND)), first=first, last=last)


def playlist(
    name: str,
    items: Sequence[Item],
    windows: Sequence[Window] = (),
    *,
    level: Level = Level.NORMAL,
    start: Start = Start.SOFT,
    every: int | None = None,
    zone: str = "main",
    since: Instant | None = None,
    until: Instant | None = None,
) -> Playlist:
    """A playlist; `every` is in minutes."""
    interval = None if every is None else Span(every * MINUTE)
    windows = tuple(windows)
    return Playlist(
        name, name, zone, "playlists", tuple(items), level, windows, start, interval, since=since, until=until
    )


def show(*playlists: Playlist, hours: Sequence[Window] = (), timezone: str = GATE) -> Show:
    """A gate with the zones main and ticker."""
    zones = (Zone("main", Rect(0, 0, 640, 360)), Zone("ticker", Rect(0, 324, 640, 36)))
    return Show("test", timezone, "en", Size(640, 360), 60, zones, playlists, tuple(hours))


def times(start: str, end: str = "24:00", weekdays: str = "") -> Window:
    """The window "07:30" to "18:00", on weekdays such as "135" (1 is Monday)."""
    minutes = [int(text[:2]) * 60 + int(text[3:]) for text in (start, end)]
    return Window(weekdays=frozenset(int(day) - 1 for day in weekdays), start=minutes[0], end=minutes[1])


def told(show: Show, start: str, end: str, zone: str = "main") -> list[str]:
    """The segments of a stretch as people read them: "10:00:00 a", "10:00:20 b+30" from second 30 on, "- slate"."""
    timetable = Timetable(show)
    return [line(one, timetable) for one in timetable.segments(zone, at(start), at(end))]


def line(segment: Segment, timetable: Timetable) -> str:
    """One segment as people read it; times in full only where seconds matter."""
    moment = datetime.fromtimestamp(segment.start / SECOND, timetable.tz)
    clock = moment.strftime("%H:%M:%S").removesuffix(":00")
    offset = f"+{segment.offset / SECOND:g}" if segment.offset else ""
    return f"{clock} {segment.item.id if segment.item else '-'}{offset}"
