"""Signals as something that a loop can wait on."""

import signal
import socket
from types import FrameType


class Interruptions:
    """Signals as something to wait on: TERM and INT end the loop, USR1 asks for a picture."""

    def __init__(self) -> None:
        self.leave = False
        self.picture = False
        self._read, self._write = socket.socketpair()
        for end in (self._read, self._write):
            end.setblocking(False)
        signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGTERM, self._leave)
        signal.signal(signal.SIGINT, self._leave)
        signal.signal(signal.SIGUSR1, self._ask)

    def _leave(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.leave = True

    def _ask(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.picture = True

    def fileno(self) -> int:
        return self._read.fileno()

    def drain(self) -> None:
        try:
            self._read.recv(64)
        except BlockingIOError:
            return
