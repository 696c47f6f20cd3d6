"""`snapshot --at` and the running wall show the same picture at the same instant."""

import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PIL import Image

from tests.endtoend.barcode import BLOCKS, Code, probes, read_code
from tests.endtoend.daemon import Daemon, environment
from tests.endtoend.films import make_film, make_picture
from tests.endtoend.recorder import look
from tests.endtoend.shows import ShowFolder, write_show
from tests.endtoend.xserver import Pixels, XServer

SIZE = (640, 360)
LAYOUT = {
    "main": {"at": [0, 0], "size": ["100%", "100%"]},
    "ticker": {"at": [0, "80%"], "size": ["100%", "20%"], "hide_when_empty": True},
}
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def _snapshot(show: ShowFolder, nanoseconds: int) -> Pixels:
    at = datetime.fromtimestamp(nanoseconds // 1000 / 1e6, ZONE).isoformat(timespec="microseconds")
    output = show.path / "wall.png"
    command = [sys.executable, "-m", "player", "snapshot", "--config", str(show.config), "--at", at]
    subprocess.run([*command, "--output", str(output)], env=environment(None), check=True, timeout=60)
    with Image.open(output) as picture:
        return np.asarray(picture.convert("RGB"), np.uint8)


def _watch(screen: XServer, seconds: float) -> list[tuple[int, Pixels]]:
    """Every picture of this stretch of time, with the time of day in nanoseconds at which it was first seen."""
    seen: list[tuple[int, Pixels]] = []
    end = time.time_ns() + int(seconds * 1e9)
    while (now := time.time_ns()) < end:
        picture = screen.framebuffer.picture(attempts=1)
        if not seen or not np.array_equal(picture, seen[-1][1]):
            seen.append((now, picture))
        time.sleep(0.001)
    return seen


def _difference(one: Pixels, other: Pixels) -> int:
    assert one.shape == other.shape
    return int(np.abs(one.astype(np.int16) - other.astype(np.int16)).max())


@pytest.fixture
def wide_show(tmp_path: Path) -> ShowFolder:
    show = write_show(tmp_path / "show", SIZE, LAYOUT)
    show.write_playlist("ticker", [{"banner": "Chào mừng · 欢迎 · ຍິນດີຕ້ອນຮັບ · សូមស្វាគមន៍", "speed": 60}], zone="ticker")
    return show


def test_text_pictures_and_a_moving_banner(tmp_path: Path, wide_show: ShowFolder) -> None:
    make_picture(wide_show.media / "still.png", 5, (400, 400))
    wide_show.write_playlist(
        "main",
        [
            {"notice": {"title": "Giờ mở cửa", "text": "07:00 – 18:30 mỗi ngày", "lang": "vi"}, "for": "4s"},
            {"image": "media/still.png", "fit": "contain", "surround": "blur", "caption": "Sa Pa", "for": "4s"},
        ],
    )
    with XServer(tmp_path / "screen", SIZE) as screen, Daemon(wide_show, screen.display) as daemon:
        for _ in range(2):
            daemon.wait_for(lambda: len(_watch(screen, 0.2)) > 5, "banner that moves")
            seen = _watch(screen, 0.3)
            at = seen[len(seen) // 2][0]
            wanted = _snapshot(wide_show, at)
            shown, nearest = min(seen, key=lambda each: _difference(each[1], wanted))
            difference, late = _difference(nearest, wanted), (shown - at) / 1e6
            print(f"nearest of {len(seen)} pictures {late:+.0f} ms away; largest difference of a colour {difference}")
            assert difference <= 2
            assert abs(late) < 100
            _await_other_item(daemon, screen, seen[-1][1])


def _await_other_item(daemon: Daemon, screen: XServer, before: Pixels) -> None:
    """Until more than the ticker's fifth of the canvas has changed."""
    above = SIZE[1] * 8 // 10
    daemon.wait_for(
        lambda: _difference(screen.framebuffer.picture(1)[:above], before[:above]) > 40, "other item", seconds=10
    )


def test_a_film_is_at_the_same_frame(screen: XServer, show: ShowFolder) -> None:
    make_film(show.media / "film.mp4", 9, 240, fps=30)
    show.write_playlist("main", [{"video": "media/film.mp4"}])
    seen: list[tuple[int, Code]] = []
    with Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: look(screen).top, "film")
        while len(seen) < 3:
            daemon.play(0.7)
            code = look(screen).top
            assert code is not None
            seen.append((time.time_ns(), code))
    for at, code in seen:
        rows, columns = probes(*screen.size)
        drawn = read_code(_snapshot(show, at)[rows, columns][:BLOCKS])
        assert drawn is not None
        assert drawn.item == code.item
        assert abs(drawn.number - code.number) <= 1
