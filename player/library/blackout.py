"""The blackout: two switches, either of which makes the wall black and cuts the agent's network.

`state/blackout` lasts; `gateplayer blackout on` leaves it there. `blackout` in the run folder is for whoever stands at
the gate and may write in that folder: `touch` is enough. It would be gone after a reboot, and what was on the wall
back; so wall and agent, whichever sees it first, have the lasting one made of it.
"""

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from player.core.units import Instant, iso
from player.library.files import write_whole

NAME = "blackout"
_MOST = 200
"""Bytes that are read of a switch."""

_LATEST = 253_402_300_799_000_000
"""The end of the year 9999: any date can be given to a file, but not every one can be told."""


class By(Enum):
    """Who began it: the COMMAND, or somebody with a FILE in the run folder."""

    COMMAND = "command"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Blackout:
    """One that is on. `lasting`: it would survive a reboot."""

    since: Instant
    by: By
    lasting: bool

    def values(self) -> dict[str, object]:
        """For the status files."""
        return {"since": iso(self.since), "by": self.by.value, "lasting": self.lasting}


class _Mark(NamedTuple):
    """What tells one switch from another at the same place."""

    changed: int
    inode: int

    @property
    def since(self) -> Instant:
        return _told(self.changed // 1000)


class Switches:
    """The two of one gate. One thread uses it; `look` costs one stat for each."""

    def __init__(self, state: Path, run: Path) -> None:
        self.lasting, self.passing = state / NAME, run / NAME
        self._paths = os.fspath(self.lasting), os.fspath(self.passing)
        self._marks: tuple[_Mark | None, _Mark | None] = (None, None)
        self._found: Blackout | None = None

    def look(self) -> Blackout | None:
        """The blackout, if there is one now."""
        lasting, passing = self._paths
        marks = _mark(lasting, self._marks[0]), _mark(passing, self._marks[1])
        if marks != self._marks:
            self._marks, self._found = marks, _found(self.lasting, *marks)
        return self._found

    def switch_on(self, now: Instant) -> None:
        """Begin a lasting one; one that lasts already stays as it is. OSError."""
        if _mark(self.lasting, None) is None:
            self.lasting.parent.mkdir(exist_ok=True)
            write_whole(self.lasting, _written(now, By.COMMAND))

    def touch(self) -> None:
        """Begin one without the right to write in the state folder. OSError."""
        self.passing.parent.mkdir(exist_ok=True)
        self.passing.touch()

    def switch_off(self) -> None:
        """End it. OSError, of which `filename` says what is in the way."""
        # In this order: a switch in the run folder would be made to last again.
        for path in (self.passing, self.lasting):
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            path.unlink(missing_ok=True)

    def make_last(self) -> None:
        """Make the switch in the run folder one that survives a reboot. OSError."""
        found = _mark(self.passing, None)
        if found is None or _mark(self.lasting, None) is not None:
            return
        write_whole(self.lasting, _written(found.since, By.FILE))
        if _mark(self.passing, None) is None:
            # Somebody has ended the blackout this very moment.
            self.lasting.unlink(missing_ok=True)


def _mark(path: Path | str, before: _Mark | None) -> _Mark | None:
    """None when there is no such thing. A disk that fails says neither yes nor no: then all is as it was `before`."""
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return before
    return _Mark(status.st_mtime_ns, status.st_ino)


def _found(path: Path, lasting: _Mark | None, passing: _Mark | None) -> Blackout | None:
    if lasting is not None:
        said = _read(path)
        since = said.get("since")
        by = By.COMMAND if said.get("by") == By.COMMAND.value else By.FILE
        return Blackout(_told(since) if isinstance(since, int) else lasting.since, by, lasting=True)
    return None if passing is None else Blackout(passing.since, By.FILE, lasting=False)


def _told(microseconds: int) -> Instant:
    return Instant(min(max(microseconds, 0), _LATEST))


def _read(path: Path) -> Mapping[str, object]:
    """What the command has left in it; nothing where somebody else has made it. That it is there is what counts."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return {}
        with path.open("rb") as stream:
            said = json.loads(stream.read(_MOST))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _written(since: Instant, by: By) -> bytes:
    return json.dumps({"since": since, "by": by.value}).encode()
