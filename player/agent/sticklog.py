"""Takes the play log home on sticks: every sealed day that a stick lacks, a little at a time, so that an alert never
waits for a slow stick."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from player.agent.sticks import Stick
from player.config.language import _
from player.library.delivery import (
    BY_STICK,
    RECORDS,
    SEAL,
    SealedDay,
    delivered_through,
    mark_delivered,
    sealed_days,
)
from player.library.files import write_whole

log = logging.getLogger(__name__)

FOLDER = "playlog"
"""On a stick: `playlog/<gate>/000012-2026-11-25.parquet` and `.json`."""

SealNow = Callable[[], threading.Event]
"""Has today's records sealed too; what it gives is set once that was tried."""

_AT_ONCE = 0.5
_SEALING = 120.0
"""Seconds that the sealing of the running day is waited for; then what is sealed goes alone."""


@dataclass(slots=True)
class _Errand:
    """One stick that is being served; `days` None: today is being sealed."""

    stick: Stick
    sealed: threading.Event
    until: float
    days: deque[SealedDay] | None = None
    done: bool = False
    copied: int = 0
    reason: str = ""


@dataclass(slots=True)
class StickLogs:
    """Owned by the thread that looks for sticks. `told` hears of each stick that is served: how many days are on it now
    that were not before, and why not all are."""

    playlog: Path
    seal_now: SealNow
    told: Callable[[Stick, int, str], None]
    _errands: dict[Stick, _Errand] = field(default_factory=dict)

    def sticks_in(self, sticks: list[Stick]) -> None:
        """These are in, and no others."""
        self._errands = {stick: errand for stick, errand in self._errands.items() if stick in sticks}
        for stick in sticks:
            if stick not in self._errands:
                self._errands[stick] = _Errand(stick, self.seal_now(), time.monotonic() + _SEALING)

    def is_served(self, stick: Stick) -> bool:
        """Whether it may be pulled out, as far as the play log goes."""
        errand = self._errands.get(stick)
        return errand is not None and errand.done

    @property
    def busy(self) -> bool:
        return any(not errand.done for errand in self._errands.values())

    def turn(self, gate: str) -> bool:
        """Do a little; whether a stick has just been served."""
        errand = next((errand for errand in self._errands.values() if not errand.done), None)
        if errand is None:
            return False
        try:
            self._go_on(errand, errand.stick.path / FOLDER / gate)
        except OSError as error:
            # Pulled out, full, or read-only: what is on it whole stays of use, and the next stick gets the rest.
            errand.reason = _("the play log could not be copied: {reason}").format(reason=error.strerror or error)
            errand.done = True
        if errand.done:
            log.info("%s: days of the play log copied: %d", errand.stick.path, errand.copied)
            self.told(errand.stick, errand.copied, errand.reason)
        return errand.done

    def _go_on(self, errand: _Errand, folder: Path) -> None:
        if errand.days is None:
            if not errand.sealed.is_set() and time.monotonic() < errand.until:
                return
            # A stick may be lost on its way: what the server has not got goes on each of them.
            after = min(delivered_through(self.playlog), delivered_through(self.playlog, BY_STICK))
            errand.days = deque(sealed_days(self.playlog, after))
            if errand.days:
                _prepare(errand.stick.path, folder)
        end = time.monotonic() + _AT_ONCE
        while errand.days and time.monotonic() < end:
            day = errand.days.popleft()
            errand.copied += self._copy(day, folder)
            mark_delivered(self.playlog, day.number, BY_STICK)
        errand.done = not errand.days

    def _copy(self, day: SealedDay, folder: Path) -> bool:
        """Put a day on the stick, the seal last; False when it was there."""
        copied = False
        for kind in (RECORDS, SEAL):
            ours, theirs = self.playlog / f"{day.stem}{kind}", folder / f"{day.stem}{kind}"
            data = ours.read_bytes()
            if not theirs.is_file() or theirs.read_bytes() != data:
                write_whole(theirs, data)
                copied = True
        return copied


def _prepare(stick: Path, folder: Path) -> None:
    """Make the folder; never outside the stick, wherever links on it lead. OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    if not folder.resolve().is_relative_to(stick.resolve()):
        raise OSError(_("the folder {name} leads out of the stick").format(name=FOLDER))


def sealed_already() -> threading.Event:
    """For where nobody seals."""
    done = threading.Event()
    done.set()
    return done
