"""The display's refresh: what goes with it, and a show that is made for it."""

import json
import os
from pathlib import Path

import pytest

from player.core.model import Banner
from player.library.refresh import fitting, in_step, misfit
from tests.library.gate import Gate


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(tmp_path)


@pytest.mark.parametrize(
    ("refresh", "fps", "goes"),
    [
        *[(rate, fps, True) for rate, fps in ((60, 60), (59, 60), (60, 30), (50, 50), (50, 25), (120, 60), (0, 60))],
        *[(rate, fps, False) for rate, fps in ((50, 60), (60, 50), (75, 60), (30, 60), (60, 24), (24, 25))],
    ],
)
def test_each_frame_stands_as_long_as_any(refresh: int, fps: int, goes: bool) -> None:
    assert in_step(refresh, fps) is goes


@pytest.mark.parametrize(("refresh", "fps"), [(60, 60), (59, 60), (50, 50), (75, 75), (144, 72), (240, 60), (119, 60)])
def test_what_is_to_be_made_for_a_display(refresh: int, fps: int) -> None:
    assert fitting(refresh) == fps
    assert in_step(refresh, fps)


def test_what_is_to_be_written_is_said() -> None:
    assert "write fps: 50 under display:" in misfit({"refresh": 50}, 60)
    assert misfit({"refresh": 50}, 50) == misfit({}, 60) == misfit({"refresh": "often"}, 60) == ""


def tell(gate: Gate, refresh: int) -> None:
    run = gate.state / "run"
    run.mkdir(parents=True, exist_ok=True)
    (run / "wall.json").write_text(json.dumps({"pid": os.getpid(), "output": {"refresh": refresh}}))


def test_a_show_is_made_for_the_display_once_that_is_known(gate: Gate) -> None:
    gate.write("config.yaml", gate.config.read_text().replace("fps: 30", "fps: auto"))
    gate.write("playlists/chao.yaml", 'title: Chào\nzone: ticker\nitems:\n  - {banner: "Kính chào", speed: 120}\n')

    def made() -> tuple[int, int]:
        show = gate.make().show
        assert show is not None
        (banner,) = [one.content for each in show.playlists for one in each.items if isinstance(one.content, Banner)]
        return show.fps, banner.step * show.fps

    assert made() == (60, 120)
    tell(gate, 50)
    assert made() == (50, 100)
    # The wall is started again, and has not told yet; or draws offscreen.
    tell(gate, 0)
    assert made() == (50, 100)
    tell(gate, 59)
    assert made() == (60, 120)
    assert gate.make().faults == ()


def test_a_number_stays_whatever_the_display_says(gate: Gate) -> None:
    gate.playlist("hinh.yaml", f"{{image: media/{gate.picture('a.png').name}}}")
    tell(gate, 50)
    show = gate.make().show
    assert show is not None
    assert show.fps == 30
