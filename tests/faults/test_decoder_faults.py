"""Decoders are killed, crash, hang and leak again and again while films and pictures play: no frame of black, and soon
the picture that is due."""

import os
import random
import signal
import time
from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.endtoend.daemon import NURSERY
from tests.endtoend.processes import ProcessEntry
from tests.endtoend.xserver import XServer
from tests.faults.leaking import LEAKING, NURSED_BY
from tests.faults.services import Service
from tests.faults.watched import LIMIT, Entry, Watch, Watched, longest, until, watched, watching
from tests.outcomes import Outcome, tell

ENTRIES = (Entry(1, frames=40), Entry(2, span=0.4), Entry(3, frames=36))
FILMS = (1, 3)
SOON = 10.0
"""Seconds within which the right picture must be back. The figures say how long it took."""

BUSY = LIMIT
"""The same on a machine that is busy with other things."""


class Blow(Enum):
    """What befalls the decoder of the film that is on, or others."""

    KILLED = "SIGKILL of a decoder at work"
    CRASHED = "SIGSEGV in a decoder at work"
    STOPPED = "SIGSTOP of a decoder at work"
    PREPARED = "SIGKILL of the decoder that is prepared for the next film"
    NURSERY = "SIGKILL of the nursery, with all decoders"


SIGNALS = {Blow.CRASHED: signal.SIGSEGV, Blow.STOPPED: signal.SIGSTOP}


class Struck(NamedTuple):
    """When, in nanoseconds of the monotonic clock; `end`: until when it is looked at."""

    blow: Blow
    at: int
    end: int = 0


class Stage:
    """A gate whose decoders are struck, once in each play of a film."""

    def __init__(self, gate: Watched, wall: Service, watch: Watch, chance: random.Random) -> None:
        self._gate, self._wall, self._watch, self._chance = gate, wall, watch, chance
        self._last = 0

    def strike(self, blow: Blow) -> Struck:
        """In mid-film, while the picture is right."""
        after = self._chance.uniform(0.1, 0.4)
        found: list[ProcessEntry] = []

        def in_sight() -> bool:
            found[:] = self._victims(blow) if self._in_mid_film(after) else []
            return bool(found)

        until(in_sight, "film", self._wall.alive)
        at = self._last = time.monotonic_ns()
        os.kill(found[0].pid, SIGNALS.get(blow, signal.SIGKILL))
        until(lambda: _gone(found[0]), "end of the victim", self._wall.alive)
        self._watch.wait_right(self._wall.alive)
        return Struck(blow, at)

    def _in_mid_film(self, after: float) -> bool:
        now = time.monotonic_ns()
        code, into = self._watch.rundown.due(now)
        another = now - self._last > into * 1e9
        return code in FILMS and after < into < 0.8 and another and self._watch.is_right()

    def _victims(self, blow: Blow) -> list[ProcessEntry]:
        """Whom it befalls, if they are there."""
        if blow is Blow.NURSERY:
            return self._wall.children(NURSERY)
        code = self._watch.rundown.due(time.monotonic_ns())[0]
        film = code if blow is not Blow.PREPARED else next(one for one in FILMS if one != code)
        return self._wall.decoders(self._gate.blob(film))


def _gone(victim: ProcessEntry) -> bool:
    found = ProcessEntry.of(victim.pid)
    return found is None or found.state == "Z"


def strike_often(folder: Path, blows: Sequence[Blow]) -> tuple[list[Struck], Watch]:
    """What befell the decoders of a gate, and what was seen of it."""
    gate = watched(folder / "show", ENTRIES)
    with (
        XServer(folder / "screen") as screen,
        watching(gate, screen, folder / "seen") as watch,
        Service("wall", gate.show, screen.display) as wall,
    ):
        watch.wait_right(wall.alive)
        stage = Stage(gate, wall, watch, random.Random(len(blows)))
        struck = [stage.strike(blow) for blow in blows]
        ends = [*(one.at for one in struck[1:]), time.monotonic_ns()]
        assert wall.stop() == 0
        assert "cannot be shown" not in wall.log
    return [one._replace(end=end) for one, end in zip(struck, ends, strict=True)], watch


def told(struck: Sequence[Struck], watch: Watch, soon: float) -> Iterator[Outcome]:
    """The figures; `soon` is what the wall had for the right picture."""
    for blow in sorted({one.blow for one in struck}, key=list(Blow).index):
        found = [one for one in struck if one.blow is blow]
        assert [bare for one in found for bare in watch.bare(one.at, one.end)] == []
        wrong = longest([wrong for one in found for wrong in watch.wrong(one.at, one.end)])
        assert wrong < soon, blow
        yield Outcome("decoder", blow.value, len(found), wrong, "0 black frames; the last picture is held")


def test_a_blow(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for outcome in told(*strike_often(tmp_path, [Blow.PREPARED]), soon=BUSY):
        tell(request, outcome)


@pytest.mark.faults
def test_two_hundred_blows(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for outcome in told(*strike_often(tmp_path, list(Blow) * 40), soon=SOON):
        tell(request, outcome)


LEAKY_FILM, LEAKY_PICTURE, LAST = 5, 6, 2
LEAKY = (LEAKY_FILM, LEAKY_PICTURE)
SOUND = (1, 3, LAST)
WORDS = ("media/5.mp4: cannot be shown", "media/6.png: cannot be shown")
AMONG_LEAKY = (
    Entry(1, frames=24),
    Entry(LEAKY_FILM, frames=36),
    Entry(3, frames=24),
    Entry(LEAKY_PICTURE, span=0.6),
    Entry(LAST, span=0.5),
)


def leak(folder: Path, rounds: int, soon: float) -> Outcome:
    """A film and a picture whose decoders leak, among sound ones, until both have been passed over, and through so many
    rounds of the playlist."""
    gate = watched(folder / "show", AMONG_LEAKY)
    env = {LEAKING: " ".join(gate.blob(code) for code in LEAKY)}
    with (
        XServer(folder / "screen") as screen,
        watching(gate, screen, folder / "seen") as watch,
        Service("wall", gate.show, screen.display, env, NURSED_BY) as wall,
    ):
        since = watch.wait_right(wall.alive)
        until(lambda: all(word in wall.log for word in WORDS), "word of what leaks", wall.alive)
        for _ in range(rounds):
            watch.wait_due(LEAKY_FILM, wall.alive)
            watch.wait_due(LAST, wall.alive)
        watch.wait_right(wall.alive)
        ended = time.monotonic_ns()
        assert wall.stop() == 0
        complaints = wall.log.count("cannot be shown")
    assert watch.bare(since, ended) == []
    wrong = longest(watch.rundown.while_due(watch.wrong(since, ended), SOUND))
    held = watch.rundown.longest_held(watch.readings(since, ended))
    assert max(wrong, held) < soon
    lost = f"0 black frames; others stand in, {held:.2f} s after the last good picture at most"
    return Outcome("decoder", "decoders that leak until memory is refused", complaints, wrong, lost)


@pytest.mark.faults
def test_ten_rounds_of_leaks(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    tell(request, leak(tmp_path, rounds=10, soon=SOON))
