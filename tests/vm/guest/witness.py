"""Runs in the computer and tells the tests what they cannot see from outside, a JSON object a line.

What the disk holds when power comes back is looked at before the player starts. Debian's own Python runs this, without
anything of the player: what it says is not the player's opinion.
"""

import hashlib
import json
import os
import select
import shutil
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

PORT = Path("/dev/virtio-ports/gateplayer.witness")
STATE = Path("/var/lib/gateplayer")
RUN = Path("/run/gateplayer")
ASIDE = Path("/run/vm")
JOURNAL = "journal.sqlite"
BEAT, REST = 0.15, 1.0
"""Seconds from one sign of life to the next; while there is no play log, the computer has better things to do."""
NEWEST = 500
"""Records that are told at a start; how many there are in all is told, too."""

PULSE = "SELECT state FROM pulse"
LAST = "SELECT seq FROM sqlite_sequence WHERE name='records'"
UNITS = ("gateplayer-wall.service", "gateplayer-agent.service", "gateplayer-console.service", "gateplayer.target")


def found() -> dict[str, Any]:
    """What the disk holds."""
    said: dict[str, Any] = {"kind": "found", "current": _current(), "show": _show(), "incoming": _incoming()}
    said["clock"] = _clock()
    said["damaged"] = [path.name for path in (STATE / "blobs").glob("*/*") if not _is_whole(path)]
    said["blobs"] = [path.name for path in (STATE / "blobs").glob("*/*")]
    said["journal"] = _journal()
    kernel = subprocess.run(["dmesg"], stdout=subprocess.PIPE, text=True, check=True).stdout
    said["kernel"] = [line for line in kernel.splitlines() if "EXT4-fs" in line]
    return said


def _journal() -> dict[str, Any] | None:
    """Of a copy: looking at the journal itself would change it."""
    if not (STATE / JOURNAL).exists():
        return None
    for path in STATE.glob(f"{JOURNAL}*"):
        if path.suffix != ".sqlite-shm":
            shutil.copy(path, ASIDE)
    with closing(sqlite3.connect(ASIDE / JOURNAL)) as base:
        base.row_factory = sqlite3.Row
        rows = base.execute("SELECT * FROM records ORDER BY seq DESC LIMIT ?", (NEWEST,)).fetchall()
        return {
            "sound": base.execute("PRAGMA integrity_check").fetchone()[0],
            "count": base.execute("SELECT count(*) FROM records").fetchone()[0],
            "records": [dict(row) for row in reversed(rows)],
            "pulse": _value(base, PULSE),
            "last": _value(base, LAST),
        }


def _is_whole(path: Path) -> bool:
    return hashlib.sha256(path.read_bytes()).hexdigest() == path.name


def _incoming() -> list[tuple[str, int]]:
    """The files on their way in, and how much of each is there."""
    folders = (STATE / "incoming", STATE / "incoming/fetch")
    paths = [path for folder in folders if folder.is_dir() for path in folder.iterdir()]
    try:
        return [(path.name, path.stat().st_size) for path in paths if path.is_file()]
    except FileNotFoundError:  # It has just gone where it belongs.
        return []


def _clock() -> int:
    return time.time_ns() // 1000


def _current() -> str:
    try:
        return os.readlink(STATE / "current")
    except OSError:
        return ""


def _show() -> str:
    try:
        return (STATE / "current").read_text("utf-8")
    except OSError:
        return ""


def _value(base: sqlite3.Connection, query: str) -> Any:
    row = base.execute(query).fetchone()
    return row[0] if row else None


class Live:
    """The journal while the player writes it."""

    def __init__(self) -> None:
        self._base: sqlite3.Connection | None = None

    def look(self) -> dict[str, Any]:
        """The number of the last record and the pulse, as anybody may read them now; nothing without a journal."""
        try:
            if self._base is None:
                self._base = sqlite3.connect(f"file:{STATE / JOURNAL}?mode=ro", uri=True, timeout=0.05)
            return {"last": _value(self._base, LAST), "pulse": _value(self._base, PULSE)}
        except sqlite3.Error:
            self._base = None
            return {}


def beat(live: Live) -> dict[str, Any]:
    """This moment."""
    return {"kind": "beat", **live.look(), "current": _current(), "incoming": _incoming(), "clock": _clock()}


def _plays(said: dict[str, Any], since: int) -> bool:
    return bool(said.get("pulse")) and json.loads(said["pulse"])["at"] > since


def look() -> dict[str, Any]:
    """How the computer is set up, and what runs on it."""
    shown = subprocess.run(["systemctl", "is-active", *UNITS], stdout=subprocess.PIPE, text=True, check=False).stdout
    state = subprocess.run(["systemctl", "is-system-running"], stdout=subprocess.PIPE, text=True, check=False).stdout
    names = {path.read_text().strip() for path in Path("/proc").glob("[0-9]*/comm")}
    terminal = Path("/sys/class/tty/tty0/active").read_text().strip()
    wall = (RUN / "wall.json").exists() and json.loads((RUN / "wall.json").read_text("utf-8"))
    units = dict(zip(UNITS, shown.split(), strict=True))
    log = subprocess.run(
        ["journalctl", "-b", "--no-pager", "-o", "cat", "-u", "gateplayer-*"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    return {
        "kind": "look",
        "units": units,
        "state": state.strip(),
        "programs": sorted(names),
        "terminal": terminal,
        "wall": wall,
        "log": log,
    }


def ready() -> None:
    """Tell systemd that the player may start."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])


def obey(words: bytes, say: Callable[[dict[str, Any]], None]) -> None:
    """Do what the tests ask for."""
    if b"feed" in words:
        (ASIDE / "feed").touch()
    if b"look" in words:
        say(look())


def main() -> None:
    """Until the power goes."""
    ASIDE.mkdir(exist_ok=True)
    before = found()
    ready()
    while not PORT.exists():
        time.sleep(0.05)
    line = os.open(PORT, os.O_RDWR)

    def say(said: dict[str, Any]) -> None:
        data = json.dumps(said).encode() + b"\n"
        while data:
            data = data[os.write(line, data) :]

    say(before)
    live, told = Live(), before["current"]
    while True:
        said = beat(live)
        say(said)
        if said["current"] != told:
            told = said["current"]
            say({"kind": "show", "current": told, "show": (STATE / told).read_text("utf-8")})
        if select.select([line], [], [], BEAT if _plays(said, before["clock"]) else REST)[0]:
            obey(os.read(line, 100), say)


if __name__ == "__main__":
    main()
