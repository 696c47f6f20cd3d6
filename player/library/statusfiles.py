"""The status files that the wall and the agent leave in the run folder, and whether their writers live."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from player.core.plainjson import parsed
from player.library.files import held
from player.library.locate import run_dir, state_dir

STALE = 5.0
"""Seconds without news after which the wall, which writes each second, is taken to hang."""


CONTROLLER = "controller.json"
"""What the agent leaves in the run folder of the controller that it sets: `confirmed` is the share of the wall's light
that this has taken over."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one program says of itself. `age` is that of the file in seconds."""

    running: bool
    age: float
    said: dict[str, Any]

    @property
    def fresh(self) -> bool:
        return self.running and self.age < STALE


def wall_report(config_path: Path) -> Report:
    """The wall's, from `wall.json`: it runs when its process lives."""
    path = run_dir(config_path) / "wall.json"
    said = read_json(path)
    pid = said.get("pid")
    return Report(isinstance(pid, int) and lives(pid), _age(path), said)


def agent_report(config_path: Path) -> Report:
    """The agent's, from `agent.json`: it runs when it holds its lock."""
    path = run_dir(config_path) / "agent.json"
    return Report(held(state_dir(config_path) / "agent.lock"), _age(path), read_json(path))


def read_json(path: Path) -> dict[str, Any]:
    """The object in a file; empty when there is none."""
    try:
        value = parsed(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def lives(pid: int) -> bool:
    """Is there such a process, whoever owns it?"""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def memory_of(pid: int) -> int:
    """Bytes of memory that a process holds; 0 where that cannot be known."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _age(path: Path) -> float:
    try:
        return abs(time.time() - path.stat().st_mtime)
    except OSError:
        return 0.0
