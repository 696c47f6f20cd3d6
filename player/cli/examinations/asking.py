"""How examinations ask the computer: commands with a time limit, small files, rights of somebody else."""

import grp
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

from player.cli.examinations.finding import Gate

PATIENCE = 6.0
"""Seconds that one command may take."""

WALL, AGENT = "gateplayer-wall.service", "gateplayer-agent.service"


def asked(*command: str) -> str | None:
    """What a command of the system prints, whatever its exit code; None where there is no such command, or it hangs."""
    if shutil.which(command[0]) is None:
        return None
    surroundings = os.environ | {"LC_ALL": "C", "SYSTEMD_PAGER": ""}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            env=surroundings,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return None
    return done.stdout


def tried(*arguments: str, environment: dict[str, str] | None = None) -> tuple[str, str]:
    """The last line that our Python prints and, when it fails, its last words. A driver that crashes takes only that
    process with it."""
    surroundings = os.environ | (environment or {}) | {"PYGAME_HIDE_SUPPORT_PROMPT": "1"}
    try:
        done = subprocess.run(
            [sys.executable, *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            env=surroundings,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "", "it does not answer"
    said, words = done.stdout.strip().splitlines(), done.stderr.strip().splitlines()
    if done.returncode == 0 and said:
        return said[-1], ""
    return "", words[-1] if words else f"it ended with {done.returncode}"


def text(path: Path) -> str:
    """A small file; empty when there is none or it cannot be read."""
    try:
        return path.read_text("utf-8", errors="replace").strip()
    except OSError:
        return ""


def number(path: Path) -> int | None:
    """A file that holds one number, decimal or hexadecimal."""
    words = text(path).split()
    try:
        return int(words[0], 0) if words else None
    except ValueError:
        return None


def units(gate: Gate) -> dict[str, dict[str, str]]:
    """What systemd says of our services; empty where they are none of its."""
    if "units" not in gate.parts:
        gate.parts["units"] = _units()
    found = gate.parts["units"]
    assert isinstance(found, dict)
    return found


def _units() -> dict[str, dict[str, str]]:
    properties = "Id,LoadState,ActiveState,SubState,UnitFileState,NRestarts,WatchdogUSec,User"
    said = asked("systemctl", "show", WALL, AGENT, "--property", properties) or ""
    blocks = (dict(line.partition("=")[::2] for line in block.splitlines()) for block in said.split("\n\n"))
    return {one["Id"]: one for one in blocks if one.get("LoadState") == "loaded" and "Id" in one}


def player_of(gate: Gate) -> str:
    """The user that the player runs as: the service's, else whoever asks."""
    for unit in units(gate).values():
        if unit.get("User"):
            return unit["User"]
    return _name(os.geteuid())


def may(user: str, path: Path, right: int) -> bool:
    """Whether a user has a right (os.R_OK, os.W_OK, os.X_OK) to a file, by its owner, groups and mode."""
    if user == _name(os.geteuid()):
        return os.access(path, right)
    try:
        entry, status = pwd.getpwnam(user), path.stat()
    except (KeyError, OSError):
        return False
    if entry.pw_uid == 0:
        return True
    if entry.pw_uid == status.st_uid:
        return bool(status.st_mode >> 6 & right)
    if status.st_gid in os.getgrouplist(user, entry.pw_gid):
        return bool(status.st_mode >> 3 & right)
    return bool(status.st_mode & right)


def group_of(path: Path) -> str:
    """The name of a file's group."""
    gid = path.stat().st_gid
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
