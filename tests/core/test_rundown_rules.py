"""Each rule of the rundown in an example. The gate opens at 10:00, so that the week's sequence begins there."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from player.core.calendar import midnight
from player.core.model import Clock, Level, Start
from player.core.rundown import Timetable, rundown
from player.core.units import MINUTE, SECOND, Instant
from tests.core.making import MONDAY, ZONES, at, item, playlist, show, times, told

OPEN = [times("10:00", "22:00")]


def test_playlists_take_turns_each_a_whole_pass() -> None:
    a = playlist("a", [item("a1", 20), item("a2", 10)])
    b = playlist("b", [item("b1", 30)])
    assert told(show(a, b, hours=OPEN), "08-31 10:00", "08-31 10:02") == [
        "10:00 a1",
        "10:00:20 a2",
        "10:00:30 b1",
        "10:01 a1",
        "10:01:20 a2",
        "10:01:30 b1",
    ]


def test_a_playlist_that_opens_waits_for_the_item_on_screen_and_then_the_interrupted_one_goes_on() -> None:
    a = playlist("a", [item("a1", 120), item("a2", 60), item("a3", 60)])
    b = playlist("b", [item("b1", 20), item("b2", 20)], [times("10:01", "11:00")])
    assert told(show(a, b, hours=OPEN), "08-31 10:00", "08-31 10:06") == [
        "10:00 a1",
        "10:02 b1",
        "10:02:20 b2",
        "10:02:40 a2",
        "10:03:40 a3",
        "10:04:40 b1",
        "10:05 b2",
        "10:05:20 a1",
    ]


def test_patience_with_a_long_item_ends_after_five_minutes() -> None:
    a = playlist("a", [item("a1", 20 * 60)])
    b = playlist("b", [item("b1", 60)], [times("10:05", "11:00")])
    assert told(show(a, b, hours=OPEN), "08-31 10:00", "08-31 10:22") == [
        "10:00 a1",
        "10:10 b1",
        "10:11 a1+600",
        "10:21 b1",
    ]


def test_what_opens_between_two_passes_plays_once_and_not_again_in_its_turn() -> None:
    a, c = playlist("a", [item("a1", 60)]), playlist("c", [item("c1", 60)])
    b = playlist("b", [item("b1", 60)], [times("10:03", "11:00")])
    assert told(show(a, b, c, hours=OPEN), "08-31 10:02", "08-31 10:07") == [
        "10:02 a1",
        "10:03 b1",
        "10:04 c1",
        "10:05 a1",
        "10:06 b1",
    ]


def test_a_claim_that_lapses_when_patience_would_end_cuts_nothing() -> None:
    a = playlist("a", [item("a1", 20 * 60)])
    b = playlist("b", [item("b1", 60)], [times("10:05", "10:10")])
    assert told(show(a, b, hours=OPEN), "08-31 10:00", "08-31 10:21") == ["10:00 a1", "10:20 a1"]


def test_patience_ends_with_a_long_spot_too_and_its_pass_goes_on_afterwards() -> None:
    spot = playlist("s", [item("s1", 20 * 60)], every=60)
    b = playlist("b", [item("b1", 60)], [times("10:03", "11:00")])
    assert told(show(spot, b, hours=OPEN), "08-31 10:00", "08-31 10:22") == [
        "10:00 s1",
        "10:08 b1",
        "10:09 s1+480",
        "10:21 b1",
    ]


def test_a_hard_start_cuts_and_what_it_cut_goes_on_in_mid_item() -> None:
    a = playlist("a", [item("a1", 180)])
    b = playlist("b", [item("b1", 60)], [times("10:04", "11:00")], start=Start.HARD)
    assert told(show(a, b, hours=OPEN), "08-31 10:00", "08-31 10:08") == [
        "10:00 a1",
        "10:03 a1",
        "10:04 b1",
        "10:05 a1+60",
        "10:07 b1",
    ]


def test_of_several_that_open_together_each_plays_once_in_their_order() -> None:
    a = playlist("a", [item("a1", 120), item("a2", 120)])
    b = playlist("b", [item("b1", 30)], [times("10:01", "11:00")])
    c = playlist("c", [item("c1", 30), item("c2", 30)], [times("10:01", "11:00")])
    assert told(show(a, b, c, hours=OPEN), "08-31 10:00", "08-31 10:05") == [
        "10:00 a1",
        "10:02 b1",
        "10:02:30 c1",
        "10:03 c2",
        "10:03:30 a2",
    ]


def test_what_is_open_when_the_gate_opens_has_no_claim() -> None:
    a = playlist("a", [item("a1", 60)])
    b = playlist("b", [item("b1", 60)], [times("09:00", "11:00")])
    assert told(show(a, b, hours=OPEN), "08-31 10:00", "08-31 10:02") == ["10:00 a1", "10:01 b1"]


def test_a_hard_start_at_the_opening_of_the_gate_is_kept() -> None:
    a = playlist("a", [item("a1", 60)])
    b = playlist("b", [item("b1", 60)], [times("10:00", "11:00")], start=Start.HARD)
    assert told(show(a, b, hours=OPEN), "08-31 10:00", "08-31 10:02") == ["10:00 b1", "10:01 a1"]


def test_a_higher_level_takes_over_at_once_and_the_lower_goes_on_in_mid_item() -> None:
    a = playlist("a", [item("a1", 180)])
    p = playlist("p", [item("p1", 60)], [times("10:04", "10:06")], level=Level.PRIORITY)
    e = playlist("e", [item("e1", 60)], [times("10:05", "10:06")], level=Level.EMERGENCY)
    assert told(show(a, p, e, hours=OPEN), "08-31 10:00", "08-31 10:08") == [
        "10:00 a1",
        "10:03 a1",
        "10:04 p1",
        "10:05 e1",
        "10:06 a1+60",
    ]


@pytest.mark.parametrize(
    ("span", "ends"),
    [(90, "10:05:30"), (20 * 60, "10:10")],
    ids=["its item ends", "but no later than five minutes"],
)
def test_a_level_ends_when_its_item_ends(span: float, ends: str) -> None:
    a = playlist("a", [item("a1", 600)])
    p = playlist("p", [item("p1", span)], [times("10:04", "10:05")], level=Level.PRIORITY)
    assert told(show(a, p, hours=OPEN), "08-31 10:00", "08-31 10:11") == ["10:00 a1", "10:04 p1", f"{ends} a1+240"]


def test_a_window_that_closes_lets_the_item_end_and_the_rest_waits_for_the_next_day() -> None:
    a = playlist("a", [item("a1", 60)])
    b = playlist("b", [item("b1", 180), item("b2", 60)], [times("10:00", "10:03")])
    both = show(a, b, hours=OPEN)
    assert told(both, "08-31 10:00", "08-31 10:05") == ["10:00 a1", "10:01 b1", "10:04 a1"]
    assert told(both, "09-01 10:00", "09-01 10:03") == ["10:00 b2", "10:01 a1", "10:02 b1"]


def test_an_item_cut_by_patience_goes_on_at_the_next_occasion() -> None:
    a = playlist("a", [item("a1", 60)])
    b = playlist("b", [item("b1", 20 * 60)], [times("10:00", "10:03")])
    both = show(a, b, hours=OPEN)
    assert told(both, "08-31 10:00", "08-31 10:09") == ["10:00 a1", "10:01 b1", "10:08 a1"]
    assert told(both, "09-01 10:00", "09-01 10:09") == ["10:00 b1+420", "10:08 a1"]


def test_an_exhibition_with_an_hour_a_day_is_seen_to_its_end() -> None:
    pictures = [item(f"b{number}", 600) for number in range(20)]
    b = playlist("b", pictures, [times("10:00", "11:00")])
    timetable = Timetable(show(b, hours=OPEN))
    shown = [one.item.id for one in timetable.segments("main", at("08-31 10:00"), at("09-05 22:00")) if one.item]
    assert shown == [f"b{number % 20}" for number in range(36)]


def test_the_opening_hours_are_exact_and_the_item_goes_on_the_next_morning() -> None:
    a = show(playlist("a", [item("a1", 5 * 3600)]), hours=OPEN)
    assert told(a, "08-31 00:00", "09-01 11:00") == ["10:00 a1", "15:00 a1", "20:00 a1", "10:00 a1+7200"]
    timetable = Timetable(a)
    assert timetable.at("main", at("08-31 09:59:59")) is None
    assert timetable.at("main", at("08-31 22:00")) is None
    assert timetable.is_open(at("08-31 21:59:59"))
    assert timetable.closing(at("08-31 21:00")) == at("08-31 22:00")
    assert timetable.next_opening(at("08-31 21:00")) == at("09-01 10:00")


def test_each_monday_the_sequence_starts_afresh() -> None:
    a = playlist("a", [item("a1", 50 * 60), item("a2", 70)])
    assert told(show(a), "09-06 23:59", "09-07 00:01")[-1] == "00:00 a1"
    assert told(show(a), "09-13 23:59", "09-14 00:01")[-1] == "00:00 a1"


def test_a_spot_plays_one_pass_at_each_multiple_of_its_interval_from_the_opening_of_its_window() -> None:
    a = playlist("a", [item("a1", 60)])
    spot = playlist("s", [item("s1", 10), item("s2", 10)], [times("10:03", "10:24")], every=10)
    timetable = Timetable(show(a, spot, hours=OPEN))
    segments = timetable.segments("main", at("08-31 10:00"), at("08-31 11:00"))
    spots = [
        (one.item.id, (one.start - at("08-31 10:00")) / SECOND) for one in segments if one.playlist == spot if one.item
    ]
    # The items before it end on whole minutes, twenty seconds later after each pass.
    assert spots == [("s1", 180), ("s2", 190), ("s1", 800), ("s2", 810), ("s1", 1420), ("s2", 1430)]


def test_a_spot_without_windows_counts_from_local_midnight() -> None:
    spot = playlist("s", [item("s1", 30)], every=25)
    assert told(show(spot, hours=OPEN), "08-31 10:01", "08-31 10:52") == [
        "10:00:30 -",
        "10:25 s1",
        "10:25:30 -",
        "10:50 s1",
        "10:50:30 -",
    ]


@pytest.mark.parametrize(("start", "begins"), [(Start.SOFT, "10:23"), (Start.HARD, "10:20")])
def test_a_soft_spot_waits_for_the_item_and_a_hard_one_cuts(start: Start, begins: str) -> None:
    a = playlist("a", [item("a1", 11 * 60)])
    spot = playlist("s", [item("s1", 60)], [times("10:10", "11:00")], every=10, start=start)
    lines = told(show(a, spot, hours=OPEN), "08-31 10:12", "08-31 10:24")
    assert f"{begins} s1" in lines
    assert ("10:21 a1+480" in lines) == (start is Start.HARD)


def test_missed_occasions_of_a_spot_are_one() -> None:
    a = playlist("a", [item("a1", 60)])
    spot = playlist("s", [item("s1", 60)], every=10)
    p = playlist("p", [item("p1", 60)], [times("10:05", "10:45")], level=Level.PRIORITY)
    lines = told(show(a, spot, p, hours=OPEN), "08-31 10:01", "08-31 11:00")
    assert [line for line in lines if line.endswith("s1")] == ["10:45 s1", "10:50 s1"]


def test_a_spot_of_a_higher_level_cuts_at_once_and_then_the_lower_goes_on() -> None:
    a = playlist("a", [item("a1", 25 * 60)])
    spot = playlist("s", [item("s1", 60)], [times("10:10", "11:00")], level=Level.PRIORITY, every=10)
    assert told(show(a, spot, hours=OPEN), "08-31 10:00", "08-31 10:22") == [
        "10:00 a1",
        "10:10 s1",
        "10:11 a1+600",
        "10:20 s1",
        "10:21 a1+1140",
    ]


def test_a_spots_pass_is_not_broken_by_another_soft_one() -> None:
    a = playlist("a", [item("a1", 60)])
    one = playlist("s", [item("s1", 60), item("s2", 60), item("s3", 60)], every=60)
    two = playlist("t", [item("t1", 60)], [times("10:01", "11:00")], every=60)
    assert told(show(a, one, two, hours=OPEN), "08-31 10:00", "08-31 10:05") == [
        "10:00 s1",
        "10:01 s2",
        "10:02 s3",
        "10:03 t1",
        "10:04 a1",
    ]


def test_a_window_over_midnight_belongs_to_the_day_it_starts() -> None:
    night = show(playlist("n", [item("n1", 3600)], [times("22:00", "06:00", weekdays="5")]))
    assert told(night, "09-04 03:00", "09-04 03:10") == ["00:00 -"]
    assert told(night, "09-05 03:00", "09-05 03:10") == ["03:00 n1"]
    assert told(night, "09-05 07:00", "09-05 07:10") == ["06:00 -"]


def test_an_item_ends_with_its_last_date_at_local_midnight_softly() -> None:
    a = playlist("a", [item("old", 7 * 60, last=date(2026, 8, 31)), item("new", 7 * 60)])
    lines = told(show(a, hours=[times("23:50", "23:40", weekdays="1")]), "08-31 23:50", "09-01 00:20")
    # "new" would have followed at 23:57 and "old" at 00:04: by then "old" may not play any more.
    assert lines == ["23:50 old", "23:57 new", "00:04 new", "00:11 new", "00:18 new"]


def test_an_item_whose_last_day_ends_while_it_is_on_has_five_minutes() -> None:
    a = playlist("a", [item("old", 20 * 60, last=date(2026, 8, 31)), item("new", 60)])
    lines = told(show(a, hours=[times("23:50", "23:40", weekdays="1")]), "08-31 23:50", "09-01 00:07")
    assert lines == ["23:50 old", "00:05 new", "00:06 new"]


def test_an_item_joins_on_its_first_date() -> None:
    a = playlist("a", [item("a1", 600), item("a2", 600, first=date(2026, 9, 1))])
    lines = told(show(a, hours=[times("23:30", "23:20", weekdays="1")]), "08-31 23:30", "09-01 00:30")
    assert lines == ["23:30 a1", "23:40 a1", "23:50 a1", "00:00 a1", "00:10 a2", "00:20 a1"]


def test_with_nothing_to_play_the_open_hours_are_one_slate() -> None:
    assert told(show(hours=OPEN), "08-31 00:00", "09-01 00:00") == ["10:00 -"]
    assert told(show(hours=OPEN), "08-31 00:00", "09-01 00:00", zone="ticker") == ["10:00 -"]


@pytest.mark.parametrize("timezone", ZONES)
def test_a_clock_changes_on_whole_minutes(timezone: str) -> None:
    clock = playlist("clock", [item("clock", 60, content=Clock())])
    made = show(clock, hours=[times("06:07", "22:00")], timezone=timezone)
    day = MONDAY + timedelta(days=3)
    segments = rundown(made, "main", day)
    assert len(segments) == 22 * 60 - 367
    assert all(one.start % MINUTE == 0 and one.end - one.start == MINUTE and one.offset == 0 for one in segments)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_day_has_as_many_hours_as_its_clocks_show(day: date, hours: int) -> None:
    made = show(playlist("a", [item("a1", 60)]), timezone="Europe/Paris")
    assert len(rundown(made, "main", day)) == hours * 60


def test_far_into_a_week_of_short_items_takes_no_walking() -> None:
    made = show(playlist("a", [item("a1", 0.001), item("a2", 0.002)]))
    timetable = Timetable(made)
    now = Instant(midnight(MONDAY, ZoneInfo(made.timezone)) + 6 * 24 * 3600 * SECOND + 1500)
    found = timetable.at("main", now)
    assert found is not None
    assert found.item is not None
    assert (found.item.id, now - found.start) == ("a2", 500)


def test_a_playlist_ends_at_its_instant_and_the_others_go_on() -> None:
    since, until = at("08-31 10:00:15"), at("08-31 10:01:15")
    alert = playlist("x", [item("x", 30)], level=Level.EMERGENCY, since=since, until=until)
    # The item that is on when it ends is seen to its end.
    assert told(show(playlist("a", [item("a", 60)]), alert), "08-31 10:00", "08-31 10:03") == [
        "10:00 a",
        "10:00:15 x",
        "10:00:45 x",
        "10:01:15 a+15",
        "10:02 a",
    ]


def test_bounds_that_no_instant_lies_between_never_play() -> None:
    gone = playlist("x", [item("x", 30)], level=Level.EMERGENCY, since=at("08-31 11:00"), until=at("08-31 10:00"))
    assert told(show(playlist("a", [item("a", 60)]), gone), "08-31 10:00", "08-31 10:01") == ["10:00 a"]
