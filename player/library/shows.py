"""Complete shows on disk: `state/shows/00000012.json`, and `state/current`, a link to the one that plays.

Imported by the wall: the standard library and core, nothing else.
"""

import hashlib
import json
import logging
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from player.core.codec import decode
from player.core.faults import GateplayerFault
from player.core.model import Show
from player.core.plainjson import parsed
from player.core.units import Instant
from player.library.files import is_starved, link_whole, remove, write_whole
from player.library.showlines import LineReader, Steps, digest_of, text_of

log = logging.getLogger(__name__)

T = TypeVar("T")
FORMAT = 1
KEPT = 10
_NEVER = 253_370_764_800_000_000
"""The year 9999, in microseconds: later than any clock says."""

_MOST_HEAD = 1000
_NAME = re.compile(r"^(\d{8,})\.json$")


@dataclass(frozen=True, slots=True)
class StoredShow:
    """A show, its number (a generation: higher is newer) and when it was made."""

    number: int
    made: Instant
    show: Show


class Damaged(GateplayerFault):
    """A stored show that cannot be used; the message says why."""


class ShowStore:
    """The shows of one state folder. One process writes; any may read at any time."""

    def __init__(self, state: Path) -> None:
        self._folder = state / "shows"
        self._current = state / "current"
        self._link = str(self._current)
        self._reader = LineReader()

    def pointer(self) -> str:
        """What `state/current` says, unread: cheap enough to ask at each frame whether a new show has come."""
        try:
            return os.readlink(self._link)
        except OSError:
            return ""

    def write(self, show: Show, made: Instant | None = None) -> int:
        """Store `show`, make it current, and return its number; an unchanged show keeps the number that it has.

        OSError when the disk refuses: then the earlier show is still current.
        """
        text = text_of(show)
        digest = digest_of(text)
        latest = self._latest()
        if latest and latest[1] == digest:
            return latest[0]
        number = max(self._numbers(), default=0) + 1
        made = Instant(time.time_ns() // 1000) if made is None else made
        self._folder.mkdir(parents=True, exist_ok=True)
        head = f'{{"format":{FORMAT},"number":{number},"made":{made},"digest":"{digest}","show":\n'
        path = self._path(number)
        write_whole(path, head.encode() + text + b"\n}\n")
        link_whole(self._current, f"shows/{path.name}")
        self._prune(number)
        return number

    def current(self) -> StoredShow | None:
        """The show that plays: the one that `current` names or, if that is damaged, the newest intact one. OSError when
        this process cannot open any file."""
        return _done(self.reading())

    def reading(self) -> Steps[StoredShow | None]:
        """The same, in steps: for the wall, which must not stop for a large show."""
        for path in self._candidates():
            try:
                return (yield from self._read(path))
            except Damaged as error:
                log.error("the stored show %s is not used: %s", path.name, error)
        return None

    def assets(self) -> set[str]:
        """The SHA-256 of every asset that a kept show uses. A damaged show uses none. OSError when this process cannot
        open any file."""
        used: set[str] = set()
        for number in self._numbers():
            try:
                show = _done(self._read(self._path(number))).show
            except Damaged:
                continue
            used |= assets_of(show)
        return used

    def _read(self, path: Path) -> Steps[StoredShow]:
        """As `read_show`. What is not written by lines as it should be, that has to judge, in one step."""
        try:
            with path.open("rb") as file:
                head = parsed(file.readline(_MOST_HEAD) + b"null}")
                show, digest = yield from self._reader.read(file)
                if file.read(3) == b"}\n" and head["format"] == FORMAT and head["digest"] == digest:
                    _check_head(path, head)
                    return StoredShow(head["number"], Instant(head["made"]), show)
        except OSError as error:
            if is_starved(error):
                raise
        except (ValueError, TypeError, KeyError, RecursionError):
            log.debug("%s is not read by lines", path.name)
        return read_show(path)

    def _candidates(self) -> list[Path]:
        paths = [self._path(number) for number in sorted(self._numbers(), reverse=True)]
        named = self._folder / Path(self.pointer()).name
        if named in paths:
            paths.remove(named)
            paths.insert(0, named)
        return paths

    def _latest(self) -> tuple[int, str] | None:
        """Number and digest of the show in use, if it is intact and the link names it."""
        name = Path(self.pointer()).name
        if not _NAME.match(name):
            return None
        try:
            stored = _load(self._folder / name)
        except Damaged:
            return None
        return int(stored["number"]), str(stored["digest"])

    def _numbers(self) -> list[int]:
        if not self._folder.is_dir():
            return []
        return [int(found[1]) for path in self._folder.iterdir() if (found := _NAME.match(path.name))]

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:08}.json"

    def _prune(self, number: int) -> None:
        for old in sorted(self._numbers(), reverse=True)[KEPT:]:
            if old != number:
                remove(self._path(old))


def read_show(path: Path) -> StoredShow:
    """The show of one file, its digest verified; Damaged with the reason if it is not whole."""
    stored = _load(path)
    try:
        return StoredShow(stored["number"], Instant(stored["made"]), decode(Show, stored["show"]))
    except (ValueError, TypeError, KeyError) as error:
        raise Damaged(str(error)) from error


def assets_of(show: Show) -> set[str]:
    """The SHA-256 of every asset of `show`."""
    contents = (item.content for playlist in show.playlists for item in playlist.items)
    return {asset for content in contents if (asset := getattr(content, "asset", ""))}


def _done(steps: Steps[T]) -> T:
    """What comes of them, all done at once."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: T = end.value
            return found


def _load(path: Path) -> dict[str, Any]:
    try:
        stored = parsed(path.read_bytes())
        if not isinstance(stored, dict) or stored.get("format") != FORMAT:
            raise Damaged("not a show of this version")
        text = json.dumps(stored.get("show"), ensure_ascii=False, separators=(",", ":")).encode()
    except OSError as error:
        if is_starved(error):
            raise
        raise Damaged(str(error)) from error
    except ValueError as error:
        raise Damaged(str(error)) from error
    if hashlib.sha256(text).hexdigest() != stored.get("digest"):
        raise Damaged("its digest does not match")
    _check_head(path, stored)
    return stored


def _check_head(path: Path, stored: dict[str, Any]) -> None:
    """What stands beside the show has no digest: it must make sense, and the number be that of the file's name, since
    the wall tells shows by it."""
    number, made = stored.get("number"), stored.get("made")
    named = _NAME.match(path.resolve().name)
    if type(number) is not int or (named and int(named[1]) != number):
        raise Damaged("its number is not that of its name")
    if type(made) is not int or not 0 <= made < _NEVER:
        raise Damaged("nobody can have made it then")
