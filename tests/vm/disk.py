"""A disk with a write cache that forgets: what a computer has not flushed may be gone when its power is cut.

An NBD server (https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md) for one computer at a time. It is
stricter than a file behind qemu, which keeps all that the computer has ever written: here each block that was written
since the last flush survives a cut or not as chance will have it, so that later ones may be there without earlier ones.
"""

import os
import random
import socket
import struct
import threading
from contextlib import suppress
from pathlib import Path

BLOCK = 4096
"""What is written whole or not at all: the file system's blocks, and the sectors that the computer is told of."""

_MAGIC, _OPTION, _ANSWER, _ASKED, _SIMPLE = b"NBDMAGIC", b"IHAVEOPT", 0x3E889045565A9, 0x25609513, 0x67446698
_ABORT, _INFO, _GO = 2, 6, 7
_DONE, _TOLD, _UNKNOWN = 1, 3, 0x80000001
_READ, _WRITE, _DISCONNECT, _FLUSH = 0, 1, 2, 3
_NOW = 1
"""The flag of a write that does not stay in the cache."""
_ABILITIES = 1 | 4 | 8
"""These flags, flushing, and writing at once."""
_INVALID = 22


class Disk:
    """`base` is only read; what is written goes to a file of its own, and is there for the next computer.

    `cut` is called between two computers, and nothing else while there is one.
    """

    def __init__(self, base: Path, folder: Path) -> None:
        self.path = folder / "disk.socket"
        self.size = base.stat().st_size // BLOCK * BLOCK
        self._base = os.open(base, os.O_RDONLY | os.O_CLOEXEC)
        self._own = os.open(folder / "disk", os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        self._written: set[int] = set()
        self._cache: dict[int, bytes] = {}
        self._idle = threading.Event()
        self._idle.set()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.path))
        self._listener.listen(1)
        self._thread = threading.Thread(target=self._serve, name="disk", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        os.close(self._base)
        os.close(self._own)

    def cut(self, chance: random.Random) -> tuple[int, int]:
        """The power is gone, and the computer with it: how many blocks were not flushed, and how many are lost."""
        assert self._idle.wait(30), "the computer has let go of its disk"
        share, unsure = chance.random(), dict(self._cache)
        self._cache.clear()
        kept = {number: data for number, data in unsure.items() if chance.random() < share}
        for number, data in kept.items():
            self._keep(number, data)
        return len(unsure), len(unsure) - len(kept)

    def _serve(self) -> None:
        with suppress(OSError):  # The listener is shut: this is the end.
            while True:
                line, _address = self._listener.accept()
                self._idle.clear()
                with line, suppress(ConnectionError):  # It was killed in mid-sentence: what it had not said, is not.
                    if _Greeting(line, self.size).is_agreed():
                        self._work(line)
                self._idle.set()

    def _work(self, line: socket.socket) -> None:
        while True:
            magic, flags, kind, handle, start, length = struct.unpack(">IHHQQI", _exactly(line, 28))
            assert magic == _ASKED
            if kind == _DISCONNECT:
                return
            error, answer = 0, b""
            if start % BLOCK or length % BLOCK:
                error = _INVALID
            elif kind == _READ:
                answer = self._read(start // BLOCK, length // BLOCK)
            elif kind == _WRITE:
                self._write(start // BLOCK, _exactly(line, length), at_once=bool(flags & _NOW))
            elif kind == _FLUSH:
                self._flush()
            else:
                error = _INVALID
            line.sendall(struct.pack(">IIQ", _SIMPLE, error, handle) + answer)

    def _read(self, first: int, count: int) -> bytes:
        numbers = range(first, first + count)
        if self._written.isdisjoint(numbers) and self._cache.keys().isdisjoint(numbers):
            return os.pread(self._base, count * BLOCK, first * BLOCK)
        return b"".join(self._block(number) for number in numbers)

    def _block(self, number: int) -> bytes:
        cached = self._cache.get(number)
        if cached is not None:
            return cached
        return os.pread(self._own if number in self._written else self._base, BLOCK, number * BLOCK)

    def _write(self, first: int, data: bytes, *, at_once: bool) -> None:
        for place in range(len(data) // BLOCK):
            block = data[place * BLOCK : (place + 1) * BLOCK]
            if at_once:
                self._cache.pop(first + place, None)
                self._keep(first + place, block)
            else:
                self._cache[first + place] = block

    def _flush(self) -> None:
        for number, data in self._cache.items():
            self._keep(number, data)
        self._cache.clear()

    def _keep(self, number: int, data: bytes) -> None:
        os.pwrite(self._own, data, number * BLOCK)
        self._written.add(number)


class _Greeting:
    """How the two sides agree on what there is: the one disk, whatever it is called."""

    def __init__(self, line: socket.socket, size: int) -> None:
        self._line, self._size = line, size

    def is_agreed(self) -> bool:
        """False when the other side has thought better of it."""
        self._line.sendall(_MAGIC + _OPTION + struct.pack(">H", 1 | 2))
        _exactly(self._line, 4)
        while True:
            magic, option, length = struct.unpack(">8sII", _exactly(self._line, 16))
            assert magic == _OPTION
            _exactly(self._line, length)
            if option in (_INFO, _GO):
                self._say(option, _TOLD, struct.pack(">HQH", 0, self._size, _ABILITIES))
                self._say(option, _TOLD, struct.pack(">HIII", 3, BLOCK, BLOCK, 32 << 20))
                self._say(option, _DONE)
                if option == _GO:
                    return True
            else:
                self._say(option, _DONE if option == _ABORT else _UNKNOWN)
                if option == _ABORT:
                    return False

    def _say(self, option: int, kind: int, data: bytes = b"") -> None:
        self._line.sendall(struct.pack(">QIII", _ANSWER, option, kind, len(data)) + data)


def _exactly(line: socket.socket, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        more = line.recv(length - len(data))
        if not more:
            raise ConnectionResetError
        data += more
    return bytes(data)
