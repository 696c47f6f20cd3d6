"""Small rules of writing to disk that every store here keeps: whole files only, and what is written stays written."""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_STARVED = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)


def is_starved(error: OSError) -> bool:
    """Whether this process has no handles or no memory left: nothing is known of the file by that."""
    return error.errno in _STARVED


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Replace `path` by `data`, so that a reader sees the old file or the new one, never a part.

    `durable` waits for the disk; leave it out in folders that live in memory. OSError when the disk says no.
    """
    temporary = _beside(path)
    try:
        _write(temporary, data, durable=durable)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def write_new(path: Path, data: bytes) -> None:
    """As `write_whole`, where there is nothing yet: FileExistsError, and nothing touched, when there is."""
    temporary = _beside(path)
    try:
        _write(temporary, data, durable=True)
        os.link(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def _beside(path: Path) -> Path:
    """A name in the same folder, for this process alone."""
    return path.with_name(f".{path.name}.{os.getpid()}.new")


def _write(path: Path, data: bytes, *, durable: bool) -> None:
    with path.open("wb") as stream:
        stream.write(data)
        if durable:
            stream.flush()
            os.fsync(stream.fileno())


def link_whole(link: Path, target: str) -> None:
    """Point the symbolic link `link` at `target`, in one step; a folder that has come in its place makes room."""
    temporary = _beside(link)
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    make_room(link)
    temporary.replace(link)
    sync_folder(link.parent)


def make_room(path: Path) -> None:
    """Remove a folder from a place where only a file can be: nothing of ours is in it, and it would be in the way of
    every file to come. OSError."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)


def remove(path: Path) -> None:
    """Remove a file of ours, or whatever has come in its place; nothing there is as good. OSError."""
    make_room(path)
    path.unlink(missing_ok=True)


@contextmanager
def sole(path: Path) -> Iterator[bool]:
    """Hold the lock file `path`: True when it is ours, False when another living process holds it.

    The kernel lets go of the lock when its process ends, however it ends.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        yield try_lock(handle)
    finally:
        os.close(handle)


def try_lock(handle: int) -> bool:
    """Take the lock of an open file without waiting; False when it is held elsewhere."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def held(path: Path) -> bool:
    """Does a living process hold the lock file `path`? Asked without taking it away from anybody for long."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
