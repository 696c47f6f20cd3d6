"""What is heard of one start of the computer, and seen on its screen, from the switch to the plug."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.vm.computer import Computer
from tests.vm.gate import Expected, code_on

LOOK = 0.15
"""Seconds between looks at the screen."""

LIMIT = 900.0
"""Seconds for what takes one minute where nothing else runs; hours later it has hung."""

PACE = 3.0
"""Seconds without anything late after which it keeps pace."""

STALLED = 300_000
"""Microseconds from one sign of life of the computer to its next one, on a machine that lets it run."""


@dataclass(frozen=True)
class Beat:
    """What the witness said of an instant; `at` is when it was heard, `clock` what the computer's own said."""

    at: float
    clock: int
    current: str
    last: int
    pulse: int
    incoming: frozenset[tuple[str, int]]


def beat_of(at: float, said: Mapping[str, Any]) -> Beat:
    """What the player has not said yet is 0."""
    pulse = json.loads(said["pulse"])["at"] if said.get("pulse") else 0
    return Beat(at, said["clock"], said["current"], said.get("last") or 0, pulse, _files(said))


def _files(said: Mapping[str, Any]) -> frozenset[tuple[str, int]]:
    return frozenset((name, size) for name, size in said["incoming"])


@dataclass
class Start:
    """One start. `follow` until something is so; then all that was said until then is here."""

    computer: Computer
    codes: Mapping[str, int]
    found: dict[str, Any] | None = None
    looked: dict[str, Any] | None = None
    beats: list[Beat] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    """What was no picture at all, since it was lit."""
    late: list[float] = field(default_factory=list)
    """When there was another picture than was due."""
    seen: set[int] = field(default_factory=set)
    lit: float | None = None
    """Seconds from the switch to the first right picture."""

    def __post_init__(self) -> None:
        self._expected = Expected(self.codes)
        self._late: float | None = None

    def follow(self, until: Callable[[], object], what: str, limit: float = LIMIT) -> None:
        """Listen and look until it is so."""
        end = time.monotonic() + limit
        while not until():
            assert time.monotonic() < end, f"no {what} within {limit:g} s; {self.said()}"
            for at, said in self.computer.hear(LOOK):
                self._hear(at, said)
            self._look()

    def stay(self, seconds: float) -> None:
        """Follow it for so long."""
        end = time.monotonic() + seconds
        self.follow(lambda: time.monotonic() >= end, "end")

    def until_lit(self) -> float:
        """Until what the plan says is on the screen; how long that took, from the switch on."""
        self.follow(lambda: self.lit is not None, "right picture")
        assert self.lit is not None
        return self.lit

    def look_around(self, until: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        """Have the witness look at how the computer is set up, until it is so; what it saw."""

        def seen() -> bool:
            if self.looked is not None and not until(self.looked):
                self.looked = None
                self.computer.say("look")
            return self.looked is not None

        self.computer.say("look")
        self.follow(seen, what)
        assert self.looked is not None
        return self.looked

    def is_at_work(self) -> bool:
        """Whether files are on their way in that the cut before has not left there."""
        return bool(self.found and self.beats and self.beats[-1].incoming - _files(self.found))

    def clock_at(self, at: float) -> int:
        """What the computer's clock says at an instant of ours: the promptest sign of life tells how they differ."""
        assert self._late is not None
        return round((at - self._late) * 1e6)

    def alive_at(self, at: float) -> int:
        """The same, of the last instant up to `at` at which it ran: a machine that is busy with other things lets it
        stand still."""
        return min(self.clock_at(at), self.beats[-1].clock + STALLED)

    def is_in_step(self, at: float) -> bool:
        """Whether it had been playing for a while at that instant, and never late: a machine that does other things
        slows it down, until its seconds are no seconds any more."""
        return self.lit is not None and max([self.computer.on + self.lit, *self.late]) < at - PACE

    def said(self) -> str:
        """For a message."""
        last = self.beats[-1] if self.beats else None
        works = "at work" if self.is_at_work() else "not at work"
        return f"found: {self.found is not None}, last beat: {last}, {works}, bare: {self.bare}, late: {len(self.late)}"

    def _hear(self, at: float, said: dict[str, Any]) -> None:
        kind = said["kind"]
        if kind == "beat":
            beat = beat_of(at, said)
            late = at - beat.clock / 1e6
            self._late = late if self._late is None else min(self._late, late)
            self.beats.append(beat)
        elif kind == "look":
            self.looked = said
        elif said["show"]:
            self._expected.learn(said["current"], said["show"])
        if kind == "found":
            self.found = said

    def _look(self) -> None:
        if self._late is None or not self._expected.shows:
            return
        before = time.monotonic()
        code = code_on(self.computer.screen())
        wanted = self._expected.between(self.clock_at(before), self.clock_at(time.monotonic()))
        if code is not None and code in wanted:
            self.seen.add(code)
            self.lit = self.lit or before - self.computer.on
        elif self.lit:
            self.late.append(before)
            if code is None:
                self.bare.append(f"{before - self.computer.on:.1f} s after the switch, not of {sorted(wanted)}")
