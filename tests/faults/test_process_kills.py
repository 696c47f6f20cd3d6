"""The wall, the agent and both are killed again and again; systemd's part, to start them again, is played here. The
picture must come back to what is due, of the play log no record may be lost, and what people have changed meanwhile
must be taken in.

What a kill costs of the play that was on is measured in `test_wall_kills`."""

import random
import time
from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import NamedTuple

import pytest

from player.core.playlog import What
from tests.faults import logged
from tests.faults.people import People, gate_with_inbox
from tests.faults.services import Service, both
from tests.faults.watched import LIMIT, Watch, Watched, longest, until
from tests.outcomes import Outcome, tell

RESTART = 1.0
"""Seconds that systemd waits before it starts the wall again; here after every fifth kill, else it is at once."""

BEHIND = 10.0
"""Seconds that the picture may be behind through no fault of its own, on a machine that is busy with other things."""

BACK = LIMIT
"""Seconds, for a machine that is busy with other things. What it took is in the figures."""


def records_of(gate: Watched) -> dict[What, int]:
    """That the play log is whole; how many records of each kind it has."""
    records = logged.whole(gate.show.state)
    return {what: sum(record.what is what for record in records) for what in What}


class Victims(Enum):
    """Who is killed."""

    WALL = "SIGKILL of the wall"
    AGENT = "SIGKILL of the agent at work"
    BOTH = "SIGKILL of wall and agent with all their processes"


ROWS = {Victims.WALL: "wall", Victims.AGENT: "agent", Victims.BOTH: "power"}


class Kill(NamedTuple):
    """Whom, and when, in nanoseconds of the monotonic clock: the kill, the start for good after it, the right picture,
    and the next kill."""

    who: Victims
    struck: int
    begun: int
    right: int
    end: int = 0


class Gate:
    """The two programs of a gate, one screen, and people who never stop changing things."""

    def __init__(self, wall: Service, agent: Service, people: People, watch: Watch, chance: random.Random) -> None:
        self.wall, self.agent, self.people = wall, agent, people
        self._watch, self._chance = watch, chance
        self._count = 0

    def strike(self, who: Victims, most: float) -> Kill:
        """One kill at a random instant of work, every fourth time another one while it is starting."""
        self.people.change_something(self._count)
        time.sleep(self._chance.uniform(0, most))
        struck = self._kill(who)
        if self._count % 5 == 4:
            time.sleep(RESTART)
        begun = self._start(who)
        if self._count % 4 == 3:
            time.sleep(self._chance.uniform(0, 0.6))
            self._kill(who)
            begun = self._start(who)
        self._count += 1
        return Kill(who, struck, begun, self._watch.wait_right(self.wall.alive))

    def _kill(self, who: Victims) -> int:
        if who is Victims.BOTH:
            struck = self.wall.cut()
            self.agent.cut()
            return struck
        return self.wall.kill() if who is Victims.WALL else self.agent.kill()

    def _start(self, who: Victims) -> int:
        if who is not Victims.WALL:
            self.agent.start()
        return time.monotonic_ns() if who is Victims.AGENT else self.wall.start()


def kill_often(folder: Path, victims: Sequence[Victims], most: float) -> tuple[list[Kill], Watch, str]:
    """What befell a gate, what was seen of it, and what was lost. From kill to kill it is at most `most` seconds."""
    gate = gate_with_inbox(folder / "show")
    with both(gate, folder) as (screen, watch, wall, agent):
        people = People(gate, screen)
        watch.wait_right(wall.alive)
        struck = Gate(wall, agent, people, watch, random.Random(len(victims)))
        kills = [struck.strike(who, most) for who in victims]
        until(people.are_served, "last edit and every text", agent.alive)
        ends = [*(kill.struck for kill in kills[1:]), time.monotonic_ns()]
        assert agent.stop() == 0
        assert wall.stop() == 0
    counted = records_of(gate)
    assert counted[What.GAP] == counted[What.START] - 1
    if set(victims) == {Victims.AGENT}:
        assert counted[What.START] == 1
    kept = f"0 of {sum(counted.values())} records of the play log, 0 edits"
    return [kill._replace(end=end) for kill, end in zip(kills, ends, strict=True)], watch, kept


def told(kills: Sequence[Kill], watch: Watch, lost: str, late: float) -> Iterator[Outcome]:
    """The figures. `late`: how long the picture may be behind when nothing has happened to the wall itself."""
    for who in sorted({kill.who for kill in kills}, key=list(Victims).index):
        found = [kill for kill in kills if kill.who is who]
        back = max((kill.right - kill.begun) / 1e9 for kill in found)
        dark = longest([one for kill in found for one in watch.bare(kill.struck, kill.end)])
        if who is Victims.AGENT:
            assert dark == 0
            back = longest([one for kill in found for one in watch.wrong(kill.struck, kill.end)])
            assert back <= late
        assert back < BACK
        more = f"; no window, at most {dark:.2f} s" if dark else ""
        yield Outcome(ROWS[who], who.value, len(found), back, lost + more)


def test_a_few_kills(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for outcome in told(*kill_often(tmp_path, list(Victims), most=0.5), late=BACK):
        tell(request, outcome)


@pytest.mark.faults
@pytest.mark.parametrize("who", Victims)
def test_two_hundred_kills(who: Victims, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for outcome in told(*kill_often(tmp_path, [who] * 200, most=1.5), late=BEHIND):
        tell(request, outcome)
