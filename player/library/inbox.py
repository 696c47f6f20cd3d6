"""The watched folder: what lies in it, what of that has settled and been taken in, and why the rest has not.

A file counts once its size and times have stood still for the settle time. It is then copied into the store, looked
at there, and played from there; of the operator's file nothing more is wanted.

Instants are seconds of the monotonic clock, handed in.
"""

import logging
import time
from collections.abc import Iterable
from pathlib import Path

from player.config.language import _
from player.core.faults import ContentFault, Passing, Unfinished
from player.core.model import Level
from player.core.units import SECOND, Span
from player.library.blobs import GivesWay, NoSpace, Stamp, Unsettled
from player.library.filenames import OFFICE, level_of, read_name
from player.library.inboxentries import NEVER, Content, Entry, State, Tended
from player.library.inboxscan import Scan, scan
from player.library.taking import LONG, Taking
from player.library.whereabouts import Whereabouts

log = logging.getLogger(__name__)

UNFINISHED_FOR = 60.0
"""Seconds without a change after which what looks like half a copy is taken for a broken file."""

RETRY_AFTER = 30.0
"""Seconds until another try at what the disk or the network refused."""

_CONVERSION_GLANCE = 0.25
_URGENCY_GLANCE = 0.5
_TOLD_EVERY = 5.0
_MANY = 100


class Inbox:
    """The folder at `root`. Owned by one thread; `close` it in the end.

    `hurry` trusts the files' own times for how long they have stood still: for commands that look once. `absent` says
    why the folder cannot be looked at, empty when it can: nothing has been withdrawn then. `device` is the file system
    that was looked at last. `strange` are entries that
    never can be shown, `unlisted` subfolders that cannot be read just now, each with the reason. While it is
    `starting`, files that were known before the program ended are still being found again.
    """

    def __init__(
        self, root: Path, settle: Span, taking: Taking, whereabouts: Whereabouts, *, hurry: bool = False
    ) -> None:
        self.root = root
        self.entries: dict[str, Entry] = {}
        self.strange: dict[str, str] = {}
        self.unlisted: dict[str, str] = {}
        self.absent = _("it has not been looked at yet")
        self.device = 0
        self.starting = True
        self._settle = settle / SECOND
        self._taking = taking
        self._whereabouts = whereabouts
        self._hurry = hurry
        self._scanned: float | None = None
        self._changed = self._urgent = self._stirred = False
        self._at_work: Level | None = None
        self._looked = 0.0
        self._pressing = False
        self._told = 0.0
        self._bulk = 0

    def tend(self, now: float, budget: float = 1.0) -> Tended:
        """Look at the folder, and take in for about `budget` seconds what has settled. Raises Cancelled."""
        self._look(now)
        waiting = sorted((entry for entry in self.entries.values() if entry.pending), key=_turn)
        self._take_in(waiting, time.monotonic() + budget, now)
        if self.starting and not any(entry.pending and entry.since == -NEVER for entry in waiting):
            self.starting = False
            self._changed = True
        left = sum(entry.pending for entry in waiting)
        self._tell(left, len(waiting) - left)
        tended = Tended(self._changed, self._urgent, self._stirred, self._due(now), left)
        self._changed = self._urgent = self._stirred = self._pressing = False
        return tended

    def verify(self, name: str) -> bool:
        """Read a file again that looks unchanged: does it still hold what was taken in? If not, it is taken anew."""
        entry = self.entries.get(name)
        if entry is None or entry.content is None or self._taking.holds(entry, entry.content.sha):
            return True
        self._again(entry)
        return False

    def lose(self, sha: str) -> None:
        """An asset is gone from the store: its files are taken in again."""
        for entry in self.entries.values():
            if entry.content and entry.content.asset and sha in (entry.content.sha, entry.content.asset.sha):
                self._again(entry)
                entry.content = None

    def is_urgent(self, now: float) -> bool:
        """Whether the emergencies in the folder are others now, so that what is being done must wait: to be asked
        while something long is done. An emergency that is being taken in itself waits for none."""
        if self._at_work is Level.EMERGENCY:
            return False
        if now >= self._looked + _URGENCY_GLANCE:
            self._look(now)
            waiting = any(entry.pending and entry.level is Level.EMERGENCY for entry in self.entries.values())
            self._pressing = waiting or self._urgent
        return self._pressing

    def close(self) -> None:
        """Give up what is under way."""
        self._taking.give_up()

    def _again(self, entry: Entry) -> None:
        self._put(entry, State.COPYING)
        entry.since = -NEVER
        self._mark(entry)

    def _look(self, now: float) -> None:
        self._looked = now
        try:
            found = scan(self.root)
        except OSError as error:
            self._miss(_("the folder is not there: {reason}").format(reason=error.strerror or error))
            return
        if found.empty and self._whereabouts.mounted and not found.mounted:
            # What remains of the path when its share or drive is not connected.
            self._miss(_("the folder is not there: its share or drive is not connected"))
            return
        self._changed |= bool(self.absent)
        self.absent, self.device = "", found.device
        if not found.empty:
            self._whereabouts.note(found.mounted)
        self._compare(found, now)
        self._scanned = now

    def _miss(self, reason: str) -> None:
        self._changed |= self.absent != reason
        self.absent = reason

    def _compare(self, found: Scan, now: float) -> None:
        gone = [name for name in self.entries if name not in found.files and not _under(name, found.unlisted)]
        left = [self.entries.pop(name) for name in gone]
        for entry in left:
            self._taking.give_up(entry)
            self._mark(entry)
        known = {_likeness(entry.stamp) for entry in left if entry.state is not State.COPYING}
        for name, stamp in found.files.items():
            entry = self.entries.get(name) or self._met(name, stamp, now, known)
            if entry.stamp != stamp:
                self._put(entry, State.COPYING)
                entry.stamp, entry.since = stamp, self._still_since(stamp, now)
            self._ripen(entry, now)
        if (found.strange, found.unlisted) != (self.strange, self.unlisted):
            self.strange, self.unlisted = found.strange, found.unlisted
            self._changed = True

    def _met(self, name: str, stamp: Stamp, now: float, left: set[tuple[int, int, int]]) -> Entry:
        folder, _slash, own = name.rpartition("/")
        entry = Entry(name, read_name(own), level_of(folder.partition("/")[0]), stamp, self._still_since(stamp, now))
        if _likeness(stamp) in left or self._taking.knows(name, stamp):
            # Only its name is new, or only this process.
            entry.since = -NEVER
        self.entries[name] = entry
        self._stirred = True
        return entry

    def _still_since(self, stamp: Stamp, now: float) -> float:
        """Since when the file has looked like this: by its own times, but no longer than it has been watched."""
        age = max((time.time_ns() - max(stamp.mtime_ns, stamp.ctime_ns)) / 1e9, 0.0)
        if self._hurry:
            return now - age
        return now if self._scanned is None else now - min(age, now - self._scanned)

    def _ripen(self, entry: Entry, now: float) -> None:
        """What time alone does."""
        match entry.state:
            case State.COPYING if now >= entry.since + self._settle:
                self._put(entry, State.QUEUED)
                self._bulk += 1
            case State.UNFINISHED if now >= entry.retry_at:
                self._refuse(entry, entry.reason)
            case State.HELD_UP | State.REFUSED if now >= entry.retry_at:
                entry.state, entry.retry_at = State.QUEUED, NEVER

    def _put(self, entry: Entry, state: State, reason: str = "", retry_at: float = NEVER) -> None:
        self._stirred = True
        entry.state, entry.reason, entry.retry_at = state, reason, retry_at

    def _mark(self, entry: Entry) -> None:
        self._changed = True
        self._urgent |= entry.level is Level.EMERGENCY

    def _take_in(self, waiting: list[Entry], deadline: float, now: float) -> None:
        late = False
        for entry in waiting:
            # Of what goes on by itself somebody has to take notice.
            if entry.pending and (not late or entry.state is State.CONVERTING):
                self._take(entry, deadline, now)
            late = time.monotonic() > deadline

    def _take(self, entry: Entry, deadline: float, now: float) -> None:
        before, stamp = entry.state, entry.stamp
        self._at_work = entry.level
        try:
            content = self._taking.take(entry, deadline)
        except GivesWay:
            return
        except Unfinished as fault:
            self._put(entry, State.UNFINISHED, str(fault), max(now, entry.since) + UNFINISHED_FOR)
        except Unsettled:
            self._put(entry, State.COPYING)
            entry.since = now
        except NoSpace as fault:
            self._put(entry, State.HELD_UP, str(fault), now + RETRY_AFTER)
        except ContentFault as fault:
            self._refuse(entry, str(fault), now + RETRY_AFTER if isinstance(fault, Passing) else NEVER)
        else:
            # It may have been looked at meanwhile, and have been found to be another.
            if content and entry.stamp == stamp:
                self._settle_on(entry, content)
            self._stirred |= before is not entry.state
        finally:
            self._at_work = None

    def _settle_on(self, entry: Entry, content: Content) -> None:
        self._put(entry, State.GOOD)
        entry.content = content
        self._mark(entry)

    def _refuse(self, entry: Entry, reason: str, retry_at: float = NEVER) -> None:
        if entry.content or entry.reason != reason:
            self._mark(entry)
        self._put(entry, State.REFUSED, reason, retry_at)
        entry.content = None

    def _due(self, now: float) -> float | None:
        states = {entry.state for entry in self.entries.values()}
        if State.QUEUED in states:
            return now
        moments = [now + _CONVERSION_GLANCE] if State.CONVERTING in states else []
        moments += [entry.retry_at for entry in self.entries.values() if entry.retry_at < NEVER]
        moments += [entry.since + self._settle for entry in self.entries.values() if entry.state is State.COPYING]
        return min(moments, default=None)

    def _tell(self, left: int, done: int) -> None:
        """The log says how far a long intake has come."""
        if left == 0:
            if self._bulk >= _MANY:
                log.info(_("watched folder: {count} files looked at, all of them").format(count=self._bulk))
            self._bulk = 0
        elif self._bulk >= _MANY and done and time.monotonic() - self._told > _TOLD_EVERY:
            self._told = time.monotonic()
            said = _("watched folder: {done} of {count} files looked at")
            log.info(said.format(done=max(self._bulk - left, 0), count=self._bulk))


def _turn(entry: Entry) -> tuple[int, bool, bool, str]:
    """Emergencies first; what takes longest, long films and office documents, last."""
    return -entry.level, entry.said.ending in OFFICE, entry.stamp.size >= LONG, entry.name


def _likeness(stamp: Stamp) -> tuple[int, int, int]:
    """What a file keeps when it is moved."""
    return stamp.inode, stamp.size, stamp.mtime_ns


def _under(name: str, folders: Iterable[str]) -> bool:
    return any(name.startswith(folder + "/") for folder in folders)
