"""Where the bytes of a tree come from: a web server, or a folder on a stick. Nothing that comes from here is believed
before it has been verified."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from player.config.language import _
from player.core.faults import SyncFault


class Absent(SyncFault):
    """There is no such file in the tree."""


class Stream(Protocol):
    """The rest of a file, being read. `total` is the size of the whole file if the origin says so; `offset` is where
    this begins: 0 when the origin would not begin where it was asked to."""

    @property
    def offset(self) -> int: ...

    @property
    def total(self) -> int | None: ...

    def readinto(self, buffer: memoryview) -> int:
        """Fill the beginning of `buffer`; how many bytes, 0 at the end. SyncFault when the link fails."""
        ...

    def close(self) -> None: ...


class Origin(Protocol):
    """A tree. Paths are relative, with slashes, as in `names`. One thread uses it."""

    @property
    def name(self) -> str:
        """For people: an address or a folder."""
        ...

    def read(self, path: str, most: int) -> bytes:
        """A small file, whole. Absent when there is none, SyncFault when it cannot be had or is larger than `most`."""
        ...

    def open(self, path: str, offset: int = 0) -> Stream:
        """A file from `offset` on. Absent, SyncFault."""
        ...

    def close(self) -> None: ...


class FolderOrigin:
    """A tree in a folder: a stick, or the place where it was published."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def name(self) -> str:
        return str(self._root)

    def read(self, path: str, most: int) -> bytes:
        with self._reading(path), (self._root / path).open("rb") as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise SyncFault(_("{path} is larger than {limit} bytes").format(path=path, limit=most))
        return data

    def open(self, path: str, offset: int = 0) -> Stream:
        with self._reading(path):
            return _FileStream(self._root / path, offset)

    def close(self) -> None:
        """Nothing is held."""

    @contextmanager
    def _reading(self, path: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise Absent(_("{path} is not in {place}").format(path=path, place=self._root)) from error
        except OSError as error:
            said = _("{path} cannot be read: {reason}")
            raise SyncFault(said.format(path=self._root / path, reason=error.strerror or error)) from error


class _FileStream:
    def __init__(self, path: Path, offset: int) -> None:
        self.offset = offset
        self._path = path
        self._stream = path.open("rb", buffering=0)
        self._stream.seek(offset)
        self.total: int | None = os.fstat(self._stream.fileno()).st_size

    def readinto(self, buffer: memoryview) -> int:
        try:
            return self._stream.readinto(buffer)
        except OSError as error:
            said = _("{path} cannot be read: {reason}")
            raise SyncFault(said.format(path=self._path, reason=error.strerror or error)) from error

    def close(self) -> None:
        self._stream.close()
