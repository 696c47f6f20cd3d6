import hashlib
import os
import threading
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from player.core.faults import ContentFault
from player.core.units import Span
from player.library.blobs import Blobs, Cancelled, NoSpace


def nothing(_seconds: float) -> None:
    pass


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "state", pause=nothing, reserve=0)


def test_an_admitted_file_is_a_read_only_copy_under_its_digest(tmp_path: Path, blobs: Blobs) -> None:
    source = tmp_path / "ảnh.jpg"
    source.write_bytes(b"x" * 3_000_000)
    sha = blobs.admit(source)
    source.write_bytes(b"swapped")
    copy = blobs.path(sha)
    assert hashlib.sha256(copy.read_bytes()).hexdigest() == sha
    assert copy.parent.name == sha[:2]
    assert copy.stat().st_mode & 0o777 == 0o444
    assert list((tmp_path / "state/incoming").iterdir()) == []


def test_a_file_that_changes_while_it_is_read_is_taken_whole_later(tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    source.write_bytes(b"first half")
    pauses = []

    def finished(seconds: float) -> None:
        pauses.append(seconds)

    class Growing(Blobs):
        def _pour(self, source_handle: int, target: int) -> Generator[None, None, tuple[str, int]]:
            result = yield from super()._pour(source_handle, target)
            if not pauses:
                with source.open("ab") as stream:
                    stream.write(b", second half")
            return result

    sha = Growing(tmp_path / "state", pause=finished, reserve=0).admit(source)
    assert sha == hashlib.sha256(b"first half, second half").hexdigest()
    assert len(pauses) == 1


def test_a_file_that_never_stops_changing_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    source.write_bytes(b"")

    class Growing(Blobs):
        def _pour(self, source_handle: int, target: int) -> Generator[None, None, tuple[str, int]]:
            with source.open("ab") as stream:
                stream.write(b"more")
            return (yield from super()._pour(source_handle, target))

    blobs = Growing(tmp_path / "state", pause=nothing, reserve=0)
    with pytest.raises(ContentFault, match="still being written"):
        blobs.admit(source)
    assert list((tmp_path / "state/incoming").iterdir()) == []
    assert list((tmp_path / "state/blobs").iterdir()) == []


def test_pipes_folders_and_absent_files_are_refused_without_waiting(tmp_path: Path, blobs: Blobs) -> None:
    pipe = tmp_path / "pipe.mp4"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path, Path("/dev/zero")):
        with pytest.raises(ContentFault, match="not a plain file"):
            blobs.admit(path)
    with pytest.raises(ContentFault, match="no such file"):
        blobs.admit(tmp_path / "absent.jpg")


def test_a_full_disk_refuses_and_leaves_nothing(tmp_path: Path) -> None:
    source = tmp_path / "a.jpg"
    source.write_bytes(b"x")
    with pytest.raises(NoSpace, match="disk is full"):
        Blobs(tmp_path / "state", reserve=1 << 60).admit(source)
    assert list((tmp_path / "state/incoming").iterdir()) == []


def test_a_long_copy_ends_with_the_program(tmp_path: Path) -> None:
    source = tmp_path / "a.mp4"
    source.write_bytes(b"x" * 5_000_000)
    ending = threading.Event()
    ending.set()
    with pytest.raises(Cancelled):
        Blobs(tmp_path / "state", ending, reserve=0).admit(source)
    assert list((tmp_path / "state/incoming").iterdir()) == []


def test_leftovers_of_a_dead_process_are_swept_but_not_those_of_a_living_one(tmp_path: Path, blobs: Blobs) -> None:
    incoming = tmp_path / "state/incoming"
    (incoming / "1-2-3.part").write_bytes(b"half")
    with blobs._temporary() as (living, _handle):
        Blobs(tmp_path / "state")
        assert list(incoming.iterdir()) == [living]


def test_a_damaged_asset_is_found_out_and_can_be_admitted_again(tmp_path: Path, blobs: Blobs) -> None:
    source = tmp_path / "a.jpg"
    source.write_bytes(b"good")
    sha = blobs.admit(source)
    assert blobs.verify(sha)
    blobs.path(sha).chmod(0o644)
    blobs.path(sha).write_bytes(b"evil")
    assert not blobs.verify(sha)
    assert not blobs.has(sha)
    assert blobs.admit(source) == sha
    assert blobs.verify(sha)


def test_a_truncated_asset_is_replaced_by_the_next_intake(tmp_path: Path, blobs: Blobs) -> None:
    source = tmp_path / "a.jpg"
    source.write_bytes(b"good")
    sha = blobs.admit(source)
    blobs.path(sha).chmod(0o644)
    os.truncate(blobs.path(sha), 1)
    blobs.admit(source)
    assert blobs.path(sha).read_bytes() == b"good"


def test_unused_assets_leave_when_they_are_old_enough(tmp_path: Path, blobs: Blobs) -> None:
    shas = []
    for name in ("kept", "unused"):
        (tmp_path / name).write_text(name)
        shas.append(blobs.admit(tmp_path / name))
    assert blobs.discard_unused({shas[0]}) == 0
    assert blobs.discard_unused({shas[0]}, older_than=Span(0)) == len("unused")
    assert blobs.has(shas[0])
    assert not blobs.has(shas[1])


def test_the_oldest_unused_leave_when_the_room_is_wanted(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "state", reserve=0)
    shas = []
    for number in range(4):
        source = tmp_path / f"{number}"
        source.write_bytes(bytes([number]) * 1000)
        shas.append(blobs.admit(source))
        time.sleep(0.02)  # so that their change times differ
    now = Span(0)
    assert blobs.trim({shas[0]}, 4000, older_than=now) == 0
    assert blobs.trim({shas[0]}, 4000, room=1500, older_than=now) == 2000
    assert [blobs.has(sha) for sha in shas] == [True, False, False, True]
    assert blobs.trim(shas, 0, older_than=now) == 0
    assert blobs.trim((), 0) == 0, "what has just come is not taken away"
