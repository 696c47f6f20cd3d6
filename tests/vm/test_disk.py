"""The disk that forgets, without a computer: what was flushed stays, and of the rest some goes."""

import random
import socket
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.vm.disk import BLOCK, Disk

BLOCKS = 256
GO, READ, WRITE, DISCONNECT, FLUSH = 7, 0, 1, 2, 3
AT_ONCE = 1


class Client:
    """The other side, as short as it may be."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line.makefile("rwb")
        assert self._line.read(18) == b"NBDMAGICIHAVEOPT\0\3"
        self._line.write(struct.pack(">I8sIIIH", 3, b"IHAVEOPT", GO, 6, 0, 0))
        self._line.flush()
        while True:
            _magic, _option, kind, length = struct.unpack(">QIII", self._line.read(20))
            told = self._line.read(length)
            if kind == 1:
                return
            if told[:2] == b"\0\0":
                (self.size,) = struct.unpack(">Q", told[2:10])

    def ask(self, kind: int, block: int = 0, data: bytes = b"", count: int = 0, flags: int = 0) -> bytes:
        length = len(data) or count * BLOCK
        self._line.write(struct.pack(">IHHQQI", 0x25609513, flags, kind, 1, block * BLOCK, length) + data)
        self._line.flush()
        assert struct.unpack(">IIQ", self._line.read(16)) == (0x67446698, 0, 1)
        return self._line.read(count * BLOCK)

    def write(self, block: int, letter: str, flags: int = 0) -> None:
        self.ask(WRITE, block, letter.encode() * BLOCK, flags=flags)

    def letters(self, first: int, count: int) -> str:
        return self.ask(READ, first, count=count).decode()[::BLOCK]


@contextmanager
def connected(disk: Disk) -> Iterator[Client]:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(disk.path))
        client = Client(line)
        yield client
        client._line.close()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    (tmp_path / "base").write_bytes(b"a" * BLOCK * BLOCKS)
    with closing(Disk(tmp_path / "base", tmp_path)) as disk:
        yield disk


def test_what_was_flushed_stays(disk: Disk) -> None:
    with connected(disk) as client:
        assert client.size == BLOCK * BLOCKS
        client.write(3, "b")
        client.ask(FLUSH)
        client.write(5, "c", AT_ONCE)
        client.write(3, "d")
        assert client.letters(2, 4) == "adac", "what is in the cache is read"
    assert disk.cut(random.Random(1)) == (1, 1)
    with connected(disk) as client:
        assert client.letters(2, 4) == "abac"


def test_of_what_was_not_flushed_some_is_lost_whatever_its_order(disk: Disk) -> None:
    with connected(disk) as client:
        for block in range(BLOCKS):
            client.write(block, "b")
    unsure, forgotten = disk.cut(random.Random(1))
    assert unsure == BLOCKS
    assert 0 < forgotten < BLOCKS
    with connected(disk) as client:
        kept = client.letters(0, BLOCKS)
    assert kept.count("a") == forgotten
    assert "ab" in kept
    assert "ba" in kept


def test_a_sentence_that_was_broken_off_was_not_said(disk: Disk) -> None:
    with connected(disk) as client:
        client._line.write(struct.pack(">IHHQQI", 0x25609513, 0, WRITE, 1, 0, BLOCK) + b"b" * 100)
        client._line.flush()
    assert disk.cut(random.Random(1)) == (0, 0)
    with connected(disk) as client:
        assert client.letters(0, 1) == "a"
