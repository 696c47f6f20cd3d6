"""When a burst of changes is over, so that a thousand quick edits make one compile."""

from dataclasses import dataclass

QUIET = 0.3
"""Seconds without a change after which what was written is taken."""

PATIENCE = 2.0
"""Seconds after the first change when it is taken anyway: somebody may never stop writing."""


@dataclass(slots=True)
class Settling:
    """Instants are seconds of the monotonic clock, handed in."""

    first: float | None = None
    last: float = 0.0

    def stir(self, now: float) -> None:
        """Something changed."""
        if self.first is None:
            self.first = now
        self.last = now

    def due(self) -> float | None:
        """When to look; None while nothing has changed."""
        return None if self.first is None else min(self.last + QUIET, self.first + PATIENCE)

    def take(self, now: float) -> bool:
        """True once for each burst, when it is time to look."""
        due = self.due()
        if due is None or now < due:
            return False
        self.first = None
        return True
