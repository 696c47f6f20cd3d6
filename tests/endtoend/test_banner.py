"""A banner on a real screen: every frame ahead of the one before by the same whole number of pixels."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.endtoend.crawl import Rows, advances, strip_rows
from tests.endtoend.daemon import Daemon
from tests.endtoend.recorder import Recorder, row
from tests.endtoend.shows import ShowFolder, write_show
from tests.endtoend.xserver import XServer

LAYOUT = {
    "main": {"at": [0, 0], "size": ["100%", "100%"]},
    "ticker": {"at": [0, 140], "size": ["100%", 40], "hide_when_empty": True},
}
SPEED, STEP = 180, 3
SENTENCES = ("Chào mừng quý khách", "欢迎光临", "ຍິນດີຕ້ອນຮັບ", "សូមស្វាគមន៍", "ยินดีต้อนรับ", "Welcome to Lao Cai")


def long_text(characters: int) -> str:
    """No two sentences alike, so that a picture fits only one place of the strip."""
    text = " · ".join(f"{SENTENCES[number % len(SENTENCES)]} {number}" for number in range(characters // 10))
    return text[:characters].strip()


@pytest.fixture
def ticker(tmp_path: Path) -> ShowFolder:
    return write_show(tmp_path / "show", layout=LAYOUT)


def _recorded(
    screen: XServer,
    show: ShowFolder,
    folder: Path,
    seconds: float,
    meanwhile: Callable[[Daemon], None] = lambda _: None,
) -> tuple[Rows, np.ndarray]:
    """The pixels of a row across the letters, and when they changed, from when the crawl fills the zone."""
    with Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: _filled(screen), "banner across the zone")
        with Recorder(screen, folder, row(160, 0, screen.size[0])) as recorder:
            meanwhile(daemon)
            daemon.play(seconds)
        daemon.stop()
    return strip_rows(recorder.recording), recorder.recording.times


def _filled(screen: XServer) -> bool:
    """Whether there is ink at both ends of the ticker."""
    pixels = screen.framebuffer.pixels[142:178]
    return bool((pixels[:, :60].max(axis=2) > 200).any() and (pixels[:, -60:].max(axis=2) > 200).any())


def test_every_frame_moves_by_the_same_whole_number_of_pixels(
    screen: XServer, ticker: ShowFolder, tmp_path: Path
) -> None:
    ticker.write_playlist(
        "a", [{"banner": long_text(300), "speed": SPEED}, {"banner": "老街", "speed": SPEED}], zone="ticker"
    )
    ticker.write_playlist("b", [{"banner": "Sa Pa · ສະບາຍດີ", "speed": SPEED}], zone="ticker")
    rows, times = _recorded(screen, ticker, tmp_path / "seen", 10)
    found = advances(rows, STEP)
    print(f"{len(rows)} pictures in {(times[-1] - times[0]) / 1e9:.1f} s: {found}")
    assert found.other == 0
    # Frames that a busy machine drops are passed over by whole steps; most are there.
    assert found.exact > 200
    assert found.exact > 2 * found.multiple


def test_a_decoder_at_work_delays_no_frame(screen: XServer, ticker: ShowFolder, tmp_path: Path) -> None:
    """Shaping and drawing are the decoder's work. So even one that stands still in the middle of it holds up nothing of
    what is drawn already: the crawl goes on frame by frame."""
    ticker.write_playlist("a", [{"banner": long_text(5000), "speed": SPEED}], zone="ticker")

    def stop_decoders(daemon: Daemon) -> None:
        stopped = daemon.decoders()
        assert stopped
        for entry in stopped:
            os.kill(entry.pid, signal.SIGSTOP)

    rows, times = _recorded(screen, ticker, tmp_path / "seen", 1.5, stop_decoders)
    found = advances(rows, STEP)
    longest = np.diff(times).max() / 1e6
    print(f"{found}, longest interval {longest:.1f} ms")
    assert found.other == 0
    assert found.exact > 30


def test_an_upward_banner_moves_by_whole_pixels_too(screen: XServer, tmp_path: Path) -> None:
    show = write_show(tmp_path / "show")
    text = "\n".join(long_text(600).split(" · "))
    show.write_playlist("a", [{"banner": text, "speed": 60, "direction": "up"}])
    with Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: _ink(screen, slice(0, 40)) and _ink(screen, slice(-40, None)), "text over the zone")
        columns = np.arange(screen.size[1], dtype=np.intp)
        with Recorder(screen, tmp_path / "seen", (columns, np.full_like(columns, screen.size[0] // 2))) as recorder:
            daemon.play(4)
        daemon.stop()
    found = advances(strip_rows(recorder.recording), 1)
    print(found)
    assert found.other == 0
    assert found.exact > 80


def _ink(screen: XServer, rows: slice) -> bool:
    return bool((screen.framebuffer.pixels[rows].max(axis=2) > 200).any())


def test_the_wall_has_no_text_engine_to_wait_for() -> None:
    """What shapes letters is not even loaded where frames are presented."""
    script = "import sys, player.wall.assemble; print([name for name in sys.modules if 'player.media.text' in name])"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "[]"
