"""Rectangles of LED pixels."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.core.geometry import Rect, Size, place

SIZES = st.builds(Size, st.integers(1, 5000), st.integers(1, 5000))
SMALL = st.builds(Rect, st.integers(-6, 6), st.integers(-6, 6), st.integers(0, 7), st.integers(0, 7))


def pixels(rect: Rect | None) -> set[tuple[int, int]]:
    """Every pixel of a small rectangle."""
    return {(x, y) for x in range(rect.x, rect.right) for y in range(rect.y, rect.bottom)} if rect else set()


@given(SMALL, SMALL)
def test_rectangles_are_sets_of_pixels(one: Rect, other: Rect) -> None:
    assert pixels(one.intersection(other)) == pixels(one) & pixels(other)
    assert pixels(one.union(other)) >= pixels(one) | pixels(other)
    assert one.covers(other) == (pixels(one) >= pixels(other))
    assert one.empty == (not pixels(one))
    parts = one.subtract(other)
    assert set().union(*map(pixels, parts)) == pixels(one) - pixels(other)
    assert sum(len(pixels(part)) for part in parts) == len(pixels(one) - pixels(other))
    assert pixels(one.offset(3, -2)) == {(x + 3, y - 2) for x, y in pixels(one)}


def test_zones_are_placed_in_pixels_or_percent() -> None:
    canvas = Size(1920, 1080)
    assert place((0, 0), ("100%", "100%"), canvas) == Rect(0, 0, 1920, 1080)
    assert place((0, "90%"), ("100%", "10%"), canvas) == Rect(0, 972, 1920, 108)
    assert place((10, "12.5%"), (100, 20), canvas) == Rect(10, 135, 100, 20)


@given(SIZES, st.lists(st.integers(1, 9999), min_size=2, max_size=6, unique=True).map(sorted))
def test_zones_that_meet_in_percent_meet_in_pixels(canvas: Size, cuts: list[int]) -> None:
    edges = [0, *cuts, 10_000]
    shares = [f"{edge // 100}.{edge % 100:02}%" for edge in edges]
    widths = [right - left for left, right in itertools.pairwise(edges)]
    sizes = [f"{width // 100}.{width % 100:02}%" for width in widths]
    zones = [place((at, 0), (size, "100%"), canvas) for at, size in zip(shares, sizes, strict=False)]
    assert zones[0].x == 0
    assert zones[-1].right == canvas.width
    assert all(one.right == other.x for one, other in itertools.pairwise(zones))


@pytest.mark.parametrize("wrong", ["90", "%", "9O%", "1e9%", " 5%", "5 %", "", "nan%", "٥%"])
def test_what_is_no_length_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="pixels as in 960"):
        place((0, wrong), (1, 1), Size(100, 100))
