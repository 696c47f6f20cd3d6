"""The folders of people: can the player read what they write, and may they write it?"""

import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from player.cli.examinations.asking import group_of, may, player_of
from player.cli.examinations.finding import Finding, Gate, bad, good, warning
from player.config.language import _

MOST = 2000
"""Files that are looked at; a folder with more is right or wrong as these are."""


def playlists(gate: Gate) -> Iterator[Finding]:
    """All that the playlists need can be read."""
    what, user = _("playlists"), player_of(gate)
    folder = gate.config.sources.playlists if gate.config else None
    if folder is None:
        return
    if not folder.is_dir():
        found = _("{folder} is not there").format(folder=folder)
        yield bad(what, found, _("make it, or correct playlists: under sources: in config.yaml"))
        return
    files = list(islice(folder.rglob("*"), MOST))
    closed = [path for path in (folder, *files) if not may(user, path, os.R_OK | (os.X_OK if path.is_dir() else 0))]
    if closed:
        found = _("{user} may not read {path}").format(user=user, path=closed[0])
        found += _(", and {count} others").format(count=len(closed) - 1) if len(closed) > 1 else ""
        yield bad(what, found, f"chmod -R a+rX {folder}")
    else:
        yield good(what, _("{folder}: files that can be read: {count}").format(folder=folder, count=len(files)))


def watched(gate: Gate) -> Iterator[Finding]:
    """Operators may put files into the watched folder, and the player may tell in it what became of them."""
    what, user = _("watched folder"), player_of(gate)
    source = gate.config.sources.folder if gate.config else None
    if source is None:
        return
    folder = source.path
    if not folder.is_dir():
        advice = _("make it, or plug in its drive; see docs/samba.md for a share")
        yield bad(what, _("{folder} is not there").format(folder=folder), advice)
    elif not may(user, folder, os.R_OK | os.X_OK):
        yield bad(what, _("{user} may not read {path}").format(user=user, path=folder), f"chmod g+rwxs {folder}")
    elif not may(user, folder, os.W_OK):
        found = _("{user} may not write in {path}: operators are not told what became of their files")
        yield warning(what, found.format(user=user, path=folder), f"chmod g+rwxs {folder}")
    else:
        yield _open_to_group(what, folder, _("operators cannot put files into {folder}"))


def run_folder(gate: Gate) -> Iterator[Finding]:
    """Operators may blank the wall with `touch`."""
    what = _("switch of the blackout")
    if gate.run.is_dir():
        yield _open_to_group(what, gate.run, _("operators cannot blank the wall from {folder}"))


def _open_to_group(what: str, folder: Path, closed: str) -> Finding:
    """Whether the folder's group may write in it, and nobody else."""
    mode, group = folder.stat().st_mode, group_of(folder)
    if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        advice = f"chmod o-w {folder}"
        return warning(what, _("everybody on this computer may write in {folder}").format(folder=folder), advice)
    if not mode & stat.S_IWGRP:
        advice = _("give it to their group: chgrp GROUP {folder}; chmod 2775 {folder}").format(folder=folder)
        return warning(what, closed.format(folder=folder), advice)
    return good(what, _("{folder}, for the group {group}").format(folder=folder, group=group))
