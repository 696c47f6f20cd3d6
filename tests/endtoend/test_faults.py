"""Parts of the player that die, hang or are killed while a film is on: no black frame, and the show goes on."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.endtoend.daemon import Daemon
from tests.endtoend.films import make_film, make_picture, sha256
from tests.endtoend.recorder import Reading, Recorder, look
from tests.endtoend.shows import ShowFolder
from tests.endtoend.turns import bare, longest_standstill, of_the_show, torn, turns
from tests.endtoend.xserver import XServer

FILM, PICTURE = 1, 2
FPS = 30
FRAMES = 360
GOES_ON = 1.0
"""Seconds within which the show goes on (DESIGN section 9)."""

Blow = Callable[[Daemon, str], int]
"""Does the damage; given the film's blob. The process that is to be gone afterwards."""


def _strike(number: signal.Signals) -> Blow:
    def blow(daemon: Daemon, blob: str) -> int:
        (decoder,) = daemon.decoders(playing=blob)
        os.kill(decoder.pid, number)
        return decoder.pid

    return blow


def _kill_nursery(daemon: Daemon, blob: str) -> int:
    (decoder,) = daemon.decoders(playing=blob)
    os.kill(decoder.parent, signal.SIGKILL)
    return decoder.pid


def _write(show: ShowFolder) -> str:
    """A film of twelve seconds and a picture; the film's blob."""
    film = make_film(show.media / "film.mp4", FILM, FRAMES, FPS)
    make_picture(show.media / "still.png", PICTURE)
    show.write_playlist("main", [{"video": "media/film.mp4"}, {"image": "media/still.png", "for": "1s"}])
    return sha256(film)


def _in_mid_film(screen: XServer) -> bool:
    code = look(screen).top
    return code is not None and code.item == FILM and 30 <= code.number <= FRAMES - 5 * FPS


def _check_in_step(readings: list[Reading], before: int, after: int) -> None:
    """The film at `after` is where it would have been had nothing happened, or another item is on."""
    first = turns([reading for reading in readings if reading.at < before])[-1]
    then = turns([reading for reading in readings if reading.at > after])[0]
    assert first.item == FILM
    if then.item == FILM:
        assert then.begun(FPS) == pytest.approx(first.begun(FPS), abs=0.1)


@pytest.mark.parametrize(
    "blow",
    [_strike(signal.SIGKILL), _strike(signal.SIGSTOP), _strike(signal.SIGSEGV), _kill_nursery],
    ids=["decoder killed", "decoder stopped", "decoder crashed", "nursery killed"],
)
def test_a_lost_decoder_costs_no_frame_of_black(blow: Blow, screen: XServer, show: ShowFolder, tmp_path: Path) -> None:
    blob = _write(show)
    with Recorder(screen, tmp_path / "seen") as recorder, Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: _in_mid_film(screen), "film")
        daemon.play(0.5)
        struck = time.monotonic_ns()
        victim = blow(daemon, blob)
        daemon.play(3)
        ended = look(screen).at
        assert victim not in [entry.pid for entry in daemon.decoders()]
        daemon.stop()
    readings = of_the_show(recorder.recording.readings(), ended)
    assert bare(readings) == []
    assert torn(readings) == []
    skipped = [turn.start for turn in turns(readings) if turn.start > struck and turn.item != FILM]
    standstill = longest_standstill(readings, struck, min([*skipped, ended]))
    print(f"the picture stood still for {standstill:.2f} s")
    assert standstill < GOES_ON
    _check_in_step(readings, struck, struck + 2_000_000_000)


def test_the_wall_plays_on_without_its_agent(screen: XServer, show: ShowFolder, tmp_path: Path) -> None:
    _write(show)
    with Recorder(screen, tmp_path / "seen") as recorder, Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: _in_mid_film(screen), "film")
        daemon.play(0.5)
        os.kill(daemon.part("agent").pid, signal.SIGKILL)
        struck = time.monotonic_ns()
        daemon.play(3)
        ended = look(screen).at
        daemon.stop()
    readings = of_the_show(recorder.recording.readings(), ended)
    assert bare(readings) == []
    assert longest_standstill(readings, struck, ended) < GOES_ON
    _check_in_step(readings, struck, struck)


def test_a_killed_wall_comes_back_in_mid_film(screen: XServer, show: ShowFolder, tmp_path: Path) -> None:
    _write(show)
    with Recorder(screen, tmp_path / "seen") as recorder, Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: _in_mid_film(screen), "film")
        daemon.play(0.5)
        os.kill(daemon.part("wall").pid, signal.SIGKILL)
        struck = time.monotonic_ns()
        daemon.wait_for(lambda: look(screen).top is None, "window to close")
        daemon.wait_for(lambda: look(screen).top is not None, "picture")
        back = time.monotonic_ns()
        daemon.play(1)
        daemon.stop()
    print(f"back after {(back - struck) / 1e9:.2f} s")
    _check_in_step(recorder.recording.readings(), struck, back)
