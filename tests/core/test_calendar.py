"""Windows become instants, whatever the clocks do."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.core import calendar
from player.core.model import DateRange, Window
from player.core.units import DAY, MINUTE, Instant, instant_of, utc
from tests.core.making import MONDAY, ZONES, at, times
from tests.core.strategies import MONDAYS, windows

PARIS = ZoneInfo("Europe/Paris")
GATE = ZoneInfo("Asia/Ho_Chi_Minh")


def shown(stretches: list[calendar.Stretch]) -> list[str]:
    """Stretches in UTC, as "29 01:00-02:00"."""
    return [f"{utc(start):%d %H:%M}-{utc(end):%H:%M}" for start, end in stretches]


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (times("01:00", "04:00"), ["29 00:00-02:00"]),  # an hour shorter
        (times("02:15", "02:45"), []),  # no clock showed it
        (times("02:30", "05:00"), ["29 01:00-03:00"]),  # from the change on
        (times("01:00", "02:30"), ["29 00:00-01:00"]),
        (times("00:00", "24:00"), ["28 23:00-22:00"]),
    ],
)
def test_in_spring_the_minutes_left_out_are_the_change_itself(window: Window, expected: list[str]) -> None:
    day = date(2026, 3, 29)
    assert shown(calendar.occurrences([window], day, day, PARIS)) == expected


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (times("01:00", "04:00"), ["25 23:00-03:00"]),  # an hour longer
        (times("02:15", "02:45"), ["25 00:15-00:45"]),  # once, not twice
        (times("02:30", "05:00"), ["25 00:30-04:00"]),
    ],
)
def test_in_autumn_a_minute_that_comes_twice_is_the_first(window: Window, expected: list[str]) -> None:
    day = date(2026, 10, 25)
    found = shown(calendar.occurrences([window], day, day, PARIS))
    assert [line[3:] for line in found] == [line[3:] for line in expected]


def test_a_day_may_begin_after_midnight() -> None:
    # In Beirut the clocks went from 24:00 on 28 March 2026 to 01:00.
    beirut = ZoneInfo("Asia/Beirut")
    assert calendar.midnight(date(2026, 3, 29), beirut) == instant_of(datetime(2026, 3, 28, 22, 0, tzinfo=UTC))
    assert calendar.local_day(calendar.midnight(date(2026, 3, 29), beirut), beirut) == date(2026, 3, 29)


def test_a_night_belongs_to_the_day_it_starts() -> None:
    night = Window((DateRange(MONDAY, MONDAY),), frozenset(), 22 * 60, 6 * 60)
    found = calendar.occurrences([night], MONDAY - timedelta(days=7), MONDAY + timedelta(days=7), GATE)
    assert found == [(at("08-31 22:00"), at("09-01 06:00"))]


def test_no_windows_is_always() -> None:
    assert calendar.occurrences([], MONDAY, MONDAY + timedelta(days=1), GATE) == [
        (at("08-31 00:00"), at("09-02 00:00"))
    ]


def test_windows_that_meet_are_one() -> None:
    found = calendar.occurrences(
        [times("12:00", "14:00"), times("08:00", "12:00"), times("09:00", "10:00")], MONDAY, MONDAY, GATE
    )
    assert found == [(at("08-31 08:00"), at("08-31 14:00"))]


@given(st.data(), st.sampled_from(MONDAYS), st.sampled_from(ZONES))
def test_stretches_are_sorted_apart_and_begin_on_their_day(data: st.DataObject, monday: date, timezone: str) -> None:
    tz = ZoneInfo(timezone)
    some = data.draw(st.lists(windows(monday), max_size=3))
    last = monday + timedelta(days=6)
    found = calendar.occurrences(some, monday, last, tz)
    assert all(start < end for start, end in found)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(found))
    assert all(monday <= calendar.local_day(start, tz) <= last for start, _ in found)
    single = calendar.stretches(some, monday, last, tz)
    assert calendar.merged(single) == found


@given(st.sampled_from(MONDAYS), st.integers(0, 6), st.integers(0, 2879), st.sampled_from(ZONES))
def test_a_later_minute_is_never_an_earlier_instant(monday: date, days: int, minute: int, timezone: str) -> None:
    tz, day = ZoneInfo(timezone), monday + timedelta(days=days)
    one, other = (calendar.minute_of(day, number, tz) for number in (minute, minute + 1))
    assert one <= other
    local = utc(one).astimezone(tz)
    wanted = datetime(day.year, day.month, day.day, tzinfo=tz) + timedelta(minutes=minute)
    # Either clocks show that minute then, or none ever do and it is the change.
    assert local.replace(tzinfo=None, fold=0) == wanted.replace(tzinfo=None) or one == other or local > wanted


@given(st.data(), st.sampled_from(MONDAYS), st.integers(0, 7 * 24 * 60), st.sampled_from(ZONES))
def test_opening_and_closing_agree_with_the_stretches(
    data: st.DataObject, monday: date, minute: int, timezone: str
) -> None:
    tz = ZoneInfo(timezone)
    hours = data.draw(st.lists(windows(monday), min_size=1, max_size=2))
    now = Instant(calendar.midnight(monday, tz) + minute * MINUTE)
    near = calendar.occurrences(hours, monday - timedelta(days=9), monday + timedelta(days=60), tz)
    closes = next((end for start, end in near if start <= now < end), None)
    forever = closes is not None and closes > now + 40 * DAY
    if not forever:
        assert calendar.closing(hours, now, tz) == closes
        opens = next((start for start, _ in near if start > now), None)
        assert calendar.opening(hours, now, tz) == opens or opens is None


def test_hours_that_never_end_or_never_come_again() -> None:
    now = at("08-31 12:00")
    always = [times("00:00", "24:00")]
    assert calendar.closing([], now, GATE) is None
    assert calendar.closing(always, now, GATE) is None
    assert calendar.opening(always, now, GATE) is None
    past = [Window((DateRange(None, date(2020, 1, 1)),))]
    assert calendar.opening(past, now, GATE) is None
    future = [Window((DateRange(date(2031, 5, 7), None),), frozenset({0}), 480, 600)]
    assert calendar.opening(future, now, GATE) == instant_of(datetime(2031, 5, 12, 8, tzinfo=GATE))
