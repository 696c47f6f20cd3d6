import os
import shutil
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from player.agent.following import Follower, fingerprint

PATIENCE = 10.0


class Ear:
    """Counts what the follower says."""

    def __init__(self) -> None:
        self._heard = threading.Event()

    def __call__(self) -> None:
        self._heard.set()

    def hears(self, act: Callable[[], object], patience: float = PATIENCE) -> bool:
        """Is something heard after `act`, once what was done before has been heard out?"""
        self._heard.clear()
        while self._heard.wait(0.2):
            self._heard.clear()
        act()
        return self._heard.wait(patience)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "playlists/media").mkdir(parents=True)
    (tmp_path / "config.yaml").write_text("gate: a")
    (tmp_path / "playlists/a.yaml").write_text("title: a")
    (tmp_path / "playlists/media/a.jpg").write_bytes(b"1")
    return tmp_path


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def follower(tree: Path, ear: Ear) -> Iterator[Follower]:
    follower = Follower(ear)
    follower.follow(tree / "config.yaml", [tree / "playlists"])
    follower.start()
    yield follower
    follower.stop()
    assert not follower.alive()


def replaced(path: Path, text: str) -> None:
    """As editors save."""
    new = path.with_suffix(".new")
    new.write_text(text)
    new.replace(path)


@pytest.mark.usefixtures("follower")
def test_edits_are_heard_in_place_and_by_rename_and_in_new_folders(tree: Path, ear: Ear) -> None:
    assert ear.hears(lambda: (tree / "playlists/a.yaml").write_text("title: b"))
    assert ear.hears(lambda: replaced(tree / "config.yaml", "gate: b"))
    assert ear.hears((tree / "playlists/media/a.jpg").unlink)
    (tree / "playlists/new").mkdir()
    assert ear.hears(lambda: (tree / "playlists/new/b.yaml").write_text("title: b"))


@pytest.mark.usefixtures("follower")
def test_reading_and_the_neighbours_files_are_not_heard(tree: Path, ear: Ear) -> None:
    def read() -> None:
        (tree / "playlists/a.yaml").read_text()
        (tree / "config.yaml").read_text()
        (tree / "state").mkdir()
        (tree / "state/x").write_text("x")

    assert not ear.hears(read, 1.0)


def test_a_folder_that_goes_and_comes_is_followed_again(tree: Path, ear: Ear, follower: Follower) -> None:
    folder = tree / "playlists"
    assert ear.hears(lambda: shutil.rmtree(folder))
    follower.follow(tree / "config.yaml", [folder])
    assert ear.hears(folder.mkdir)
    follower.follow(tree / "config.yaml", [folder])
    assert ear.hears(lambda: (folder / "new.yaml").write_text("title: new"))
    assert ear.hears(lambda: folder.rename(tree / "old"))
    (tree / "next").mkdir()
    assert ear.hears(lambda: (tree / "next").rename(folder))
    follower.follow(tree / "config.yaml", [folder])
    assert ear.hears(lambda: (folder / "newer.yaml").write_text("title: newer"))
    assert not ear.hears(lambda: (tree / "old/new.yaml").write_text("title: other"), 1.0)


def test_other_folders_after_a_change_of_the_config(tree: Path, ear: Ear, follower: Follower) -> None:
    (tree / "other").mkdir()
    follower.follow(tree / "config.yaml", [tree / "other"])
    assert not ear.hears(lambda: (tree / "playlists/a.yaml").write_text("title: c"), 1.0)
    assert ear.hears(lambda: (tree / "other/a.yaml").write_text("title: c"))


def test_the_fingerprint_sees_every_kind_of_change(tree: Path) -> None:
    paths = [tree / "config.yaml", tree / "playlists"]
    media = tree / "playlists/media"

    def swapped() -> None:
        status = (media / "a.jpg").stat()
        (media / "a.jpg").write_bytes(b"2")
        os.utime(media / "a.jpg", ns=(status.st_atime_ns, status.st_mtime_ns))

    changes: list[Callable[[], object]] = [
        lambda: (tree / "config.yaml").write_text("gate: b"),
        swapped,
        lambda: (media / "b.jpg").write_bytes(b"2"),
        lambda: (media / "b.jpg").rename(media / "c.jpg"),
        (media / "c.jpg").unlink,
        (media / "sub").mkdir,
        lambda: shutil.rmtree(tree / "playlists"),
    ]
    seen = [fingerprint(paths)]
    assert fingerprint(paths) == seen[0]
    for change in changes:
        change()
        seen.append(fingerprint(paths))
    assert all(before != after for before, after in pairwise(seen))


def test_links_in_a_circle_end(tree: Path) -> None:
    (tree / "playlists/media/round").symlink_to(tree / "playlists")
    (tree / "playlists/media/itself.jpg").symlink_to("itself.jpg")
    assert len(fingerprint([tree / "playlists"])) == 4
