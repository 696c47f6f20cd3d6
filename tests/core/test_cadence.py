"""Films on an output of 50 or 60 frames a second: pictures are held as evenly as can be, whenever the film begins."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.core.cadence import Cadence
from player.core.pacing import frame_index, frame_instant
from player.core.units import SECOND, Instant, Span

NTSC = Fraction(1000, 1001)
RATES = (24 * NTSC, Fraction(24), Fraction(25), 30 * NTSC, Fraction(30), Fraction(50), 60 * NTSC, Fraction(60))
WHOLE = [rate for rate in RATES if rate.denominator == 1]
BEGIN = st.integers(0, 4 * 10**15).map(Instant)
PICTURES = 240


def holds(cadence: Cadence, times: list[Span]) -> list[int]:
    """For how many output frames each picture stands."""
    return [after - now for now, after in pairwise([cadence.frame_of(at) for at in times])]


def exact(rate: Fraction, first: int = 0) -> list[Span]:
    """When pictures of the film are up, in whole microseconds."""
    return [Span(int(number * SECOND / rate)) for number in range(first, first + PICTURES)]


def is_even(held: list[int]) -> bool:
    """Whether long and short are spread as evenly as can be: as many pictures in a row, wherever one begins to count,
    stand for the same time but for one output frame."""
    for count in range(1, 25):
        sums = [sum(held[start : start + count]) for start in range(len(held) - count + 1)]
        if max(sums) - min(sums) > 1:
            return False
    return True


@given(BEGIN, st.sampled_from(RATES), st.sampled_from((50, 60)), st.integers(0, 10**6))
def test_pictures_are_held_evenly_whenever_the_film_begins(
    begin: Instant, rate: Fraction, fps: int, first: int
) -> None:
    held = holds(Cadence.of(begin, fps), exact(rate, first))
    assert set(held) <= {int(fps / rate), -int(-fps / rate // 1)}
    assert is_even(held)


@given(BEGIN, st.sampled_from(WHOLE), st.sampled_from((50, 60)), st.data())
def test_a_rounded_time_stamp_makes_no_difference(
    begin: Instant, rate: Fraction, fps: int, data: st.DataObject
) -> None:
    off = data.draw(st.lists(st.integers(-500, 500), min_size=PICTURES, max_size=PICTURES))
    times = exact(rate)
    moved = [Span(max(0, at + by)) for at, by in zip(times, off, strict=True)]
    cadence = Cadence.of(begin, fps)
    assert holds(cadence, moved) == holds(cadence, times)


@pytest.mark.parametrize(
    ("rate", "fps", "held"),
    [
        (24, 60, "2323232323"),
        (25, 60, "2323223232"),
        (30, 60, "2222222222"),
        (50, 60, "1121111211"),
        (60, 60, "1111111111"),
        (24, 50, "2222223222"),
        (25, 50, "2222222222"),
        (30, 50, "2122122122"),
        (60, 50, "1101111101"),
    ],
)
def test_the_cadence(rate: int, fps: int, held: str) -> None:
    assert "".join(map(str, holds(Cadence.of(Instant(1), fps), exact(Fraction(rate))))).startswith(held)


@given(BEGIN, st.sampled_from((50, 60)), st.integers(0, 10**7))
def test_where_a_film_is_joined_its_picture_is_the_one_that_is_up(begin: Instant, fps: int, passed: int) -> None:
    cadence = Cadence.of(begin, fps)
    frame = cadence.first + passed
    reached = cadence.reached(frame)
    assert cadence.frame_of(reached) <= frame
    assert passed == 0 or cadence.frame_of(Span(reached + 1)) == frame + 1


@given(BEGIN, st.sampled_from((50, 60)))
def test_the_first_picture_comes_up_in_the_first_frame_of_the_item(begin: Instant, fps: int) -> None:
    cadence = Cadence.of(begin, fps)
    assert cadence.frame_of(Span(0)) == cadence.first
    assert frame_instant(cadence.first, fps) >= begin
    assert frame_index(begin, fps) in (cadence.first, cadence.first - 1)
