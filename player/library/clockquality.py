"""What an instant that the computer's clock gives is worth."""

import time
from datetime import timedelta
from pathlib import Path

from player.core.playlog import ClockQuality
from player.library.files import write_whole
from player.trust.clock import TrustClock, is_synchronised

_EVERY = 5.0
_AFRESH = 600.0
"""Seconds after which the trusted time, which the agent learns, is read again."""


class ClockJudge:
    """Judges the clock by the trusted time of a state folder; asks anew every few seconds."""

    def __init__(self, state: Path) -> None:
        self._trust = state / "trust"
        self._read = self._asked = -_AFRESH
        self._clock: TrustClock | None = None
        self._found = ClockQuality.FREE

    def __call__(self) -> ClockQuality:
        now = time.monotonic()
        if self._clock is None or now - self._read >= _AFRESH:
            self._clock, self._read = TrustClock(self._trust, write_whole), now
        if now - self._asked >= _EVERY:
            self._asked = now
            self._found, _off = judged(self._clock)
        return self._found


def judged(clock: TrustClock) -> tuple[ClockQuality, timedelta | None]:
    """What the computer's clock is worth just now, and by how much it is wrong at least, if it is known to be."""
    off = clock.doubt()
    if off is not None:
        return ClockQuality.WRONG, off
    return (ClockQuality.SYNCHRONISED if is_synchronised() else ClockQuality.FREE), None
