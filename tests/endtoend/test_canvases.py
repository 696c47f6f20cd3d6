"""Two faces of one gate: two canvases on two outputs of one PC, each with zones and pictures of its own."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from player.core.light import STEPS, Light, step_of
from tests.endtoend.daemon import Daemon
from tests.endtoend.shows import ShowFolder, write_show
from tests.endtoend.xoutputs import XOutputs
from tests.endtoend.xserver import Pixels

EAST, WEST = (200, 100), (120, 160)
FOLD = [{"from": [0, 0, 120, 80], "to": [200, 0]}, {"from": [0, 80, 120, 80], "to": [200, 80], "rotate": 180}]
CANVASES: dict[str, Any] = {
    "east": {"canvas": "200x100", "screen": 1},
    "west": {"canvas": "120x160", "screen": 2, "mapping": FOLD},
}


def noise(seed: int, size: tuple[int, int]) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8)


def expected(outputs: XOutputs, east: Pixels, west: Pixels) -> list[Pixels]:
    """What both outputs are to show."""
    first, second = (np.zeros((height, width, 3), np.uint8) for width, height in outputs.sizes)
    first[: EAST[1], : EAST[0]] = east
    second[:80, 200:320] = west[:80]
    second[80:160, 200:320] = west[80:][::-1, ::-1]
    return [first, second]


def shows(outputs: XOutputs, wanted: list[Pixels]) -> bool:
    return all(np.array_equal(one, other) for one, other in zip(outputs.pictures(), wanted, strict=True))


def put(show: ShowFolder, name: str, pixels: Pixels, **settings: Any) -> None:
    Image.fromarray(pixels).save(show.media / f"{name}.png")
    show.write_playlist(name, [{"image": f"media/{name}.png", "for": "1h", "fit": "stretch"}], **settings)


def test_each_face_has_its_own_show_on_its_own_output(tmp_path: Path) -> None:
    with XOutputs(tmp_path / "outputs", [(320, 200), (400, 240)]) as outputs:
        show = write_show(tmp_path / "show", display={"canvases": CANVASES, "fps": 60})
        east, west = noise(1, EAST), noise(2, WEST)
        put(show, "a", east, canvas="east")
        put(show, "b", west, canvas="west")
        with Daemon(show, outputs.display) as daemon:
            daemon.wait_for(lambda: shows(outputs, expected(outputs, east, west)), "both faces")
            said = daemon.wait_for(
                lambda: show.wall_says("output") if show.wall_says("output", "mapped") else None, "status of both"
            )
            assert said["screens"] == {"1": [320, 200], "2": [400, 240]}
            assert said["cut_off"] == []

            # An emergency covers every face, each as large as that is.
            put(show, "c", np.full((10, 10, 3), 200, np.uint8), zone="screen", level="emergency")
            grey = expected(outputs, np.full_like(east, 200), np.full_like(west, 200))
            daemon.wait_for(lambda: shows(outputs, grey), "emergency on both")
            (show.path / "playlists/c.yaml").unlink()
            daemon.wait_for(lambda: shows(outputs, expected(outputs, east, west)), "both faces again")

            # Both are dimmed alike.
            show.config.write_text(show.config.read_text() + "brightness: 99%\n")
            step = step_of(Light().code(0.99))
            assert step < STEPS

            def means() -> list[float]:
                return [float(picture.mean()) for picture in outputs.pictures()]

            wanted = [float(one.mean()) * step / STEPS for one in expected(outputs, east, west)]
            daemon.wait_for(lambda: means() == pytest.approx(wanted, abs=0.02), "both faces dimmed")


def test_a_screen_that_is_not_plugged_in_costs_only_what_belongs_there(tmp_path: Path) -> None:
    with XOutputs(tmp_path / "outputs", [(320, 200)]) as outputs:
        show = write_show(tmp_path / "show", display={"canvases": CANVASES, "fps": 60})
        east, west = noise(1, EAST), noise(2, WEST)
        put(show, "a", east, canvas="east")
        put(show, "b", west, canvas="west")
        with Daemon(show, outputs.display) as daemon:
            first = np.zeros((200, 320, 3), np.uint8)
            first[: EAST[1], : EAST[0]] = east
            daemon.wait_for(lambda: shows(outputs, [first]), "face that has a screen")
            assert "screen 2 is not plugged in" in daemon.log
            daemon.wait_for(lambda: show.wall_says("output", "missing") == [2], "missing screen in the status")

            outputs.plug_in((400, 240))
            daemon.wait_for(lambda: shows(outputs, expected(outputs, east, west)), "other face too", 60)
            daemon.wait_for(lambda: show.wall_says("output", "missing") == [], "status without a missing screen")
