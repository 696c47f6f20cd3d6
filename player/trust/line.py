"""The line of this process to other computers: what is asked of web servers goes over it, and a blackout cuts it.

A connection that waits for its server is ended too: nothing more comes in, and whoever waits for it hears so at once.
"""

import contextlib
import socket
import threading
import weakref
from collections.abc import Callable

from player.config.language import _


class LineCut(OSError):
    """There is no line as long as the blackout lasts."""

    def __init__(self) -> None:
        super().__init__(_("the network is cut as long as the blackout lasts"))


class Line:
    """Used by any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._cut = False

    @property
    def is_cut(self) -> bool:
        return self._cut

    def check(self) -> None:
        """LineCut when there is no line."""
        if self._cut:
            raise LineCut

    def connected(self, connect: Callable[[], socket.socket]) -> socket.socket:
        """A new connection that a cut will end. LineCut, and what `connect` raises."""
        self.check()
        connection = connect()
        self.hold(connection)
        return connection

    def hold(self, connection: socket.socket) -> None:
        """Have a cut end this connection too. LineCut: there has been one, and it is ended."""
        with self._lock:
            if not self._cut:
                self._open.add(connection)
                return
        connection.close()
        raise LineCut

    def cut(self) -> None:
        """End all connections, and let there be none from now on."""
        with self._lock:
            self._cut = True
            connections = list(self._open)
            self._open.clear()
        for connection in connections:
            with contextlib.suppress(OSError):
                # The plain one, of a secured connection too: another thread may be in the middle of using that.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let there be connections again."""
        with self._lock:
            self._cut = False


LINE = Line()
"""That of this process. One for all, so that no part of it can be forgotten when it is to be cut."""
