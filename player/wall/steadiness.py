"""How evenly pictures come up, against the output frames that their cadence gives them.

The way from the clock's frame to the screen always takes a while, on a display that makes the wall wait for its refresh
up to a whole one. So a picture is late only against those around it, and only when it is by half a frame or more: a
display shows whole frames.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from player.core.pacing import frame_instant
from player.core.units import SECOND, Instant, Span

_AROUND = 32
"""Pictures that one is compared with."""


@dataclass
class Steadiness:
    """`repeats`: output frames by which pictures were held too long; `drops`: pictures that had frames and were never
    shown; `worst`: the latest that one came up."""

    shown: int = 0
    repeats: int = 0
    drops: int = 0
    worst: Span = Span(0)
    _squares: int = 0
    _sum: int = 0

    def note(self, late: Span, repeats: int, drops: int) -> None:
        self.shown += 1
        self.repeats += repeats
        self.drops += drops
        self.worst = max(self.worst, late)
        self._sum += late
        self._squares += late * late

    @property
    def judder(self) -> float:
        """The standard deviation of how late pictures came up, in microseconds."""
        if not self.shown:
            return 0.0
        return sqrt(max(0.0, self._squares / self.shown - (self._sum / self.shown) ** 2))

    def values(self) -> dict[str, object]:
        """For the status."""
        return {
            "shown": self.shown,
            "judder_ms": round(self.judder / 1000, 2),
            "worst_ms": round(self.worst / 1000, 2),
            "repeats": self.repeats,
            "drops": self.drops,
        }


class Observer:
    """Follows the pictures of one clip, on a grid of `fps`, and adds to all of `figures`.

    It begins with the first picture that comes up in its own frame: what is begun in its middle first catches up with
    the time that it took to open.
    """

    def __init__(self, fps: int, figures: Sequence[Steadiness]) -> None:
        self._fps = fps
        self._frame_span = SECOND // fps
        self._figures = figures
        self._taken: list[int] = []
        """Frames of pictures that have become due since the last one was presented."""
        self._chosen = 0
        self._before: tuple[int, int] | None = None
        """The frame of the last picture that was presented, and by how many it was late."""
        self._delays: deque[int] = deque(maxlen=_AROUND)

    def take(self, due: int, frame: int) -> None:
        """A picture of frame `due` was chosen in `frame`; one chosen before it in that frame is passed over."""
        if self._before is not None and due < self._before[0]:
            # The clock was set back.
            self._before = None
            self._delays.clear()
        self._taken.append(due)
        self._chosen = frame

    def presented(self, at: Instant) -> None:
        """What was chosen is on the screen since `at`."""
        if not self._taken:
            return
        taken, self._taken = self._taken, []
        if self._before is None and self._chosen != taken[-1]:
            return
        # Of two pictures in one frame the cadence shows the second only.
        frames = sorted({due for due in taken if self._before is None or due > self._before[0]})
        if not frames:
            return
        late = self._late(Span(at - frame_instant(frames[-1], self._fps)))
        behind = (late + self._frame_span // 2) // self._frame_span
        repeats = drops = 0
        if self._before is not None:
            # The picture before was to stand until the first of these.
            repeats = max(0, frames[-1] + behind - frames[0] - self._before[1])
            drops = len(frames) - 1
        self._before = frames[-1], behind
        for figures in self._figures:
            figures.note(late, repeats, drops)

    def _late(self, delay: Span) -> Span:
        self._delays.append(delay)
        late = Span(delay - min(self._delays))
        return late if 2 * late >= self._frame_span else Span(0)
