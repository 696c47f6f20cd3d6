"""How long a film waits for a decoder that is alive and delivers nothing."""

from collections.abc import Callable

from player.core.units import Instant, seconds
from player.media.effort import Effort

STALL = seconds(0.4)
"""A film whose decoder has delivered nothing for this long, though it has free slots, will be opened anew."""

LONGEST_STALL = seconds(3)
"""The same while the decoder is at work: the machine is short of breath, and opening anew would not help."""

_AFTER = seconds(0.05)


class Hunger:
    """That of one film; `effort` tells what its decoder has done so far."""

    def __init__(self, effort: Callable[[], Effort | None]) -> None:
        self._effort = effort
        self._since: Instant | None = None
        self._limit = Instant(0)
        self._before: Effort | None = None

    def fed(self) -> None:
        """There is a picture in hand, or one has just come."""
        self._since = None

    def hopeless(self, now: Instant) -> bool:
        """None has come, to be asked at each look: whether the decoder has done nothing, or far too little, since."""
        if self._since is None:
            self._since, self._before, self._limit = now, self._effort(), Instant(now + STALL)
            return False
        if now <= self._limit:
            return False
        effort = self._effort()
        if effort is None or now - self._since > LONGEST_STALL or not effort.beyond(self._before):
            return True
        # The kernel counts work in hundredths of a second: what it has done is asked again after as long.
        self._before, self._limit = effort, Instant(now + STALL)
        return False

    def deadline(self, now: Instant) -> Instant | None:
        """When to look again; None while it is fed."""
        return None if self._since is None else Instant(max(now, self._limit) + _AFTER)
