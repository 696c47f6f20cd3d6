"""`gateplayer testcard` as a technician calls it: into a file, with a wall that follows, and with none."""

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from player.cli import main
from player.config.language import language_in_use, use
from player.core.geometry import Size
from player.core.testcards import Card, number_place
from player.core.units import Instant
from player.library.blackout import Switches
from player.library.testcard import By, Requests

CONFIG = """\
gate: lao-cai-1
language: en
display:
  canvas: 640x96
  mapping: [{from: [0, 0, 320, 96], to: [0, 0]}, {from: [320, 0, 320, 96], to: [0, 96]}]
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in ("RUNTIME_DIRECTORY", "GATEPLAYER_CONFIG", "JOURNAL_STREAM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setattr("player.cli.testcard.PATIENCE", 20.0)
    path, before = tmp_path / "config.yaml", language_in_use()
    path.write_text(CONFIG)
    (tmp_path / "state/run").mkdir(parents=True)
    yield path
    use(before)


def call(config: Path, *arguments: str) -> int:
    return main(["testcard", *arguments, "--config", str(config)])


def run(config: Path) -> Path:
    return config.parent / "state/run"


@contextmanager
def wall(config: Path, *, follows: bool = True) -> Iterator[None]:
    """Writes `wall.json` as a wall would, and says that it shows what it is asked to, unless it does not follow."""
    ended = threading.Event()

    def write(card: dict[str, object] | None) -> None:
        said: dict[str, object] = {"pid": os.getpid(), "open": card is None, "testcard": card, "zones": []}
        beside = run(config) / "wall.new"
        beside.write_text(json.dumps(said))
        beside.replace(run(config) / "wall.json")

    def draw() -> None:
        requests = Requests(run(config))
        while not ended.wait(0.02):
            found = requests.look(Instant(time.time_ns() // 1000))
            write(found[1].values() if found is not None and follows else None)

    write(None)
    thread = threading.Thread(target=draw)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_into_a_file_without_a_wall(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = config.parent / "card.png"
    assert call(config, "--output", str(output)) == 0
    assert capsys.readouterr().out.strip() == str(output)
    with Image.open(output) as picture:
        assert picture.size == (640, 96)
        whole = np.asarray(picture.convert("RGB"))
    assert (whole[[0, -1]] == 255).all()
    assert (whole[:, [0, -1]] == 255).all()
    # Both parts have their numbers, and the frame's is there too.
    for left in (0, 320):
        assert (whole[:, left + 100 : left + 220] == (255, 208, 0)).all(axis=2).sum() > 200
    place = number_place(Size(640, 96), Card.ALL)
    assert place is not None
    assert (whole[place.y : place.bottom, place.x : place.right] == 255).any()
    assert not (run(config) / "testcard.json").exists()
    assert call(config, "text", "--output", str(config.parent / "card.txt")) == 2
    assert call(config, "text", "--output", str(config.parent / "nowhere/card.png")) == 2


def test_without_a_wall_it_is_said_what_to_do(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(config) == 4
    told = capsys.readouterr().err
    assert "the wall is not running; start it: gateplayer run." in told
    assert "gateplayer testcard --output card.png" in told
    assert not (run(config) / "testcard.json").exists()
    assert call(config, "--off") == 0


def test_a_wall_that_follows_is_waited_for(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with wall(config):
        assert call(config, "grid", "--for", "10m") == 0
        told = capsys.readouterr().out
        assert "test card: on the wall until " in told
        assert "grid" in told
        found = Requests(run(config)).look(Instant(time.time_ns() // 1000))
        assert found is not None
        assert (found[1].card, found[1].by) == (Card.GRID, By.COMMAND)
        main(["status", "--config", str(config)])
        told = capsys.readouterr().out
        assert "test card: on the wall until " in told
        assert "Closed" not in told
        main(["status", "--json", "--config", str(config)])
        assert json.loads(capsys.readouterr().out)["wall"]["testcard"]["card"] == "grid"
        assert call(config, "--off") == 0
        assert "there is none on the wall" in capsys.readouterr().out
        assert not (run(config) / "testcard.json").exists()


def test_a_wall_that_does_not_follow_is_named(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("player.cli.testcard.PATIENCE", 0.5)
    with wall(config, follows=False):
        assert call(config) == 4
    assert "the wall does not follow" in capsys.readouterr().err
    # It is not to come up later, when nobody reckons with it.
    assert not (run(config) / "testcard.json").exists()


def test_in_a_blackout_none_is_asked_for(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Switches(config.parent / "state", run(config)).touch()
    with wall(config):
        assert call(config) == 4
    assert "gateplayer blackout off" in capsys.readouterr().err
    assert not (run(config) / "testcard.json").exists()


def test_what_is_written_wrongly_is_said(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(config, "rainbow") == 2
    assert "all, grid, colours, ramp, motion, text" in capsys.readouterr().err
    assert call(config, "--for", "2h") == 2
    assert "an hour at most" in capsys.readouterr().err
    assert main(["testcard", "--config", str(config.parent / "confgi.yaml")]) == 2
    assert "no such file" in capsys.readouterr().err


def test_a_run_folder_that_is_not_ours_is_said(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run(config) / "testcard.json").mkdir()
    with wall(config):
        assert call(config) == 4
    assert "do it as the technician: sudo gateplayer testcard" in capsys.readouterr().err
