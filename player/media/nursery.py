"""Where decoders are born: a process with the libraries loaded that forks a child for each job. The wall has its clerks
from there as well, who are not caged: each is the function `serve` of a module that the wall names.

`multiprocessing`'s fork server makes its caller wait until the child has told its number, some milliseconds on the
thread that draws. Here the wall sends two file handles and goes on; the child introduces itself when it runs.
"""

import contextlib
import gc
import importlib
import json
import locale
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from player.config import language
from player.config.language import _
from player.media import sandbox
from player.media.channel import receive_with_handles, send_with_handles
from player.media.forking import Forked, fork

log = logging.getLogger(__name__)

NAME = "player.media.nursery"
DECODER = "player.media.worker"


class Nursery:
    """The wall's side: asks for children and never waits. A dead nursery is replaced at the next request.

    Its decoders give way by `niceness` to whoever starts it. Any thread may ask.
    """

    def __init__(self, niceness: int = 0, module: str = NAME, *, forked: bool = False) -> None:
        """`module` is what the process runs. `forked`: the first is a fork of this process, which has but one thread
        and nothing open yet; where it has to be replaced, that may no longer be so."""
        self._niceness, self._module = niceness, module
        self._strain = ""
        self._asking = threading.Lock()
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process: Forked | subprocess.Popen[bytes] = self._fork(theirs) if forked else self._start(theirs)

    def _fork(self, theirs: socket.socket) -> Forked:
        return fork(NAME, partial(main, theirs.fileno(), self._niceness), [theirs.fileno()])

    def _start(self, theirs: socket.socket) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", self._module, str(theirs.fileno()), str(self._niceness)],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def bear(self, module: str, told: Sequence[Any], *handles: int) -> None:
        """Fork a child that runs `serve(told, handles)` of a module. OSError when even a second nursery is of no
        use."""
        request = json.dumps([module, *told]).encode()
        with self._asking:
            try:
                self._ask(request, handles)
            except OSError:
                self.close()
                self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                with theirs:
                    self._process = self._start(theirs)
                self._ask(request, handles)

    def strained(self, error: OSError) -> None:
        """No child could be asked for; said once."""
        reason = error.strerror or str(error)
        if reason != self._strain:
            log.error(_("no decoder can be started: {reason}; the last picture stays").format(reason=reason))
        self._strain = reason

    def relieved(self) -> None:
        """One could."""
        if self._strain:
            log.warning(_("decoders can be started again"))
        self._strain = ""

    def _ask(self, request: bytes, handles: Sequence[int]) -> None:
        send_with_handles(self._line, request, list(handles), socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)

    def close(self) -> None:
        self._line.close()
        self._process.kill()
        self._process.wait()


def main(handle: int, niceness: int) -> int:
    """Serve until the wall hangs up. Decoders die with this process (see `limits`), clerks do not."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # The wall ends its children itself; a Ctrl-C meant for it must not tear films apart first.
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # HarfBuzz lets the locale choose forms of letters: they must be the same on every machine.
    locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    worker = importlib.import_module(DECODER)
    language.read_catalogs()
    sandbox.prepare()
    # What is there by now is never visited: memory that is not touched stays shared with those who are born here.
    gc.freeze()
    gc.enable()
    with socket.socket(fileno=handle) as line, contextlib.suppress(ConnectionError):
        while (received := receive_with_handles(line))[0]:
            request, handles = received
            module, *told = json.loads(request)
            if module == DECODER:
                # By this process, not by the child: those that come later have it, too.
                worker.load(told[0])
                _bear_decoder(partial(worker.serve, niceness, told[1], handles), line)
            else:
                fork(module, partial(_serve, module, told, handles), handles)
            for one in handles:
                os.close(one)
    return 0


def _bear_decoder(work: Callable[[], int], line: socket.socket) -> None:
    """It goes by the nursery's name, and confines itself."""
    if os.fork() == 0:
        line.close()
        os._exit(work())


def _serve(module: str, told: Sequence[Any], handles: Sequence[int]) -> int:
    status: int = importlib.import_module(module).serve(told, handles)
    return status


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
