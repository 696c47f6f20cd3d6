"""Assets by their SHA-256: `state/blobs/ab/ab12…`, complete, read-only, never changed.

Once a file is admitted its source is forgotten: what is probed, compiled and shown is the copy, so nobody can swap a
picture between the check and the wall.
"""

import errno
import hashlib
import logging
import os
import shutil
import stat
import threading
import time
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from player.config.language import _
from player.core.faults import ContentFault, GateplayerFault, Passing
from player.core.units import MINUTE, Span
from player.library.files import is_starved, make_room, remove, sync_folder, try_lock

log = logging.getLogger(__name__)

CHUNK = 1 << 20
ATTEMPTS = 3
HOUR = Span(60 * MINUTE)
RESERVE = 256 << 20
"""Bytes that an intake leaves free, for the play log and the system."""


class Cancelled(GateplayerFault):
    """The work was given up because the program is ending."""


class Unsettled(ContentFault):
    """Somebody is still writing the file; worth another try soon."""


class GivesWay(Unsettled):
    """Something more urgent waits; worth another try after it."""


def never() -> bool:
    """Nothing is ever more urgent."""
    return False


class NoSpace(GateplayerFault):
    """The disk takes no other file: it is full, or not ours to write. Worth another try later."""

    exit_code = 4


class Stamp(NamedTuple):
    """What tells a changed file without reading it. The change time catches a swap that keeps size and date."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> "Stamp":
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


class Blobs:
    """The store under the state folder `root`. One thread admits; any may read.

    `ending`, once set, makes a long copy raise Cancelled; it raises GivesWay when `urgent` says so. `pause` waits
    before another attempt (a test passes its own).
    """

    def __init__(
        self,
        root: Path,
        ending: threading.Event | None = None,
        pause: Callable[[float], object] | None = None,
        reserve: int = RESERVE,
    ) -> None:
        self._blobs = root / "blobs"
        self._shelves = str(self._blobs)
        self.incoming = root / "incoming"
        self._ending = ending or threading.Event()
        self._pause = pause or self._ending.wait
        self._reserve = reserve
        self.urgent: Callable[[], bool] = never
        for folder in (self._blobs, self.incoming):
            folder.mkdir(parents=True, exist_ok=True)
        self._sweep()

    def path(self, sha: str) -> Path:
        """Where the asset `sha` lies, or would lie."""
        return self._blobs / sha[:2] / sha

    def has(self, sha: str, size: int | None = None) -> bool:
        """Is the asset here, and of this `size` if one is given?"""
        try:
            # Hundreds are asked for in a row: no path is built for each.
            status = os.stat(f"{self._shelves}/{sha[:2]}/{sha}")
        except OSError:
            # Gone, or what is there is no file at all: either way it is to be fetched.
            return False
        return stat.S_ISREG(status.st_mode) and (size is None or status.st_size == size)

    def borrow(self, root: Path, shas: Collection[str]) -> None:
        """Have assets of the store in the state folder `root` here too, without copying them. OSError."""
        for sha in shas:
            theirs, ours = root / "blobs" / sha[:2] / sha, self.path(sha)
            if theirs.is_file() and not ours.exists():
                ours.parent.mkdir(exist_ok=True)
                ours.symlink_to(theirs.resolve())

    def verify(self, sha: str) -> bool:
        """Read the whole asset: is it still what its name says? A damaged one is removed, to be fetched again."""
        if not self.has(sha):
            return False
        with self.path(sha).open("rb") as stream:
            good = hashlib.file_digest(stream, "sha256").hexdigest() == sha
        if not good:
            log.error("the stored file %s is damaged and is removed", sha)
            self.path(sha).unlink(missing_ok=True)
        return good

    def admit(self, path: Path) -> str:
        """Copy the file at `path` into the store and return its SHA-256.

        ContentFault when it cannot be read or is no plain file, Unsettled when it keeps changing; NoSpace when the
        disk is full; Cancelled when the program ends meanwhile.
        """
        for attempt in range(ATTEMPTS):
            if attempt:
                self._pause(0.3 * attempt)
            try:
                sha = self._copy(path)
            except OSError as error:
                raise unwritable(error) from error
            if sha:
                return sha
        raise Unsettled(_("the file is still being written; it is taken when the copying is over"))

    def copying(self, path: Path) -> Generator[None, None, str]:
        """`admit` in small steps, one attempt: for long files, so that others need not wait. Returns the SHA-256.

        Raises as `admit` does. Closed before its end, it leaves nothing behind.
        """
        try:
            sha = yield from self._steps(path)
        except OSError as error:
            raise unwritable(error) from error
        if not sha:
            raise Unsettled(_("the file is still being written; it is taken when the copying is over"))
        return sha

    def discard(self, sha: str) -> None:
        """Remove an asset that turned out to be of no use."""
        self.path(sha).unlink(missing_ok=True)

    def discard_unused(self, keep: Collection[str], older_than: Span = HOUR) -> int:
        """Remove every asset that `keep` does not name and that has been here for `older_than`; the bytes freed.

        The age keeps hands off what another process (`gateplayer check`) has just admitted.
        """
        freed = 0
        now = time.time_ns()
        for blob in self._all():
            status = blob.lstat()
            if blob.name not in keep and abs(now - status.st_ctime_ns) >= older_than * 1000:
                remove(blob)
                freed += status.st_size
        return freed

    def trim(self, keep: Collection[str], most: int, room: int = 0, older_than: Span = HOUR) -> int:
        """Remove assets that `keep` does not name, those first that came first, until the store holds at most `most`
        bytes, and the disk has its reserve, when `room` more bytes have come; the bytes freed. What came within
        `older_than` stays, as above."""
        now = time.time_ns()
        found = [(blob, blob.lstat()) for blob in self._all()]
        too_much = sum(status.st_size for _blob, status in found) + room - most
        too_much = max(too_much, self._reserve + room - shutil.disk_usage(self._blobs).free)
        freed = 0
        for blob, status in sorted(found, key=lambda one: one[1].st_ctime_ns):
            if freed >= too_much:
                break
            if blob.name not in keep and abs(now - status.st_ctime_ns) >= older_than * 1000:
                remove(blob)
                freed += status.st_size
        return freed

    def shelve(self, finished: Iterable[tuple[Path, str, int]]) -> None:
        """Give files of this disk, each with its SHA-256 and size, already synced and read-only, their names. They are
        here for good when it returns; many at once cost the disk little more than one. OSError."""
        fresh = [(path, sha) for path, sha, size in finished if not self.has(sha, size)]
        shelves = {self.path(sha).parent for _path, sha in fresh}
        missing = [shelf for shelf in shelves if not shelf.is_dir()]
        for shelf in missing:
            shelf.mkdir(exist_ok=True)
        if missing:
            sync_folder(self._blobs)
        for path, sha in fresh:
            make_room(self.path(sha))
            path.replace(self.path(sha))
        for shelf in shelves:
            sync_folder(shelf)

    def room_for(self, size: int) -> None:
        """OSError (ENOSPC) when so many more bytes would leave less than the reserve."""
        free = shutil.disk_usage(self.incoming).free
        if free < size + self._reserve:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _all(self) -> Iterator[Path]:
        return (blob for shelf in sorted(self._blobs.iterdir()) if shelf.is_dir() for blob in sorted(shelf.iterdir()))

    def _copy(self, path: Path) -> str:
        """One attempt; an empty string when the source changed while it was read."""
        steps = self._steps(path)
        while True:
            try:
                next(steps)
            except StopIteration as done:
                return str(done.value)
            if self.urgent():
                steps.close()
                raise GivesWay(_("waits for something more urgent"))

    def _steps(self, path: Path) -> Generator[None, None, str]:
        with _source(path) as source, self._temporary() as (temporary, target):
            before = Stamp.of(os.fstat(source))
            self.room_for(before.size)
            digest, length = yield from self._pour(source, target)
            if Stamp.of(os.fstat(source)) != before or length != before.size or _stamp(path) != before:
                return ""
            os.fsync(target)
            os.fchmod(target, 0o444)
            self.shelve([(temporary, digest, length)])
            return digest

    def _pour(self, source: int, target: int) -> Generator[None, None, tuple[str, int]]:
        digest = hashlib.sha256()
        length = 0
        while chunk := _read(source):
            if self._ending.is_set():
                raise Cancelled(_("the program is ending"))
            digest.update(chunk)
            length += len(chunk)
            write_all(target, chunk)
            yield
        return digest.hexdigest(), length

    @contextmanager
    def _temporary(self) -> Iterator[tuple[Path, int]]:
        """A locked file in `incoming`, gone afterwards unless it was shelved. The lock says that its maker lives."""
        path = self.incoming / f"{os.getpid()}-{threading.get_ident()}-{time.monotonic_ns()}.part"
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            try_lock(handle)
            yield path, handle
        finally:
            os.close(handle)
            path.unlink(missing_ok=True)

    def _sweep(self) -> None:
        for leftover in self.incoming.glob("*.part"):
            try:
                handle = os.open(leftover, os.O_RDWR | os.O_CLOEXEC)
            except FileNotFoundError:
                continue
            try:
                if try_lock(handle):
                    leftover.unlink(missing_ok=True)
                    log.info("removed the unfinished copy %s", leftover.name)
            finally:
                os.close(handle)


@contextmanager
def _source(path: Path) -> Iterator[int]:
    """The open file; a pipe or device never blocks and is refused."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise ContentFault(_("no such file")) from error
    except OSError as error:
        raise _unreadable(error) from error
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ContentFault(_("not a plain file"))
        yield handle
    finally:
        os.close(handle)


def _stamp(path: Path) -> Stamp | None:
    try:
        return Stamp.of(path.stat())
    except OSError:
        return None


def _read(source: int) -> bytes:
    try:
        return os.read(source, CHUNK)
    except OSError as error:
        raise _unreadable(error) from error


def _unreadable(error: OSError) -> ContentFault:
    kind = Passing if is_starved(error) else ContentFault
    return kind(_("cannot be read: {reason}").format(reason=os.strerror(error.errno or 0)))


def write_all(target: int, chunk: bytes | memoryview) -> None:
    """Write all of it. OSError."""
    view = memoryview(chunk)
    while view:
        view = view[os.write(target, view) :]


def unwritable(error: OSError) -> NoSpace:
    """What an error of the disk that holds the store means for people."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoSpace(_("the disk is full; delete files that are not needed, then it goes on by itself"))
    return NoSpace(_("the state folder cannot be written: {reason}").format(reason=error.strerror or error))
