"""When each picture of a film comes up on the grid of output frames: evenly, at whatever instant the film begins.

A film counts its output frames from its own first one, so that 24 pictures a second on 60 frames are always held for
2, 3, 2, 3 of them. Like the grid itself that is a function of the clock alone: two walls, and a wall that was started
in mid-film, show the same picture in the same frame.
"""

from typing import NamedTuple

from player.core.pacing import frame_index
from player.core.units import SECOND, Instant, Span

_PARTS = 24
_EARLY = 13
"""A picture comes up in the output frame that is nearest to its time, so it may be early by half a frame, and by a 24th
more: the pictures of films of 24, 25, 30, 50 and 60 a second fall on whole, half, third, fifth, sixth and twelfth parts
of frames at 50 or 60, so that with the 24th none lies where a rounded time stamp would move it to another frame."""


class Cadence(NamedTuple):
    """Of an item whose first output frame has the number `first`, at `fps` frames a second."""

    first: int
    fps: int

    @classmethod
    def of(cls, begin: Instant, fps: int) -> "Cadence":
        """That of an item that begins at `begin`: it is first seen in the first frame that does not begin before."""
        return cls(frame_index(Instant(begin - 1), fps) + 1, fps)

    def frame_of(self, at: Span) -> int:
        """The number of the output frame in which a picture comes up that is due `at` after the item's beginning."""
        return self.first - (_EARLY * SECOND - _PARTS * at * self.fps) // (_PARTS * SECOND)

    def reached(self, frame: int) -> Span:
        """How far the item is in an output frame: the latest time of a picture that has come up by then; 0 in the
        first, so that nothing of its sound is passed over."""
        passed = frame - self.first
        return Span((_PARTS * passed + _EARLY) * SECOND // (_PARTS * self.fps)) if passed > 0 else Span(0)
