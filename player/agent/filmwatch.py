"""Has films watched for flashes, one after the other, in a thread of its own and at low priority: a long film holds up
neither what is taken in nor an emergency, and takes nothing from the wall."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path

from player.agent.events import Changed, Event
from player.agent.inboxthread import InboxThread
from player.config.language import _
from player.library.blobs import Blobs, Cancelled
from player.library.examiner import WATCHED, Examiner, Known
from player.library.index import Index
from player.library.workshop import Made

log = logging.getLogger(__name__)

NICENESS = 10
_PART = 2.0
"""Seconds of one film until it is asked whether others are wanted first."""

CALM = 15.0
"""Seconds after the start in which the computer has better things to do, unless the wall waits for a film."""

_ONCE_IN = 600.0
"""Seconds until a film is watched again of which nothing is known all the same, since the disk takes nothing."""

_TELL_EVERY = 10.0
"""Seconds between compiles for the sake of what was found, while there is more to watch."""


class FilmWatch(InboxThread["tuple[str, ...]"]):
    """Watches the films that are wanted. `report` gets its events, from its thread."""

    def __init__(self, state: Path, report: Callable[[Event], None], ending: threading.Event) -> None:
        super().__init__("watch films", ending)
        self._state, self._report = state, report
        self._wanted: list[str] = []
        self._begin = time.monotonic() + CALM
        self._pressing = False
        """Whether the wall waits for what is found; written by the thread that wants."""
        self._watched: dict[str, float] = {}
        """When films were watched to their end, by the monotonic clock."""
        self._untold = False
        self._not_before = 0.0

    def want(self, made: Made) -> None:
        """Watch the films of this show from now on that are not known yet, in their order, and no others."""
        self._pressing = made.config is not None and made.config.refuse_flashing
        self._inbox.put(made.unexamined)

    def _work(self) -> None:
        try:
            while True:
                self._hear(None)
                while self._wanted and not self._pressing and (wait := self._begin - time.monotonic()) > 0:
                    self._hear(wait)
                if self._wanted:
                    self._watch()
        except Cancelled:
            return

    def _hear(self, timeout: float | None) -> None:
        """The last of the wishes that have come, or the first that comes within `timeout` seconds (None: at all)."""
        try:
            wish = self._inbox.get(timeout=timeout)
            while not self._inbox.empty() and wish is not None:
                wish = self._inbox.get()
        except queue.Empty:
            return
        if wish is None:
            raise Cancelled(_("the program is ending"))
        self._wanted = list(wish)

    def _watch(self) -> None:
        """All that is wanted. The process that watches lives as long as that takes."""
        index = Index(self._state)
        examiner = Examiner(Blobs(self._state, self._ending), Known(index), self._ending, NICENESS)
        try:
            while self._wanted:
                self._next(examiner)
            if self._untold:
                self._tell()
        finally:
            examiner.close()
            index.close()

    def _next(self, examiner: Examiner) -> None:
        sha = self._wanted[0]
        lately = time.monotonic() < self._watched.get(sha, -_ONCE_IN) + _ONCE_IN
        known = not lately and examiner.examine(sha, time.monotonic() + _PART)
        if known or lately or not examiner.stored(sha):
            # What is not stored is asked for again when it is.
            self._wanted.remove(sha)
        if known:
            self._watched[sha] = time.monotonic()
        self._untold |= known
        if self._untold and time.monotonic() >= self._not_before:
            self._tell()
        self._hear(0.0)

    def _tell(self) -> None:
        """Have a show made that knows it."""
        self._untold, self._not_before = False, time.monotonic() + _TELL_EVERY
        try:
            (self._state / WATCHED).touch()
        except OSError as error:
            log.warning("%s", error)
        self._report(Changed())
