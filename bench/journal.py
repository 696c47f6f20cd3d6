"""What the play log writes: it lives on cheap disks and cards, for years. `python -m bench.journal [--seconds 120]`

A gate with pictures of 8 s and a banner plays offscreen, then the same gate with its lights out; what the log writer
hands to the disk is read from /proc. Prints figures and never fails on one.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from player.agent import assemble
from player.library.journal import NAME, Journal
from tests.endtoend.daemon import environment
from tests.endtoend.processes import descendants
from tests.endtoend.shows import ShowFolder, write_show

DAY = 86_400
LAYOUT = {
    "main": {"at": [0, 0], "size": ["100%", "80%"]},
    "ticker": {"at": [0, "80%"], "size": ["100%", "20%"]},
}
NEVER = [{"dates": "2020-01-01..2020-01-02", "time": "00:00-00:01"}]
ALWAYS = [{"days": "mon-sun", "time": "00:00-24:00"}]


@dataclass(frozen=True)
class Io:
    """From /proc/PID/io: calls of write, and bytes that went towards the disk."""

    calls: int
    disk: int

    @classmethod
    def of(cls, pid: int) -> "Io":
        lines = Path(f"/proc/{pid}/io").read_text().splitlines()
        said = {name: int(value) for name, value in (line.split(": ") for line in lines)}
        return cls(said["syscw"], said["write_bytes"])


def gate(folder: Path, hours: list[dict[str, str]]) -> ShowFolder:
    display = {"canvas": "160x90", "output": "offscreen", "fps": 60}
    show = write_show(folder, layout=LAYOUT, display=display, hours=hours)
    for number in range(20):
        Image.new("RGB", (160, 72), (12 * number, 80, 200)).save(show.media / f"{number}.png")
    show.write_playlist("tranh", [{"image": f"media/{number}.png", "for": "8s"} for number in range(20)])
    show.write_playlist("chu", [{"banner": "Kính chào quý khách đến Lào Cai", "speed": 60}], zone="ticker")
    assemble.once(show.config)
    return show


def measure(show: ShowFolder, seconds: float) -> None:
    """Play, and print what the writer did from when it had begun."""
    command = [sys.executable, "-m", "player", "wall", "--config", str(show.config)]
    with subprocess.Popen(command, env=environment(None), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as wall:
        try:
            writer = _writer(wall.pid)
            time.sleep(3)
            before, began, known = Io.of(writer), time.monotonic(), _last(show)
            time.sleep(seconds)
            after, took, now = Io.of(writer), time.monotonic() - began, _last(show)
        finally:
            wall.terminate()
    disk, calls = (after.disk - before.disk) / took, (after.calls - before.calls) / took
    print(f"  records {now - known}, of a day {(now - known) / took * DAY:,.0f}")
    print(f"  to the disk {disk / 1000:.1f} kB/s, {disk * DAY / 1e6:,.0f} MB a day; {calls:.1f} writes a second")
    print(f"  journal: {(show.state / NAME).stat().st_size / 1000:.0f} kB", end=", ")
    print(f"its log {(show.state / f'{NAME}-wal').stat().st_size / 1000 if _has_log(show) else 0:.0f} kB")


def _has_log(show: ShowFolder) -> bool:
    return (show.state / f"{NAME}-wal").exists()


def _writer(wall: int) -> int:
    for _try in range(200):
        found = [one.pid for one in descendants(wall) if "player.wall.logwriter" in one.command]
        if found:
            return found[0]
        time.sleep(0.05)
    raise SystemExit("the log writer did not start")


def _last(show: ShowFolder) -> int:
    with closing(Journal(show.state / NAME, read_only=True)) as journal:
        return journal.last_seq()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=120)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory(prefix="gateplayer-bench-", dir=".") as name:
        for title, hours in (("open, pictures of 8 s and a banner", ALWAYS), ("lights out", NEVER)):
            print(f"{title}, {seconds:.0f} s:")
            measure(gate(Path(name) / title.split(",")[0].replace(" ", "-"), hours), seconds)


if __name__ == "__main__":
    main()
