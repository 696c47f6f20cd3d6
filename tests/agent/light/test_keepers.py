"""The lights and the brightness as the agent keeps them: real commands, a controller over a real socket."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from player.agent.events import ControllerNews, Event, LightsNews
from player.agent.light import controllerkeeper, novastar
from player.agent.light.controllerkeeper import ControllerKeeper, wanted_of
from player.agent.light.hooks import HookKeeper
from player.agent.light.pace import Pace
from player.agent.light.states import ControllerState, LightsState
from player.config.settings import Config, read_config
from player.core.units import Instant
from player.library.blackout import Blackout, By
from player.library.statusfiles import CONTROLLER, read_json
from player.trust.line import LINE
from tests.agent.light.controllers import FakeNovaStar
from tests.agent.test_feeds import until
from tests.core.making import at

QUICK = Pace(0.02, 0.05)
BLACKOUT = Blackout(Instant(0), By.COMMAND, lasting=True)


def config(folder: Path, text: str) -> Config:
    path = folder / "config.yaml"
    path.write_text(f"gate: x\nlanguage: en\nhours: [{{time: 06:00-22:00}}]\n{text}", "utf-8")
    return read_config(path)


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine an answer may take its time."""
    monkeypatch.setattr(novastar, "ANSWER", 20.0)
    monkeypatch.setattr(novastar, "BETWEEN", 0.01)


class Clock:
    """The gate's, as the test sets it."""

    def __init__(self, text: str) -> None:
        self.now = at(text)

    def __call__(self) -> int:
        return self.now


@contextmanager
def hooks(clock: Callable[[], int]) -> Iterator[tuple[HookKeeper, list[LightsState | None]]]:
    states: list[LightsState | None] = []

    def told(event: Event) -> None:
        assert isinstance(event, LightsNews)
        states.append(event.lights)

    keeper = HookKeeper(told, threading.Event(), QUICK, clock)
    keeper.start()
    try:
        yield keeper, states
    finally:
        keeper.stop()


def switched(folder: Path) -> list[str]:
    """What the commands have noted."""
    return (folder / "noted").read_text().split() if (folder / "noted").exists() else []


# The command's own word and what it finds in its environment must agree.
NOTE = f"""{json.dumps(sys.executable)} -c "import os, sys; open('noted', 'a').write(sys.argv[1] + \
os.environ['GATEPLAYER_LIGHTS'] + ' ')" """


def test_once_at_the_start_at_each_change_and_in_a_blackout(tmp_path: Path) -> None:
    clock = Clock("08-31 05:40")
    text = f"lights: {{on: '{_quoted(NOTE)}on', off: '{_quoted(NOTE)}off', warm_up: 10m}}\n"
    with hooks(clock) as (keeper, states):
        keeper.follow(config(tmp_path, text))
        until(lambda: switched(tmp_path) == ["offoff"])
        clock.now = at("08-31 05:51")
        keeper.look_now()
        until(lambda: switched(tmp_path) == ["offoff", "onon"])
        keeper.look_now()
        keeper.follow_blackout(BLACKOUT)
        until(lambda: switched(tmp_path) == ["offoff", "onon", "offoff"])
        keeper.follow_blackout(None)
        until(lambda: len(switched(tmp_path)) == 4)
        until(lambda: states[-1] is not None and states[-1].on and states[-1].done)
        assert switched(tmp_path)[-1] == "onon"
        # Another edit of the same file is no change, another command has its run.
        keeper.follow(config(tmp_path, text + "title: Cửa khẩu\n"))
        keeper.follow(config(tmp_path, text.replace("10m", "20m")))
        until(lambda: len(switched(tmp_path)) == 5)
        keeper.follow(config(tmp_path, ""))
        until(lambda: states[-1] is None)
    assert len(switched(tmp_path)) == 5


def _quoted(text: str) -> str:
    """For YAML between single quotation marks."""
    return text.replace("'", "''")


def test_what_fails_is_told_and_tried_again_until_it_works(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with hooks(Clock("08-31 12:00")) as (keeper, states):
        keeper.follow(config(tmp_path, "lights: {on: [./relay, 'on']}\n"))
        until(lambda: states and states[-1] is not None and states[-1].fault)
        script = tmp_path / "relay.new"
        script.write_text('#!/bin/sh\nprintf "%s " "$1" >> noted\n')
        script.chmod(0o755)
        script.rename(tmp_path / "relay")
        until(lambda: states[-1] is not None and states[-1].done)
    assert switched(tmp_path) == ["on"]
    assert sum("relay" in record.message for record in caplog.records) == 1


@contextmanager
def following(run: Path) -> Iterator[tuple[ControllerKeeper, list[ControllerState | None]]]:
    states: list[ControllerState | None] = []

    def told(event: Event) -> None:
        assert isinstance(event, ControllerNews)
        states.append(event.controller)

    keeper = ControllerKeeper(run, told, threading.Event(), QUICK, look=0.02)
    keeper.start()
    try:
        yield keeper, states
    finally:
        keeper.stop()


def want(run: Path, target: object) -> None:
    (run / "wall.new").write_text(json.dumps({"light": {"target": target}}))
    (run / "wall.new").rename(run / "wall.json")


def left(run: Path) -> dict[str, Any]:
    return read_json(run / CONTROLLER)


def test_the_controller_follows_the_wall_in_a_blackout_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    want(tmp_path, 0.53)
    (tmp_path / CONTROLLER).write_text('{"at": "", "confirmed": 0.1, "fault": ""}')
    with FakeNovaStar() as card, following(tmp_path) as (keeper, states):
        # What another run has left is not to be believed.
        until(lambda: not left(tmp_path))
        keeper.follow(config(tmp_path, f"controller: {{novastar: '127.0.0.1:{card.port}'}}\n"))
        until(lambda: left(tmp_path).get("confirmed"))
        said = left(tmp_path)
        assert said.keys() == {"at", "confirmed", "fault"}
        assert (said["confirmed"], said["fault"], card.brightness) == (0.53, "", 135)
        LINE.cut()
        try:
            want(tmp_path, 0)
            until(lambda: left(tmp_path)["confirmed"] == 0)
        finally:
            LINE.mend()
        assert card.brightness == 0
        # Nothing is sent as long as nothing changes; but now and then, for somebody may have turned a knob.
        asked = len(card.asked)
        monkeypatch.setattr(controllerkeeper, "AGAIN", 0.1)
        card.brightness = 200
        keeper.look_now()
        until(lambda: card.brightness == 0)
        until(lambda: len(card.asked) > asked + 4)
        keeper.follow(config(tmp_path, ""))
        until(lambda: not left(tmp_path))
        assert states[-1] is None


def test_a_controller_that_fails_is_told_once_and_believed_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    want(tmp_path, 0.4)
    with FakeNovaStar() as card, following(tmp_path) as (keeper, states):
        keeper.follow(config(tmp_path, f"controller: {{novastar: '127.0.0.1:{card.port}'}}\n"))
        until(lambda: left(tmp_path).get("confirmed") == 0.4)
        card.deaf = True
        want(tmp_path, 0.8)
        until(lambda: left(tmp_path)["fault"])
        assert left(tmp_path)["confirmed"] == pytest.approx(0.4, abs=0.01)
        asked = len(card.asked)
        until(lambda: len(card.asked) > asked + 8)
        told = states[-1]
        assert told is not None
        assert told.failing
        assert told.fault
        card.deaf = False
        until(lambda: not left(tmp_path)["fault"])
        assert left(tmp_path)["confirmed"] == 0.8
        until(lambda: states[-1] == ControllerState("NovaStar 127.0.0.1", 0.8))
    assert sum("80 %" in record.message for record in caplog.records) == 1


def test_a_wall_that_says_nothing_of_light_is_left_alone(tmp_path: Path) -> None:
    for target in (None, True, 53, -1, "1"):
        assert wanted_of({"light": {"target": target}}) is None
    assert wanted_of({}) is wanted_of({"light": None}) is None
    assert wanted_of({"light": {"target": 0}}) == 0
    with FakeNovaStar() as card, following(tmp_path) as (keeper, states):
        keeper.follow(config(tmp_path, f"controller: {{novastar: '127.0.0.1:{card.port}'}}\n"))
        until(lambda: states)
        want(tmp_path, "bright")
        want(tmp_path, 0.5)
        until(lambda: left(tmp_path))
        assert card.brightness == 128
        assert len(card.asked) == 2
