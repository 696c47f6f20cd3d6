"""The lamp: a step a second, at once out of the dark, and in place of a controller that does not follow."""

import json
import os
from pathlib import Path
from zoneinfo import ZoneInfo

from player.core.light import STEPS, Light, Turn, step_of
from player.core.model import Level
from player.core.units import SECOND, Instant, Span
from player.library.statusfiles import CONTROLLER
from player.wall.lamp import BEHIND, FRESH, ControllerFile, Lamp

NIGHT = Light((Turn(0.25, 0),), (Turn(0.8, 0),), emergency=0.6)
NOW = Instant(1_790_000_000 * SECOND)


class Test:
    """A lamp, and time that passes."""

    __test__ = False

    def __init__(self, light: Light = NIGHT) -> None:
        self.confirmed: float | None = None
        self.lamp = Lamp(light, ZoneInfo("Asia/Ho_Chi_Minh"), lambda _now: self.confirmed)
        self.passed = Span(0)

    def wait(self, seconds: float, level: Level | None = Level.NORMAL) -> list[int]:
        """The steps seen at each of its quarters of a second."""
        seen = []
        for _ in range(int(seconds * 4)):
            self.passed = Span(self.passed + SECOND // 4)
            self.lamp.look(Instant(NOW + self.passed), self.passed, level)
            seen.append(self.lamp.step)
        return seen


def test_the_light_is_right_at_once_and_then_moves_a_step_a_second() -> None:
    wall = Test()
    dark, bright = step_of(NIGHT.code(0.25)), step_of(NIGHT.code(0.6))
    assert wall.wait(1) == [dark] * 4
    rising = wall.wait(bright - dark + 2, Level.EMERGENCY)
    assert rising[-1] == bright
    assert all(after - before in (0, 1) for before, after in zip(rising, rising[4:], strict=False))
    assert wall.lamp.target == NIGHT.share(bright / STEPS)
    assert wall.wait(bright - dark + 2)[-1] == dark


def test_out_of_the_dark_it_comes_as_it_should_be() -> None:
    wall = Test()
    wall.wait(1, Level.EMERGENCY)
    wall.wait(3, None)
    assert wall.lamp.target == 0
    assert wall.wait(0.25) == [step_of(NIGHT.code(0.25))]


def test_pictures_stay_as_they_are_where_a_controller_dims_the_wall() -> None:
    wall = Test()
    wall.confirmed = 0.25
    assert wall.wait(2) == [STEPS] * 8
    # It is a little behind, as it is told once a second: nothing is done about that.
    wall.confirmed = NIGHT.share((step_of(NIGHT.code(0.25)) + BEHIND) / STEPS)
    assert wall.wait(2) == [STEPS] * 8
    # It does not follow at all: pictures make up for it, as gently.
    wall.confirmed = 1.0
    seen = wall.wait(STEPS)
    assert seen[-1] == step_of(NIGHT.code(0.25))
    assert all(before - after in (0, 1) for before, after in zip(seen, seen[4:], strict=False))
    # Nobody knows of it any more.
    wall.confirmed = None
    assert wall.wait(2)[-1] == step_of(NIGHT.code(0.25))


def test_a_controller_that_is_dark_yet_when_the_lights_go_on_does_the_dimming() -> None:
    wall = Test()
    wall.confirmed = 0.0
    wall.wait(3, None)
    assert wall.wait(2) == [STEPS] * 8
    wall.confirmed = 0.25
    assert wall.wait(2) == [STEPS] * 8


def test_what_the_agent_left_of_the_controller_is_believed_while_it_is_fresh(tmp_path: Path) -> None:
    read = ControllerFile(tmp_path)
    assert read(NOW) is None
    path = tmp_path / CONTROLLER

    def leave(said: object, age: float = 0) -> float | None:
        path.write_text(json.dumps(said))
        moment = NOW * 1000 - int(age * 1e9)
        os.utime(path, ns=(moment, moment + len(str(said))))
        return read(NOW)

    assert leave({"confirmed": 0.5, "fault": ""}) == 0.5
    assert leave({"confirmed": 0.5, "fault": ""}, FRESH + 1) is None
    assert leave({"confirmed": 0.5, "fault": "no answer"}, 1) is None
    assert leave({"confirmed": 7}, 2) is None
    assert leave({"confirmed": 0.0, "fault": ""}, 2.5) == 0.0
    assert leave({"confirmed": "0.5"}, 3) is None
    assert leave([], 4) is None
    path.write_text("{")
    assert read(NOW) is None
