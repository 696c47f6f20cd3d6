"""A small TCP proxy on this machine that counts the bytes that pass, for measurements and tests of what goes over the
wire: what TCP carries, without its own and lower headers."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

_PIECE = 1 << 16


class Wire:
    """A context manager: between `port` on 127.0.0.1 and the server at the port `goal`. `cut_after` breaks each
    connection when so many bytes have come down over it."""

    def __init__(self, goal: int, cut_after: int | None = None) -> None:
        self._goal, self._cut_after = goal, cut_after
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self.port: int = self._listener.getsockname()[1]
        self.up = self.down = self.connections = 0

    def __enter__(self) -> Self:
        self._begin(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            ends = list(self._open)
        for end in ends:
            _shut(end)
        for thread in self._threads:
            thread.join(5)

    @property
    def total(self) -> int:
        return self.up + self.down

    def _begin(self, target: object, *args: object) -> None:
        assert callable(target)
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            self._begin(self._join, client)

    def _join(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self._goal))
        except OSError:
            client.close()
            return
        with client, server:
            with self._lock:
                self.connections += 1
                self._open |= {client, server}
            back = threading.Thread(target=self._pass, args=(client, server, "up"), daemon=True)
            back.start()
            self._pass(server, client, "down")
            back.join()
            with self._lock:
                self._open -= {client, server}

    def _pass(self, source: socket.socket, goal: socket.socket, way: str) -> None:
        passed = 0
        try:
            while piece := source.recv(_PIECE):
                if way == "down" and self._cut_after is not None:
                    piece = piece[: self._cut_after - passed]
                goal.sendall(piece)
                passed += len(piece)
                with self._lock:
                    setattr(self, way, getattr(self, way) + len(piece))
                if way == "down" and passed == self._cut_after:
                    break
        except OSError:
            pass
        _shut(source)
        _shut(goal)


def _shut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
