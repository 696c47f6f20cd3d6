"""A wall that freezes, or whose display hangs, says nothing more to systemd, whose part is played here: it is ended,
started again, and goes on in mid-item. An agent that hangs costs the wall nothing."""

import signal
import time
from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path

import pytest

from tests.endtoend.xserver import XServer
from tests.faults.people import People, gate_with_inbox
from tests.faults.services import Service, Systemd, both
from tests.faults.watched import LIMIT, longest, until, watched, watching
from tests.outcomes import Outcome, tell
from tests.wall.test_heartbeat import HANGS

RESTART = 1.0
"""`RestartSec` of gateplayer-wall.service, in seconds."""

BEHIND = 10.0
"""Seconds that the picture may be behind through no fault of its own, on a machine that is busy with other things."""

BACK = LIMIT
"""Seconds, for a machine that is busy with other things. What it took is in the figures."""


class Freeze(Enum):
    STOPPED = "SIGSTOP of the wall"
    HANGS = "the display hangs in a present"


def freeze_often(folder: Path, ways: Sequence[Freeze], allowed: float) -> Iterator[Outcome]:
    """`allowed`: `WatchdogSec`, in seconds."""
    gate, hang = watched(folder / "show"), folder / "hang"
    code = f"HANG = {str(hang)!r}\n{HANGS}"
    back: dict[Freeze, list[float]] = {}
    with (
        XServer(folder / "screen") as screen,
        watching(gate, screen, folder / "seen") as watch,
        Systemd(folder, allowed) as systemd,
        Service("wall", gate.show, screen.display, systemd.environment, code) as wall,
    ):
        for way in ways:
            watch.wait_right(wall.alive)
            assert systemd.hears("WATCHDOG=1", BACK)
            if way is Freeze.HANGS:
                hang.touch()
            else:
                wall.send(signal.SIGSTOP)
            given_up = systemd.misses()
            # As systemd does: WatchdogSignal=, then SIGCONT.
            wall.send(signal.SIGHUP)
            wall.send(signal.SIGCONT)
            assert wall.ended() == -signal.SIGHUP
            hang.unlink(missing_ok=True)
            systemd.forget()
            time.sleep(RESTART)
            wall.start()
            back.setdefault(way, []).append((watch.wait_right(wall.alive) - given_up) / 1e9)
        assert systemd.hears("WATCHDOG=1", BACK)
        assert wall.stop() == 0
    for way, found in back.items():
        assert max(found) < BACK
        lost = f"from the end of WatchdogSec, of which {RESTART:g} s of RestartSec"
        yield Outcome("wall", way.value, len(found), max(found), lost)


def hang_agents(folder: Path, times: int, span: float, late: float) -> Outcome:
    """The agent is stopped for `span` seconds, again and again. `late`: how long the picture may be behind, on a
    machine that is busy with other things."""
    gate = gate_with_inbox(folder / "show")
    with both(gate, folder) as (screen, watch, wall, agent):
        people = People(gate, screen)
        since = watch.wait_right(wall.alive)
        for number in range(times):
            people.change_something(number)
            agent.send(signal.SIGSTOP)
            people.change_something(number + times)
            time.sleep(span)
            agent.send(signal.SIGCONT)
            until(people.are_served, "last edit and every text", agent.alive)
        ended = time.monotonic_ns()
        assert agent.stop() == 0
        assert wall.stop() == 0
    assert watch.bare(since, ended) == []
    wrong = longest(watch.wrong(since, ended))
    assert wrong <= late
    return Outcome("agent", "SIGSTOP of the agent for a while", times, wrong, "0 edits")


def test_a_frozen_wall(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for outcome in freeze_often(tmp_path, [Freeze.HANGS], allowed=1.5):
        tell(request, outcome)


@pytest.mark.faults
def test_a_wall_that_freezes_again_and_again(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for outcome in freeze_often(tmp_path, list(Freeze) * 15, allowed=3):
        tell(request, outcome)


@pytest.mark.faults
def test_an_agent_that_hangs_again_and_again(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    tell(request, hang_agents(tmp_path, 20, span=3, late=BEHIND))
