"""The watched folder: what lies in it, what of that has settled and been taken in, and why the rest has not.

A file counts once its size and times have stood still for the settle time. It is then copied into the store, looked
at there, and played from there; of the operator's file nothing more is wanted.

Instants are seconds of the monotonic clock, handed in.
"""

import logging
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from player.config.language import _
from player.core.faults import ContentFault, Unfinished
from player.core.model import Level
from player.core.units import SECOND, Span
from player.library.blobs import NoSpace, Stamp, Unsettled
from player.library.filenames import OFFICE, SETTINGS, TEXTS, Said, level_of, read_name, shown_name
from player.library.inboxscan import Identity, Scan, scan
from player.library.intake import Asset, Intake
from player.library.office import Conversion, installed, is_document
from player.library.prober import ProbeDied

log = logging.getLogger(__name__)

UNFINISHED_FOR = 60.0
"""Seconds without a change after which what looks like half a copy is taken for a broken file."""

RETRY_AFTER = 30.0
"""Seconds until another try at what the disk or the network refused."""

MOST_TEXT = 64 << 10
_LONG = 32 << 20
_TOLD_EVERY = 5.0
_NEVER = float("inf")


class State(Enum):
    """What has become of a file. `BESIDE` belongs to another one: its caption or its settings."""

    COPYING = "copying"
    QUEUED = "queued"
    UNFINISHED = "unfinished"
    CONVERTING = "converting"
    HELD_UP = "held up"
    UNAPPROVED = "unapproved"
    REFUSED = "refused"
    BESIDE = "beside"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Content:
    """What a file held when it was taken in. `sha` is its SHA-256; a picture, film or document has an `asset` (of an
    office document: of the PDF it became), a text or settings file its `data`."""

    sha: str
    asset: Asset | None = None
    data: bytes = b""


@dataclass(slots=True)
class Entry:
    """One file. `content` is what plays: while a newer one is being copied or looked at, still the older."""

    name: str
    said: Said
    level: Level
    stamp: Stamp
    since: float
    state: State = State.COPYING
    reason: str = ""
    retry_at: float = _NEVER
    content: Content | None = None

    @property
    def folder(self) -> str:
        return self.name.rpartition("/")[0]

    @property
    def pending(self) -> bool:
        return self.state is State.QUEUED


@dataclass(frozen=True, slots=True)
class Tended:
    """What a round has brought. `changed`: the show may be another now; `urgent`: so may its emergencies; `stirred`:
    there is news for the status file at least. `due` is when the next round is wanted, None: when something happens.
    `waiting` files are still to be taken in."""

    changed: bool
    urgent: bool
    stirred: bool
    due: float | None
    waiting: int


class Inbox:
    """The folder at `root`, taken in by `intake`. Owned by one thread.

    `hurry` trusts the files' own times for how long they have stood still: for commands that look once.
    """

    def __init__(
        self,
        root: Path,
        settle: Span,
        intake: Intake,
        *,
        hurry: bool = False,
        office: Callable[[], str | None] = installed,
    ) -> None:
        self.root = root
        self.settle = settle / SECOND
        self.entries: dict[str, Entry] = {}
        self.strange: dict[str, str] = {}
        self.unlisted: dict[str, str] = {}
        self.absent = _("it has not been looked at yet")
        self._intake = intake
        self._hurry = hurry
        self._office = office
        self._identity: Identity | None = None
        self._scanned: float | None = None
        self._copy: tuple[Entry, Stamp, Generator[None, None, str]] | None = None
        self._conversion: tuple[Entry, Stamp, str, Conversion] | None = None
        self._changed = self._urgent = self._stirred = False
        self._told = 0.0
        self._bulk = 0

    def tend(self, now: float, budget: float = 1.0) -> Tended:
        """Look at the folder, and take in for about `budget` seconds what has settled. Raises Cancelled."""
        self._look(now)
        self._take_in(time.monotonic() + budget, now)
        changed, urgent, stirred = self._changed, self._urgent, self._stirred
        self._changed = self._urgent = self._stirred = False
        waiting = sum(entry.pending for entry in self.entries.values())
        return Tended(changed, urgent, stirred, self._due(now), waiting)

    def close(self) -> None:
        """Give up what is under way."""
        self._drop_copy()
        self._drop_conversion()

    def _look(self, now: float) -> None:
        try:
            found = scan(self.root)
        except OSError as error:
            self._miss(_("the folder is not there: {reason}").format(reason=error.strerror or error))
            return
        if self._is_taken_away(found):
            self._miss(_("the folder is not there: its share or drive is not connected"))
            return
        if self.absent:
            self.absent = ""
            self._changed = True
        self._identity = found.identity
        self._compare(found, now)
        self._scanned = now

    def _is_taken_away(self, found: Scan) -> bool:
        """An empty folder where a share or drive was: what remains of the path when that is not connected."""
        before = self._identity
        if before is None or found.files or found.strange or found.unlisted:
            return False
        return before.mounted and not found.identity.mounted

    def _miss(self, reason: str) -> None:
        if self.absent != reason:
            self.absent = reason
            self._stirred = self._changed = True

    def _compare(self, found: Scan, now: float) -> None:
        gone = [name for name in self.entries if name not in found.files and not _under(name, found.unlisted)]
        moved = {(e.stamp.inode, e.stamp.size, e.stamp.mtime_ns) for e in map(self.entries.__getitem__, gone)
                 if e.state is not State.COPYING}  # fmt: skip
        for name in gone:
            self._forget(self.entries.pop(name))
        for name, stamp in found.files.items():
            known = self.entries.get(name)
            if known is None:
                self._meet(name, stamp, now, moved)
            elif known.stamp != stamp:
                self._restart(known, stamp, now)
            else:
                self._ripen(known, now)
        if (found.strange, found.unlisted) != (self.strange, self.unlisted):
            self.strange, self.unlisted = found.strange, found.unlisted
            self._stirred = self._changed = True

    def _meet(self, name: str, stamp: Stamp, now: float, moved: set[tuple[int, int, int]]) -> None:
        folder, _slash, own = name.rpartition("/")
        entry = Entry(name, read_name(own), level_of(folder.partition("/")[0]), stamp, self._still_since(stamp, now))
        self.entries[name] = entry
        self._stirred = True
        if (stamp.inode, stamp.size, stamp.mtime_ns) in moved or self._intake.known(self._path(entry), stamp):
            # Only its name is new, or only this program.
            entry.since = -_NEVER
        self._ripen(entry, now)

    def _restart(self, entry: Entry, stamp: Stamp, now: float) -> None:
        self._stirred |= entry.state is not State.COPYING
        entry.stamp, entry.since = stamp, self._still_since(stamp, now)
        entry.state, entry.reason, entry.retry_at = State.COPYING, "", _NEVER
        self._ripen(entry, now)

    def _still_since(self, stamp: Stamp, now: float) -> float:
        """Since when the file has looked like this: by its own times, but no longer than it has been watched."""
        age = max((time.time_ns() - max(stamp.mtime_ns, stamp.ctime_ns)) / 1e9, 0.0)
        if self._hurry:
            return now - age
        return now if self._scanned is None else now - min(age, now - self._scanned)

    def _ripen(self, entry: Entry, now: float) -> None:
        match entry.state:
            case State.COPYING if now >= entry.since + self.settle:
                self._put(entry, State.QUEUED)
                self._bulk += 1
            case State.UNFINISHED if now >= entry.retry_at:
                self._refuse(entry, entry.reason)
            case State.HELD_UP if now >= entry.retry_at:
                self._put(entry, State.QUEUED)
            case State.REFUSED if now >= entry.retry_at:
                entry.retry_at = _NEVER
                self._put(entry, State.QUEUED, entry.reason)

    def _forget(self, entry: Entry) -> None:
        if entry.content:
            self._mark(entry)
        self._stirred = True
        if entry.pending:
            self._bulk -= 1

    def _put(self, entry: Entry, state: State, reason: str = "", retry_at: float = _NEVER) -> None:
        self._stirred |= (entry.state, entry.reason) != (state, reason)
        entry.state, entry.reason, entry.retry_at = state, reason, retry_at

    def _mark(self, entry: Entry) -> None:
        self._changed = True
        self._urgent |= entry.level is Level.EMERGENCY

    def _take_in(self, deadline: float, now: float) -> None:
        waiting = sorted((entry for entry in self.entries.values() if entry.pending), key=_turn)
        for place, entry in enumerate(waiting):
            self._take(entry, deadline, now)
            if time.monotonic() > deadline and place + 1 < len(waiting):
                break
        self._poll_conversion(now)
        left = sum(entry.pending for entry in self.entries.values())
        self._tell(left)

    def _take(self, entry: Entry, deadline: float, now: float) -> None:
        before = entry.content
        try:
            self._taken(entry, deadline)
        except Unfinished as fault:
            self._drop_copy(entry)
            self._put(entry, State.UNFINISHED, str(fault), max(entry.since, 0.0) + UNFINISHED_FOR)
            self._ripen(entry, now)
        except Unsettled:
            self._drop_copy(entry)
            self._put(entry, State.COPYING)
            entry.since = now
        except NoSpace as fault:
            self._drop_copy(entry)
            self._put(entry, State.HELD_UP, str(fault), now + RETRY_AFTER)
        except ContentFault as fault:
            self._drop_copy(entry)
            self._refuse(entry, str(fault))
        if entry.content != before:
            self._mark(entry)

    def _taken(self, entry: Entry, deadline: float) -> None:
        """One try at an entry that has settled; a long one may take several."""
        if entry.said.wrong:
            raise ContentFault("; ".join(entry.said.wrong))
        sha = self._intake.known(self._path(entry), entry.stamp)
        if sha:
            self._intake.check_refused(sha)
        if not sha or not self._intake.blobs.has(sha, entry.stamp.size):
            sha = self._stored(entry, deadline)
        if sha:
            self._read(entry, sha)

    def _stored(self, entry: Entry, deadline: float) -> str:
        """The SHA-256 of the file, now in the store; empty while it is being copied."""
        path = self._path(entry)
        if entry.stamp.size < _LONG:
            sha = self._admitted(entry, path)
        else:
            sha = self._step(entry, path, deadline)
        if sha and _stamp(path) != entry.stamp:
            raise Unsettled
        if sha:
            self._intake.learn(path, entry.stamp, sha)
        return sha

    def _admitted(self, entry: Entry, path: Path) -> str:
        try:
            return self._intake.blobs.admit(path)
        except (Unsettled, NoSpace):
            raise
        except ContentFault as fault:
            raise self._unread(entry, fault) from fault

    def _unread(self, entry: Entry, fault: ContentFault) -> ContentFault:
        """It cannot be read now; the rights may be given, the network come back, so it is tried again."""
        entry.retry_at = -_NEVER
        return fault

    def _step(self, entry: Entry, path: Path, deadline: float) -> str:
        """Copy on until `deadline`; one long file at a time."""
        if self._copy and (self._copy[0] is not entry or self._copy[1] != entry.stamp):
            if self._copy[0].pending and self.entries.get(self._copy[0].name) is self._copy[0]:
                return ""
            self._drop_copy()
        if self._copy is None:
            self._intake.check_whole(path)
            self._copy = entry, entry.stamp, self._intake.blobs.copying(path)
        steps = self._copy[2]
        least = time.monotonic() + 0.2
        try:
            while time.monotonic() < max(deadline, least):
                next(steps)
        except StopIteration as done:
            self._copy = None
            return str(done.value)
        return ""

    def _read(self, entry: Entry, sha: str) -> None:
        """See what it is, and have it play."""
        blob = self._intake.blobs.path(sha)
        if entry.said.ending in TEXTS + SETTINGS:
            if entry.stamp.size > MOST_TEXT:
                raise ContentFault(_("the text is longer than {limit} KB; shorten it").format(limit=MOST_TEXT >> 10))
            self._settle_on(entry, Content(sha, data=blob.read_bytes()))
        elif entry.said.ending in OFFICE and is_document(blob):
            self._convert(entry, sha)
        else:
            self._settle_on(entry, Content(sha, self._asset(sha)))

    def _asset(self, sha: str) -> Asset:
        try:
            return self._intake.asset(sha)
        except ProbeDied:
            raise
        except ContentFault:
            if all(entry.content is None or entry.content.sha != sha for entry in self.entries.values()):
                self._intake.blobs.discard(sha)
            raise

    def _settle_on(self, entry: Entry, content: Content) -> None:
        self._put(entry, State.GOOD)
        if entry.content != content:
            entry.content = content
            self._mark(entry)

    def _refuse(self, entry: Entry, reason: str) -> None:
        retry = time.monotonic() + RETRY_AFTER if entry.retry_at == -_NEVER else _NEVER
        self._put(entry, State.REFUSED, reason, retry)
        if entry.content:
            entry.content = None
        self._mark(entry)

    def _convert(self, entry: Entry, sha: str) -> None:
        made = self._intake.converted(sha)
        if made:
            self._settle_on(entry, Content(sha, self._intake.asset(made)))
            return
        program = self._office()
        if program is None:
            entry.retry_at = -_NEVER
            raise ContentFault(_("office documents are not opened on this computer; save it as PDF and put that here"))
        if self._conversion is None:
            try:
                conversion = Conversion(program, self._intake.blobs.path(sha), entry.said.ending)
            except OSError as error:
                raise NoSpace(error.strerror or str(error)) from error
            self._conversion = entry, entry.stamp, sha, conversion
            self._put(entry, State.CONVERTING)

    def _poll_conversion(self, now: float) -> None:
        if self._conversion is None:
            return
        entry, stamp, sha, conversion = self._conversion
        if self.entries.get(entry.name) is not entry or entry.stamp != stamp or entry.state is not State.CONVERTING:
            self._drop_conversion()
            return
        try:
            made = conversion.result()
            if made is None:
                return
            pages = self._intake.blobs.admit(made)
            self._intake.learn_converted(sha, pages)
            self._settle_on(entry, Content(sha, self._intake.asset(pages)))
        except NoSpace as fault:
            self._put(entry, State.HELD_UP, str(fault), now + RETRY_AFTER)
        except ContentFault as fault:
            self._refuse(entry, str(fault))
        self._drop_conversion()

    def _drop_copy(self, entry: Entry | None = None) -> None:
        if self._copy and (entry is None or self._copy[0] is entry):
            self._copy[2].close()
            self._copy = None

    def _drop_conversion(self) -> None:
        if self._conversion:
            self._conversion[3].close()
            self._conversion = None

    def _due(self, now: float) -> float | None:
        if self._conversion:
            return now + 0.25
        moments = [_next(entry, self.settle) for entry in self.entries.values()]
        soonest = min(moments, default=_NEVER)
        return None if soonest == _NEVER else soonest

    def _tell(self, left: int) -> None:
        """The log says how far a long intake has come."""
        if left == 0:
            if self._bulk >= 100:
                log.info(_("folder: all {count} files are taken in").format(count=self._bulk))
            self._bulk = 0
        elif time.monotonic() - self._told > _TOLD_EVERY:
            self._told = time.monotonic()
            log.info(_("folder: {done} of {count} files taken in").format(done=self._bulk - left, count=self._bulk))

    def _path(self, entry: Entry) -> Path:
        return self.root / entry.name


def _next(entry: Entry, settle: float) -> float:
    if entry.state is State.COPYING:
        return entry.since + settle
    return -_NEVER if entry.pending else entry.retry_at


def _turn(entry: Entry) -> tuple[int, bool, bool, int]:
    """Emergencies first; office documents, which take longest, last, and long films before them."""
    long = entry.stamp.size >= _LONG
    return -entry.level, entry.said.ending in OFFICE, long, entry.stamp.size if long else 0


def _under(name: str, folders: Iterable[str]) -> bool:
    return any(name.startswith(folder + "/") for folder in folders)


def _stamp(path: Path) -> Stamp | None:
    with suppress(OSError):
        return Stamp.of(path.lstat())
    return None
