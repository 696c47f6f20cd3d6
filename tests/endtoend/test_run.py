"""`gateplayer run`, from the first picture to the last."""

import numpy as np
import pytest
from PIL import Image

from tests.endtoend.barcode import BLOCKS, Code, probes, read_code
from tests.endtoend.daemon import Daemon
from tests.endtoend.films import make_film, make_picture
from tests.endtoend.processes import session
from tests.endtoend.recorder import look
from tests.endtoend.shows import ShowFolder
from tests.endtoend.xserver import XServer


@pytest.fixture
def pictures(show: ShowFolder) -> ShowFolder:
    make_picture(show.media / "still.png", 3)
    show.write_playlist("main", [{"image": "media/still.png", "for": "5s"}])
    return show


def test_run_for_some_seconds_plays_and_leaves_with_zero(screen: XServer, pictures: ShowFolder) -> None:
    with Daemon(pictures, screen.display, "--for", "8s") as daemon:
        daemon.wait_for(lambda: look(screen).top, "picture")
        shown = look(screen)
        assert shown.top == shown.bottom == Code(3, 0)
        assert daemon.finish(30) == 0
        daemon.wait_gone()


def test_without_a_display_it_plays_offscreen_says_so_and_leaves_a_picture(pictures: ShowFolder) -> None:
    preview = pictures.state / "run" / "preview.jpg"
    with Daemon(pictures, None, "--for", "8s") as daemon:
        assert daemon.finish(30) == 0
        assert "offscreen" in daemon.log
    with Image.open(preview) as picture:
        pixels = np.asarray(picture.convert("RGB"), np.uint8)
    rows, columns = probes(pixels.shape[1], pixels.shape[0])
    assert read_code(pixels[rows, columns][:BLOCKS]) == Code(3, 0)


def test_what_is_on_is_told(screen: XServer, pictures: ShowFolder) -> None:
    with Daemon(pictures, screen.display) as daemon:
        daemon.wait_for(lambda: look(screen).top, "picture")
        told = daemon.wait_for(pictures.wall_says, "wall.json")
        daemon.stop()
    assert [zone["zone"] for zone in told["zones"]][:1] == ["main"]
    assert told["output"]["name"] == "x11"


def test_it_ends_with_all_its_processes_at_ctrl_c(screen: XServer, show: ShowFolder) -> None:
    make_film(show.media / "film.mp4", 1, 150)
    show.write_playlist("main", [{"video": "media/film.mp4"}])
    with Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: look(screen).top, "film")
        assert len(session(daemon.pid)) > 3
        daemon.interrupt()
        assert daemon.finish(10) in (0, 130)
        daemon.wait_gone()


@pytest.mark.parametrize("broken", ["gate: [", "gate: x\nlayuot: {}\n", ""])
def test_a_config_that_is_wrong_ends_with_two_and_says_where(show: ShowFolder, broken: str) -> None:
    show.config.write_text(broken, encoding="utf-8")
    with Daemon(show, None, "--for", "60s") as daemon:
        assert daemon.finish(50) == 2
        assert "config.yaml" in daemon.log
        assert "Traceback" not in daemon.log
