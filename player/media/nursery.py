"""Where decoders are born: a process with the heavy libraries loaded that forks a child for each job.

`multiprocessing`'s fork server makes its caller wait until the child has told its number, some milliseconds on the
thread that draws. Here the wall sends two file handles and goes on; the child introduces itself when it runs.
"""

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys

from player.config import language
from player.config.language import _
from player.media import sandbox
from player.media.channel import receive_with_handles, send_with_handles

log = logging.getLogger(__name__)


class Nursery:
    """The wall's side: asks for children and never waits. A dead nursery is replaced at the next request.

    It and its children give way by `niceness` to whoever starts it.
    """

    def __init__(self, niceness: int = 0, module: str = "player.media.nursery") -> None:
        """`module` is what the process runs."""
        self._niceness, self._module = niceness, module
        self._strain = ""
        self._start()

    def _start(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._module, str(theirs.fileno()), str(self._niceness)],
                pass_fds=[theirs.fileno()],
                # HarfBuzz lets the locale choose forms of letters: they must be the same on every machine.
                env=os.environ | {"LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def bear(self, header: bytes, channel: int, memory: int) -> None:
        """Fork a child that serves `header` over these handles. OSError when even a second nursery is of no use."""
        try:
            self._ask(header, channel, memory)
        except OSError:
            self.close()
            self._start()
            self._ask(header, channel, memory)

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

    def _ask(self, header: bytes, channel: int, memory: int) -> None:
        send_with_handles(self._line, header, [channel, memory], socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)

    def close(self) -> None:
        self._line.close()
        self._process.kill()
        self._process.wait()


def main(handle: int, niceness: int) -> None:
    """Serve until the wall hangs up. Children die with this process (see `limits`)."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # The wall ends its children itself; a Ctrl-C meant for it must not tear films apart first.
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    os.nice(niceness)
    from player.media import straight, worker

    language.read_catalogs()
    sandbox.prepare()
    straight.prepare()
    with socket.socket(fileno=handle) as line, contextlib.suppress(ConnectionError):
        while True:
            header, handles = receive_with_handles(line)
            if not header:
                return
            if os.fork() == 0:
                line.close()
                os._exit(worker.serve(header, handles))
            for one in handles:
                os.close(one)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
