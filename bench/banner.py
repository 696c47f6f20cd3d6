"""How smoothly a long banner crawls over a still picture, and at what cost, beside Chromium at the same work.

    python -m bench.banner [--seconds 60] [--speed 120] [--without-chromium]

Both play for so long, one after the other, on a real X server of 1920 x 1080 without a GPU: a banner of 5,000
characters over a picture; Chromium (in kiosk mode, headful) moves the same line by an animated CSS transform. Frames
are counted in the server's framebuffer, of which a row of pixels across the letters is recorded at every change. The
processor time is that of all processes of each, dead ones included; that of the X server is printed beside it.

Prints figures and never fails on one: the machine may be busy with other things, and its load is printed too.
"""

import argparse
import html
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from bench.contest.cost import living, processor_seconds
from bench.contest.peers import CHROMIUM, browser, house, surroundings, write_page
from tests.endtoend.crawl import advances, strip_rows
from tests.endtoend.daemon import environment
from tests.endtoend.recorder import Recorder, Recording, row
from tests.endtoend.shows import ShowFolder, write_show
from tests.endtoend.xserver import XServer

SIZE = (1920, 1080)
TICKER = 108
CHARACTERS = 5_000
LAYOUT = {
    "main": {"at": [0, 0], "size": ["100%", "100%"]},
    "ticker": {"at": [0, SIZE[1] - TICKER], "size": ["100%", TICKER], "hide_when_empty": True},
}
SENTENCES = (
    "Chào mừng quý khách đến cửa khẩu quốc tế Lào Cai",
    "欢迎光临老街国际口岸，请准备好您的护照",
    "ຍິນດີຕ້ອນຮັບສູ່ດ່ານສາກົນລາວກາຍ",
    "សូមស្វាគមន៍មកកាន់ច្រកព្រំដែន",
    "ยินดีต้อนรับสู่ด่านชายแดนลาวกาย",
    "Welcome to Lao Cai, please have your passport ready: window",
)
WARM_UP = 6.0
"""Seconds of playing that are not measured: starting is another bench's matter."""


@dataclass(frozen=True)
class Cost:
    """Seconds of processor time during the measurement."""

    player: float
    server: float


def long_text() -> str:
    """A banner of 5,000 characters, no two of its sentences alike."""
    text = ""
    for number in range(CHARACTERS):
        text += f"{SENTENCES[number % len(SENTENCES)]} {number} · "
        if len(text) >= CHARACTERS:
            break
    return text[:CHARACTERS].strip()


def make_picture(path: Path) -> None:
    """A picture with something in every pixel."""
    across, down = np.meshgrid(np.linspace(0, 255, SIZE[0]), np.linspace(0, 255, SIZE[1]))
    Image.fromarray(np.stack([across, down, 255 - across], axis=2).astype(np.uint8)).save(path)


def measure(screen: XServer, pid: int, seconds: float, folder: Path) -> tuple[Recording, Cost]:
    """Watch what plays already."""
    time.sleep(WARM_UP)
    points = row(SIZE[1] - TICKER // 2, SIZE[0] // 4, SIZE[0] // 4 + 800)
    with Recorder(screen, folder, points) as recorder:
        before, server = processor_seconds(pid), processor_seconds(screen.pid)
        time.sleep(seconds)
        cost = Cost(processor_seconds(pid) - before, processor_seconds(screen.pid) - server)
    return recorder.recording, cost


def make_show(folder: Path, speed: int) -> ShowFolder:
    show = write_show(folder, SIZE, LAYOUT)
    make_picture(show.media / "picture.png")
    show.write_playlist("main", [{"image": "media/picture.png", "for": "1h"}])
    show.write_playlist("ticker", [{"banner": long_text(), "speed": speed}], zone="ticker")
    command = [sys.executable, "-m", "player", "agent", "--once", "--config", str(show.config)]
    subprocess.run(command, env=environment(None), check=True)
    return show


@contextmanager
def gateplayer(show: ShowFolder, screen: XServer, verb: str = "wall") -> Iterator[int]:
    command = [sys.executable, "-m", "player", verb, "--config", str(show.config)]
    process = subprocess.Popen(command, env=environment(screen.display), stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


@contextmanager
def chromium(show: ShowFolder, screen: XServer, speed: int, folder: Path) -> Iterator[int]:
    if not CHROMIUM.here:
        raise SystemExit("no Chromium here; install it, or use --without-chromium")
    page = write_page(house(folder) / "page.html", banner_page(show.media / "picture.png", speed))
    with living(browser(page), surroundings(screen.display, house(folder))) as program:
        yield program.pid


def banner_page(picture: Path, speed: int) -> str:
    """The same picture and the same line; the line moves as one layer, which is the least work for a browser."""
    distance = CHARACTERS * 20
    return f"""<style>
        body {{ background: url("{picture.as_uri()}") no-repeat; height: {SIZE[1]}px }}
        #zone {{ position: absolute; left: 0; bottom: 0; width: 100%; height: {TICKER}px; background: #0B2545;
                 overflow: hidden }}
        #strip {{ position: absolute; left: 0; white-space: nowrap; color: white; font: 60px/{TICKER}px "Noto Sans",
                  "Noto Sans CJK SC", "Noto Sans Lao", "Noto Sans Khmer", "Noto Sans Thai"; will-change: transform;
                  animation: crawl {distance / speed}s linear infinite }}
        @keyframes crawl {{ from {{ transform: translateX(0) }} to {{ transform: translateX(-{distance}px) }} }}
        </style><div id="zone"><div id="strip">{html.escape(long_text())}</div></div>"""


def tell(name: str, recording: Recording, cost: Cost, seconds: float, step: int) -> None:
    found = advances(strip_rows(recording), step)
    intervals = np.diff(recording.times) / 1e6
    span = (recording.times[-1] - recording.times[0]) / 1e9
    print(f"{name}, {seconds:g} s:")
    print(f"  frames seen {len(recording.times)}, {len(intervals) / span:.2f} a second;", end=" ")
    p50, p99, worst = np.quantile(intervals, [0.5, 0.99, 1])
    print(f"intervals p50 {p50:.1f}, p99 {p99:.1f}, longest {worst:.1f} ms;", end=" ")
    print(f"recorder's longest gap {recording.gaps[0] / 1e6:.1f} ms")
    print(f"  advanced by {step} pixels: {found.exact}, by a whole multiple: {found.multiple}", end=" ")
    print(f"(recorded or shown late), otherwise: {found.other}")
    print(f"  processor: {cost.player:.2f} s, {100 * cost.player / seconds:.1f} % of one core;", end=" ")
    print(f"X server {cost.server:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--speed", type=int, default=120)
    parser.add_argument("--without-chromium", action="store_true")
    arguments = parser.parse_args()
    step = max(1, round(arguments.speed / 60))
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name, XServer(Path(name) / "screen", SIZE) as screen:
        folder = Path(name)
        folder.chmod(0o755)
        show = make_show(folder / "show", arguments.speed)
        with gateplayer(show, screen) as pid:
            recording, ours = measure(screen, pid, arguments.seconds, folder / "ours")
        tell("gateplayer", recording, ours, arguments.seconds, step)
        if arguments.without_chromium:
            return
        with chromium(show, screen, arguments.speed, folder) as pid:
            recording, theirs = measure(screen, pid, arguments.seconds, folder / "theirs")
        tell("chromium", recording, theirs, arguments.seconds, step)
    print(f"processor time of gateplayer / chromium: {ours.player / theirs.player:.3f}")


if __name__ == "__main__":
    main()
