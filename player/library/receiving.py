"""Assets that come from elsewhere, known beforehand by their SHA-256 and size: `state/incoming/fetch/<sha>.part` grows
over any number of connections, restarts and power cuts, and becomes an asset when it is what was promised."""

import hashlib
import logging
import os
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from player.config.language import _
from player.core.faults import SyncFault
from player.library.blobs import Blobs, Stamp, unwritable, write_all
from player.library.files import try_lock
from player.trust.names import blob_path
from player.trust.origin import Origin, Stream

log = logging.getLogger(__name__)

PIECE = 1 << 18
_OPENED = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
_LOOK_AGAIN = 16 << 20
"""Bytes after which the room on the disk is looked at again."""


class NotAsSigned(SyncFault):
    """What an origin gives is not the file that was signed. Another may give it."""


class Busy(SyncFault):
    """Another thread or process is receiving the same file."""


class Meter(Protocol):
    """Says how fast an asset may come, and gives it up."""

    def found(self, count: int) -> None:
        """So many bytes were here before."""
        ...

    def allow(self, most: int) -> int:
        """How many bytes may be read next, at least 1 and at most `most`; waits for them. Cancelled."""
        ...

    def took(self, count: int, *, kept: bool) -> None:
        """So many bytes have come; `kept`: they were not here before."""
        ...

    def check(self) -> None:
        """Cancelled when the asset is given up."""
        ...


class Unmetered:
    """As fast as it goes."""

    def found(self, count: int) -> None:
        """Nobody counts."""

    def allow(self, most: int) -> int:
        return most

    def took(self, count: int, *, kept: bool) -> None:
        """Nobody counts."""

    def check(self) -> None:
        """Never given up."""


FREELY = Unmetered()


@dataclass(frozen=True, slots=True)
class Received:
    """A file that is complete and right, and not yet settled. Its open handle holds its lock."""

    sha: str
    size: int
    path: Path
    handle: int


class _Part:
    """The beginning of an asset, locked, and its digest so far. One thread uses it."""

    def __init__(self, path: Path, handle: int) -> None:
        self.path, self.handle = path, handle
        self.digest = hashlib.sha256()
        self.length = 0
        self.is_mine = True

    def hand_over(self) -> int:
        """The open file, for somebody else to close."""
        self.is_mine = False
        return self.handle

    def add(self, piece: memoryview) -> None:
        # In this order: what is written by half is not taken for hashed.
        write_all(self.handle, piece)
        self.digest.update(piece)
        self.length += len(piece)

    def resume(self, most: int, meter: Meter) -> None:
        """Hash what is there; what cannot belong to an asset of `most` bytes is dropped."""
        if os.fstat(self.handle).st_size > most:
            os.ftruncate(self.handle, 0)
        piece = memoryview(bytearray(PIECE))
        while count := os.readv(self.handle, [piece]):
            meter.check()
            self.digest.update(piece[:count])
            self.length += count


class Receiver:
    """Receives assets into `blobs`, from any thread."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._folder = blobs.incoming / "fetch"
        self._folder.mkdir(exist_ok=True)
        self._lock = threading.Lock()
        self._owed: dict[str, int] = {}
        """Bytes that are still to come of what is being received."""
        self._paused: dict[str, tuple[Stamp, _Part]] = {}
        """Digests of parts that were left off, and the state of their files then: they need not be read again."""

    def receive(self, sha: str, size: int, origin: Origin, meter: Meter = FREELY) -> Received:
        """What is missing of an asset. Settle it afterwards, or let it go.

        Absent and other SyncFaults of `origin`, NotAsSigned, Busy; NoSpace; Cancelled by `meter`. What has come stays
        for another time, unless it was wrong.
        """
        with self._part(sha, size, meter) as part:
            if part.length < size:
                self._room(sha, size - part.length)
                with closing(origin.open(blob_path(sha), part.length)) as stream:
                    self._pull(part, stream, sha, size, origin.name, meter)
            if part.digest.hexdigest() != sha:
                part.path.unlink(missing_ok=True)
                said = _("{name} from {place} is damaged or not what was signed; it is dropped and fetched again")
                raise NotAsSigned(said.format(name=sha[:12], place=origin.name))
            return Received(sha, size, part.path, part.hand_over())

    def settle(self, batch: Sequence[Received]) -> None:
        """Make assets of what was received; they are here for good when it returns. NoSpace."""
        try:
            for one in batch:
                os.fsync(one.handle)
                os.fchmod(one.handle, 0o444)
            self._blobs.shelve((one.path, one.sha, one.size) for one in batch)
            for one in batch:
                if _is_at(one.path, one.handle):
                    # The asset was here already.
                    one.path.unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(error) from error
        finally:
            self.let_go(batch)

    def let_go(self, batch: Sequence[Received]) -> None:
        """Leave them as complete parts; another `receive` needs nothing more from anywhere."""
        for one in batch:
            os.close(one.handle)

    def forget_parts(self, wanted: Collection[str]) -> None:
        """Remove the parts of assets that nobody wants any more, except those that are being received."""
        for path in self._folder.glob("*.part"):
            if path.stem not in wanted:
                self._forget(path)

    def _forget(self, path: Path) -> None:
        with self._lock:
            self._paused.pop(path.stem, None)
        try:
            handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        try:
            if try_lock(handle):
                path.unlink(missing_ok=True)
        finally:
            os.close(handle)

    @contextmanager
    def _part(self, sha: str, size: int, meter: Meter) -> Iterator[_Part]:
        """The part of an asset, taken up where it was left off, and left off again whatever happens."""
        path = self._folder / f"{sha}.part"
        part = None
        try:
            part = self._locked(path, sha)
            status = os.fstat(part.handle)
            with self._lock:
                stamp, known = self._paused.pop(sha, (None, None))
            if known is not None and stamp == Stamp.of(status):
                part.digest, part.length = known.digest, known.length
            elif status.st_size:
                part.resume(size, meter)
            meter.found(part.length)
            yield part
        except OSError as error:
            raise unwritable(error) from error
        finally:
            if part is not None:
                self._leave_off(part, sha)

    def _locked(self, path: Path, sha: str) -> _Part:
        try:
            handle = os.open(path, _OPENED, 0o600)
        except PermissionError:
            # It was complete and made read-only, and then the power failed.
            path.chmod(0o600)
            handle = os.open(path, _OPENED, 0o600)
        if not try_lock(handle) or not _is_at(path, handle):
            os.close(handle)
            raise Busy(_("{name} is being fetched by another program").format(name=sha[:12]))
        return _Part(path, handle)

    def _leave_off(self, part: _Part, sha: str) -> None:
        with self._lock:
            self._owed.pop(sha, None)
        if not part.is_mine:
            return
        status = os.fstat(part.handle)
        if status.st_size == part.length and _is_at(part.path, part.handle):
            with self._lock:
                self._paused[sha] = (Stamp.of(status), part)
        os.close(part.handle)

    def _pull(self, part: _Part, stream: Stream, sha: str, size: int, place: str, meter: Meter) -> None:
        if stream.total not in (None, size):
            said = _("{name} is {found} bytes long at {place}, {size} were signed; does something answer in its place?")
            raise NotAsSigned(said.format(name=sha[:12], found=stream.total, place=place, size=size))
        skip = part.length - stream.offset
        looked = part.length
        piece = memoryview(bytearray(PIECE))
        while part.length < size:
            # Writes that begin and end at multiples of the piece are what a disk's cache likes best.
            most = min(skip or size - part.length, PIECE - part.length % PIECE)
            count = stream.readinto(piece[: meter.allow(most)])
            if not count:
                said = _("{name} ends at {place} after {found} of {size} bytes")
                raise SyncFault(said.format(name=sha[:12], place=place, found=part.length, size=size))
            meter.took(count, kept=not skip)
            if skip:
                skip -= count
                continue
            part.add(piece[:count])
            if part.length - looked >= _LOOK_AGAIN:
                looked = part.length
                self._room(sha, size - looked)

    def _room(self, sha: str, rest: int) -> None:
        """Room for the `rest` of this asset and of all others that are under way. OSError."""
        with self._lock:
            self._owed[sha] = rest
            owed = sum(self._owed.values())
        self._blobs.room_for(owed)


def _is_at(path: Path, handle: int) -> bool:
    """Is the open file still the one at `path`?"""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False
