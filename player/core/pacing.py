"""The grid of output frames, and where a banner is on it: functions of the clock alone, so that walls agree.

Frame `n` at `fps` frames a second begins at the first whole microsecond not before n/fps seconds after 1970; integers
throughout, so that nothing drifts in years.
"""

from math import gcd

from player.core.units import SECOND, Instant, Span


def frame_index(now: Instant, fps: int) -> int:
    """The number of the frame that holds `now`."""
    return now * fps // SECOND


def frame_instant(index: int, fps: int) -> Instant:
    """The first instant of a frame: `frame_index(frame_instant(n, fps), fps) == n`."""
    return Instant(-(-index * SECOND // fps))


def next_frame(now: Instant, fps: int) -> Instant:
    """When the frame after the one that holds `now` begins."""
    return frame_instant(frame_index(now, fps) + 1, fps)


def crawl_out(end: Instant, extent: int, step: int, fps: int) -> Instant:
    """When the last of a banner, which was all in its zone at `end`, has crossed the zone's `extent` pixels."""
    return frame_instant(frame_index(end, fps) + -(-extent // step), fps)


def crawl_span(width: int, step: int, fps: int) -> Span:
    """How long a strip `width` pixels wide takes to move by its own width, in whole frames of `step` pixels."""
    return Span(frame_instant(-(-width // step), fps))


def seamless_width(width: int, step: int, fps: int) -> int:
    """The least width, from `width` on, that takes a whole number of frames and of microseconds.

    A strip of that width, repeated end to end, follows itself without a gap and without ever slipping off the grid.
    """
    frames = fps // gcd(fps, SECOND)
    unit = step * frames
    return -(-width // unit) * unit


def whole_step(speed: float, fps: int) -> int:
    """The whole pixels a frame, at least 1, that come nearest to `speed` pixels a second."""
    return max(1, int(speed / fps + 0.5))


def progress(now: Instant, start: Instant, span: Span) -> float:
    """How far a transition is, from 0 at `start` to 1 when `span` has passed; one without a span is over."""
    if span <= 0:
        return 1.0
    return min(1.0, max(0.0, (now - start) / span))
