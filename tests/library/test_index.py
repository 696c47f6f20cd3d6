import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.library.blobs import Stamp
from player.library.index import Index

OLD = Stamp(5, 1_600_000_000_123_456_789, 1_600_000_000_123_456_789, 77)
PATH = Path("/srv/playlists/Chào mừng.jpg")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    index = Index(tmp_path)
    yield index
    index.close()


def test_an_unchanged_file_is_known_also_after_a_restart(tmp_path: Path) -> None:
    first = Index(tmp_path)
    first.remember(PATH, OLD, "ab" * 32)
    first.close()
    second = Index(tmp_path)
    assert second.sha(PATH, OLD) == "ab" * 32
    second.close()


@pytest.mark.parametrize("field", ["size", "mtime_ns", "ctime_ns", "inode"])
def test_a_file_that_differs_in_anything_is_not_known(index: Index, field: str) -> None:
    index.remember(PATH, OLD, "ab" * 32)
    assert index.sha(PATH, OLD._replace(**{field: 9})) is None


def test_a_file_changed_this_very_moment_is_not_trusted(tmp_path: Path, index: Index) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"x")
    stamp = Stamp.of(path.stat())
    index.remember(path, stamp, "ab" * 32)
    assert index.sha(path, stamp) is None


def test_answers_belong_to_a_version_of_the_code(index: Index) -> None:
    index.learn("facts", "ab", 1, {"pages": 3, "refusal": "tệp hỏng"})
    assert index.answer("facts", "ab", 1) == {"pages": 3, "refusal": "tệp hỏng"}
    assert index.answer("facts", "ab", 2) is None
    assert index.answer("width", "ab", 1) is None


@pytest.mark.parametrize("keep", [0, 10, 4096])
def test_a_damaged_index_is_set_aside_and_begun_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, keep: int
) -> None:
    index = Index(tmp_path)
    for number in range(300):
        index.learn("facts", str(number), 1, "x" * 100)
    index.close()
    path = tmp_path / "index.sqlite"
    size = path.stat().st_size
    with path.open("r+b") as stream:
        stream.seek(keep)
        stream.write(os.urandom(size - keep))
    index = Index(tmp_path)
    index.learn("facts", "new", 1, 1)
    assert index.answer("facts", "new", 1) == 1
    index.close()
    assert "damaged" in caplog.text
    assert (tmp_path / "index.damaged.sqlite").exists()


def test_an_index_damaged_while_in_use_is_begun_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    index = Index(tmp_path)
    for number in range(2000):
        index.learn("facts", str(number), 1, "x" * 200)
    index._base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    index._base.execute("PRAGMA cache_size=1")
    path = tmp_path / "index.sqlite"
    with path.open("r+b") as stream:
        stream.seek(8192)
        stream.write(os.urandom(path.stat().st_size - 8192))
    found = [index.answer("facts", str(number), 1) for number in range(0, 2000, 100)]
    assert None in found
    index.learn("facts", "new", 1, 1)
    assert index.answer("facts", "new", 1) == 1
    index.close()
    assert "set aside" in caplog.text


def test_another_version_of_the_tables_is_replaced(tmp_path: Path) -> None:
    base = sqlite3.connect(tmp_path / "index.sqlite")
    base.executescript("CREATE TABLE files (other TEXT); PRAGMA user_version=99;")
    base.close()
    index = Index(tmp_path)
    index.remember(PATH, OLD, "cd" * 32)
    assert index.sha(PATH, OLD) == "cd" * 32
    index.close()
