"""The one thread that reads, compiles and keeps house. The main loop gives it a task when it has answered the last."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from player.agent.events import Began, Changed, Event, Kept, Looked
from player.agent.following import Fingerprint, Follower, fingerprint
from player.agent.inboxthread import InboxThread
from player.agent.noticeboard import NoticeBoard
from player.config.language import _
from player.core.faults import Fault, Place
from player.library.blobs import Cancelled
from player.library.inboxentries import Tended
from player.library.watching import FolderView
from player.library.workshop import Made, Workshop

log = logging.getLogger(__name__)

_CHORE_SECONDS = 2.0
_LEAST_APART = 2.0
_SHARE = 10
"""While files are taken in, a new show comes after so many seconds, and after so many times as long as it took to make
one: the wall has better things to do than to read shows."""


@dataclass(frozen=True, slots=True)
class Look:
    """See whether anything has changed; if so, compile and store."""


@dataclass(frozen=True, slots=True)
class Housekeep:
    """Remove what nothing uses (when `rest` is None) and verify what is stored, for a few seconds: `rest` is what has
    not been verified yet."""

    rest: tuple[str, ...] | None = None


Task = Look | Housekeep
Seen = tuple[date, Fingerprint, int]


class Worker(InboxThread[Task]):
    """`report` gets the answers, from this thread."""

    def __init__(
        self,
        workshop: Workshop,
        follower: Follower,
        report: Callable[[Event], None],
        ending: threading.Event,
        today: Callable[[], date] = date.today,
    ) -> None:
        # Reading a large YAML file cannot be interrupted; the process need not wait for it.
        super().__init__("compile", ending)
        self._workshop = workshop
        self._follower = follower
        self._report = report
        self._today = today
        self._seen: Seen | None = None
        self._places: tuple[Path, ...] = ()
        self._board = NoticeBoard()
        self._made: Made | None = None
        self.folder: FolderView | None = None
        """What became of the watched folder's files when that was last told; any thread may read it."""
        self._number = 0
        self._trouble: tuple[Fault, ...] = ()
        self._owed = False
        self._not_before = 0.0

    def give(self, task: Task) -> None:
        self._inbox.put(task)

    def _work(self) -> None:
        while (task := self._inbox.get()) is not None:
            try:
                self._report(self._look() if isinstance(task, Look) else self._keep_house(task.rest))
            except Cancelled:
                return

    def _look(self) -> Looked:
        seen = self._see()
        tended = self._workshop.tend()
        self._owed |= tended.changed
        if seen == self._seen and not self._is_time(tended):
            return self._told(Looked(due=tended.due), news=tended.stirred)
        self._report(Began())
        self._seen = None
        begun = time.monotonic()
        made = self._made = self._workshop.make()
        try:
            number = self._number = self._workshop.store(made)
        except OSError as error:
            # Nothing is remembered, so the next look tries again.
            said = _("the show cannot be stored: {reason}").format(reason=error.strerror or error)
            return self._told(Looked(made, failure=said), news=True)
        self._owed = False
        done = time.monotonic()
        self._not_before = done + max(_LEAST_APART, _SHARE * (done - begun))
        if self._followed() != self._places:
            # The config names other folders than those that were looked at: once more, with these.
            self._report(Changed())
        elif not made.passing:
            self._seen = seen
        # What was compiled may have given way to an emergency.
        due = done if self._workshop.is_urgent() else tended.due
        return self._told(Looked(made, number, due=due), news=True)

    def _is_time(self, tended: Tended) -> bool:
        """Whether what the watched folder has brought is to be shown now. While there is much to take in, a new show
        is not made for each file."""
        if not self._owed:
            return False
        return tended.urgent or not tended.waiting or time.monotonic() >= self._not_before

    def _told(self, looked: Looked, *, news: bool) -> Looked:
        """The status file in the watched folder says it too; what keeps it from being written is a fault."""
        made = self._made
        inbox = self._workshop.inbox
        if made is None or made.show is None or inbox is None:
            self.folder = None
            return looked
        again = self._board.tell(self._view, made.show, news=news)
        moments = [moment for moment in (looked.due, again) if moment is not None]
        looked = replace(looked, due=min(moments, default=None))
        trouble = (Fault(Place(inbox.name), self._board.trouble),) if self._board.trouble else ()
        if looked.made is None and trouble == self._trouble:
            return looked
        self._trouble = trouble
        faults = tuple(sorted({*made.faults, *trouble}))
        return replace(looked, made=replace(made, faults=faults), number=looked.number or self._number)

    def _view(self) -> FolderView | None:
        self.folder = self._workshop.view()
        return self.folder

    def _see(self) -> Seen:
        """The files; the date, for the coming years of a holiday's dates are counted from it; the display's refresh."""
        folders = self._workshop.folders()
        self._places = self._followed()
        # First the watches, then the look: what changes in between is heard.
        self._follower.follow(self._workshop.config_path, folders, self._workshop.inbox)
        return self._today(), fingerprint(self._paths(folders)), self._workshop.refresh

    def _paths(self, folders: tuple[Path, ...]) -> tuple[Path, ...]:
        shop = self._workshop
        return shop.config_path, *folders, shop.feeds.titles, shop.signal, shop.watched, shop.password, *shop.switches

    def _followed(self) -> tuple[Path, ...]:
        inbox = self._workshop.inbox
        return (*self._workshop.folders(), *([inbox] if inbox else ()))

    def _keep_house(self, rest: tuple[str, ...] | None) -> Kept:
        """A little of it at a time, so that edits need not wait for a disk to be read through."""
        waiting = list(self._workshop.tidy() if rest is None else rest)
        damaged = False
        end = time.monotonic() + _CHORE_SECONDS
        while waiting and time.monotonic() < end and not self._ending.is_set():
            if not self._workshop.verify(waiting.pop()):
                # It is gone: the next look admits its file again.
                self._seen = None
                damaged = True
        return Kept(tuple(waiting), damaged)
