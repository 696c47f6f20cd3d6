"""How evenly the wall plays, and how soon: a film of 1080p30 and a banner at 60 frames a second, on a real X server.

    python -m bench.playing [--seconds 60] [--starts 9]

Prints figures and never fails on one: the machine may be busy with other things, and its load is printed beside them.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from player.media.effort import effort_of
from tests.endtoend.daemon import environment
from tests.endtoend.processes import session
from tests.endtoend.shows import ShowFolder, write_show
from tests.endtoend.xserver import XServer

SIZE = (1920, 1080)
LAYOUT = {
    "main": {"at": [0, 0], "size": ["100%", "100%"]},
    "ticker": {"at": [0, "90%"], "size": ["100%", "10%"], "hide_when_empty": True},
}
BANNER = "Chào mừng quý khách đến Lào Cai · 欢迎光临老街 · ຍິນດີຕ້ອນຮັບ · សូមស្វាគមន៍ · Welcome to Lào Cai"


def make_film(path: Path, seconds: int) -> None:
    """A film as cameras make them: every part of the picture moves, with grain; and a tone."""
    picture = f"testsrc2=s={SIZE[0]}x{SIZE[1]}:r=30:d={seconds},noise=alls=8:allf=t"
    command = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", picture]
    command += ["-f", "lavfi", "-i", f"sine=f=440:d={seconds}", "-c:v", "libx264", "-preset", "veryfast", "-crf", "23"]
    subprocess.run([*command, "-pix_fmt", "yuv420p", "-c:a", "aac", str(path)], check=True)


def player(show: ShowFolder, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "player", *arguments, "--config", str(show.config)]


def play(show: ShowFolder, display: str, seconds: int) -> None:
    """Play, then print what the wall says of its frames, and what it all cost."""
    cpu = processor_time(player(show, "wall", "--for", f"{seconds}s"), environment(display))
    seen = json.loads((show.path / "state/run/wall.json").read_text())
    film, frames = seen["film"], seen["frames"]
    print(f"film 1080p30 and banner at 60, {seconds} s:")
    print(f"  film frames shown {film['shown']}, judder {film['judder_ms']} ms, worst {film['worst_ms']} ms,", end=" ")
    print(f"repeats {film['repeats']}, never shown {film['drops']}")
    print(f"  frames presented {frames['presented']}, missed {frames['missed']},", end=" ")
    print(
        "intervals p50 {} p99 {} longest {} ms".format(*(quantile(frames["intervals_ms"], q) for q in (0.5, 0.99, 1)))
    )
    print(f"  processor: {cpu:.1f} s, {100 * cpu / seconds:.0f} % of one core, X server not counted")


def processor_time(command: list[str], environ: dict[str, str]) -> float:
    """Run a command; seconds of processor time of all its processes.

    Decoders are nobody's children when they end, so they are looked at ten times a second while they live: what one
    does in its last tenth is not counted.
    """
    process = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL, start_new_session=True)
    ticks: dict[int, int] = {}
    while process.poll() is None:
        for entry in session(process.pid):
            effort = effort_of(entry.pid)
            if effort is not None:
                ticks[entry.pid] = effort.ticks
        time.sleep(0.1)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return sum(ticks.values()) / os.sysconf("SC_CLK_TCK")


def quantile(buckets: list[int], share: float) -> str:
    """The upper edge of the millisecond below which `share` of all intervals lie."""
    total, passed = sum(buckets), 0
    for milliseconds, count in enumerate(buckets):
        passed += count
        if passed >= share * total and passed:
            return f"{milliseconds + 1}" if milliseconds < len(buckets) - 1 else f">{milliseconds}"
    return "-"


def start(show: ShowFolder, display: str) -> float:
    """Seconds from the start of the program to the first picture of content on the screen."""
    status = show.path / "state/run/wall.json"
    status.unlink(missing_ok=True)
    began = time.time()
    process = subprocess.Popen(player(show, "wall"), env=environment(display), stderr=subprocess.DEVNULL)
    try:
        while True:
            time.sleep(0.05)
            if status.exists() and (first := json.loads(status.read_text())["first_picture"]):
                return datetime.fromisoformat(first).timestamp() - began
            if time.time() - began > 30:
                raise TimeoutError("no picture within 30 s")
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--starts", type=int, default=9)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, XServer(Path(folder) / "screen", SIZE) as screen:
        show = write_show(Path(folder) / "show", SIZE, LAYOUT)
        make_film(show.media / "film.mp4", 20)
        show.write_playlist("main", [{"video": "media/film.mp4", "sound": True, "fit": "cover"}])
        show.write_playlist("ticker", [{"banner": BANNER, "speed": 120}], zone="ticker")
        subprocess.run(player(show, "agent", "--once"), env=environment(None), check=True)
        print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        starts = [start(show, screen.display) for _ in range(arguments.starts)]
        print(f"start to first picture: median {statistics.median(starts):.2f} s", end=", ")
        print(f"{min(starts):.2f} to {max(starts):.2f} s, {len(starts)} starts in mid-film")
        play(show, screen.display, arguments.seconds)


if __name__ == "__main__":
    main()
