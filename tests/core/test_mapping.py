"""Mappings: each pixel of the canvas comes to lie where it should, whatever part of it is copied."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from player.core.geometry import Rect, Size
from player.core.mapping import TURNS, Flip, Patch, copies, cut_off, gaps, outside, overlaps

STRIP = (
    Patch(Rect(0, 0, 1280, 96), 0, 0),
    Patch(Rect(1280, 0, 1280, 96), 0, 96),
    Patch(Rect(2560, 0, 640, 96), 0, 192),
)
"""A strip of 3200 x 96, folded into a window of 1280 x 288."""

patches = st.builds(
    Patch,
    source=st.builds(Rect, st.integers(0, 6), st.integers(0, 6), st.integers(1, 7), st.integers(1, 7)),
    left=st.integers(0, 9),
    top=st.integers(0, 9),
    rotate=st.sampled_from(TURNS),
    flip=st.sampled_from(Flip),
)


def copied(canvas: np.ndarray, patch: Patch) -> np.ndarray:
    """The patch as numpy turns it: counter-clockwise, hence the sign."""
    x, y, width, height = patch.source
    piece = canvas[y : y + height, x : x + width]
    if patch.flip is Flip.HORIZONTAL:
        piece = np.fliplr(piece)
    elif patch.flip is Flip.VERTICAL:
        piece = np.flipud(piece)
    return np.rot90(piece, -patch.rotate // 90)


@given(patches, st.data())
def test_a_part_comes_to_lie_within_its_patch_as_the_whole_does(patch: Patch, data: st.DataObject) -> None:
    canvas = np.arange(20 * 20).reshape(20, 20)
    output = np.full((40, 40), -1)
    x, y, width, height = patch.target
    output[y : y + height, x : x + width] = copied(canvas, patch)
    across = data.draw(st.integers(patch.source.x, patch.source.right - 1))
    down = data.draw(st.integers(patch.source.y, patch.source.bottom - 1))
    part = Rect(
        across,
        down,
        data.draw(st.integers(1, patch.source.right - across)),
        data.draw(st.integers(1, patch.source.bottom - down)),
    )
    x, y, width, height = patch.carry(part)
    expected = canvas[part.y : part.bottom, part.x : part.right]
    assert sorted(output[y : y + height, x : x + width].flat) == sorted(expected.flat)
    assert patch.carry(patch.source) == patch.target


def test_a_folded_strip_covers_its_window_and_every_pixel_of_it_once() -> None:
    assert cut_off(STRIP, Size(3200, 96), {1: Size(1280, 288)}) == []
    assert all(cut_off(STRIP, Size(3200, 96), {1: less}) for less in (Size(1279, 288), Size(1280, 287)))
    assert gaps(STRIP, Size(3200, 96)) == []
    assert overlaps(STRIP) == []
    assert cut_off(STRIP, Size(3200, 96), {1: Size(1920, 1080)}) == []


def test_what_reaches_over_a_fold_is_copied_in_two_parts() -> None:
    found = [(patch.carry(part), part) for patch, part in copies(STRIP, [Rect(1270, 10, 20, 5)])]
    assert found == [
        (Rect(1270, 10, 10, 5), Rect(1270, 10, 10, 5)),
        (Rect(0, 106, 10, 5), Rect(1280, 10, 10, 5)),
    ]


def test_what_is_wrong_is_found() -> None:
    two = (Patch(Rect(0, 0, 10, 10), 0, 0), Patch(Rect(10, 0, 20, 10), 5, 5, rotate=90))
    assert overlaps(two) == [(0, 1)]
    assert outside(two, Size(20, 10)) == [1]
    assert gaps(two, Size(40, 10)) == [Rect(30, 0, 10, 10)]
    assert cut_off(two, Size(40, 10), {1: Size(15, 20)}) == [Rect(5, 20, 10, 5)]
    assert gaps((), Size(40, 10)) == []
    assert cut_off((), Size(40, 10), {1: Size(30, 10)}) == [Rect(30, 0, 10, 10)]


@given(st.lists(patches, max_size=5))
def test_gaps_are_the_pixels_that_are_copied_nowhere(several: list[Patch]) -> None:
    canvas, mapping = Size(14, 13), tuple(several)
    seen = {(x, y) for patch in several for x, y in _pixels(patch.source)}
    missing = [pixel for rect in gaps(mapping, canvas) for pixel in _pixels(rect)]
    assert len(missing) == len(set(missing))
    whole = set(product(range(canvas.width), range(canvas.height))) if several else set()
    assert set(missing) == whole - seen


def _pixels(rect: Rect) -> set[tuple[int, int]]:
    return set(product(range(rect.x, rect.right), range(rect.y, rect.bottom)))
