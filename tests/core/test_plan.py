"""What the wall is told: what is up, what was, what to prepare; stand-ins for what is missing."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from player.core.calendar import midnight
from player.core.model import DateRange, Level, Show, Window
from player.core.plan import Cue, Inventory, Plan, plan
from player.core.rundown import Timetable
from player.core.units import DAY, SECOND, Instant, Span
from tests.core.making import at, item, line, playlist, show, times
from tests.core.strategies import MONDAYS, shows

OPEN = [times("10:00", "22:00")]


def seen(made: Show, missing: str, start: str, end: str) -> list[str]:
    """What the main zone really shows, followed by looking again when told."""
    timetable, inventory, now = Timetable(made), Inventory(frozenset(missing.split())), at(start)
    lines: list[str] = []
    while now < at(end):
        zone = plan(timetable, inventory, now).zones[0]
        if zone.current is not None:
            lines.append(line(zone.current, timetable))
        now = zone.until
    return lines


def planned(made: Show, now: str, missing: str = "") -> Plan:
    return plan(Timetable(made), Inventory(frozenset(missing.split())), at(now))


A = playlist("a", [item("a1", 60), item("a2", 60), item("a3", 60)])


def test_a_plan_says_what_is_up_what_was_and_what_comes() -> None:
    found = planned(show(A, hours=OPEN), "08-31 10:01:30")
    main, ticker = found.zones
    assert (main.zone, ticker.zone) == ("main", "ticker")
    assert found.open
    assert main.previous is not None
    assert main.current == Cue(A.items[1], A, at("08-31 10:01"), at("08-31 10:02"), Span(0))
    assert main.next is not None
    assert [cue.item.id for cue in (main.previous, main.next) if cue.item] == ["a1", "a3"]
    assert main.until == found.look_again == at("08-31 10:02")
    assert ticker.current == Cue(None, None, at("08-31 10:00"), at("08-31 22:00"), Span(0))


def test_the_first_picture_of_the_morning_has_nothing_before_it_and_the_last_of_the_day_leads_to_it() -> None:
    made = show(A, hours=OPEN)
    first = planned(made, "09-01 10:00").zones[0]
    assert first.previous is None
    last = planned(made, "08-31 21:59:59").zones[0]
    assert last.until == at("08-31 22:00")
    assert last.next == first.current


def test_a_closed_wall_is_told_when_it_opens_and_with_what() -> None:
    made = show(A, hours=OPEN)
    found = planned(made, "08-31 23:00")
    assert not found.open
    assert found.zones[0].current is None
    assert found.zones[0].next == planned(made, "09-01 10:00").zones[0].current
    assert found.look_again == at("09-01 10:00")


def test_a_wall_that_never_opens_again_is_looked_at_once_a_day() -> None:
    over = show(A, hours=[Window((DateRange(None, date(2020, 1, 1)),))])
    found = planned(over, "08-31 12:00")
    assert not found.open
    assert found.zones[0][1:4] == (None, None, None)
    assert found.look_again == at("09-01 12:00")
    without_zones = replace(over, zones=(), playlists=())
    assert planned(without_zones, "08-31 12:00") == Plan(False, (), at("09-01 12:00"))


def test_the_items_that_follow_stand_in_within_the_slot() -> None:
    long = playlist("a", [item("film", 150), item("b", 60), item("c", 20)])
    assert seen(show(long, hours=OPEN), "film", "08-31 10:00", "08-31 10:05") == [
        "10:00 b",
        "10:01 c",
        # The film's own next slot would follow: it is missing too.
        "10:01:20 b",
        "10:02:20 c",
        "10:02:30 b",
        "10:03:30 c",
        "10:03:50 b",
        "10:04:50 c",
    ]


def test_a_stand_in_is_cut_when_the_slot_ends() -> None:
    both = playlist("a", [item("film", 30), item("b", 60)])
    assert seen(show(both, hours=OPEN), "film", "08-31 10:00", "08-31 10:03") == [
        "10:00 b",
        "10:00:30 b",
        "10:01:30 b",
        "10:02 b",
    ]


def test_with_nothing_available_there_is_the_slate() -> None:
    found = planned(show(A, hours=OPEN), "08-31 10:01:30", "a1 a2 a3").zones[0]
    assert found.current == Cue(None, None, at("08-31 10:01"), at("08-31 10:02"), Span(0))
    assert found.next is not None
    assert found.next.item is None


def test_an_emergency_that_lacks_its_only_picture_lets_the_rest_stand_in() -> None:
    alarm = playlist("e", [item("e1", 60)], [times("11:00", "20:00")], level=Level.EMERGENCY)
    assert seen(show(A, alarm, hours=OPEN), "e1 a1", "08-31 11:00", "08-31 11:02") == ["11:00 a2", "11:01 a2"]


@settings(max_examples=40)
@given(st.data(), st.sampled_from(MONDAYS), st.sets(st.sampled_from([f"{a}{b}" for a in range(5) for b in range(4)])))
def test_what_is_missing_is_never_shown_nor_prepared_and_nothing_else_moves(
    data: st.DataObject, monday: date, missing: set[str]
) -> None:
    timetable = Timetable(data.draw(shows(monday, Span(7 * SECOND))))
    start = midnight(monday, timetable.tz)
    inventory = Inventory(frozenset(missing))
    now = Instant(data.draw(st.integers(start, start + 3 * DAY)))
    for _ in range(20):
        found = plan(timetable, inventory, now)
        slot = timetable.at("main", now)
        main = found.zones[0]
        assert (slot is None) == (main.current is None)
        for cue in (main.current, main.previous, main.next):
            assert cue is None or cue.item is None or cue.item.id not in missing
        if slot and main.current:
            assert slot.start <= main.current.start <= now < main.current.end <= slot.end
            if slot.item is None or slot.item.id not in missing:
                assert main.current == slot
        assert plan(Timetable(timetable.show), inventory, now) == found
        after = plan(timetable, inventory, main.until).zones[0]
        if main.current and after.current and after.current.start == main.until:
            assert (main.next, after.previous) == (after.current, main.current)
        now = main.until
