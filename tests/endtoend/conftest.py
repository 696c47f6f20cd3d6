"""What the tests of the whole program share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.endtoend.shows import ShowFolder, write_show
from tests.endtoend.xserver import XServer

SIDE_BY_SIDE = ("test_brightness", "test_canvases", "test_run", "test_snapshot")
"""What is looked at there stands still, or is waited for: they need not have the machine for themselves."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "endtoend" and item.path.stem not in SIDE_BY_SIDE:
            item.add_marker("alone")


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[XServer]:
    """An X server with a screen of 320 x 180."""
    with XServer(tmp_path / "screen") as server:
        yield server


@pytest.fixture
def show(tmp_path: Path) -> ShowFolder:
    """A show folder for that screen, without playlists yet."""
    return write_show(tmp_path / "show")
