"""The slate: dark, with the gate's name, in any zone."""

import numpy as np
import pytest

from player.core.geometry import Size
from player.media.text.slate import draw_slate
from tests.media.text.ink import picture

SIZES = [Size(1920, 1080), Size(1080, 1920), Size(1920, 200), Size(320, 160), Size(64, 32), Size(1, 1)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("title", ["Cửa khẩu quốc tế Kim Thành", "kim-thanh-2", "", "x" * 500, "金城口岸"])
def test_fills_the_zone_and_is_dark(title: str, size: Size) -> None:
    drawn = draw_slate(title, "vi", size)
    assert drawn.size == size
    assert drawn.opaque
    assert np.asarray(picture(drawn).convert("L")).mean() < 80


def test_shows_the_name_in_the_middle() -> None:
    def light(title: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
        return np.asarray(picture(draw_slate(title, "vi", SIZES[0])).convert("L"))

    columns = np.flatnonzero((light("Kim Thành")[: 1080 // 2] > 180).any(axis=0))
    assert abs((columns[0] + columns[-1]) / 2 - 960) < 8
    assert columns[-1] - columns[0] > 400


def test_greets_in_the_gates_language() -> None:
    assert draw_slate("Kim Thành", "vi", SIZES[3]) != draw_slate("Kim Thành", "km", SIZES[3])
    assert draw_slate("Kim Thành", "xx", SIZES[3]) == draw_slate("Kim Thành", "en", SIZES[3])
