"""How evenly frames reach the screen, counted so cheaply that it can always run."""

from player.core.units import Instant

BUCKETS = 101
"""One a millisecond; the last holds everything longer."""


class Tally:
    """A histogram of the time between frames, over stretches in which every frame moves."""

    def __init__(self) -> None:
        self.presented = 0
        self.missed = 0
        """Output frames passed over although something was to move in them."""
        self.intervals = [0] * BUCKETS
        self._last: tuple[Instant, int] | None = None

    def note(self, now: Instant, frame: int, moving: bool) -> None:
        """A frame was presented at `now`, that of grid index `frame`; `moving`: the next one will follow at once."""
        self.presented += 1
        if self._last is not None:
            then, before = self._last
            self.intervals[min(BUCKETS - 1, max(0, (now - then) // 1000))] += 1
            self.missed += max(0, frame - before - 1)
        self._last = (now, frame) if moving else None

    def describe(self) -> dict[str, object]:
        return {"presented": self.presented, "missed": self.missed, "intervals_ms": self.intervals}
