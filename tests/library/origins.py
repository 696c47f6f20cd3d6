"""Origins that behave as they are told, in memory."""

from collections.abc import Callable

from player.core.faults import SyncFault
from player.trust.origin import Absent, Stream


class Flow:
    """Bytes that come a few at a time; at the end, or when `breaks` bytes have come, they end or break off."""

    def __init__(self, data: bytes, offset: int, total: int | None, breaks: int | None) -> None:
        self.offset, self.total = offset, total
        self._data, self._breaks, self._at = data, breaks, offset
        self.given = 0
        self.is_closed = False

    def readinto(self, buffer: memoryview) -> int:
        if self._breaks is not None and self.given >= self._breaks:
            raise SyncFault("cut")
        most = min(len(buffer), 1000, *([] if self._breaks is None else [self._breaks - self.given]))
        piece = self._data[self._at : self._at + most]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        self.given += len(piece)
        return len(piece)

    def close(self) -> None:
        self.is_closed = True


class MemoryOrigin:
    """Gives `data` whatever it is asked for. `hook` is called when a file is opened."""

    name = "memory"

    def __init__(
        self,
        data: bytes | None,
        *,
        breaks: int | None = None,
        whole: bool = False,
        silent: bool = False,
        hook: Callable[[], None] = lambda: None,
    ) -> None:
        self._data, self._breaks, self._whole, self._silent, self._hook = data, breaks, whole, silent, hook
        self.flows: list[Flow] = []

    @property
    def given(self) -> int:
        """Bytes that have been given so far."""
        return sum(flow.given for flow in self.flows)

    def read(self, path: str, most: int) -> bytes:
        raise NotImplementedError

    def open(self, path: str, offset: int = 0) -> Stream:
        self._hook()
        if self._data is None:
            raise Absent(path)
        begin = 0 if self._whole else offset
        self.flows.append(Flow(self._data, begin, None if self._silent else len(self._data), self._breaks))
        return self.flows[-1]

    def close(self) -> None:
        """Nothing is held."""
