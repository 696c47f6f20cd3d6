"""Hears of changes on disk. What it hears is a hint to look soon; the fingerprint of the files is the truth."""

import logging
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from player.library.filenames import is_ignored

log = logging.getLogger(__name__)

_READING = frozenset({"opened", "closed_no_write"})
_STOP_WITHIN = 0.5

_Key = tuple[Path, frozenset[str] | None]
"""A folder, and which of its entries count; None: all, and all below."""

Fingerprint = frozenset[tuple[str, int, int, int, int]]


def fingerprint(paths: Iterable[Path]) -> Fingerprint:
    """What the files and folders `paths`, and all that is in them, look like now: equal means unchanged.

    Costs one stat a file. What is missing or unreadable is simply not in it.
    """
    return frozenset(mark for path in paths for mark in _marks(os.fspath(path)))


def _marks(path: str) -> Iterator[tuple[str, int, int, int, int]]:
    try:
        status = os.stat(path)
    except OSError:
        return
    if not stat.S_ISDIR(status.st_mode):
        yield path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino
        return
    yield path, 0, 0, 0, status.st_ino
    try:
        with os.scandir(path) as entries:
            inside = [(entry.path, entry.is_symlink() and os.path.isdir(entry.path)) for entry in entries]
    except OSError:
        return
    for name, linked_folder in inside:
        # A linked folder could lead round in a circle; none is a source of files anyway.
        if not linked_folder:
            yield from _marks(name)


class Follower:
    """Calls `changed` from a thread of its own whenever something may have changed in the places it follows.

    `changed` must only put something into a queue. Where the kernel grants no watch (too many, a network drive) the
    log says so once, and the periodic look finds the changes.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._observer: BaseObserver = Observer()
        self._observer.name = "follow files"
        self._watches: dict[_Key, tuple[ObservedWatch, int]] = {}
        self._mute: set[Path] = set()
        self._inbox: Path | None = None

    def start(self) -> None:
        self._observer.start()

    def stop(self) -> None:
        """End the threads; half a second at most."""
        self._observer.stop()
        self._observer.join(_STOP_WITHIN)

    def alive(self) -> bool:
        return self._observer.is_alive()

    def follow(self, config: Path, folders: Iterable[Path], inbox: Path | None = None) -> None:
        """Follow the file `config` and all that is in `folders`, and nothing else. Of the `inbox`, a folder too, what
        systems and this program leave in it is not heard.

        To be called again now and then: a folder that was deleted, moved or made anew gets a new watch.
        """
        names: dict[Path, set[str]] = {config.parent: {config.name}}
        wanted: dict[_Key, int | None] = {}
        self._inbox = inbox
        for folder in (*folders, *([inbox] if inbox else ())):
            names.setdefault(folder.parent, set()).add(folder.name)
            wanted[folder, None] = _inode(folder)
        for parent, inside in names.items():
            wanted[parent, frozenset(inside)] = _inode(parent)
        for key, (watch, inode) in list(self._watches.items()):
            if wanted.get(key) != inode:
                del self._watches[key]
                self._observer.unschedule(watch)
        for key, found in wanted.items():
            if found is not None and key not in self._watches:
                self._watch(key, found)

    def _watch(self, key: _Key, inode: int) -> None:
        path, names = key
        try:
            handler = _InboxHandler if names is None and path == self._inbox else _Handler
            watch = self._observer.schedule(handler(self._changed, names), os.fspath(path), recursive=names is None)
        except OSError as error:
            if path not in self._mute:
                log.warning("%s is not followed, only looked at now and then: %s", path, error)
                self._mute.add(path)
            return
        self._mute.discard(path)
        self._watches[key] = watch, inode


def _inode(folder: Path) -> int | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_ino if stat.S_ISDIR(status.st_mode) else None


class _Handler(FileSystemEventHandler):
    """`names` limits it to these entries of the folder; None hears all."""

    def __init__(self, changed: Callable[[], None], names: frozenset[str] | None) -> None:
        self._changed = changed
        self._names = names

    def dispatch(self, event: FileSystemEvent) -> None:
        # Our own reading must not look like a change, or the agent would chase itself.
        if event.event_type in _READING:
            return
        if self._names is None or {_name(event.src_path), _name(event.dest_path)} & self._names:
            self._changed()


class _InboxHandler(_Handler):
    def dispatch(self, event: FileSystemEvent) -> None:
        # A folder "changes" with whatever is in it, the status file too; that change is heard of by itself.
        if event.is_directory and event.event_type == "modified":
            return
        names = {name for path in (event.src_path, event.dest_path) if (name := _name(path))}
        if not all(map(is_ignored, names)):
            super().dispatch(event)


def _name(path: str | bytes) -> str:
    return os.path.basename(os.fsdecode(path))
