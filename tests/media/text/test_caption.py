"""Captions: at the foot, no higher than they must be, soft above."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.core.geometry import Size
from player.core.model import Caption, Edge, Style
from player.media.text.caption import draw_caption, measure_caption
from tests.media.text.cases import CASES
from tests.media.text.ink import picture

WIDE = Size(1280, 720)
LONG = "Đỉnh Phan Xi Păng, nóc nhà Đông Dương, cao 3.143 mét so với mực nước biển. "


@pytest.mark.parametrize("size", [WIDE, Size(720, 1280), Size(320, 160), Size(1920, 200), Size(64, 32), Size(1, 1)])
@pytest.mark.parametrize("text", ["Sa Pa", LONG, LONG * 20, *CASES.values()])
def test_stands_at_the_foot_and_covers_less_than_half(text: str, size: Size) -> None:
    bitmap, top = draw_caption(Caption(text), size)
    assert bitmap.size.width == size.width
    assert top + bitmap.size.height == size.height
    assert bitmap.size.height <= max(1, size.height // 2)
    assert not bitmap.opaque


@pytest.mark.parametrize("text", ["Sa Pa", *CASES.values()])
def test_ground_fades_in_and_letters_are_whole(text: str) -> None:
    bitmap, _ = draw_caption(Caption(text, style=Style(ground="#000000B0")), WIDE)
    pixels = np.asarray(picture(bitmap))
    alpha = pixels[:, 0, 3].astype(int)
    assert alpha[0] < 10
    assert alpha[-1] == 0xB0
    assert (np.diff(alpha) >= 0).all()
    assert (pixels[:, 0] == pixels[:, -1]).all()
    light = pixels[..., :3].max(axis=2)
    assert light.max() == 255
    assert not light[0].any()
    assert not light[-1].any()


def test_more_than_two_lines_become_smaller_then_cut() -> None:
    normal, fits = measure_caption(Caption("Sa Pa"), WIDE)
    smaller, still_fits = measure_caption(Caption(LONG * 3), WIDE)
    assert fits
    assert still_fits
    assert smaller < normal
    assert not measure_caption(Caption(LONG * 30), WIDE)[1]


def test_letters_on_a_clear_ground_are_outlined_without_fringes() -> None:
    style = Style(ground="#00000000", edge=Edge.OUTLINE, bold=True)
    pixels = np.asarray(picture(draw_caption(Caption("Sa Pa", style=style), WIDE).bitmap)).astype(int)
    grey = pixels[pixels[..., 3] == 255][:, 0]
    assert {0, 255} <= set(grey)
    rim = pixels[(pixels[..., 3] > 0) & (pixels[..., 3] < 200)]
    assert (rim[:, :3].max(axis=1) < 30).all()


def test_an_empty_caption_is_clear() -> None:
    bitmap, _ = draw_caption(Caption(" \n\u200b"), WIDE)
    assert not any(bitmap.pixels)


@given(st.text(max_size=120))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_any_text_makes_a_caption(text: str) -> None:
    assert draw_caption(Caption(text), Size(200, 120)).bitmap.size.width == 200
