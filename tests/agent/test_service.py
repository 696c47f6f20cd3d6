import queue
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from player.agent.assemble import _hear_crashes
from player.agent.events import Crashed, Event, HousekeepingDue, Kept, Looked, Stop
from player.agent.service import OUR_FAULT, Service
from player.agent.status import StatusFile
from player.agent.worker import Housekeep, Look, Task


class Idle:
    """Takes tasks and does none of them."""

    def __init__(self) -> None:
        self.given: list[Task] = []

    def give(self, task: Task) -> None:
        self.given.append(task)


def played(tmp_path: Path, *events: Event) -> tuple[int, list[Task], list[str]]:
    """The exit code, the tasks given and what systemd was told, when all of `events` have happened."""
    heard: queue.SimpleQueue[Event] = queue.SimpleQueue()
    for event in events:
        heard.put(event)
    idle, told = Idle(), list[str]()
    code = Service(heard, idle, StatusFile(tmp_path, 1), told.append).run()
    return code, idle.given, [line for line in told if line != "WATCHDOG=1"]


def test_it_is_ready_after_the_first_look(tmp_path: Path) -> None:
    assert played(tmp_path, Stop()) == (0, [Look()], [])
    assert played(tmp_path, Looked(), Stop()) == (0, [Look()], ["READY=1"])


def test_chores_wait_for_the_look_and_go_on_in_slices(tmp_path: Path) -> None:
    rest = ("ab", "cd")
    _code, given, _told = played(tmp_path, HousekeepingDue(), Looked(), Kept(rest), Kept(), Stop())
    assert given == [Look(), Housekeep(), Housekeep(rest)]


def test_a_crashed_thread_ends_the_agent(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    heard: queue.SimpleQueue[Event] = queue.SimpleQueue()
    with ExitStack() as stack:
        _hear_crashes(stack, heard)
        thread = threading.Thread(target=lambda: 1 / 0, name="compile")
        thread.start()
        thread.join()
    crash = heard.get(timeout=5)
    assert isinstance(crash, Crashed)
    code, _given, _told = played(tmp_path, crash)
    assert code == OUR_FAULT
    assert "ZeroDivisionError" in caplog.text
