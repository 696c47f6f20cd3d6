"""Any show: hypothesis strategies for small ones with much going on."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from player.core.model import DateRange, Item, Level, Playlist, Show, Start, Window
from player.core.units import MINUTE, SECOND, Instant, Span, instant_of
from tests.core.making import ZONES, item, playlist, show

MONDAYS = (
    date(2026, 8, 31),
    date(2026, 3, 2),  # New York goes to summer time on its Sunday
    date(2026, 3, 23),  # Paris goes to summer time
    date(2026, 3, 30),  # Lord Howe goes back half an hour
    date(2026, 9, 28),  # Lord Howe goes forward half an hour
    date(2026, 10, 19),  # Paris goes back
    date(2026, 10, 26),  # New York goes back
)


def dates(monday: date) -> st.SearchStrategy[date | None]:
    """No date, or one around the week."""
    return st.none() | st.integers(-2, 7).map(lambda days: monday + timedelta(days=days))


@st.composite
def windows(draw: st.DrawFn, monday: date) -> Window:
    """Hours, minutes, nights; some days, some dates."""
    start = draw(st.sampled_from((0, 360, 600, 1320)) | st.integers(0, 1439))
    end = draw(st.integers(0, 1440) | st.sampled_from((3, 10, 60, 600)).map(lambda length: min(1440, start + length)))
    weekdays = draw(st.just(frozenset[int]()) | st.frozensets(st.integers(0, 6), min_size=1))
    ranges = draw(st.lists(st.builds(DateRange, dates(monday), dates(monday)), max_size=1))
    return Window(tuple(ranges), weekdays, start, end)


def moments(monday: date) -> st.SearchStrategy[Instant | None]:
    """Mostly none; else a whole minute around the week."""
    first = instant_of(datetime.combine(monday, time(), UTC))
    return st.none() | st.none() | st.integers(-2000, 12000).map(lambda minutes: Instant(first + minutes * MINUTE))


@st.composite
def shows(draw: st.DrawFn, monday: date, unit: Span = MINUTE) -> Show:
    """Up to five playlists for one zone. Items last 1 to 30 units, half of which is over the five minutes' patience."""
    playlists = []
    for number in range(draw(st.integers(1, 5))):
        spans = draw(st.lists(st.sampled_from((1, 1, 2, 3, 7, 12, 30)), min_size=1, max_size=4))
        items = [draw(items_of(f"{number}{n}", Span(span * unit), monday)) for n, span in enumerate(spans)]
        playlists.append(draw(playlists_of(f"p{number}", items, monday)))
    hours = draw(st.just(()) | st.just((Window(start=360, end=1320),)) | st.tuples(windows(monday)))
    return show(*playlists, hours=hours, timezone=draw(st.sampled_from(ZONES)))


@st.composite
def items_of(draw: st.DrawFn, name: str, span: Span, monday: date) -> Item:
    """An item, sometimes with dates."""
    first, last = draw(st.just((None, None)) | st.tuples(dates(monday), dates(monday)))
    return item(name, span / SECOND, first, last)


@st.composite
def playlists_of(draw: st.DrawFn, name: str, items: list[Item], monday: date) -> Playlist:
    """A playlist of any level, start and interval."""
    return playlist(
        name,
        items,
        draw(st.lists(windows(monday), max_size=2)),
        level=draw(st.sampled_from((Level.NORMAL, Level.NORMAL, Level.PRIORITY, Level.EMERGENCY))),
        start=draw(st.sampled_from(Start)),
        every=draw(st.none() | st.none() | st.sampled_from((3, 7, 10, 60, 200))),
        since=draw(moments(monday)),
        until=draw(moments(monday)),
    )
