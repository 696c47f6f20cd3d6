"""One look at the watched folder: which files lie in it, and how each looks from outside. Nothing is opened."""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from player.config.language import _
from player.library.blobs import Stamp
from player.library.filenames import is_ignored

MOST_DEPTH = 5
"""Folders inside folders that are looked into."""


@dataclass(slots=True)
class Scan:
    """Names are relative to the folder, with slashes. `device` is the file system that was looked at; `mounted`: it is
    a share or drive of its own. `strange` are entries that can never be shown, `unlisted` subfolders that cannot be
    read just now, each with the reason."""

    device: int
    mounted: bool
    files: dict[str, Stamp] = field(default_factory=dict)
    strange: dict[str, str] = field(default_factory=dict)
    unlisted: dict[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.files or self.strange or self.unlisted)


def scan(folder: Path) -> Scan:
    """Look at `folder` and what is in it, at the cost of one stat a file. OSError when it is not there, or cannot be
    listed."""
    device = folder.stat().st_dev
    found = Scan(device, device != _above(folder).st_dev)
    _look_into(folder, "", 1, found)
    return found


def _above(folder: Path) -> os.stat_result:
    return os.stat(os.path.join(os.path.realpath(folder), os.pardir))


def _look_into(folder: Path, prefix: str, depth: int, found: Scan) -> None:
    with os.scandir(folder) as entries:
        for entry in entries:
            if not is_ignored(entry.name):
                _note(entry, prefix + entry.name, depth, found)


def _note(entry: os.DirEntry[str], name: str, depth: int, found: Scan) -> None:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        # Gone since the folder was listed; anything else is said.
        if not isinstance(error, FileNotFoundError):
            found.strange[name] = _unreadable(error)
        return
    if stat.S_ISREG(status.st_mode):
        found.files[name] = Stamp.of(status)
    elif not stat.S_ISDIR(status.st_mode):
        found.strange[name] = _no_file(status.st_mode)
    elif depth > MOST_DEPTH:
        said = _("folders inside folders are followed {depth} deep only; move its files further up")
        found.strange[name] = said.format(depth=MOST_DEPTH)
    else:
        try:
            _look_into(Path(entry.path), name + "/", depth + 1, found)
        except FileNotFoundError:
            pass
        except OSError as error:
            found.unlisted[name] = _unreadable(error)


def _no_file(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return _("a link or shortcut; copy the file itself here")
    return _("no file but a device or a pipe; delete it")


def _unreadable(error: OSError) -> str:
    return _("cannot be read: {reason}").format(reason=error.strerror or error)
