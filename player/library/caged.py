"""Helpers of the probing process: forks of it, each in a cage of its own (`media.sandbox`) with the one file that its
first request names, or with none."""

import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

from player.media import limits, sandbox

Answer = Callable[[bytes], bytes]
"""From a request to its answer, both without the line's end."""

Files = Callable[[bytes], tuple[str, ...]]
"""What a request needs to read."""

_LONGEST = 4 << 20
_REQUESTS, _ANSWERS, _FIRST_OTHER = 0, 3, 4
_MOST_HANDLES = 1 << 16


class Helper:
    """One helper, at work until `end`. It sees neither the requests nor the answers of any other.

    It may be started before there is anything to ask, so that nobody waits for that.
    """

    def __init__(self, answer: Answer, files: Files) -> None:
        theirs_to_read, self._requests = os.pipe()
        answers, theirs_to_write = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _serve(answer, files, theirs_to_read, theirs_to_write)
        os.close(theirs_to_read)
        os.close(theirs_to_write)
        self._answers = os.fdopen(answers, "rb")

    def ask(self, request: bytes) -> bytes:
        """Its answer. A helper that dies over it takes this process with it, the same way, so that whoever waits for
        the answer learns the reason."""
        try:
            _write(self._requests, request + b"\n")
        except BrokenPipeError:
            _follow(self._waited())
        line = self._answers.readline(_LONGEST)
        if not line.endswith(b"\n"):
            if line:
                os.kill(self._pid, signal.SIGKILL)
            _follow(self._waited())
        return line[:-1]

    def end(self) -> None:
        """End it, whatever it is still doing: what it might say later is nobody's answer."""
        os.kill(self._pid, signal.SIGKILL)
        self._waited()

    def _waited(self) -> int:
        self._answers.close()
        os.close(self._requests)
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])


def _follow(code: int) -> NoReturn:
    """End as another process has."""
    if code < 0:
        if -code != signal.SIGKILL:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code or 1)


def _serve(answer: Answer, files: Files, requests: int, answers: int) -> NoReturn:
    status = 1
    try:
        os.dup2(requests, _REQUESTS)
        os.dup2(answers, _ANSWERS)
        os.closerange(_FIRST_OTHER, _MOST_HANDLES)
        limits.confine()
        with os.fdopen(_REQUESTS, "rb", closefd=False) as lines:
            for number, line in enumerate(lines):
                if number == 0:
                    sandbox.enter(*files(line))
                _write(_ANSWERS, answer(line) + b"\n")
        status = 0
    finally:
        os._exit(status)


def _write(handle: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]
