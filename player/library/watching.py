"""The watched folder as the configuration in force has it: what of its files may play, and what became of each."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from player.config.language import _
from player.config.settings import Config, FolderSource
from player.core.faults import Fault, Place
from player.library.approvals import Approvals
from player.library.blobs import Cancelled
from player.library.compiler import Watched
from player.library.filenames import shown_name
from player.library.inbox import Inbox
from player.library.inboxentries import State, Tended
from player.library.inboxitems import InboxItems, Presented, Seen
from player.library.intake import Intake
from player.library.taking import Taking
from player.library.whereabouts import Whereabouts

MOST_FAULTS = 200
_GLANCE = 0.05
_BAD = (State.REFUSED, State.HELD_UP)


@dataclass(frozen=True, slots=True)
class FolderView:
    """What became of each file. `absent` says why the folder cannot be looked at, empty when it can; `device` is the
    file system on which it was seen. `strange` are entries that are no files, and folders that cannot be read, each
    with the reason."""

    root: Path
    absent: str
    seen: tuple[Seen, ...]
    strange: tuple[tuple[str, str], ...] = ()
    device: int = 0

    def faults(self) -> Iterator[Fault]:
        """What a technician should know of; of very many only the first."""
        if self.absent:
            yield Fault(Place(self.root.name), self.absent)
        bad = [(one.name, one.reason) for one in self.seen if one.state in _BAD] + list(self.strange)
        for name, reason in bad[:MOST_FAULTS]:
            yield Fault(Place(f"{self.root.name}/{name}"), reason)
        if len(bad) > MOST_FAULTS:
            said = _("{count} more files cannot be shown; the status file in the folder lists them")
            yield Fault(Place(self.root.name), said.format(count=len(bad) - MOST_FAULTS))

    def notes(self) -> Iterator[Fault]:
        """Advice on its texts."""
        for one in self.seen:
            for note in one.notes:
                yield Fault(Place(f"{self.root.name}/{one.name}"), note)


class Watching:
    """Owned by one thread. `once`: for a command that looks a single time; it takes everything in at once, and trusts
    the files' own times for how long they have stood still. `ending`, once set, makes long work raise Cancelled."""

    def __init__(self, state: Path, intake: Intake, ending: threading.Event, *, once: bool) -> None:
        self._state = state
        self._intake = intake
        self._ending = ending
        self._once = once
        self._source: FolderSource | None = None
        self._inbox: Inbox | None = None
        self._items = InboxItems(intake)
        self._approvals = Approvals(state)

    @property
    def folder(self) -> Path | None:
        return self._source.path if self._source else None

    @property
    def approvals(self) -> Path | None:
        """The folder of approvals, where they are asked for."""
        return self._approvals.folder if self._source and self._source.approve else None

    def tend(self) -> Tended:
        """Look, and take in for a second what has settled."""
        if self._inbox is None:
            return Tended(False, False, False, None, 0)
        return self._inbox.tend(time.monotonic())

    def present(self, config: Config) -> Watched | None:
        """What the folder gives to the show; None without a folder."""
        self._follow(config.sources.folder)
        if self._inbox is None:
            return None
        away = [""] if self._inbox.absent or self._inbox.starting else map(shown_name, self._inbox.unlisted)
        return Watched(() if self._inbox.absent else self._presented(config).playlists, tuple(away))

    def view(self, config: Config) -> FolderView | None:
        """What became of each file by now."""
        if self._inbox is None:
            return None
        strange = (self._inbox.strange | self._inbox.unlisted).items()
        named = tuple(sorted((shown_name(name), reason) for name, reason in strange))
        return FolderView(self._inbox.root, self._inbox.absent, self._presented(config).seen, named, self._inbox.device)

    def settle(self, longest: float) -> None:
        """Wait until what lies in the folder has settled and is taken in; at most `longest` seconds."""
        end = time.monotonic() + longest
        while self._inbox and (due := self._inbox.tend(time.monotonic()).due) is not None and due < end:
            self._wait(max(due - time.monotonic(), _GLANCE))

    def is_urgent(self) -> bool:
        """Whether an emergency in the folder waits for what is being done; cheap to ask again and again."""
        return self._inbox is not None and self._inbox.is_urgent(time.monotonic())

    def doubtful(self) -> tuple[str, ...]:
        """The names of files that are taken for unchanged because they look so from outside."""
        entries = self._inbox.entries.values() if self._inbox else ()
        return tuple(entry.name for entry in entries if entry.state is State.GOOD)

    def verify(self, name: str) -> bool:
        """Read a file again: does it hold what was taken in? One that does not is taken in anew."""
        return self._inbox is None or self._inbox.verify(name)

    def lose(self, sha: str) -> None:
        """The asset was damaged and is gone from the store: its files are taken in again."""
        if self._inbox:
            self._inbox.lose(sha)

    def close(self) -> None:
        """Give up what is under way."""
        if self._inbox:
            self._inbox.close()

    def _follow(self, source: FolderSource | None) -> None:
        if source == self._source:
            return
        self.close()
        self._source, self._inbox = source, None
        if source is None:
            return
        taking = Taking(source.path, self._intake)
        where = Whereabouts(self._state, source.path)
        self._inbox = Inbox(source.path, source.settle, taking, where, hurry=self._once)
        if not self._once:
            self._intake.ready()
        while self._inbox.tend(time.monotonic()).waiting and self._once:
            self._wait(_GLANCE)

    def _wait(self, seconds: float) -> None:
        if self._ending.wait(seconds):
            raise Cancelled(_("the program is ending"))

    def _presented(self, config: Config) -> Presented:
        assert self._inbox is not None
        assert self._source is not None
        approved = self._approvals.shas() if self._source.approve else None
        title = shown_name(self._source.path.name)
        return self._items.present(self._inbox.entries.values(), config, title, approved)
