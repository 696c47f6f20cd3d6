"""The line between the wall and one child: small JSON messages over a socket that keeps their borders.

JSON, not pickle: a child that a hostile file has taken over must not be able to run code in the wall.
"""

import contextlib
import json
import select
import socket
import time
from array import array
from typing import Any

LONGEST = 65_536
"""Bytes of the longest message; anything large goes through shared memory."""

HANDLES = 2
"""The most file handles that a message carries."""

Message = list[Any]


class Hangup(Exception):
    """The other side is gone."""


def send_with_handles(end: socket.socket, data: bytes, handles: list[int], flags: int) -> None:
    """One message and file handles. (`socket.send_fds` and `recv_fds` pass their flags over, as of Python 3.13.)"""
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", handles))] if handles else []
    end.sendmsg([data], rights, flags)


def receive_with_handles(end: socket.socket, flags: int = 0) -> tuple[bytes, list[int]]:
    """The next message, empty when the other side has hung up, and at most `HANDLES` file handles."""
    handles = array("i")
    data, ancillary, _, _ = end.recvmsg(LONGEST, socket.CMSG_LEN(HANDLES * handles.itemsize), flags)
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            handles.frombytes(content[: len(content) - len(content) % handles.itemsize])
    return data, list(handles)


class Channel:
    """One end of the line; owns its socket."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end

    @classmethod
    def pair(cls) -> tuple["Channel", socket.socket]:
        """Our end, and the socket to hand to the child."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        return cls(ours), theirs

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, *message: object) -> None:
        """Say something without ever waiting; raises Hangup where nobody listens or the line is full.

        A full line means that the other side has not read for hundreds of messages: it is as good as gone.
        """
        self._transmit(json.dumps(message).encode(), [], socket.MSG_DONTWAIT)

    def send_patiently(self, *message: object, handles: tuple[int, ...] = ()) -> None:
        """Say something, waiting for room; for children, who have nothing better to do."""
        self._transmit(json.dumps(message).encode(), list(handles), 0)

    def _transmit(self, data: bytes, handles: list[int], flags: int) -> None:
        try:
            send_with_handles(self._socket, data, handles, flags | socket.MSG_NOSIGNAL)
        except (BlockingIOError, ConnectionError, BrokenPipeError) as error:
            raise Hangup from error

    def receive(self, wait: bool) -> tuple[Message, list[int]] | None:
        """The next message and its file handles; None when there is none and we do not wait."""
        try:
            data, handles = receive_with_handles(self._socket, 0 if wait else socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        except ConnectionError as error:
            raise Hangup from error
        if not data:
            raise Hangup
        try:
            message = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise Hangup from error
        if not isinstance(message, list) or not message:
            raise Hangup
        return message, handles

    def await_hangup(self, seconds: float) -> bool:
        """Pass over what is still said until the other side is gone; whether that was within so many seconds."""
        end = time.monotonic() + seconds
        try:
            while select.select([self._socket], [], [], max(0.0, end - time.monotonic()))[0]:
                self.receive(wait=False)
        except Hangup:
            return True
        return False

    def finish(self) -> None:
        """Say that nothing more comes; what the other side says can still be received."""
        with contextlib.suppress(OSError):
            # It may have hung up itself.
            self._socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._socket.close()
