"""What is wanted, what is under way, and what comes next: the book-keeping of the downloads. Their lock guards it."""

from collections.abc import Callable, Iterable, Sequence
from random import Random

from player.agent.downloadevents import Progress, Wanted
from player.agent.downloadpace import Backoff, Patience

HEAVY = 1_000_000
"""Bytes from which on a file has to wait for its hours."""

DISK = "disk"


class DownloadList:
    """Instants are of the monotonic clock, and given."""

    def __init__(self, may_run: Callable[[int], float | None], patience: Patience, chance: Random) -> None:
        self._may_run = may_run
        self.backoff = Backoff(patience, chance)
        self._missing: dict[str, Wanted] = {}
        """By rank."""
        self._running: dict[str, int] = {}
        """Bytes that are here of each."""
        self._spoilt: dict[str, int] = {}
        """How often something else came than was signed."""
        self._came = self._came_bytes = 0

    def __len__(self) -> int:
        return len(self._missing)

    @property
    def shas(self) -> set[str]:
        """What is missing."""
        return set(self._missing)

    def want(self, missing: Iterable[Wanted]) -> None:
        fresh: dict[str, Wanted] = {}
        for one in sorted(missing, key=lambda one: one.rank):
            fresh.setdefault(one.sha, one)
        self._missing = fresh
        self._spoilt = {sha: count for sha, count in self._spoilt.items() if sha in fresh}
        self._came = self._came_bytes = 0

    def wants(self, sha: str) -> bool:
        return sha in self._missing

    def take(self, now: float) -> tuple[Wanted | None, float | None]:
        """The next to fetch; else when to look again, None: when something changes."""
        soonest: float | None = None
        if (due := self.backoff.due(DISK)) > now:
            return None, due
        for one in self._missing.values():
            if one.sha in self._running:
                continue
            due = max(self.backoff.due(one.sha), self._open_at(one, now))
            if due <= now:
                self._running[one.sha] = 0
                return one, None
            soonest = due if soonest is None else min(soonest, due)
        return None, soonest

    def is_open(self, wanted: Wanted, now: float) -> bool:
        """Whether a file that is under way may go on."""
        return self._open_at(wanted, now) <= now

    def _open_at(self, wanted: Wanted, now: float) -> float:
        if wanted.size < HEAVY:
            return now
        wait = self._may_run(wanted.size)
        return now if wait is None else now + max(wait, 0.1)

    def turn(self, sha: str, origins: int) -> int:
        """At which of so many origins to begin: each that gave something else than was signed is passed over."""
        return min(self._spoilt.get(sha, 0), origins - 1)

    def spoilt(self, sha: str) -> None:
        self._spoilt[sha] = self._spoilt.get(sha, 0) + 1

    def at(self, sha: str, count: int) -> None:
        """So much of it is here."""
        if sha in self._running:
            self._running[sha] = count

    def grew(self, sha: str, count: int) -> None:
        if sha in self._running:
            self._running[sha] += count

    def left(self, sha: str) -> None:
        """No longer under way."""
        self._running.pop(sha, None)

    def arrived(self, shas: Sequence[str]) -> None:
        self.backoff.succeeded(DISK)
        for sha in shas:
            self._running.pop(sha, None)
            self.backoff.succeeded(sha)
            if one := self._missing.pop(sha, None):
                self._came += 1
                self._came_bytes += one.size

    def progress(self) -> Progress:
        rest = sum(one.size for one in self._missing.values())
        under_way = sum(self._running.values())
        return Progress(
            self._came, self._came + len(self._missing), self._came_bytes + under_way, self._came_bytes + rest
        )
