"""Clocks: right in the zone's time, and nothing moves but the digits."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt
import pytest
from babel.dates import format_date

from player.core.geometry import Size
from player.core.model import Style
from player.core.units import Instant, instant_of
from player.media.text.clock import draw_clock
from player.media.text.dates import long_date
from tests.media.text.ink import picture

DAY = date(2026, 11, 22)
PLAIN = Style(ground="#000000")
SIZES = [Size(480, 270), Size(600, 60), Size(200, 400), Size(160, 40), Size(64, 32)]


def at(hour: int, minute: int = 0, day: int = 22) -> Instant:
    return instant_of(datetime(2026, 11, day, hour, minute, tzinfo=timezone(timedelta(hours=7))))


def light(moment: Instant, size: Size, language: str = "vi") -> npt.NDArray[np.uint8]:
    return np.asarray(picture(draw_clock(PLAIN, size, moment, "Asia/Ho_Chi_Minh", language)).convert("L"))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("vi", "Chủ nhật, 22/11/2026"),
        ("en", "Sunday 22 November 2026"),
        ("zh", "2026年11月22日 星期日"),
        ("lo", "ວັນອາທິດ ທີ 22 ພະຈິກ 2026"),
        ("km", "ថ្ងៃអាទិត្យ ទី22 ខែវិច្ឆិកា ឆ្នាំ2026"),
        ("vi-VN", "Chủ nhật, 22/11/2026"),
        ("xx", "Sunday 22 November 2026"),
    ],
)
def test_date_in_the_gates_language(language: str, text: str) -> None:
    assert long_date(DAY, language) == text


@pytest.mark.parametrize("language", ["vi", "en", "zh", "lo", "km"])
def test_names_of_days_and_months_are_those_of_the_locale(language: str) -> None:
    for number in range(0, 365, 5):
        day = date(2026, 1, 1) + timedelta(days=number)
        written = long_date(day, language).lower()
        assert format_date(day, "EEEE", language).removeprefix("ថ្ងៃ").lower() in written
        if language not in ("vi", "zh"):
            assert format_date(day, "MMMM", language).lower() in written


@pytest.mark.parametrize("size", SIZES)
def test_is_the_zones_size_and_time(size: Size) -> None:
    drawn = draw_clock(PLAIN, size, at(14, 7), "Asia/Ho_Chi_Minh", "vi")
    assert drawn.size == size
    assert drawn.opaque
    utc = draw_clock(PLAIN, size, instant_of(datetime(2026, 11, 22, 14, 7, tzinfo=UTC)), "UTC", "vi")
    assert utc == drawn
    assert draw_clock(PLAIN, size, at(14, 8), "Asia/Ho_Chi_Minh", "vi") != drawn


@pytest.mark.parametrize("size", SIZES[:3])
def test_nothing_moves_from_minute_to_minute(size: Size) -> None:
    one, other = light(at(10, 11), size), light(at(10, 12), size)
    columns = np.flatnonzero((one != other).any(axis=0))
    assert columns.size
    assert columns[-1] - columns[0] < size.width / 4


@pytest.mark.parametrize("language", ["vi", "en", "km"])
def test_letters_keep_their_size_from_day_to_day(language: str) -> None:
    size = SIZES[0]
    heights = set()
    for day in range(22, 29):
        rows = np.flatnonzero((light(at(9, 0, day), size, language)[: size.height // 2] > 128).any(axis=1))
        heights.add((rows[0], rows[-1]))
    assert len(heights) == 1


@pytest.mark.parametrize("language", ["vi", "en", "zh", "lo", "km"])
@pytest.mark.parametrize("size", SIZES)
def test_letters_are_inside(size: Size, language: str) -> None:
    drawn = light(at(20, 48), size, language)
    for rim in (drawn[0], drawn[-1], drawn[:, 0], drawn[:, -1]):
        assert rim.max() < 60


def test_a_translucent_ground_makes_an_overlay() -> None:
    drawn = draw_clock(Style(ground="#00000080"), SIZES[0], at(9), "Asia/Ho_Chi_Minh", "vi")
    assert not drawn.opaque
    assert drawn.pixels[3] == 0x80


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        draw_clock(PLAIN, SIZES[0], at(9), "Asia/Hanoi_2", "vi")
