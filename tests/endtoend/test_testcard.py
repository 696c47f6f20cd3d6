"""Test cards on a real screen: up without black, moving, gone by themselves; a blackout goes before them."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from player.core.geometry import Size
from player.core.playlog import BLACKOUT, TESTCARD, Ending, What
from player.core.testcards import LONGEST, Card, lines, thickness
from player.core.units import seconds
from player.library.blackout import Switches
from player.library.testcard import By, Requests
from player.wall.loop import read_clock
from tests.endtoend.barcode import BLOCKS, probes, read_code
from tests.endtoend.daemon import Daemon, environment
from tests.endtoend.films import make_picture
from tests.endtoend.recorder import ROOT, Recorder, Recording, look, row
from tests.endtoend.shows import ShowFolder, write_show
from tests.endtoend.xserver import Pixels, XServer
from tests.faults.logged import whole

CANVAS = Size(1300, 120)
FPS = 60
STEP = lines(CANVAS, 1, FPS).upright.x - lines(CANVAS, 0, FPS).upright.x
"""Pixels by which the upright line moves each frame."""

ROW = 100
"""Nothing but the grid and the lines is on it while the card is about movement."""

AGAIN = 90
"""Seconds: where a machine is so busy that an item is given up, it is tried anew in its next turn."""


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[XServer]:
    with XServer(tmp_path / "screen", CANVAS) as server:
        yield server


@pytest.fixture
def show(tmp_path: Path) -> ShowFolder:
    display = {"canvas": "{}x{}".format(*CANVAS), "output": "auto", "fps": FPS}
    show = write_show(tmp_path / "show", display=display)
    make_picture(show.media / "a.png", 5, CANVAS)
    show.write_playlist("main", [{"image": "media/a.png", "for": "30s"}])
    return show


def ask(show: ShowFolder, *arguments: str) -> str:
    command = [sys.executable, "-m", "player", "testcard", *arguments, "--config", str(show.config)]
    done = subprocess.run(command, cwd=ROOT, env=environment(None), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def show_is_on(screen: XServer) -> bool:
    return look(screen).top is not None


def is_black(screen: XServer) -> bool:
    return not screen.framebuffer.pixels.any()


def colours_are_on(screen: XServer) -> bool:
    middles = [round((field + 0.5) * (CANVAS.width - 2) / 8) + 1 for field in range(4)]
    seen = [tuple(int(part) for part in screen.framebuffer.pixels[60, x][::-1]) for x in middles]
    return seen == [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]


def test_a_card_comes_up_moves_ends_by_itself_and_a_blackout_goes_before_it(
    screen: XServer, show: ShowFolder, tmp_path: Path
) -> None:
    points = tuple(np.concatenate(pair) for pair in zip(probes(*CANVAS), row(ROW, 0, CANVAS.width), strict=True))
    requests = Requests(show.state / "run")
    with Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: show_is_on(screen), "show")
        with Recorder(screen, tmp_path / "seen", (points[0], points[1])) as recorder:
            assert "on the wall until" in ask(show, "motion", "--for", "1h")
            assert not show_is_on(screen)
            assert show.wall_says("testcard", "card") == "motion"
            assert daemon.decoders() == []
            daemon.play(1.5)
            requests.ask(Card.MOTION, seconds(1), By.COMMAND, read_clock())
            daemon.wait_for(lambda: show_is_on(screen), "show again", AGAIN)
            daemon.wait_for(lambda: show.wall_says("testcard") is None, "word that it has ended")
        requests.ask(Card.COLOURS, LONGEST, By.PAGE, read_clock())
        daemon.wait_for(lambda: colours_are_on(screen), "another card")
        switches = Switches(show.state, show.state / "run")
        switches.touch()
        daemon.wait_for(lambda: is_black(screen), "black", 10)
        daemon.wait_for((show.state / "blackout").exists, "switch that lasts")
        daemon.wait_for(
            lambda: show.wall_says("testcard") is None and show.wall_says("blackout"), "word of the blackout"
        )
        switches.switch_off()
        daemon.wait_for(lambda: colours_are_on(screen), "card, which is not over yet")
        requests.take_back()
        daemon.wait_for(lambda: show_is_on(screen), "show after the card was ended", AGAIN)
        daemon.stop()
    _only_show_and_card(recorder.recording)
    dark = [record.reason for record in whole(show.state) if record.what is What.DARK]
    assert dark == [TESTCARD, TESTCARD, BLACKOUT, TESTCARD]
    plays = [record.ending for record in whole(show.state) if record.what is What.PLAY]
    assert Ending.TESTCARD in plays


def _only_show_and_card(recording: Recording) -> None:
    """From show to card and back nothing else is seen, and while the card is there its line moves."""
    on_row = recording.values[:, 2 * BLOCKS :]
    # The card has its border, and between its lines only black and the grid's grey.
    greys = (on_row == on_row[:, :, :1]).all(axis=(1, 2)) & np.isin(on_row[:, :, 0], (0, 64, 255)).all(axis=1)
    is_card = greys & (on_row[:, [0, -1]] == 255).all(axis=(1, 2))
    begin, end = np.flatnonzero(is_card)[[0, -1]]
    codes = [read_code(value[:BLOCKS]) for value in recording.values]
    others = [at for at, code in enumerate(codes) if code is None and not is_card[at]]
    # Of a picture that is being written one half may be of the card already, the other of the show.
    assert not any(begin < at < end for at in others)
    assert all(recording.values[at].any() for at in others)
    _line_moved(on_row[is_card])


def _line_moved(rows: Pixels) -> None:
    """Each picture has the line further by its step, or by several where frames were not seen."""
    found = [(at, np.flatnonzero(bright)) for at, bright in enumerate((rows[:, 1:-1] == 255).all(axis=2))]
    # When the level line crosses the row, all of it is bright, or none.
    places = [int(bright[0]) for _, bright in found if len(bright) == 1]
    room = CANVAS.width - 2 - thickness(CANVAS) + 1
    steps = [(after - before) % room for before, after in pairwise(places) if after != before]
    other = [step for step in steps if step % STEP]
    print(f"{len(rows)} pictures; the line moved by one step {steps.count(STEP)} times of {len(steps)}; else: {other}")
    assert STEP > 1
    assert len(steps) > 60
    assert other == []
