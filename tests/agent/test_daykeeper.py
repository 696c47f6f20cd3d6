"""The agent has days sealed, and says how that goes."""

import os
import queue
import threading
import time
from pathlib import Path

import pytest

from player.agent.daykeeper import DayKeeper
from player.agent.daystate import DayState
from player.agent.events import DaysNews, Event
from player.library.daybook import day_names
from player.library.delivery import mark_delivered
from player.library.wallsettings import WallSettings, write
from tests.agent.test_agent import Agent
from tests.library.gate import Gate
from tests.library.logs import Log, play

PATIENCE = 30.0


class Keeper:
    """A running keeper of a gate's log."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.keeper = DayKeeper(log.state, self.events.put, threading.Event())
        self.keeper.start()

    def news(self) -> DayState:
        event = self.events.get(timeout=PATIENCE)
        assert isinstance(event, DaysNews)
        return event.days


@pytest.fixture
def log(tmp_path: Path) -> Log:
    log = Log(tmp_path / "state")
    write(log.state, WallSettings(gate=log.gate, language="en"))
    return log


def test_it_seals_on_start_and_when_asked(log: Log) -> None:
    yesterday, today = time.time_ns() // 1000 - 86_400 * 10**6, time.time_ns() // 1000
    log.write(play(yesterday + 90 * 86_400 * 10**6), play(today + 91 * 86_400 * 10**6))
    running = Keeper(log)
    try:
        first = running.news()
        assert (first.number, first.fault, len(first.fingerprint)) == (2, "", 79)
        log.write(play(today))
        done = running.keeper.seal_now()
        assert running.news().number == 3
        assert done.wait(PATIENCE)
        assert [name.number for name in day_names(log.days)] == [1, 2, 3]
        mark_delivered(log.days, 2)
        running.keeper.delivered()
        assert running.news().waiting == 1
    finally:
        running.keeper.stop()


def test_what_cannot_be_sealed_is_said_and_tried_again(log: Log) -> None:
    log.write(play("2026-12-01T07:30"))
    (log.state / "gate.key").write_text("rubbish")
    running = Keeper(log)
    try:
        assert "gate.key is damaged" in running.news().fault
        (log.state / "gate.key").unlink()
        running.keeper.seal_now()
        assert (running.news().fault, len(day_names(log.days))) == ("", 1)
    finally:
        running.keeper.stop()


def test_it_ends_at_once_also_while_days_are_being_sealed(log: Log) -> None:
    log.write(play("2026-12-01T07:30"))
    running = Keeper(log)
    while not (log.state / "gate.key").exists():
        time.sleep(0.01)
    begun = time.monotonic()
    running.keeper.stop()
    assert time.monotonic() - begun < 5
    log.seal("2026-12-02T00:01")
    assert len(day_names(log.days)) == 1


def test_the_real_agent_seals_and_tells(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    gate.picture("1.png")
    gate.playlist("a.yaml", "{image: media/1.png}")
    agent = Agent(gate)
    try:
        agent.until(lambda: agent.status().get("playlog"))
        assert agent.status()["playlog"]["fingerprint"]
        mapped = Path(f"/proc/{agent.process.pid}/maps").read_text()
        assert "duckdb" not in mapped
        assert os.stat(gate.state / "gate.key").st_mode & 0o077 == 0
    finally:
        agent.stop()
