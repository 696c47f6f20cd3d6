"""The one thread that reads, compiles and keeps house. The main loop gives it a task when it has answered the last."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from player.agent.events import Began, Changed, Event, Kept, Looked
from player.agent.following import Fingerprint, Follower, fingerprint
from player.config.language import _
from player.library.blobs import Cancelled
from player.library.workshop import Workshop

log = logging.getLogger(__name__)

_STOP_WITHIN = 0.8
_CHORE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Look:
    """See whether anything has changed; if so, compile and store."""


@dataclass(frozen=True, slots=True)
class Housekeep:
    """Remove what nothing uses (when `rest` is None) and verify what is stored, for a few seconds: `rest` is what has
    not been verified yet."""

    rest: tuple[str, ...] | None = None


Task = Look | Housekeep


class Worker:
    """`report` gets the answers, from this thread."""

    def __init__(
        self,
        workshop: Workshop,
        follower: Follower,
        report: Callable[[Event], None],
        ending: threading.Event,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._workshop = workshop
        self._follower = follower
        self._report = report
        self._ending = ending
        self._today = today
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        # Reading a large YAML file cannot be interrupted; the process need not wait for it.
        self._thread = threading.Thread(target=self._work, name="compile", daemon=True)
        self._seen: tuple[date, Fingerprint] | None = None
        self._places: tuple[Path, ...] = ()

    def start(self) -> None:
        self._thread.start()

    def give(self, task: Task) -> None:
        self._tasks.put(task)

    def stop(self) -> None:
        """Give up what is being done and end; within a second."""
        self._ending.set()
        self._tasks.put(None)
        if self._thread.is_alive():
            self._thread.join(_STOP_WITHIN)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                self._report(self._look() if isinstance(task, Look) else self._keep_house(task.rest))
            except Cancelled:
                return

    def _look(self) -> Looked:
        seen = self._see()
        if seen == self._seen:
            return Looked()
        self._report(Began())
        self._seen = None
        made = self._workshop.make()
        try:
            number = self._workshop.store(made)
        except OSError as error:
            # Nothing is remembered, so the next look tries again.
            said = _("the show cannot be stored: {reason}").format(reason=error.strerror or error)
            return Looked(made, failure=said)
        if self._workshop.folders() != self._places:
            # The config names other folders than those that were looked at: once more, with these.
            self._report(Changed())
        elif not made.passing:
            self._seen = seen
        return Looked(made, number)

    def _see(self) -> tuple[date, Fingerprint]:
        """The files, and the date: the coming years of a holiday's dates are counted from it."""
        folders = self._places = self._workshop.folders()
        # First the watches, then the look: what changes in between is heard.
        self._follower.follow(self._workshop.config_path, folders)
        return self._today(), fingerprint([self._workshop.config_path, *folders, self._workshop.feeds.titles])

    def _keep_house(self, rest: tuple[str, ...] | None) -> Kept:
        """A little of it at a time, so that edits need not wait for a disk to be read through."""
        waiting = list(self._workshop.tidy() if rest is None else rest)
        end = time.monotonic() + _CHORE_SECONDS
        while waiting and time.monotonic() < end and not self._ending.is_set():
            if not self._workshop.verify(waiting.pop()):
                # It is gone: the next look admits its file again.
                self._seen = None
        return Kept(tuple(waiting))
