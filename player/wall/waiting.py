"""Clips that are awaited: how long, and when to stop."""

from dataclasses import dataclass
from typing import NamedTuple

from player.core.plan import Cue
from player.core.units import Instant, seconds
from player.media.effort import Effort
from player.wall.clips import Showing, State

LEAD = seconds(6)
"""How long before its time the next item is opened."""

PATIENCE = seconds(0.8)
"""How long an item that is due may go without a picture while its decoder does nothing."""

LONGEST = seconds(5)
"""The same while its decoder works: a film begun in its middle, a huge picture, a slow disk."""

GRACE = seconds(0.1)
"""The same for an item that was opened in good time."""


TRIES = 2
"""How often an item may fail in one play before others stand in for it."""

FORGIVEN = seconds(10)
"""A failure longer ago than this is not counted."""


class Tries(NamedTuple):
    """How often one play has failed, and when last."""

    cue: Cue
    failures: int
    at: Instant


@dataclass
class Waiting:
    """A clip opened for `cue` that has no picture yet. `limit` moves on while its decoder works, up to `last`."""

    cue: Cue
    showing: Showing
    limit: Instant
    last: Instant
    effort: Effort | None = None

    @classmethod
    def begun(cls, cue: Cue, showing: Showing, now: Instant) -> "Waiting":
        return cls(cue, showing, Instant(now + PATIENCE), Instant(now + LONGEST), showing.effort())

    def due(self, now: Instant) -> None:
        """Its time has come: count what is left of the patience from here."""
        self.limit = Instant(max(self.limit, now + GRACE))
        self.last = Instant(max(self.last, now + PATIENCE))

    @property
    def serves(self) -> bool:
        """Whether it is worth waiting for."""
        return self.showing.state is not State.FAILED and not self.showing.unborn

    def is_to_be_tried_again(self, now: Instant) -> bool:
        """Whether no decoder could be started for it, and that was some time ago."""
        return self.showing.unborn and now > self.limit

    def overdue(self, now: Instant) -> bool:
        """Whether to give it up. A decoder that is at work is given time; one that is stuck is not."""
        if now <= self.limit:
            return False
        effort = self.showing.effort()
        if now < self.last and effort is not None and effort.beyond(self.effort):
            self.effort = effort
            self.limit = Instant(now + PATIENCE)
            return False
        return True
