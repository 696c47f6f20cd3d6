"""Lights on and off around opening hours, on the gate's clock."""

from zoneinfo import ZoneInfo

import pytest

from player.core.lights import Lights, lights_at
from player.core.model import DateRange, Window
from player.core.units import MINUTE, Span
from tests.core.making import GATE, MONDAY, at, times

TZ = ZoneInfo(GATE)
DAY = (times("06:00", "12:00"), times("12:05", "22:00"))
TEN = Span(10 * MINUTE)


@pytest.mark.parametrize(
    ("moment", "on", "until"),
    [
        ("08-31 05:49", False, "08-31 05:50"),
        ("08-31 05:50", True, "08-31 06:00"),  # warming up
        ("08-31 06:00", True, "08-31 12:00"),
        ("08-31 12:02", True, "08-31 12:05"),  # a pause shorter than it takes to warm up
        ("08-31 21:59", True, "08-31 22:00"),
        ("08-31 22:00", False, "09-01 05:50"),
    ],
)
def test_on_from_a_while_before_each_opening(moment: str, on: bool, until: str) -> None:
    assert lights_at(DAY, TEN, at(moment), TZ) == Lights(on, at(until))


def test_in_a_blackout_they_are_off() -> None:
    assert lights_at(DAY, TEN, at("08-31 10:00"), TZ, blackout=True) == Lights(False, None)


def test_always_open_is_always_on_and_what_never_opens_again_stays_off() -> None:
    assert lights_at((), TEN, at("08-31 10:00"), TZ) == Lights(True, None)
    once = Window(dates=(DateRange(MONDAY, MONDAY),))
    assert lights_at((once,), TEN, at("09-01 10:00"), TZ) == Lights(False, None)
