"""The wall dimmed on a real screen: exactly as bright as config.yaml says, raised by an emergency, a step a second."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from player.core.light import STEPS, Light, step_of
from player.wall.shade import SIDE
from tests.endtoend.daemon import Daemon
from tests.endtoend.shows import ShowFolder, write_show
from tests.endtoend.xserver import Pixels, XServer

GREY = 200
CANVAS = (320, 160)


def grey(show: ShowFolder) -> None:
    Image.new("RGB", CANVAS, (GREY, GREY, GREY)).save(show.media / "grey.png")
    show.write_playlist("a", [{"image": "media/grey.png", "for": "1h"}])


def means(picture: Pixels) -> NDArray[np.float64]:
    """Of squares of 16 x 16 pixels; each must have the same."""
    height, width = picture.shape[0] // SIDE * SIDE, picture.shape[1] // SIDE * SIDE
    squares = picture[:height, :width].reshape(height // SIDE, SIDE, width // SIDE, SIDE, 3)
    found: NDArray[np.float64] = squares.astype(float).mean(axis=(1, 3))
    return found


def shown_step(screen: XServer) -> float | None:
    """With how many of the STEPS the grey picture is on the screen; None while it is not there as a whole."""
    found = means(screen.framebuffer.picture()[: CANVAS[1], : CANVAS[0]])
    return float(found.flat[0]) * STEPS / GREY if len(np.unique(found)) == 1 else None


MAPPINGS: list[list[dict[str, Any]]] = [
    [],
    [{"from": [0, 0, 160, 160], "to": [160, 0], "rotate": 90}, {"from": [160, 0, 160, 160], "to": [0, 0]}],
]


@pytest.mark.parametrize("mapping", MAPPINGS, ids=["straight", "in parts"])
def test_pictures_are_as_bright_as_asked_for(screen: XServer, tmp_path: Path, mapping: list[dict[str, Any]]) -> None:
    display = {"canvas": "320x160", "output": "auto", "mapping": mapping}
    show = write_show(tmp_path / "show", display=display, brightness="25%")
    grey(show)
    wanted = step_of(Light().code(0.25))
    with Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: shown_step(screen) == wanted, "picture at a quarter of the light")
        daemon.wait_for(
            lambda: show.wall_says("light", "target") == pytest.approx(0.25, abs=0.01), "brightness in the status"
        )

        # Another brightness comes a step a second, and each picture on the way is whole.
        show.config.write_text(show.config.read_text().replace("25%", "26%"))
        following = step_of(Light().code(0.26))
        seen: list[float] = []

        def rising() -> bool:
            step = shown_step(screen)
            if step is not None and (not seen or step != seen[-1]):
                seen.append(step)
            return bool(seen) and seen[-1] == following

        daemon.wait_for(rising, "picture at the new brightness")
        assert seen == list(range(wanted, following + 1))


def test_full_light_needs_no_numbers_and_an_emergency_may_raise_it(screen: XServer, tmp_path: Path) -> None:
    light = {"levels": "100%", "cap": "99%", "emergency": "100%"}
    show = write_show(tmp_path / "show", CANVAS, brightness=light | {"levels": "97%"})
    grey(show)
    usual, most = step_of(Light().code(0.97)), step_of(Light().code(0.99))
    assert usual < most < STEPS
    with Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: shown_step(screen) == usual, "picture as bright as usual")
        show.write_playlist("b", [{"image": "media/grey.png", "for": "1h"}], zone="screen", level="emergency")
        daemon.wait_for(lambda: shown_step(screen) == most, "emergency, as bright as the cap lets it be")
        show.config.write_text(show.config.read_text().replace("97%", "100%").replace("99%", "100%"))
        daemon.wait_for(lambda: shown_step(screen) == STEPS, "picture in full light")
