"""What a wall costs at night, when its lights are out: the processor time of all its processes.

    python -m bench.lightsout [--seconds 60] [--with-agent]

The real program on a real X server of 1920 x 1080, with a film, a picture and a banner to play, outside its opening
hours: the wall alone, or `gateplayer run`, wall and agent together, with a watched folder and the status page that
nobody looks at. Counted is the time that each process, and what it has outlived, was on a processor, from the kernel's
own sums, which are kept to the nanosecond; and how often it was woken.

Prints figures and never fails on one: the machine may be busy with other things, and its load is printed too.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.banner import gateplayer, make_picture
from player.library.statusfiles import read_json
from tests.endtoend.daemon import environment
from tests.endtoend.films import make_film
from tests.endtoend.processes import ProcessEntry, descendants
from tests.endtoend.shows import ShowFolder, write_show
from tests.endtoend.xserver import XServer

SIZE = (1920, 1080)
SETTLE = 40.0
"""Seconds after the wall is known to be dark that are not measured: what was begun comes to its end, the sound card is
closed."""

ROLES = {
    "player.wall.logwriter": "log writer",
    "player.wall.scribe": "scribe",
    "player.media.nursery": "nursery",
    "player.library": "intake",
    "-m player wall": "wall",
    "-m player agent": "agent",
    "-m player run": "run",
}


@dataclass(frozen=True)
class Sum:
    """Of one process: seconds on a processor, and how often it came to be there."""

    seconds: float
    times: int


def make_show(folder: Path) -> ShowFolder:
    """One whose only opening hour is far away, by the clock of its time zone."""
    hour = time.gmtime(time.time() + 7 * 3600).tm_hour
    hours = [{"time": f"{(hour + 10) % 24:02}:00-{(hour + 11) % 24:02}:00"}]
    with socket.create_server(("127.0.0.1", 0)) as free:
        page = f"127.0.0.1:{free.getsockname()[1]}"
    sources = {"playlists": "playlists/", "folder": "inbox/"}
    show = write_show(folder, SIZE, sources=sources, hours=hours, page=page)
    (folder / "inbox").mkdir()
    make_film(show.media / "film.mp4", 1, frames=300, fps=30, size=(640, 360))
    make_picture(show.media / "picture.png")
    show.write_playlist("main", [{"video": "media/film.mp4"}, {"image": "media/picture.png", "for": "10s"}])
    return show


def sums(pid: int) -> dict[int, tuple[str, Sum]]:
    """Of a process and all below it, by their numbers, each with its role."""
    family = [entry for entry in (ProcessEntry.of(pid), *descendants(pid)) if entry is not None]
    return {entry.pid: (_role(entry.command), _sum(entry.pid)) for entry in family}


def _role(command: str) -> str:
    return next((role for sign, role in ROLES.items() if sign in command), command[:40])


def _sum(pid: int) -> Sum:
    """All threads of a process."""
    seconds, times = 0.0, 0
    for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            spent, _waited, count = task.read_text().split()
        except OSError:
            continue
        seconds, times = seconds + int(spent) / 1e9, times + int(count)
    return Sum(seconds, times)


def tell(before: dict[int, tuple[str, Sum]], after: dict[int, tuple[str, Sum]], seconds: float) -> float:
    """Print what each has cost; all of it, in per cent of one core."""
    whole = 0.0
    for pid, (role, end) in after.items():
        begin = before[pid][1] if pid in before else Sum(0.0, 0)
        share = 100 * (end.seconds - begin.seconds) / seconds
        whole += share
        print(f"  {role:12} {share:6.3f} % of a core, on it {(end.times - begin.times) / seconds:6.1f} times a second")
    for pid in before.keys() - after.keys():
        print(f"  {before[pid][0]:12} has ended meanwhile, uncounted")
    print(f"  all together {whole:.3f} % of one core")
    return whole


def is_dark(show: ShowFolder) -> bool:
    return read_json(show.state / "run/wall.json").get("open") is False


def measure(show: ShowFolder, verb: str, screen: XServer, seconds: float) -> None:
    with gateplayer(show, screen, verb) as pid:
        until = time.monotonic() + 60
        while not is_dark(show):
            if time.monotonic() > until:
                raise SystemExit("the wall has not become dark")
            time.sleep(0.1)
        time.sleep(SETTLE)
        before, began = sums(pid), time.monotonic()
        time.sleep(seconds)
        after, took = sums(pid), time.monotonic() - began
        print(f"{verb}, {took:.0f} s, the screen is {'not ' if screen.framebuffer.pixels.any() else ''}black:")
        tell(before, after, took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--with-agent", action="store_true")
    arguments = parser.parse_args()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name, XServer(Path(name) / "screen", SIZE) as screen:
        show = make_show(Path(name) / "show")
        if not arguments.with_agent:
            command = [sys.executable, "-m", "player", "agent", "--once", "--config", str(show.config)]
            subprocess.run(command, env=environment(None), check=True)
        measure(show, "run" if arguments.with_agent else "wall", screen, arguments.seconds)


if __name__ == "__main__":
    main()
