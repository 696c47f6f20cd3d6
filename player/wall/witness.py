"""Sees every frame that is on the wall, and has the play log told of it."""

import time
from collections.abc import Iterable
from pathlib import Path

from player.core.units import Instant, Span
from player.library.clockquality import ClockJudge
from player.media.nursery import Nursery
from player.wall.layer import Trouble
from player.wall.playlog import PlayLog
from player.wall.plays import SET, PlayTracker
from player.wall.stage import Stage

_SLOW = 200
"""Microseconds that reading two clocks may take; longer, and something came between them."""

_EARLY = 20_000
"""Microseconds by which a frame may seem to be of the future, from reading clocks one after the other."""


class Witness:
    """The play log of one run of the wall. Nothing here waits for anything."""

    def __init__(self, nursery: Nursery, state: Path) -> None:
        self._judge = ClockJudge(state)
        self._tracker = PlayTracker(lambda _at: self._judge())
        self._log = PlayLog(nursery, state, Span(time.monotonic_ns() // 1000))
        self._offset = 0
        self._number = 0
        self._seen = False

    def frame(self, stage: Stage, number: int, shown: Instant) -> None:
        """The frame of the instant `shown`, of show `number`, has been presented."""
        self._offset = offset_of(shown, self._offset)
        self._number, self._seen = number, True
        news = self._tracker.frame(stage, number, shown, self._offset)
        if news:
            self._log.say(news, self._tracker.moment())

    def still(self, shown: Instant) -> None:
        """What was presented last is the frame of the instant `shown` too."""
        self._offset = offset_of(shown, self._offset)
        news = self._tracker.still(shown, self._offset, self._number)
        if news:
            self._log.say(news, self._tracker.moment())

    def faults(self, troubles: Iterable[Trouble]) -> None:
        """These items could not be shown."""
        self._log.say(self._tracker.faults(troubles, self._number), self._tracker.moment())

    def beat(self) -> None:
        """All goes on; to be called several times a second."""
        if self._seen:
            self._log.beat(self._tracker.moment(), dark=self._tracker.dark)

    def describe(self) -> dict[str, object]:
        """For the status: what is not on disk yet, and why."""
        return {"waiting": self._log.waiting, "lost": self._log.lost, "fault": self._log.fault}

    def close(self) -> None:
        """The wall was told to end."""
        if self._seen:
            self._log.start(at_once=True)
            self._log.say(self._tracker.stopped(self._number), self._tracker.moment())
        self._log.close()


def offset_of(shown: Instant, before: int) -> int:
    """By how many microseconds the clock of the frame of the instant `shown`, drawn a moment ago, is ahead of the
    monotonic clock; `before` is what it was for the frame before."""
    start = time.monotonic_ns()
    clock = time.time_ns()
    end = time.monotonic_ns()
    found = (clock - (start + end) // 2) // 1000
    return judged(found, (end - start) // 1000, before, Span(end // 1000 - shown)) if before else found


def judged(found: int, doubt: int, before: int, ago: Span) -> int:
    """The offset `found` just now, by readings that took `doubt`, or that of the frame before: whichever this frame's
    instant was taken by. `ago` is how long ago that was were there no offset."""
    step = found - before
    if abs(step) <= max(SET, doubt):
        return found if doubt <= _SLOW else before
    # The clock was set: before this frame, or since? No frame is of the future, and the younger of two is likelier.
    by_old, by_new = ago + before, ago + found
    return before if by_old >= -_EARLY and not -_EARLY <= by_new < by_old else found
