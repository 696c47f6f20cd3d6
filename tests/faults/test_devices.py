"""The X server goes and comes back; the sound card goes in mid-film and comes back. Nobody is there to help: systemd
starts the wall again when it ends, and its part is played here."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.endtoend.xserver import XServer
from tests.faults.services import Service
from tests.faults.watched import LIMIT, Entry, longest, until, watched, watching
from tests.outcomes import Outcome, tell

RESTART = 1.0
"""`RestartSec` of gateplayer-wall.service, in seconds."""

BACK = LIMIT
"""Seconds, of which a wall without a display lets ten go by until it looks for one again; for a machine that is busy
with other things. What it took is in the figures."""

BEHIND = 20.0
"""Seconds that the picture may be behind through no fault of its own, on a machine that is busy with other things."""


TRIAL = "player.wall.mixer"
SAID = "no sound: the sound card has gone"
FILMS_WITH_SOUND = (Entry(1, frames=75, sound=True), Entry(3, frames=60, sound=True))


def own_display() -> str:
    """A number that no other X server of this machine takes meanwhile: those that choose one take the lowest."""
    return f":{2000 + os.getpid() % 40_000}"


def start_again(wall: Service) -> None:
    """What systemd does with a wall that has ended."""
    if not wall.alive():
        assert wall.ended() != 0, "a fault, not a farewell"
        time.sleep(RESTART)
        wall.start()


def lose_the_display(folder: Path, absences: Sequence[float]) -> Outcome:
    """The X server is killed, and after so many seconds started again on the same display."""
    gate, back = watched(folder / "show"), []
    display = own_display()
    with Service("wall", gate.show, display, start=False) as wall:
        for number, absence in enumerate([*absences, None]):
            with (
                XServer(folder / f"{number}", display=display) as screen,
                watching(gate, screen, folder / f"seen {number}") as watch,
            ):
                begun = time.monotonic_ns() if number else wall.start()
                while not watch.is_right():
                    start_again(wall)
                    assert time.monotonic_ns() - begun < BACK * 1e9, "no right picture"
                    time.sleep(0.005)
                back.append((time.monotonic_ns() - begun) / 1e9)
                if absence is None:
                    assert wall.stop() == 0
                    break
                os.kill(screen.pid, signal.SIGKILL)
            gone = time.monotonic()
            while time.monotonic() - gone < absence:
                start_again(wall)
                time.sleep(0.02)
    return Outcome("devices", "the X server killed, and started again", len(absences), max(back[1:]), "nothing")


class Listener(threading.Thread):
    """Who takes the sound, from a pipe that stands for a sound card: when he goes, SDL is refused its next samples, as
    by a card that was pulled out."""

    def __init__(self, pipe: Path) -> None:
        super().__init__(name="listener", daemon=True)
        self._pipe = pipe
        self._over = threading.Event()
        self.heard = 0
        """Bytes that were not silence."""

    def run(self) -> None:
        while not self._over.is_set():
            with self._pipe.open("rb", buffering=0) as sound:
                while not self._over.is_set() and (samples := sound.read(16_384)):
                    self.heard += len(samples) - samples.count(0)

    def leave(self) -> None:
        self._over.set()
        # Where nobody sends him anything he waits for somebody who opens the pipe.
        with contextlib.suppress(OSError):
            os.close(os.open(self._pipe, os.O_WRONLY | os.O_NONBLOCK))
        self.join(LIMIT)
        assert not self.is_alive()


@contextlib.contextmanager
def listening(pipe: Path) -> Iterator[Listener]:
    listener = Listener(pipe)
    listener.start()
    yield listener
    listener.leave()


def lose_the_sound_card(folder: Path, times: int) -> Outcome:
    """In mid-film; then it is there again."""
    gate = watched(folder / "show", FILMS_WITH_SOUND)
    pipe = folder / "card"
    os.mkfifo(pipe)
    env = {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(pipe)}
    wrong = []
    with (
        XServer(folder / "screen") as screen,
        watching(gate, screen, folder / "seen") as watch,
        Service("wall", gate.show, screen.display, env) as wall,
    ):
        since = watch.wait_right(wall.alive)
        for number in range(times):
            with listening(pipe) as listener:
                until(lambda: listener.heard > 10_000, "sound", wall.alive)
                watch.wait_right(wall.alive)
                gone = time.monotonic_ns()
            until(lambda: wall.log.count(SAID) > number, "word of it", wall.alive)  # noqa: B023
            # Where nobody listens, opening the pipe takes for ever, and so it is with some sound cards.
            until(lambda: wall.children(TRIAL), "another try", wall.alive)
            time.sleep(0.5)
            watch.wait_right(wall.alive)
            wrong.append((gone, time.monotonic_ns()))
        ended = time.monotonic_ns()
        assert wall.stop() == 0
    assert watch.bare(since, ended) == []
    behind = longest([one for begin, end in wrong for one in watch.wrong(begin, end)])
    assert behind < BEHIND
    return Outcome(
        "devices", "the sound card gone in mid-film", times, behind, "the sound, until there is a card again"
    )


def test_the_display_goes_and_comes_back(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    tell(request, lose_the_display(tmp_path, [0]))


def test_the_sound_card_goes(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    tell(request, lose_the_sound_card(tmp_path, 1))


@pytest.mark.faults
def test_the_display_goes_and_comes_back_again_and_again(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    tell(request, lose_the_display(tmp_path, [0, 0.5, 2, 8] * 4))


@pytest.mark.faults
def test_the_sound_card_goes_and_comes_back(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    tell(request, lose_the_sound_card(tmp_path, 5))
