"""No display, no font: it is said plainly, with what to do about it; a display that comes later is used."""

import time
from pathlib import Path

import pytest

from player.cli.examinations import program, screen
from player.cli.examinations.finding import Gate, Grade
from player.media.text import fonts
from player.wall.screen import OFFSCREEN
from tests.endtoend.xserver import XServer
from tests.faults.offscreen import no_traceback
from tests.faults.services import Service
from tests.faults.test_devices import BACK, own_display
from tests.faults.watched import until, watched, watching
from tests.outcomes import Outcome, tell


@pytest.mark.faults
def test_a_display_that_is_not_there_at_the_start(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    gate, display = watched(tmp_path / "show"), own_display()
    with Service("wall", gate.show, display) as wall:
        until(lambda: "no display: playing offscreen" in wall.log, "word of it", wall.alive)
        assert "output x11 cannot be used" in wall.log
        with XServer(tmp_path / "screen", display=display) as later:
            begun = time.monotonic_ns()
            with watching(gate, later, tmp_path / "seen") as watch:
                back = (watch.wait_right(wall.alive) - begun) / 1e9
            assert wall.stop() == 0
    assert back < BACK
    tell(request, Outcome("devices", "no display at the start; it comes later", 1, back, "nothing; it is said"))


def test_a_display_that_was_asked_for_and_is_not_there(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    gate = watched(tmp_path / "show", display={"canvas": "320x180", "output": "x11", "fps": 60})
    with Service("wall", gate.show, None) as wall:
        assert wall.ended() not in (0, 70), "a fault that is known, and systemd tries again"
        assert "No display can be opened (x11: " in wall.log
        no_traceback(wall.log)
    tell(request, Outcome("devices", "a display that was asked for and is not there", 1, None, "it is said"))


def test_the_doctor_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    gate = Gate(watched(tmp_path / "show").show.config)
    monkeypatch.setattr("player.wall.screen.candidates", lambda _wanted: [OFFSCREEN])
    (found,) = screen.display(gate)
    assert (found.grade, "offscreen" in found.found, "connect a screen" in found.advice) == (Grade.WARNING, True, True)
    monkeypatch.setattr(fonts, "font_folders", lambda: (tmp_path,))
    (found,) = program.fonts(gate)
    assert found.grade is Grade.BAD
    assert {"apt-get", "install", "fonts-noto-core"} <= set(found.advice.split())
    for missing in ("no display", "no font"):
        tell(request, Outcome("devices", f"{missing}: gateplayer doctor", 1, None, "it is said, with what to do"))
