"""A banner that moves up: its lines, its tiles, its length."""

from itertools import pairwise

import numpy as np
import pytest

from player.core.geometry import Size
from player.core.model import Banner, Direction, Edge, Style
from player.media.text.ribbon import ribbon_of
from player.media.text.roll import Roll, roll_em
from tests.media.text.cases import CASES, MIXED, NOTICES
from tests.media.text.test_crawl import pixels

ZONE = Size(320, 480)
TEXT = "\n".join((*CASES.values(), MIXED, NOTICES["khmer"].text))
STYLES = [Style(), Style(edge=Edge.SHADOW, ground="#00000060"), Style(edge=Edge.OUTLINE, bold=True)]


@pytest.mark.parametrize("style", STYLES)
def test_tiles_joined_are_the_roll(style: Style) -> None:
    roll = Roll(TEXT, style, ZONE)
    whole = pixels(roll.tile(0, roll.length))
    edges = [0, 1, 255, 256, 300, 777, roll.length]
    parts = [pixels(roll.tile(top, bottom - top)) for top, bottom in pairwise(edges)]
    assert np.array_equal(np.concatenate(parts), whole)


def test_no_letter_touches_a_side_and_the_text_fills_the_roll_evenly() -> None:
    roll = Roll(TEXT, Style(ground="#000000"), ZONE)
    ink = pixels(roll.tile(0, roll.length))[..., :3].max(axis=2) > 0
    assert not ink[:, :8].any()
    assert not ink[:, -8:].any()
    rows = np.flatnonzero(ink.any(axis=1))
    assert np.diff(rows).max() < 3 * roll.em
    # Where it ends the next one begins: as much room as between lines, no more than a few.
    assert 0 < roll.length - rows[-1] < 3 * roll.em


def test_lines_are_kept_and_long_ones_wrapped() -> None:
    one, three = Roll("Chào", Style(), ZONE), Roll("Chào\n\nmừng\nquý khách", Style(), ZONE)
    assert three.length > one.length
    assert Roll("Chào mừng quý khách " * 20, Style(), ZONE).length > 10 * one.em


def test_nothing_to_show_is_no_length() -> None:
    assert Roll(" \n\u200b\x07", Style(), ZONE).length == 0


def test_size_is_the_styles_or_reads_well() -> None:
    assert roll_em(Style(size=0.1), ZONE) == 48
    assert roll_em(Style(), ZONE) == 24
    assert roll_em(Style(), Size(1920, 1080)) == 70


def test_a_banner_says_which_way_its_letters_are_set() -> None:
    banner = Banner(MIXED, 0, 0, 2)
    upward = Banner(MIXED, 0, 0, 2, direction=Direction.UP)
    assert ribbon_of(banner, ZONE).tile(0, 100).size == (100, ZONE.height)
    assert ribbon_of(upward, ZONE).tile(0, 100).size == (ZONE.width, 100)
