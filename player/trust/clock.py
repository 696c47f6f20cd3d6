"""Trusted time: by what the dates in signed metadata are judged, and nothing else.

A clock without a battery comes up in 1970, and one that nobody sets may say anything. So the time is the latest of
three that cannot be too late: a clock that is synchronised, the last time that was trusted, and the day this version
was built. The last trusted time comes from signatures of the agencies (a role was signed when it says; that the
server's own key says nothing here, a stolen server cannot make all that was signed look old) and from a synchronised
clock by which signatures were found good: so a lying clock moves it no further than signatures hold.
"""

import ctypes
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from player import BUILT
from player.core.plainjson import parsed

log = logging.getLogger(__name__)

NAME = "time.json"
WORTH_WRITING = timedelta(hours=6)
"""How far the trusted time moves before it is written again: disks wear."""

_TOLERANCE = timedelta(minutes=5)
_MOST_ERROR = 16_000_000
"""Microseconds: at this estimate of its error the kernel takes its clock for not synchronised (adjtimex(2))."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the computer's clocks say: the wall clock, whether somebody keeps it right, and seconds of the monotonic
    clock."""

    moment: datetime
    synchronised: bool
    monotonic: float


def trusted_time(reading: Reading, last: datetime, since: float) -> datetime:
    """The latest of a synchronised clock, the build date, and `last`, which was trusted when the monotonic clock said
    `since`."""
    elapsed = timedelta(seconds=max(0.0, reading.monotonic - since))
    latest = max(last + elapsed, BUILT)
    return max(latest, reading.moment) if reading.synchronised else latest


class TrustClock:
    """The trusted time of one state folder, remembered in its `folder`. One thread uses it. `keep` writes a file
    whole."""

    def __init__(
        self, folder: Path, keep: Callable[[Path, bytes], None], read: Callable[[], Reading] | None = None
    ) -> None:
        self._path = folder / NAME
        self._keep = keep
        self._read = read or read_clocks
        self._last = self._written = self._remembered()
        self._since = self._read().monotonic

    def now(self) -> datetime:
        """The trusted time."""
        return trusted_time(self._read(), self._last, self._since)

    def doubt(self, fresh_until: datetime | None = None) -> timedelta | None:
        """By how much the computer's clock is wrong at least, ahead if above 0; None when it may be right.

        It is behind when it says less than what is known to be past. It is ahead when nobody keeps it right and what
        was signed a moment ago, and holds until `fresh_until`, would be long out of date by it.
        """
        reading = self._read()
        trusted = trusted_time(reading, self._last, self._since)
        if trusted - reading.moment > _TOLERANCE:
            return reading.moment - trusted
        if fresh_until and not reading.synchronised and trusted < fresh_until < reading.moment:
            return reading.moment - fresh_until
        return None

    def learn(self, signed: datetime) -> None:
        """Signatures prove that `signed` is past, and hold by a synchronised clock: both are remembered. They prove it
        only where no such clock says that it is to come."""
        reading = self._read()
        now = trusted_time(reading, self._last, self._since)
        if not reading.synchronised:
            now = max(signed, now)
        self._last, self._since = now, reading.monotonic
        if now - self._written < WORTH_WRITING:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._keep(self._path, json.dumps({"trusted": now.isoformat()}).encode())
        except OSError as error:
            log.warning("%s cannot be written: %s", self._path, error)
            return
        self._written = now

    def _remembered(self) -> datetime:
        try:
            moment = datetime.fromisoformat(parsed(self._path.read_bytes())["trusted"])
        except FileNotFoundError:
            return BUILT
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("%s cannot be read: %s", self._path, error)
            return BUILT
        return max(moment, BUILT) if moment.tzinfo else BUILT


def read_clocks() -> Reading:
    """The clocks of this computer."""
    return Reading(datetime.fromtimestamp(time.time(), UTC), is_synchronised(), time.monotonic())


class _Timex(ctypes.Structure):
    """The beginning of the kernel's `struct timex`, and room for the rest."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_long * 32),
    )


def is_synchronised() -> bool:
    """Whether the kernel holds its clock for synchronised, by NTP or otherwise."""
    timex = _Timex()
    state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
    return bool(state >= 0 and timex.maxerror < _MOST_ERROR)
