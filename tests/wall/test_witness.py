"""Which clock a frame was drawn by, when the clock is set while it is drawn."""

import pytest

from player.core.units import Span, seconds
from player.wall.witness import judged

BEFORE = 1_795_000_000_000_000
"""By how much the clock is ahead of the monotonic one, in microseconds."""

QUICK, SLOW = 5, 5_000
DRAWING = seconds(0.04)


@pytest.mark.parametrize("step", [seconds(0.15), seconds(86_400), -seconds(0.15), -seconds(86_400)])
@pytest.mark.parametrize("doubt", [QUICK, SLOW])
def test_a_clock_that_is_set_while_a_frame_is_drawn_counts_from_the_next(step: Span, doubt: int) -> None:
    found = BEFORE + step
    drawn_before = Span(DRAWING - BEFORE)
    assert judged(found, doubt, BEFORE, drawn_before) == BEFORE
    drawn_after = Span(DRAWING - found)
    assert judged(found, doubt, BEFORE, drawn_after) == found


def test_a_slow_reading_is_no_setting_of_the_clock() -> None:
    ago = Span(DRAWING - BEFORE)
    assert judged(BEFORE + 150_000, 300_000, BEFORE, ago) == BEFORE
    assert judged(BEFORE + 900, 2_000, BEFORE, ago) == BEFORE
    assert judged(BEFORE + 900, 10, BEFORE, ago) == BEFORE + 900, "a clock that is kept gently is followed"
