"""A new show comes while the wall plays: an update is not a restart."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.core.calendar import midnight
from player.core.model import Item, Level, Playlist, Show, Start, Window
from player.core.plan import Carry, Inventory, carry_over, plan
from player.core.rundown import Timetable
from player.core.units import DAY, SECOND, Instant, Span
from tests.core.making import at, item, line, playlist, show, times
from tests.core.strategies import MONDAYS, shows

OPEN = [times("10:00", "22:00")]
NOTHING_MISSING = Inventory()


def gate(*playlists: Playlist, hours: Sequence[Window] = OPEN) -> Show:
    return show(*playlists, hours=hours)


def adopted(old: Show, new: Show, when: str) -> tuple[Carry, ...]:
    """What is carried into the new show."""
    one, other = Timetable(old), Timetable(new)
    return carry_over(one, other, plan(one, NOTHING_MISSING, at(when)), NOTHING_MISSING, at(when))


def seen(old: Show, new: Show, when: str, end: str) -> list[str]:
    """What the main zone shows from the adoption on."""
    carry, timetable, now = adopted(old, new, when), Timetable(new), at(when)
    lines = []
    while now < at(end):
        zone = plan(timetable, NOTHING_MISSING, now, carry).zones[0]
        lines += [line(zone.current, timetable)] if zone.current else []
        now = zone.until
    return lines


def listed(*items: Item) -> Playlist:
    return playlist("a", items)


A, B, C = item("a", 60), item("b", 60), item("c", 60)


def test_the_item_on_screen_goes_on_where_it_is_and_the_new_rundown_is_joined_where_it_stands() -> None:
    old, new = gate(listed(A, B)), gate(listed(item("c", 100), A))
    assert seen(old, new, "08-31 10:02:30", "08-31 10:06") == ["10:02 a", "10:03 c+20", "10:04:20 a", "10:05:20 c"]


def test_the_wall_that_hands_on_its_carry_sees_each_cue_unchanged_from_beginning_to_end() -> None:
    old, new = gate(listed(A, B)), gate(listed(item("c", 100), A))
    carry, timetable, now = adopted(old, new, "08-31 10:02:30"), Timetable(new), at("08-31 10:02:30")
    cues = []
    while now < at("08-31 10:06"):
        found = plan(timetable, NOTHING_MISSING, now, carry)
        cues += [found.zones[0].current] if found.zones[0].current not in cues else []
        assert found.zones[0].previous in (cues[-2:-1] or [found.zones[0].previous])
        carry, now = found.carry, Instant(now + SECOND)
    assert [line(cue, timetable) for cue in cues if cue] == ["10:02 a", "10:03 c+20", "10:04:20 a", "10:05:20 c"]
    assert carry == ()


def test_with_too_little_left_to_join_the_item_stays_until_the_next_begins() -> None:
    old, new = gate(listed(A, B)), gate(listed(item("c", 61), A))
    assert seen(old, new, "08-31 10:00:30", "08-31 10:03") == ["10:00 a", "10:01:01 a", "10:02:01 c"]


def test_what_begins_just_then_is_shown_however_short() -> None:
    old, new = gate(listed(A, B)), gate(listed(item("c", 180), item("d", 1), A))
    assert seen(old, new, "08-31 10:02:30", "08-31 10:04") == ["10:02 a", "10:03 d", "10:03:01 a"]


def test_an_unchanged_show_changes_nothing() -> None:
    old = gate(listed(A, B), playlist("t", [item("t", 7)], zone="ticker"))
    assert adopted(old, gate(*old.playlists), "08-31 10:02:30") == ()
    # Another zone's news is no news for this one.
    other = gate(listed(A, B), playlist("t", [item("u", 7)], zone="ticker"))
    assert [carry.zone for carry in adopted(old, other, "08-31 10:02:30")] == []


def test_a_withdrawn_item_leaves_at_once() -> None:
    old, new = gate(listed(A, B)), gate(listed(B, C))
    assert adopted(old, new, "08-31 10:02:30") == ()
    assert seen(old, new, "08-31 10:02:30", "08-31 10:04") == ["10:02 b", "10:03 c"]


@pytest.mark.parametrize(
    "new",
    [
        gate(playlist("a", [A], [times("14:00", "15:00")]), playlist("b", [C])),
        gate(playlist("a", [replace(A, last=date(2026, 8, 30)), C])),
        gate(playlist("a", [C]), playlist("t", [A], zone="ticker")),
        gate(listed(A, C), playlist("p", [B], [times("09:00", "11:00")], level=Level.PRIORITY)),
    ],
    ids=["its window is closed", "its last date is over", "it is in another zone now", "a higher level is due"],
)
def test_an_item_that_may_not_play_now_leaves_at_once(new: Show) -> None:
    assert adopted(gate(listed(A, B)), new, "08-31 10:02:30") == ()


def test_a_higher_level_cuts_what_is_carried_and_it_does_not_come_back() -> None:
    old, long = gate(playlist("a", [item("a", 600)])), item("a", 600)
    alarm = playlist("e", [item("e", 30)], [times("10:05", "10:06")], level=Level.EMERGENCY)
    new = gate(playlist("a", [item("c", 900), long]), alarm)
    assert seen(old, new, "08-31 10:02:30", "08-31 10:07") == ["10:00 a", "10:05 e", "10:05:30 e", "10:06 c+300"]


def test_a_hard_start_and_closing_time_cut_what_is_carried() -> None:
    old, long = gate(playlist("a", [item("a", 600)])), item("a", 600)
    hard = playlist("h", [item("h", 60)], [times("10:05", "10:06")], start=Start.HARD)
    new = gate(playlist("a", [item("c", 900), long]), hard)
    assert seen(old, new, "08-31 10:02:30", "08-31 10:06") == ["10:00 a", "10:05 h"]
    short = gate(playlist("a", [item("c", 900), long]), hours=[times("10:00", "10:04")])
    assert seen(old, short, "08-31 10:02:30", "08-31 10:06") == ["10:00 a"]


def test_a_window_that_closes_meanwhile_leaves_five_minutes() -> None:
    old, long = gate(playlist("a", [item("a", 1200)])), item("a", 1200)
    new = gate(playlist("a", [long], [times("10:00", "10:03")]), playlist("b", [item("c", 1200)]))
    moved = replace(new, playlists=(new.playlists[1], replace(new.playlists[0], id="z")))
    assert seen(old, moved, "08-31 10:02:30", "08-31 10:20")[:2] == ["10:00 a", "10:08 c+480"]


def test_a_second_adoption_goes_on_from_what_the_first_carried() -> None:
    first, second, third = gate(listed(A, B)), gate(listed(item("c", 100), A)), gate(listed(item("d", 200), A))
    now = at("08-31 10:02:30")
    carry = adopted(first, second, "08-31 10:02:30")
    showing = plan(Timetable(second), NOTHING_MISSING, now, carry)
    assert showing.carry == carry
    again = carry_over(Timetable(second), Timetable(third), showing, NOTHING_MISSING, Instant(now + 5 * SECOND))
    assert [one.cue[2:] for one in again] == [one.cue[2:] for one in carry]
    unchanged = carry_over(Timetable(second), Timetable(replace(second)), showing, NOTHING_MISSING, now)
    assert unchanged == carry


def test_what_came_before_is_remembered_for_a_transition_under_way() -> None:
    old, new = gate(listed(A, B)), gate(listed(item("c", 100), A))
    carry, now = adopted(old, new, "08-31 10:02:00"), at("08-31 10:02:00")
    before, after = plan(Timetable(old), NOTHING_MISSING, now), plan(Timetable(new), NOTHING_MISSING, now, carry)
    assert after.zones[0].previous == before.zones[0].previous
    joined = plan(Timetable(new), NOTHING_MISSING, at("08-31 10:03"), carry).zones[0]
    assert joined.previous == after.zones[0].current


def test_an_item_that_has_gone_missing_is_not_carried() -> None:
    carry = adopted(gate(listed(A, B)), gate(listed(item("c", 100), A)), "08-31 10:02:30")
    found = plan(Timetable(gate(listed(item("c", 100), A))), Inventory(frozenset("a")), at("08-31 10:02:40"), carry)
    assert found.carry == ()
    assert found.zones[0].current is not None
    assert found.zones[0].current.item == item("c", 100)


@settings(max_examples=40)
@given(st.data(), st.sampled_from(MONDAYS))
def test_after_any_adoption_the_wall_shows_one_thing_after_the_other(data: st.DataObject, monday: date) -> None:
    old, new = (Timetable(data.draw(shows(monday, Span(7 * SECOND)))) for _ in range(2))
    new = Timetable(replace(new.show, timezone=old.show.timezone))
    now = Instant(data.draw(st.integers(0, 3 * DAY)) + midnight(monday, old.tz))
    showing = plan(old, NOTHING_MISSING, now)
    carry = carry_over(old, new, showing, NOTHING_MISSING, now)
    was, first = showing.zones[0].current, plan(new, NOTHING_MISSING, now, carry).zones[0]
    if carry:
        assert was is not None
        assert first.current is not None
        assert (first.current.start, first.current.offset) == (was.start, was.offset)
    for _ in range(10):
        zone = plan(new, NOTHING_MISSING, now, carry).zones[0]
        if zone.current is None:
            assert not new.is_open(now)
        else:
            assert zone.current.start <= now < zone.current.end == zone.until
        after = plan(new, NOTHING_MISSING, zone.until, carry).zones[0]
        if zone.current and after.current:
            assert after.current.start == zone.until
            assert (zone.next, after.previous) == (after.current, zone.current)
        now = zone.until
