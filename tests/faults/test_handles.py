"""Wall and agent run out of file handles in mid-work. They say so, the picture stays and then goes on, nothing is lost,
and afterwards they work as before."""

import os
import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from player.core.playlog import What
from tests.faults import logged
from tests.faults.people import People, gate_with_inbox
from tests.faults.services import WRITER, Service, both
from tests.faults.watched import LIMIT, Watch, Watched, longest, until
from tests.outcomes import Outcome, tell

ENOUGH = 1024
SCRIBE = "player.wall.scribe"
BACK = LIMIT
"""Seconds, for a machine that is busy with other things. What it took is in the figures."""

SAID = "no decoder can be started: Too many open files"
OVER = "decoders can be started again"
TOO_MANY = "Too many open files"


def limit(pid: int, handles: int) -> None:
    hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (handles, hard))


def few(path: Path) -> str:
    """Code that leaves a program as many handles as the file at `path` says."""
    number = f"int(open({str(path)!r}).read())"
    return f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({number}, {ENOUGH}))"


@contextmanager
def starved(service: Service) -> Iterator[None]:
    """The program gets no handle besides those that it has, meanwhile."""
    limit(service.pid, 3)
    try:
        yield
    finally:
        limit(service.pid, ENOUGH)


def count_records(gate: Watched) -> int:
    """That the play log is whole; how many records it has."""
    found = logged.whole(gate.show.state)
    assert sum(record.what is What.START for record in found) == 1, "one life of the wall"
    return len(found)


class Starving:
    """A gate whose programs run out of handles again and again."""

    def __init__(self, wall: Service, agent: Service, people: People, watch: Watch) -> None:
        self._wall, self._agent, self._people, self._watch = wall, agent, people, watch
        self._changes = 0
        self.back: list[float] = []
        """Seconds from the end of each of the wall's famines to the right picture."""

    def starve_wall(self, *, orphaned: bool) -> None:
        """Until it has said so; `orphaned`: it loses those who write for it, too."""
        said = self._wall.log.count(SAID)
        with starved(self._wall):
            for module in (WRITER, SCRIBE) if orphaned else ():
                for child in self._wall.children(module):
                    os.kill(child.pid, signal.SIGKILL)
            until(lambda: self._wall.log.count(SAID) > said, "word of it", self._wall.alive)
        ended = time.monotonic_ns()
        self.back.append((self._watch.wait_right(self._wall.alive) - ended) / 1e9)
        until(lambda: self._wall.log.count(OVER) > said, "word of its end", self._wall.alive)
        for module in (WRITER, SCRIBE):
            until(partial(self._wall.children, module), "others who write for it", self._wall.alive)

    def starve_agent(self) -> None:
        """Until it has said so; and what was changed meanwhile is seen in the end. One that could not go on has ended,
        and is started again."""
        said = self._agent.log.count(TOO_MANY)
        with starved(self._agent):
            self._change()
            until(lambda: self._agent.log.count(TOO_MANY) > said, "word of it", self._agent.again)
        self._change()
        until(self._people.are_served, "last edit and every text", self._agent.again)

    def _change(self) -> None:
        self._people.change_something(self._changes)
        self._changes += 1


def run_out(folder: Path, times: int) -> Iterator[Outcome]:
    gate = gate_with_inbox(folder / "show")
    with both(gate, folder) as (screen, watch, wall, agent):
        since = watch.wait_right(wall.alive)
        gates = Starving(wall, agent, People(gate, screen), watch)
        for number in range(times):
            gates.starve_wall(orphaned=number % 2 == 1)
        until(lambda: "show 1 is ready" in agent.log, "show", agent.alive)
        fed = time.monotonic_ns()
        for _ in range(times):
            gates.starve_agent()
        ended = time.monotonic_ns()
        assert agent.stop() == 0
        assert wall.stop() == 0
    records = count_records(gate)
    assert watch.bare(since, ended) == []
    assert max(gates.back) < BACK
    wrong = longest(watch.wrong(fed, ended))
    assert wrong < BACK
    lost = f"0 of {records} records of the play log; 0 black frames, the last picture is held"
    yield Outcome("wall", "no file handles left for the wall", times, max(gates.back), lost)
    yield Outcome("agent", "no file handles left for the agent", times, wrong, "0 edits")


def test_out_of_handles(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for outcome in run_out(tmp_path, 1):
        tell(request, outcome)


@pytest.mark.faults
def test_out_of_handles_again_and_again(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for outcome in run_out(tmp_path, 20):
        tell(request, outcome)


@pytest.mark.faults
def test_too_few_handles_from_the_start(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """An agent that cannot even start ends, and says why; systemd starts it again."""
    gate, handles = gate_with_inbox(tmp_path / "show"), tmp_path / "handles"
    handles.write_text("12")
    with both(gate, tmp_path, few(handles)) as (screen, watch, wall, agent):
        people = People(gate, screen)
        people.change_something(0)
        until(lambda: SAID in wall.log, "word of it", wall.alive)
        until(lambda: TOO_MANY in agent.log, "word of it")
        handles.write_text(str(ENOUGH))
        agent.kill()
        agent.start()
        limit(wall.pid, ENOUGH)
        ended = time.monotonic_ns()
        back = (watch.wait_right(wall.alive) - ended) / 1e9
        people.change_something(1)
        until(people.are_served, "last edit and every text", agent.alive)
        assert agent.stop() == 0
        assert wall.stop() == 0
    count_records(gate)
    assert back < BACK
    tell(request, Outcome("wall", "too few file handles from the start, then enough", 1, back, "nothing"))
