"""`run` looks after its two programs. What they do is tested elsewhere; here they are short scripts."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from player.cli.children import LONGEST, SHORTEST, Child
from player.cli.durations import duration
from player.core.units import Span
from tests.library.gate import Gate

PATIENCE = 20.0


def test_lengths_of_time() -> None:
    assert duration("30s") == Span(30_000_000)
    assert duration("1h 30m") == Span(5_400_000_000)
    assert duration("500ms") == Span(500_000)
    assert duration("1.5s") == Span(1_500_000)


@pytest.mark.parametrize("text", ["", "30", "s", "-3s", "0s", "30 sec", "1h-3m", "1e3s"])
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(Exception, match=":"):
        duration(text)


def test_restarts_come_later_and_later_and_never_stop_coming() -> None:
    child = Child("wall", ())
    waits = [child.fail(now) for now in range(10)]
    assert waits[:4] == [SHORTEST, 2 * SHORTEST, 4 * SHORTEST, 8 * SHORTEST]
    assert waits[-1] == LONGEST
    child.started = 100.0
    assert child.fail(1000.0) == SHORTEST, "after a long good life it starts afresh"


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    gate = Gate(tmp_path)
    gate.picture("1.png")
    gate.playlist("a.yaml", "{image: media/1.png}")
    return gate


class Runner:
    """`gateplayer run` of a gate, in a session of its own as in a terminal."""

    def __init__(self, gate: Gate, *more: str) -> None:
        command = [sys.executable, "-m", "player", "run", "--config", str(gate.config), *more]
        hidden = ("DISPLAY", "WAYLAND_DISPLAY", "RUNTIME_DIRECTORY")
        environment = {name: value for name, value in os.environ.items() if name not in hidden}
        self._log = gate.folder / "log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                command, stderr=log, env=environment | {"SDL_AUDIODRIVER": "dummy"}, start_new_session=True
            )

    def log(self) -> str:
        return self._log.read_text()

    def until(self, true: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, self.log()
            time.sleep(0.02)

    def family(self) -> dict[str, int]:
        """The verbs of its living children, and their process numbers."""
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal():
                try:
                    parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                    words = (entry / "cmdline").read_text().split("\0")
                except OSError:
                    continue
                if parent == self.process.pid and "player" in words:
                    found[words[words.index("player") + 1]] = int(entry.name)
        return found


@pytest.fixture
def runner(gate: Gate) -> Iterator[Callable[..., Runner]]:
    started: list[Runner] = []

    def start(*more: str) -> Runner:
        started.append(Runner(gate, *more))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()


def test_a_dead_child_is_started_again_and_ctrl_c_ends_all(runner: Callable[..., Runner]) -> None:
    run = runner()
    run.until(lambda: run.family().keys() == {"wall", "agent"})
    first = run.family()["agent"]
    os.kill(first, signal.SIGKILL)
    run.until(lambda: run.family().get("agent", first) != first)
    assert "starts again in 0.5 s" in run.log()
    run.until(lambda: "show 1 is ready" in run.log())
    family = run.family()
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(PATIENCE) == 0
    for pid in family.values():
        run.until(lambda: not Path(f"/proc/{pid}").exists())  # noqa: B023


def test_it_ends_by_itself_with_zero_and_says_where_the_picture_is(runner: Callable[..., Runner]) -> None:
    run = runner("--for", "6s")
    assert run.process.wait(PATIENCE) == 0
    assert "preview.jpg" in run.log()


def test_children_do_not_outlive_a_run_that_is_killed(runner: Callable[..., Runner]) -> None:
    run = runner()
    run.until(lambda: run.family().keys() == {"wall", "agent"})
    run.until(lambda: "show 1 is ready" in run.log())
    family = run.family()
    run.process.kill()
    run.process.wait()
    for pid in family.values():
        run.until(lambda: not Path(f"/proc/{pid}").exists())  # noqa: B023


def test_a_wrong_config_ends_it_with_two(gate: Gate, runner: Callable[..., Runner]) -> None:
    gate.write("config.yaml", "gate: [")
    run = runner()
    assert run.process.wait(PATIENCE) == 2
    assert "config.yaml:2:1: " in run.log()
