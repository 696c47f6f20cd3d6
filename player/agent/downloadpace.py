"""How fast downloads may be, and how soon one that failed is tried again. No thread and no clock of its own."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds until what has failed is tried again: at most `first` after the first failure, twice as many after each
    that follows, never more than `longest`."""

    first: float = 2.0
    longest: float = 300.0

    def most(self, failures: int) -> float:
        return float(min(self.first * 2.0 ** min(failures - 1, 30), self.longest))


class Backoff:
    """What has failed, by any key, and from when on it may be tried again. Instants are of the monotonic clock. Its
    user holds a lock."""

    def __init__(self, patience: Patience, chance: Random) -> None:
        self._patience, self._chance = patience, chance
        self._failed: dict[str, tuple[int, float, float]] = {}
        """How often, when last, and until when it is left alone."""

    def due(self, key: str) -> float:
        """From when on; 0 when it has not failed."""
        return self._failed.get(key, (0, 0.0, 0.0))[2]

    def failed(self, key: str, begun: float, now: float) -> float:
        """An attempt that began at `begun` has failed; the seconds until the next. Of attempts side by side only the
        first counts: a server that goes away fails all of them at once."""
        count, last, until = self._failed.get(key, (0, -1.0, 0.0))
        if begun >= last:
            # Anything from nothing to the whole: a hundred gates must not come back all at once.
            until = now + self._chance.uniform(0.0, self._patience.most(count + 1))
            self._failed[key] = (count + 1, now, until)
        return max(until - now, 0.0)

    def postpone(self, key: str, until: float) -> None:
        """Leave it alone until then; that is no failure of its own."""
        count, last, before = self._failed.get(key, (0, -1.0, 0.0))
        self._failed[key] = (count, last, max(until, before))

    def succeeded(self, key: str) -> None:
        self._failed.pop(key, None)


class Bucket:
    """Shares `rate` bytes a second among threads. A quarter of a second's worth may come at once."""

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = rate, clock
        self._lock = threading.Lock()
        self._tokens, self._at = 0.0, clock()

    @property
    def slice(self) -> int:
        """How much to read at most in one go."""
        return max(512, int(self._rate / 16))

    def wait(self) -> float:
        """Seconds until something may be read; 0: now."""
        with self._lock:
            now = self._clock()
            self._tokens = min(self._tokens + (now - self._at) * self._rate, self._rate / 4)
            self._at = now
            return max(0.0, -self._tokens / self._rate)

    def took(self, count: int) -> None:
        with self._lock:
            self._tokens -= count
