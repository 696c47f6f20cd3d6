"""What came from the central server and was verified, in `state/central`: the releases that are here or on their way,
and which of them, with what takedown and which alerts, is in force.

    active.json                  what is in force, replaced whole
    pending.json                 the releases that are being fetched
    releases/<sha256>/           one signed manifest: release.json, and in central/ its files by their names. Playlists
                                 are there themselves; of media there is only an empty file, the bytes are blobs.

The agent's thread that follows the server writes; the compiler and housekeeping read.
"""

import json
import logging
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from player.config.playlists import SUFFIXES
from player.core.codec import decode, encode
from player.core.plainjson import parsed
from player.core.units import Instant
from player.library.files import make_room, sync_folder, write_whole
from player.trust.directives import Alert, Takedown
from player.trust.manifest import Entry, Page

log = logging.getLogger(__name__)

FILES = "central"
"""The folder of a release's files; faults in its playlists are named by it."""

T = TypeVar("T")
_NOTHING = Takedown()
_FRESH = 3600.0


@dataclass(frozen=True, slots=True)
class Release:
    """A verified manifest, unfolded: `sha` is that of the signed target, `keyids` those that signed it and
    `signers` the ids of who holds them."""

    sha: str
    version: int
    made: str
    keyids: tuple[str, ...]
    pages: tuple[Page, ...]
    entries: tuple[Entry, ...]
    signers: tuple[str, ...] = ()

    def assets(self) -> Iterator[tuple[str, int]]:
        """The SHA-256 and size of everything that belongs to it."""
        yield from ((page.sha256, page.size) for page in self.pages)
        yield from ((entry.sha256, entry.size) for entry in self.entries)

    def texts(self) -> tuple[Entry, ...]:
        """Its playlists."""
        return tuple(entry for entry in self.entries if entry.name.lower().endswith(SUFFIXES))


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert in force. `seen` is what this computer's clock said when it came; `doubted`: that clock is known to be
    wrong, so the alert lasts as long as it was to last, from then on. `signers` are the ids of who raised it."""

    alert: Alert
    seen: Instant
    doubted: bool = False
    signers: tuple[str, ...] = ()

    def stretch(self) -> tuple[Instant | None, Instant]:
        """From when until when, by this computer's clock."""
        since, until = self.alert.stretch()
        return (None, Instant(self.seen + until - since)) if self.doubted else (since, until)


@dataclass(frozen=True, slots=True)
class Active:
    """What is in force for `gate`. `release` and `templates` name releases by their SHA-256, empty for none."""

    gate: str = ""
    release: str = ""
    templates: str = ""
    takedown: Takedown = _NOTHING
    alerts: tuple[Raised, ...] = ()


@dataclass(frozen=True, slots=True)
class Pending:
    """Releases that are to come into force once all of them is here; empty for none."""

    release: str = ""
    templates: str = ""


class CentralStore:
    """The central content of one state folder. What is damaged is taken for absent, and said in the log."""

    def __init__(self, state: Path) -> None:
        self.folder = state / "central"
        self._active = self.folder / "active.json"
        self._pending = self.folder / "pending.json"
        self._releases = self.folder / "releases"

    @property
    def signal(self) -> Path:
        """The file that changes when, and only when, something else comes into force."""
        return self._active

    def active(self, gate: str) -> Active:
        """What is in force for `gate`; what another gate played is not."""
        found = _read(Active, self._active)
        return found if found and found.gate == gate else Active(gate)

    def is_damaged(self, gate: str) -> bool:
        """Whether what is in force cannot be known because its files are damaged: not for want of them."""
        if not self._active.exists():
            return self._active.is_symlink()
        found = _read(Active, self._active)
        if found is None:
            return True
        return found.gate == gate and bool(found.release) and self.release(found.release) is None

    def activate(self, active: Active) -> bool:
        """Put `active` in force; False when it is already. OSError when the disk refuses."""
        if self.active(active.gate) == active:
            return False
        _put(self._active, active)
        return True

    def pending(self) -> Pending:
        return _read(Pending, self._pending) or Pending()

    def await_(self, pending: Pending) -> None:
        """Remember what is being fetched, so that housekeeping leaves it alone. OSError."""
        if self.pending() != pending:
            _put(self._pending, pending)

    def keep(self, release: Release) -> None:
        """Remember a release, though its files may not be here yet. OSError."""
        if self.release(release.sha) != release:
            _put(self._releases / release.sha / "release.json", release)

    def release(self, sha: str) -> Release | None:
        """A release that was kept."""
        return _read(Release, self._releases / sha / "release.json") if sha else None

    def files(self, sha: str) -> Path:
        """Where the files of a release lie once they are laid out."""
        return self._releases / sha / FILES

    def lay_out(self, release: Release, blob: Callable[[str], Path]) -> Path:
        """The folder of a release's files; made when it is not there or not as it was signed, for which its playlists
        must be in the store. OSError."""
        place, texts = self.files(release.sha), set(release.texts())
        if place.is_dir():
            damaged = [entry.name for entry in release.entries if not _lies(place, entry, texts)]
            if not damaged or not all(blob(entry.sha256).is_file() for entry in texts):
                return place
            log.error("%s is not as it was signed (%s); it is laid out anew", place, damaged[0])
            shutil.rmtree(place)
        fresh = place.with_name(f".{FILES}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        for entry in release.entries:
            path = fresh / entry.name
            path.parent.mkdir(parents=True, exist_ok=True)
            if entry in texts:
                write_whole(path, blob(entry.sha256).read_bytes())
            else:
                path.touch()
        fresh.mkdir(parents=True, exist_ok=True)
        fresh.replace(place)
        sync_folder(place.parent)
        return place

    def needed(self) -> set[str]:
        """The SHA-256 of all that is in force or on its way."""
        active, pending = _read(Active, self._active) or Active(), self.pending()
        return {sha for release in self._named(active, pending) for sha, _size in release.assets()}

    def prune(self) -> None:
        """Forget releases that are neither in force nor on their way; not those of the last hour, which may be about to
        be."""
        active, pending = _read(Active, self._active) or Active(), self.pending()
        named = {active.release, active.templates, pending.release, pending.templates}
        for folder in self._releases.glob("*"):
            if folder.name not in named and abs(time.time() - folder.stat().st_mtime) > _FRESH:
                shutil.rmtree(folder, ignore_errors=True)

    def _named(self, active: Active, pending: Pending) -> Iterator[Release]:
        for sha in {active.release, active.templates, pending.release, pending.templates}:
            if release := self.release(sha):
                yield release


def without_ended(alerts: Iterable[Raised], now: Instant) -> tuple[Raised, ...]:
    """The alerts that are not over by the computer's clock."""
    return tuple(raised for raised in alerts if raised.stretch()[1] > now)


def _lies(place: Path, entry: Entry, texts: Collection[Entry]) -> bool:
    """Whether a file of a release is as it was laid out."""
    path = place / entry.name
    try:
        return sha256(path.read_bytes()).hexdigest() == entry.sha256 if entry in texts else path.is_file()
    except OSError:
        return False


def _put(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    make_room(path)
    write_whole(path, _written(value))


def _written(value: object) -> bytes:
    return json.dumps(encode(value), ensure_ascii=False, separators=(",", ":")).encode()


def _read(kind: type[T], path: Path) -> T | None:
    try:
        return decode(kind, parsed(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        log.error("%s cannot be used: %s", path, error)
        return None
