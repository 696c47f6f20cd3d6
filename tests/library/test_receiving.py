"""Assets that come from elsewhere: whole and right, or not at all."""

import errno
import hashlib
import os
import random
from pathlib import Path

import pytest

from player.core.faults import SyncFault
from player.library import receiving
from player.library.blobs import Blobs, Cancelled, NoSpace
from player.library.receiving import Busy, NotAsSigned, Receiver, Unmetered
from player.trust.origin import Absent, FolderOrigin
from tests.library.origins import MemoryOrigin

DATA = random.Random(1).randbytes(700_000)
SHA, SIZE = hashlib.sha256(DATA).hexdigest(), len(DATA)


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "state", reserve=0)


@pytest.fixture
def receiver(blobs: Blobs) -> Receiver:
    return Receiver(blobs)


def part(tmp_path: Path) -> Path:
    return tmp_path / f"state/incoming/fetch/{SHA}.part"


def fetch(receiver: Receiver, origin: MemoryOrigin | FolderOrigin) -> None:
    receiver.settle([receiver.receive(SHA, SIZE, origin)])


def break_off(receiver: Receiver, after: int) -> None:
    with pytest.raises(SyncFault, match="cut"):
        receiver.receive(SHA, SIZE, MemoryOrigin(DATA, breaks=after))


def test_what_is_right_becomes_an_asset(tmp_path: Path, blobs: Blobs, receiver: Receiver) -> None:
    origin = MemoryOrigin(DATA)
    fetch(receiver, origin)
    assert blobs.path(SHA).read_bytes() == DATA
    assert blobs.path(SHA).stat().st_mode & 0o777 == 0o444
    assert not part(tmp_path).exists()
    assert origin.flows[0].is_closed


def test_a_stick_will_do(tmp_path: Path, blobs: Blobs, receiver: Receiver) -> None:
    (tmp_path / "stick/blob").mkdir(parents=True)
    (tmp_path / "stick/blob" / SHA).write_bytes(DATA)
    part(tmp_path).write_bytes(DATA[:100_000])
    fetch(receiver, FolderOrigin(tmp_path / "stick"))
    assert blobs.verify(SHA)
    with pytest.raises(Absent):
        receiver.receive("0" * 64, 1, FolderOrigin(tmp_path / "stick"))


def test_only_what_is_missing_is_fetched(tmp_path: Path, blobs: Blobs, receiver: Receiver) -> None:
    break_off(receiver, 300_000)
    assert part(tmp_path).stat().st_size == 300_000
    Blobs(tmp_path / "state")
    origin = MemoryOrigin(DATA)
    fetch(Receiver(blobs), origin)
    assert origin.given == SIZE - 300_000
    assert blobs.verify(SHA)


def test_what_is_known_of_a_part_is_not_read_again(
    blobs: Blobs, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    readv = os.readv

    def seen(handle: int, pieces: list[memoryview]) -> int:
        read.append(handle)
        return readv(handle, pieces)

    monkeypatch.setattr(os, "readv", seen)
    for _turn in range(3):
        break_off(receiver, 100_000)
    assert not read
    # Somebody has touched it: it is read again, found wrong in the end, and dropped.
    with part(tmp_path).open("r+b") as stream:
        stream.write(b"x")
    with pytest.raises(NotAsSigned):
        receiver.receive(SHA, SIZE, MemoryOrigin(DATA))
    assert read
    assert not part(tmp_path).exists()
    fetch(receiver, MemoryOrigin(DATA))
    assert blobs.verify(SHA)


def test_an_origin_that_begins_at_the_beginning_loses_nothing(blobs: Blobs, receiver: Receiver) -> None:
    break_off(receiver, 300_000)
    with pytest.raises(SyncFault):
        receiver.receive(SHA, SIZE, MemoryOrigin(DATA, whole=True, breaks=200_000))
    fetch(receiver, MemoryOrigin(DATA, whole=True))
    assert blobs.verify(SHA)


@pytest.mark.parametrize("begun", [0, 300_000])
def test_a_file_that_is_not_what_was_signed_leaves_nothing(
    begun: int, tmp_path: Path, blobs: Blobs, receiver: Receiver
) -> None:
    if begun:
        break_off(receiver, begun)
    with pytest.raises(NotAsSigned, match="memory is damaged or not what was signed"):
        receiver.receive(SHA, SIZE, MemoryOrigin(bytes(SIZE)))
    assert not part(tmp_path).exists()
    assert not blobs.has(SHA)


@pytest.mark.parametrize("length", [SIZE - 1, SIZE + 1, 0, 300])
def test_another_length_is_refused_before_anything_is_read(length: int, tmp_path: Path, receiver: Receiver) -> None:
    break_off(receiver, 300_000)
    origin = MemoryOrigin((DATA + b"x")[:length])
    with pytest.raises(NotAsSigned, match=f"{length} bytes long at memory, {SIZE} were signed"):
        receiver.receive(SHA, SIZE, origin)
    assert origin.given == 0
    assert part(tmp_path).stat().st_size == 300_000


def test_an_origin_that_tells_no_length(blobs: Blobs, receiver: Receiver) -> None:
    with pytest.raises(SyncFault, match=f"ends at memory after 1000 of {SIZE} bytes"):
        receiver.receive(SHA, SIZE, MemoryOrigin(DATA[:1000], silent=True))
    endless = MemoryOrigin(DATA + bytes(5_000_000), silent=True)
    fetch(receiver, endless)
    assert endless.given == SIZE - 1000
    assert blobs.verify(SHA)


def test_an_empty_file_needs_nobody(blobs: Blobs, receiver: Receiver) -> None:
    empty = hashlib.sha256().hexdigest()
    receiver.settle([receiver.receive(empty, 0, MemoryOrigin(None))])
    assert blobs.has(empty, 0)


def test_a_part_that_is_too_long_is_begun_anew(tmp_path: Path, blobs: Blobs, receiver: Receiver) -> None:
    part(tmp_path).write_bytes(DATA + DATA)
    fetch(receiver, MemoryOrigin(DATA))
    assert blobs.verify(SHA)


def test_what_was_complete_needs_nothing_more(tmp_path: Path, blobs: Blobs, receiver: Receiver) -> None:
    receiver.let_go([receiver.receive(SHA, SIZE, MemoryOrigin(DATA))])
    assert not blobs.has(SHA)
    # The power failed between making it read-only and giving it its name.
    part(tmp_path).chmod(0o444)
    fetch(Receiver(blobs), MemoryOrigin(None))
    assert blobs.verify(SHA)


def test_two_do_not_receive_one_file(tmp_path: Path, blobs: Blobs, receiver: Receiver) -> None:
    held = receiver.receive(SHA, SIZE, MemoryOrigin(DATA))
    with pytest.raises(Busy):
        Receiver(blobs).receive(SHA, SIZE, MemoryOrigin(DATA))
    receiver.forget_parts(())
    assert part(tmp_path).exists()
    receiver.settle([held])
    assert blobs.verify(SHA)


def test_parts_that_nobody_wants_are_removed(tmp_path: Path, receiver: Receiver) -> None:
    break_off(receiver, 1000)
    receiver.forget_parts({SHA})
    assert part(tmp_path).exists()
    receiver.forget_parts({"other"})
    assert not part(tmp_path).exists()
    break_off(receiver, 1000)


def test_what_came_twice_is_kept_once(tmp_path: Path, blobs: Blobs, receiver: Receiver) -> None:
    held = receiver.receive(SHA, SIZE, MemoryOrigin(DATA))
    (tmp_path / "a").write_bytes(DATA)
    blobs.admit(tmp_path / "a")
    receiver.settle([held])
    assert blobs.verify(SHA)
    assert not part(tmp_path).exists()


def test_a_full_disk_takes_nothing(tmp_path: Path) -> None:
    receiver = Receiver(Blobs(tmp_path / "state", reserve=1 << 60))
    origin = MemoryOrigin(DATA)
    with pytest.raises(NoSpace, match="disk is full"):
        receiver.receive(SHA, SIZE, origin)
    assert not origin.flows


def test_room_is_kept_for_all_that_is_under_way(tmp_path: Path) -> None:
    free = os.statvfs(tmp_path)
    reserve = free.f_bavail * free.f_frsize - (200 << 30)
    other = hashlib.sha256(b"other").hexdigest()
    receiver = Receiver(Blobs(tmp_path / "state", reserve=reserve))

    def meanwhile() -> None:
        with pytest.raises(NoSpace):
            receiver.receive(other, 150 << 30, MemoryOrigin(DATA, silent=True))

    with pytest.raises(SyncFault, match="cut"):
        receiver.receive(SHA, 100 << 30, MemoryOrigin(DATA, silent=True, breaks=1000, hook=meanwhile))
    with pytest.raises(SyncFault, match="cut"):
        receiver.receive(other, 150 << 30, MemoryOrigin(DATA, silent=True, breaks=1000))


def test_a_disk_that_fills_meanwhile(tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int, piece: memoryview) -> None:
        os.write(handle, piece[:10])
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(receiving, "write_all", full)
        with pytest.raises(NoSpace):
            receiver.receive(SHA, SIZE, MemoryOrigin(DATA))
    assert part(tmp_path).stat().st_size == 10
    origin = MemoryOrigin(DATA)
    fetch(receiver, origin)
    assert origin.given == SIZE - 10


def test_a_file_that_is_given_up_can_be_taken_up_again(blobs: Blobs, receiver: Receiver) -> None:
    class Impatient(Unmetered):
        left = 5

        def check(self) -> None:
            self.left -= 1

        def allow(self, most: int) -> int:
            self.check()
            if not self.left:
                raise Cancelled
            return most

    with pytest.raises(Cancelled):
        receiver.receive(SHA, SIZE, MemoryOrigin(DATA), Impatient())
    origin = MemoryOrigin(DATA)
    fetch(receiver, origin)
    assert origin.given == SIZE - 4000
    assert blobs.verify(SHA)
