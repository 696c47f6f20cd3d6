"""Who may draw the wall: root only when it says so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from player.agent import assemble
from tests.endtoend.daemon import environment
from tests.endtoend.shows import ShowFolder, write_show

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be refused")


@pytest.fixture
def show(tmp_path: Path) -> ShowFolder:
    show = write_show(tmp_path / "show", (64, 36), display={"canvas": "64x36", "output": "offscreen", "fps": 30})
    Image.new("RGB", (64, 36), "teal").save(show.media / "a.png")
    show.write_playlist("a", [{"image": "media/a.png", "for": "9s"}])
    assert assemble.once(show.config) == 0
    return show


def called(show: ShowFolder, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "player", *arguments, "--config", str(show.config)]
    environ = {name: value for name, value in environment(None).items() if name != "GATEPLAYER_AS_ROOT"}
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("verb", ["wall", "run"])
def test_root_does_not_draw_the_wall_unless_told(show: ShowFolder, verb: str) -> None:
    done = called(show, verb, "--for", "1s")
    assert done.returncode == 2
    assert "not drawn as root" in done.stderr
    assert "--as-root" in done.stderr
    assert not (show.state / "journal.sqlite").exists(), "and it has left nothing of root's in the state folder"
    show.config.write_text(show.config.read_text().replace("language: en", "language: vi"))
    said = called(show, verb, "--for", "1s").stderr
    assert "không vẽ màn hình bằng quyền root" in said
    assert "--as-root" in said


@pytest.mark.parametrize("verb", ["wall", "run"])
def test_told_it_does(show: ShowFolder, verb: str) -> None:
    done = called(show, verb, "--for", "1s", "--as-root")
    assert done.returncode == 0, done.stderr
    assert "not drawn as root" not in done.stderr
