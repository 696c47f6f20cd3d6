"""The watched folder, seen on the wall."""

import os
import shutil
import time
from pathlib import Path

import pytest

from tests.endtoend.daemon import Daemon
from tests.endtoend.films import make_film, make_picture
from tests.endtoend.recorder import Recorder, look
from tests.endtoend.shows import ShowFolder, write_show
from tests.endtoend.turns import bare, of_the_show
from tests.endtoend.xserver import XServer

BUSY = 6.0
"""Seconds that a machine with other things to do may take besides."""
SETTLE = 2.0


@pytest.fixture
def show(tmp_path: Path) -> ShowFolder:
    show = write_show(tmp_path / "show", sources={"folder": {"path": "inbox/", "settle": f"{SETTLE:g}s"}})
    (show.path / "inbox/KHAN-CAP").mkdir(parents=True)
    return show


def _shows(screen: XServer, item: int) -> bool:
    code = look(screen).top
    return code is not None and code.item == item


def _copied(source: Path, folder: Path) -> float:
    """The instant at which the copy was complete."""
    shutil.copyfile(source, folder / source.name)
    return time.monotonic()


def test_an_emergency_is_on_the_wall_in_time_and_leaves_when_it_is_removed(
    screen: XServer, show: ShowFolder, tmp_path: Path
) -> None:
    inbox = show.path / "inbox"
    make_film(inbox / "film.mp4", 7, 300, 30)
    make_picture(tmp_path / "alarm.png", 9)
    with Recorder(screen, tmp_path / "seen") as recorder, Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: _shows(screen, 7), "film")
        for _ in range(2):
            copied = _copied(tmp_path / "alarm.png", inbox / "KHAN-CAP")
            daemon.wait_for(lambda: _shows(screen, 9), "emergency")
            assert time.monotonic() - copied < SETTLE + BUSY
            (inbox / "KHAN-CAP/alarm.png").unlink()
            removed = time.monotonic()
            daemon.wait_for(lambda: _shows(screen, 7), "film again")
            assert time.monotonic() - removed < 3
        ended = look(screen).at
        daemon.stop()
    assert bare(of_the_show(recorder.recording.readings(), ended)) == []


def test_an_emergency_does_not_wait_for_what_else_is_being_taken_in(
    screen: XServer, show: ShowFolder, tmp_path: Path
) -> None:
    inbox = show.path / "inbox"
    make_picture(inbox / "usual.png", 7)
    make_picture(tmp_path / "alarm.png", 9)
    with Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: _shows(screen, 7), "picture")
        data = (inbox / "usual.png").read_bytes()
        for number in range(2000):
            # What is behind its end does not harm a PNG, and makes each another file.
            (inbox / f"many {number}.png").write_bytes(data + number.to_bytes(4, "big"))
        shutil.copyfile(tmp_path / "alarm.png", inbox / "large.png")
        os.truncate(inbox / "large.png", 300 << 20)
        time.sleep(SETTLE)
        copied = _copied(tmp_path / "alarm.png", inbox / "KHAN-CAP")
        daemon.wait_for(lambda: _shows(screen, 9), "emergency")
        assert time.monotonic() - copied < SETTLE + BUSY


def test_pulling_the_stick_does_not_break_the_film(screen: XServer, show: ShowFolder, tmp_path: Path) -> None:
    inbox = show.path / "inbox"
    make_film(inbox / "film.mp4", 7, 90, 30)
    with Recorder(screen, tmp_path / "seen") as recorder, Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: _shows(screen, 7), "film")
        shutil.rmtree(inbox)
        daemon.wait_for(lambda: "not there" in daemon.log, "word of it")
        daemon.play(4)
        ended = look(screen).at
        daemon.stop()
    readings = of_the_show(recorder.recording.readings(), ended)
    assert bare(readings) == []
    assert {reading.top.item for reading in readings if reading.top} == {7}
