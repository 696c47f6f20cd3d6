"""The sun at Lào Cai against two almanacs: XEphem's, reckoned in the way of the US Naval Observatory, and a printed
table of cities."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from player.core.light import Place, SunEvent
from player.core.units import MINUTE, SECOND, instant_of, utc
from player.library.sun import sun_at
from tests.library.almanac import almanac

LAO_CAI = Place(22.5056, 103.9686)
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

# Of 22 December 2015, to the minute; collected from the Finnish Meteorological Institute by Wikipedia, in "Template:
# December solstice". Coordinates are those of the city halls.
SOLSTICE = [
    ("Warsaw", Place(52.23, 21.01), "Europe/Warsaw", "07:43", "15:25"),
    ("Vienna", Place(48.21, 16.36), "Europe/Vienna", "07:42", "16:03"),
    ("Cairo", Place(30.04, 31.24), "Africa/Cairo", "06:47", "16:59"),
    ("Addis Ababa", Place(9.03, 38.75), "Africa/Addis_Ababa", "06:35", "18:11"),
]


def test_a_year_at_lao_cai_agrees_with_an_almanac_to_two_minutes() -> None:
    ours = sun_at(LAO_CAI, HANOI)
    worst = dict.fromkeys(SunEvent, 0.0)
    for number in range(365):
        day = date(2026, 1, 1) + timedelta(number)
        for event, instant in ours(day).items():
            assert utc(instant).astimezone(HANOI).date() == day
            worst[event] = max(worst[event], abs(instant - almanac(LAO_CAI, HANOI, day, event)) / SECOND)
    print({event.value: f"{seconds:.0f} s" for event, seconds in worst.items()})
    assert max(worst.values()) < 120


@pytest.mark.parametrize(("place", "zone", "rise", "set_"), [row[1:] for row in SOLSTICE], ids=[r[0] for r in SOLSTICE])
def test_printed_times_of_cities(place: Place, zone: str, rise: str, set_: str) -> None:
    tz = ZoneInfo(zone)
    found = sun_at(place, tz)(date(2015, 12, 22))
    for event, printed in ((SunEvent.SUNRISE, rise), (SunEvent.SUNSET, set_)):
        wanted = instant_of(datetime.combine(date(2015, 12, 22), time.fromisoformat(printed), tz))
        assert abs(found[event] - wanted) <= 2 * MINUTE


def test_where_the_sun_does_not_rise_nothing_is_said_of_it() -> None:
    found = sun_at(Place(78.2, 15.6), ZoneInfo("Arctic/Longyearbyen"))
    assert SunEvent.SUNRISE not in found(date(2026, 12, 21))
    assert SunEvent.SUNSET not in found(date(2026, 6, 21))
