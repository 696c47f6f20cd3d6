"""The banner's strip: tiles, widths, size, grounds."""

import resource
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.core.model import Edge, Style
from player.media.jobs import Bitmap
from player.media.text.crawl import SEPARATOR, Strip
from tests.media.text.cases import CASES, MIXED
from tests.media.text.ink import picture

LONG = " · ".join((*CASES.values(), MIXED))
STYLES = [
    Style(),
    Style(edge=Edge.OUTLINE, bold=True),
    Style(edge=Edge.SHADOW, ground="#E8C547", ink="#202020"),
    Style(edge=Edge.SHADOW, ground="#00000060"),
    Style(edge=Edge.OUTLINE, ground="#00000000", ink="#FFFFFFC0"),
]


def pixels(bitmap: Bitmap) -> npt.NDArray[np.uint8]:
    return np.frombuffer(bitmap.pixels, dtype=np.uint8).reshape(bitmap.size.height, bitmap.size.width, 4)


@pytest.mark.parametrize("style", STYLES)
def test_tiles_joined_are_the_strip(style: Style) -> None:
    strip = Strip(LONG, style, 54)
    whole = pixels(strip.tile(0, strip.width))
    edges = [0, 1, 257, 400, 401, 1000, 1777, strip.width]
    parts = [pixels(strip.tile(left, right - left)) for left, right in pairwise(edges)]
    assert np.array_equal(np.concatenate(parts, axis=1), whole)


@pytest.mark.parametrize("style", STYLES)
def test_tile_is_opaque_just_when_its_ground_is(style: Style) -> None:
    tile = Strip("Chào 🇻🇳", style, 54).tile(0, 300)
    assert tile.opaque == (len(style.ground) == 7)
    assert tile.opaque == bool((pixels(tile)[..., 3] == 255).all())


def test_letters_on_a_clear_ground_have_no_dark_fringe() -> None:
    tile = pixels(Strip("Chào mừng", Style(ground="#00000000"), 54).tile(0, 400))
    edge = tile[(tile[..., 3] > 0) & (tile[..., 3] < 255)]
    assert len(edge) > 50
    assert (edge[..., :3] == 255).all()


@pytest.mark.parametrize("height", [20, 54, 108, 215])
@pytest.mark.parametrize("name", CASES)
def test_no_letter_touches_the_rim(name: str, height: int) -> None:
    strip = Strip(CASES[name], Style(ground="#000000"), height, separator="")
    ink = pixels(strip.tile(-height, strip.width + 2 * height))[..., :3].max(axis=2)
    assert ink.any()
    assert not ink[0].any()
    assert not ink[-1].any()


def test_width_is_the_strips_with_its_separator() -> None:
    bare = Strip(MIXED, Style(), 54, separator="").width
    assert Strip(MIXED, Style(), 54).width > bare + 54
    assert SEPARATOR.strip()


def test_nothing_to_show_is_no_width() -> None:
    assert Strip(" \n\u200b\x07", Style(), 54).width == 0
    assert Strip("", Style(), 54).tile(0, 10).size == (10, 54)


def test_size_is_the_styles_unless_too_tall() -> None:
    assert Strip("Chào", Style(size=0.4), 100).em == 40
    assert 50 <= Strip("Chào", Style(size=2.0), 100).em <= 75


def test_beyond_its_ends_there_is_only_ground() -> None:
    strip = Strip("Chào", Style(ground="#112233"), 54, separator="")
    for x in (-500, strip.width + 60):
        assert picture(strip.tile(x, 100)).convert("RGB").getcolors() == [(5400, (0x11, 0x22, 0x33))]


def test_lines_of_a_file_are_parted_by_the_separator() -> None:
    style = Style()
    assert Strip("Một\n\nHai\n", style, 54).width == Strip(f"Một{SEPARATOR}Hai", style, 54).width


def test_a_hundred_thousand_characters_need_little_memory() -> None:
    text = (LONG + " ") * (100_000 // len(LONG) + 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    strip = Strip(text, Style(), 54)
    tiles = [strip.tile(x, 960) for x in range(0, strip.width, strip.width // 50)]
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert strip.width > 1_000_000
    assert len({tile.pixels for tile in tiles}) > 40
    assert grown < 150_000, f"{grown} KiB"


def test_an_endless_word_is_a_strip_too() -> None:
    assert Strip("a" * 30_000, Style(), 32).width > 300_000


@pytest.mark.parametrize("tower", ["a" + "\u0301" * 50_000, "👍" + "\u0301" * 50_000, "❤" + "\ufe0f\u200d" * 20_000])
def test_towers_of_marks_are_cut(tower: str) -> None:
    strip = Strip(tower, Style(), 32, separator="")
    assert strip.width < 32 * 24
    assert strip.tile(0, 64).size == (64, 32)


@given(st.text(max_size=60), st.sampled_from(STYLES))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_any_text_makes_a_strip(text: str, style: Style) -> None:
    strip = Strip(text, style, 40)
    tile = strip.tile(0, 120)
    assert tile.size == (120, 40)
    assert strip.width >= 0
