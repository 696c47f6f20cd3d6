"""What the tests of the whole program share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.endtoend.shows import ShowFolder, write_show
from tests.endtoend.xserver import XServer


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[XServer]:
    """An X server with a screen of 320 x 180."""
    with XServer(tmp_path / "screen") as server:
        yield server


@pytest.fixture
def show(tmp_path: Path) -> ShowFolder:
    """A show folder for that screen, without playlists yet."""
    return write_show(tmp_path / "show")
