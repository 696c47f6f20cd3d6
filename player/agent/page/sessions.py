"""Who is logged in, and how often somebody may try. Any thread of the page's server may use these."""

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

LASTS = 12 * 3600.0
"""Seconds that a login holds."""

_MOST_SESSIONS = 500
_MOST_ADDRESSES = 1000
_FREE, _FREE_IN_ALL = 3, 10
"""Tries that cost no waiting, from one address and from all together."""

_LONGEST, _LONGEST_IN_ALL = 900.0, 60.0
_FORGOTTEN = 3600.0


@dataclass(frozen=True, slots=True)
class _Session:
    until: float
    password: bytes


class Sessions:
    """Server side: a cookie holds nothing but a random number. `clock` gives seconds that never jump."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._open: OrderedDict[str, _Session] = OrderedDict()
        self._secret = secrets.token_bytes(32)

    def begin(self, password: bytes) -> str:
        """A new session of somebody who knew the password that is stored as `password`."""
        name = secrets.token_urlsafe(32)
        with self._lock:
            self._open[_key(name)] = _Session(self._clock() + LASTS, password)
            while len(self._open) > _MOST_SESSIONS:
                self._open.popitem(last=False)
        return name

    def holds(self, name: str, password: bytes) -> bool:
        """Whether the session is open; it is not any more once another password is stored."""
        with self._lock:
            found = self._open.get(_key(name))
            if found is None:
                return False
            if found.until > self._clock() and hmac.compare_digest(found.password, password):
                return True
            del self._open[_key(name)]
            return False

    def end(self, name: str) -> None:
        """Log out."""
        with self._lock:
            self._open.pop(_key(name), None)

    def token(self, name: str) -> str:
        """What a form of this visitor must bring back: only our own pages know it."""
        return hmac.new(self._secret, name.encode(), hashlib.sha256).hexdigest()

    def is_token(self, name: str, token: str) -> bool:
        return bool(name) and hmac.compare_digest(self.token(name).encode(), token.encode())

    def mark(self, text: str) -> bytes:
        """By which a text is known again without being kept."""
        return hmac.new(self._secret, text.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


@dataclass(slots=True)
class _Tries:
    failed: int = 0
    last: float = 0.0

    def wait(self, now: float, free: int, longest: float) -> float:
        """Seconds until the next try, which double with each that failed."""
        if self.failed < free:
            return 0.0
        return max(0.0, self.last + min(longest, 2.0 ** min(self.failed - free, 20)) - now)

    def fail(self, now: float) -> None:
        self.failed = 1 if now - self.last > _FORGOTTEN else self.failed + 1
        self.last = now


@dataclass(slots=True)
class Attempts:
    """Slows down whoever guesses: each address, and all together, so that many addresses are of little use."""

    clock: Callable[[], float] = time.monotonic
    _all: _Tries = field(default_factory=_Tries)
    _each: OrderedDict[str, _Tries] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, address: str) -> float:
        """Seconds before the next try from there; 0: now."""
        now = self.clock()
        with self._lock:
            each = self._each.get(address, _Tries()).wait(now, _FREE, _LONGEST)
            return max(each, self._all.wait(now, _FREE_IN_ALL, _LONGEST_IN_ALL))

    def failed(self, address: str) -> None:
        now = self.clock()
        with self._lock:
            self._all.fail(now)
            self._each.setdefault(address, _Tries()).fail(now)
            self._each.move_to_end(address)
            while len(self._each) > _MOST_ADDRESSES:
                self._each.popitem(last=False)

    def succeeded(self, address: str) -> None:
        with self._lock:
            self._each.pop(address, None)


def _key(name: str) -> str:
    """Sessions are found by a hash, so that how long a look-up takes tells nothing of the names."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
