"""Which films flash too much: each is watched once, however long it takes, and that is remembered.

The watching is done by a child that is in nobody's way: not in that of the prober which takes files in, and at low
priority where the wall plays beside it.
"""

import threading
import time
from collections.abc import Callable

from player import __version__
from player.config.language import language_in_use
from player.core.codec import decode, encode
from player.core.faults import ContentFault
from player.core.geometry import Size
from player.core.units import Span
from player.library.blobs import Blobs
from player.library.index import Index
from player.library.prober import COMMAND, ProbeDied, Prober
from player.media.flicker import VERSION, Findings

SLICE = 1.0
"""Seconds of watching at a time: so soon it can be left off for something else."""

PATIENCE = 120.0
"""Seconds that such a second may take where the computer has other things to do."""

_WORK = 24 * 3600
"""Seconds of the processor that one film may take."""

WATCHED = "films-watched"
"""A file of the state folder, touched when there is something new to know."""

_KIND = "flashes"

Tell = Callable[[Span], object]
"""Is told how far into the film it is."""


class Known:
    """What has been found out already."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def findings(self, sha: str) -> Findings | None:
        """Where the film `sha` flashes too much, or what kept it from being watched; None when it is to be watched."""
        for kind in (_KIND, _trouble_kind()):
            answer = self._index.answer(kind, sha, VERSION)
            if isinstance(answer, dict):
                try:
                    return decode(Findings, answer)
                except ValueError:
                    # Another version of the program wrote it.
                    continue
        return None

    def learn(self, sha: str, findings: Findings) -> None:
        self._index.learn(_trouble_kind() if findings.trouble else _KIND, sha, VERSION, encode(findings))


class Examiner:
    """Watches films of the store. Owned by one thread; `close` it in the end. `ending`, once set, makes a wait raise
    Cancelled."""

    def __init__(self, blobs: Blobs, known: Known, ending: threading.Event, niceness: int = 0) -> None:
        self._blobs = blobs
        self.known = known
        self._prober = Prober(ending, PATIENCE, (*COMMAND, str(_WORK), str(niceness)))

    def examine(self, sha: str, until: float = float("inf"), tell: Tell = lambda _at: None) -> bool:
        """Watch the film `sha`, no longer than to `until` of the monotonic clock. Whether it is known now; if it is
        stored, another call goes on. Raises Cancelled."""
        if self.known.findings(sha) is not None:
            return True
        if not self.stored(sha):
            return False
        try:
            found = self._watched(sha, until, tell)
        except ContentFault as fault:
            found = Findings(Size(1, 1), trouble=str(fault))
        if found is not None:
            self.known.learn(sha, found)
        return found is not None

    def stored(self, sha: str) -> bool:
        """Whether there is such a film to watch."""
        return self._blobs.has(sha)

    def close(self) -> None:
        """End the child; what it was watching is begun anew next time."""
        self._prober.close()

    def _watched(self, sha: str, until: float, tell: Tell) -> Findings | None:
        died = False
        while time.monotonic() < until:
            try:
                found = self._prober.flashes(self._blobs.path(sha), SLICE)
            except ProbeDied:
                # It may have been ended for want of memory that others had: once more.
                if died:
                    raise
                died = True
                continue
            if isinstance(found, Findings):
                return found
            tell(found)
        return None


def _trouble_kind() -> str:
    """Sentences are known in the language in which they were said, and a newer program may do better."""
    return f"{_KIND}-trouble-{language_in_use()}-{__version__}"
