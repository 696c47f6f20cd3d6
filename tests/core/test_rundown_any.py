"""What holds for the rundown of any show."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from player.core.calendar import midnight, occurrences
from player.core.model import Playlist, Show, arranged
from player.core.plan import Inventory, plan
from player.core.rundown import Segment, Timetable, rundown
from player.core.units import MINUTE, SECOND, Instant, Span
from tests.core.reference import Reference, Told
from tests.core.strategies import MONDAYS, shows

ANY_MONDAY = st.sampled_from(MONDAYS)
DAYS = st.integers(0, 6).map(lambda days: timedelta(days=days))


def in_minutes(segment: Segment) -> Told:
    item, shown = segment.item, segment.playlist
    names = (item.id if item else None, shown.id if shown else None)
    return (segment.start // MINUTE, segment.end // MINUTE, *names, segment.offset // MINUTE)


@settings(max_examples=60)
@given(st.data(), ANY_MONDAY)
def test_leaping_gives_what_walking_minute_by_minute_gives(data: st.DataObject, monday: Any) -> None:
    show = data.draw(shows(monday))
    timetable = Timetable(show)
    start, end = (midnight(monday + timedelta(days=n), timetable.tz) for n in (0, 7))
    found = [in_minutes(segment) for segment in timetable.segments("main", start, end)]
    assert found == Reference(show, "main", monday).walk()


@settings(max_examples=80)
@given(st.data(), ANY_MONDAY, st.sampled_from((SECOND, 7 * SECOND, MINUTE)))
def test_the_open_hours_are_tiled_with_no_gap_and_no_overlap(data: st.DataObject, monday: Any, unit: Any) -> None:
    show = data.draw(shows(monday, unit))
    timetable = Timetable(show)
    start, end = (midnight(monday + timedelta(days=n), timetable.tz) for n in (2, 4))
    covered: list[tuple[Instant, Instant]] = []
    for segment in timetable.segments("main", start, end):
        assert segment.start < segment.end
        assert segment.item is None or 0 <= segment.offset <= segment.item.span - (segment.end - segment.start)
        if covered and covered[-1][1] == segment.start:
            covered[-1] = (covered[-1][0], segment.end)
        else:
            assert not covered or covered[-1][1] < segment.start
            covered.append((segment.start, segment.end))
    hours = occurrences(show.hours, monday - timedelta(days=1), monday + timedelta(days=7), timetable.tz)
    trimmed = [(max(a, start), min(b, end)) for a, b in hours if a < end and b > start]
    assert [(max(a, start), min(b, end)) for a, b in covered] == trimmed


@settings(max_examples=60)
@given(st.data(), ANY_MONDAY, DAYS)
def test_the_plan_agrees_with_the_rundown_at_every_instant_tried(data: st.DataObject, monday: Any, days: Any) -> None:
    show = data.draw(shows(monday, Span(7 * SECOND)))
    segments = rundown(show, "main", monday + days)
    timetable = Timetable(show)
    start, end = (midnight(monday + days + timedelta(days=n), timetable.tz) for n in (0, 1))
    edges = [edge for one in segments for edge in (one.start, one.end - 1, one.end)][:60]
    tried = st.lists(st.integers(start, end - 1), min_size=5, max_size=20)
    for now in [Instant(edge) for edge in edges + data.draw(tried) if start <= edge < end]:
        expected = next((one for one in segments if one.start <= now < one.end), None)
        found = plan(timetable, Inventory(), now)
        main = found.zones[0]
        assert main.current == expected == timetable.at("main", now)
        assert found.open == timetable.is_open(now) == (expected is not None)
        assert now < found.look_again <= main.until
        following = next((one for one in segments if one.start >= main.until), None)
        if expected and following and following.start == main.until:
            assert main.next == following
        if main.current is None and main.next is not None:
            assert main.until == main.next.start == timetable.next_opening(now)


@settings(max_examples=30)
@given(st.data(), ANY_MONDAY, DAYS)
def test_a_days_rundown_is_part_of_the_weeks(data: st.DataObject, monday: Any, days: Any) -> None:
    show = data.draw(shows(monday))
    timetable = Timetable(show)
    start, end = (midnight(monday + days + timedelta(days=n), timetable.tz) for n in (0, 1))
    before, after = (midnight(monday + timedelta(days=n), timetable.tz) for n in (-8, 9))
    whole = timetable.segments("main", before, after)
    assert rundown(show, "main", monday + days) == [one for one in whole if one.start < end and one.end > start]


@settings(max_examples=30)
@given(st.data(), ANY_MONDAY)
def test_the_order_in_which_playlists_were_found_changes_nothing(data: st.DataObject, monday: Any) -> None:
    show = data.draw(shows(monday))
    shuffled: tuple[Playlist, ...] = tuple(data.draw(st.permutations(show.playlists)))
    other = Show(**{name: getattr(show, name) for name in show.__slots__} | {"playlists": shuffled})
    assert arranged(other) == arranged(show)
    assert rundown(arranged(other), "main", monday) == rundown(arranged(show), "main", monday)


@settings(max_examples=20)
@given(st.data(), ANY_MONDAY)
def test_asking_in_another_order_changes_nothing(data: st.DataObject, monday: Any) -> None:
    show = data.draw(shows(monday))
    forth, back = Timetable(show), Timetable(show)
    start, end = (midnight(monday + timedelta(days=n), forth.tz) for n in (-20, 20))
    instants = [Instant(one) for one in range(start, end, 17 * 3600 * SECOND)]
    assert [forth.at("main", one) for one in instants] == [back.at("main", one) for one in reversed(instants)][::-1]
