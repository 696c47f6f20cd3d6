"""A day in blocks: few of them, and true."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from player.core.calendar import local_day
from player.core.dayline import dayline, hours
from player.core.model import Level, Show
from player.core.rundown import Timetable
from player.core.standing import PATIENCE
from player.core.units import MINUTE, SECOND, Instant
from tests.core.making import MONDAY, at, item, playlist, show, times
from tests.core.strategies import MONDAYS, shows

ALL_DAY = playlist("a", [item("a", 8)], [times("06:00", "22:00")])
NOON = playlist("b", [item("b", 8)], [times("11:00", "13:00")])


def told(of: Show, zone: str = "main") -> list[str]:
    tz = Timetable(of).tz
    found = dayline(of, zone, MONDAY, tz)
    return [f"{(one.start - at('08-31 00:00')) // MINUTE // 60}-{(one.end - at('08-31 00:00')) // MINUTE // 60} "
            + "+".join(each.id for each in one.playlists) for one in found.blocks]  # fmt: skip


def test_ten_thousand_items_are_three_blocks() -> None:
    of = show(ALL_DAY, NOON, hours=[times("06:00", "22:00")])
    assert told(of) == ["6-11 a", "11-13 a+b", "13-22 a"]


def test_a_higher_level_has_a_block_of_its_own_and_an_open_wall_may_be_empty() -> None:
    storm = playlist("storm", [item("s")], [times("12:00", "14:00")], level=Level.EMERGENCY)
    of = show(playlist("a", [item("a")], [times("08:00", "20:00")]), storm, hours=[times("06:00", "21:00")])
    assert told(of) == ["6-8 ", "8-12 a", "12-14 storm", "14-20 a", "20-21 "]


def test_a_night_goes_on_past_midnight() -> None:
    of = show(playlist("night", [item("n")], [times("22:00", "06:00")]))
    assert told(of) == ["0-6 night", "6-22 ", "22-24 night"]


def test_spots_are_told_by_when_they_are_due() -> None:
    spot = playlist("spot", [item("s", 20)], [times("10:00", "11:00")], every=15)
    of = show(ALL_DAY, spot)
    (found,) = dayline(of, "main", MONDAY, Timetable(of).tz).spots
    assert found.due == tuple(at(f"08-31 10:{minute:02}") for minute in (0, 15, 30, 45))


@given(st.sampled_from(MONDAYS).flatmap(lambda monday: st.tuples(st.just(monday), shows(monday))), st.integers(0, 5))
def test_blocks_tile_the_hours_and_hold_what_plays(drawn: tuple[date, Show], offset: int) -> None:
    monday, of = drawn
    tz = Timetable(of).tz
    day = monday + timedelta(days=offset)
    found = dayline(of, "main", day, tz)
    assert sum(one.end - one.start for one in found.blocks) == sum(end - start for start, end in hours(of, day, tz))
    for block in found.blocks:
        settled = Instant(block.start + PATIENCE + SECOND)
        if settled >= block.end or local_day(settled, tz) != day:
            continue
        segment = Timetable(of).at("main", settled)
        assert segment is not None
        # What comes in between is not in the blocks, nor is an item of a spot that goes on.
        if segment.playlist is not None and segment.playlist.every is None and segment.start >= block.start:
            assert segment.playlist in block.playlists
