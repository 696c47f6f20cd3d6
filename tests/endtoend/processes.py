"""Processes below another, looked up in /proc."""

import contextlib
import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class ProcessEntry:
    """A process as /proc shows it."""

    pid: int
    parent: int
    state: str
    command: str

    @classmethod
    def of(cls, pid: int) -> Self | None:
        """None when it has gone."""
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
            command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return None
        state, parent = stat[stat.rindex(")") + 2 :].split()[:2]
        return cls(pid, int(parent), state, command.strip())

    def has_open(self, name: str) -> bool:
        """Whether a file of this name is open or mapped by it."""
        try:
            links = [os.readlink(link) for link in Path(f"/proc/{self.pid}/fd").iterdir()]
        except (FileNotFoundError, ProcessLookupError):
            return False
        return any(Path(link).name == name for link in links)


def _living() -> list[ProcessEntry]:
    entries = [ProcessEntry.of(int(path.name)) for path in Path("/proc").iterdir() if path.name.isdecimal()]
    return [entry for entry in entries if entry is not None and entry.state != "Z"]


def descendants(pid: int) -> list[ProcessEntry]:
    """All living processes below `pid`, parents before children."""
    children: dict[int, list[ProcessEntry]] = {}
    for entry in _living():
        children.setdefault(entry.parent, []).append(entry)
    found: list[ProcessEntry] = []
    waiting = [pid]
    while waiting:
        below = children.get(waiting.pop(0), [])
        found += below
        waiting += [entry.pid for entry in below]
    return found


def session(leader: int) -> list[ProcessEntry]:
    """The living processes of the session that `leader` began, also when it has gone itself."""
    return [entry for entry in _living() if _session_of(entry.pid) == leader]


def kill_session(leader: int) -> None:
    """End whatever is left of it."""
    for entry in session(leader):
        with contextlib.suppress(ProcessLookupError):
            os.kill(entry.pid, signal.SIGKILL)


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None
