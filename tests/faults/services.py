"""The two programs as systemd runs them: started again whenever they end, by whoever plays its part here."""

import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from tests.endtoend.daemon import NURSERY, environment
from tests.endtoend.processes import ProcessEntry, descendants, kill_session, session
from tests.endtoend.shows import ShowFolder
from tests.endtoend.xserver import XServer
from tests.faults.watched import LIMIT, Watch, Watched, until, watching

WRITER = "player.wall.logwriter"


class Systemd:
    """What a service of `Type=notify` tells. A context manager; `environment` is for the service."""

    def __init__(self, folder: Path, allowed: float) -> None:
        """`allowed`: `WatchdogSec`, in seconds."""
        self._path, self.allowed = folder / "notify", allowed
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    def __enter__(self) -> Self:
        self._socket.bind(str(self._path))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()
        self._path.unlink()

    @property
    def environment(self) -> dict[str, str]:
        return {"NOTIFY_SOCKET": str(self._path), "WATCHDOG_USEC": str(round(self.allowed * 1e6))}

    def forget(self) -> None:
        """All that has been said so far."""
        self._socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                self._socket.recv(4096)

    def hears(self, wanted: str, patience: float) -> bool:
        """Whether this is said within so many seconds."""
        end = time.monotonic() + patience
        while (left := end - time.monotonic()) > 0:
            self._socket.settimeout(left)
            with contextlib.suppress(TimeoutError):
                if self._socket.recv(4096).decode() == wanted:
                    return True
        return False

    def misses(self) -> int:
        """Wait until a service has been silent for as long as is allowed; when that was."""
        end = time.monotonic() + LIMIT
        while self.hears("WATCHDOG=1", self.allowed):
            assert time.monotonic() < end, "it goes on saying that it lives"
        return time.monotonic_ns()


class Service:
    """`gateplayer VERB` of a gate. A context manager: what is left of any of its lives ends with it.

    `code` is run before the program, in its process, to make it misbehave; `start`: as soon as it is entered.
    """

    def __init__(
        self,
        verb: str,
        show: ShowFolder,
        display: str | None,
        env: Mapping[str, str] | None = None,
        code: str = "",
        *,
        start: bool = True,
    ) -> None:
        self._at_once = start
        self._log = show.path / f"{verb}.log"
        program = f"import sys\n{code}\nfrom player.cli import main\nsys.exit(main(sys.argv[1:]))"
        self._command = [sys.executable, "-c", program, verb, "--config", str(show.config)]
        self._env = environment(display, env)
        self._folder = show.path
        self._lives: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        if self._at_once:
            self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for life in self._lives:
            kill_session(life.pid)
            life.wait()
        if error is not None:
            error.add_note(f"{self._log.name}:\n" + "\n".join(self.log.splitlines()[-40:]))

    def start(self) -> int:
        """Begin another life; when, in nanoseconds of the monotonic clock."""
        with self._log.open("ab") as log:
            begun = time.monotonic_ns()
            life = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._lives.append(life)
        return begun

    @property
    def pid(self) -> int:
        return self._lives[-1].pid

    @property
    def log(self) -> str:
        """All that it has said in all its lives."""
        return self._log.read_text("utf-8", errors="replace")

    def alive(self) -> bool:
        return self._lives[-1].poll() is None

    def again(self) -> bool:
        """Start it again if it has ended by a fault, as systemd does in the end."""
        if not self.alive():
            assert self.ended() != 0, "it left as if it had been told to"
            self.start()
        return True

    def send(self, number: signal.Signals) -> None:
        self._lives[-1].send_signal(number)

    def ended(self) -> int:
        """Wait for its end; the code."""
        return self._lives[-1].wait(LIMIT)

    def kill(self) -> int:
        """SIGKILL, to the program alone; when."""
        struck = time.monotonic_ns()
        self._lives[-1].kill()
        self.ended()
        return struck

    def cut(self) -> int:
        """SIGKILL to all its processes at once, as by a power cut; when."""
        struck = time.monotonic_ns()
        kill_session(self.pid)
        self.ended()
        until(lambda: not session(self.pid), "end of its processes")
        return struck

    def stop(self) -> int:
        """SIGTERM; the code."""
        self.send(signal.SIGTERM)
        code = self.ended()
        until(lambda: not session(self.pid), "end of its processes")
        return code

    def children(self, module: str) -> list[ProcessEntry]:
        """Those that run this module, without those that are born of them and go by their name."""
        running = [one for one in descendants(self.pid) if module in one.command]
        return [one for one in running if one.parent not in {other.pid for other in running}]

    def decoders(self, playing: str, nursery: str = NURSERY) -> list[ProcessEntry]:
        """Those that have a file of this name open."""
        nurseries = {entry.pid for entry in self.children(nursery)}
        born = [entry for entry in descendants(self.pid) if entry.parent in nurseries and nursery in entry.command]
        return [entry for entry in born if entry.has_open(playing)]


class Both(NamedTuple):
    """A gate's two programs, and the screen on which the wall is watched."""

    screen: XServer
    watch: Watch
    wall: Service
    agent: Service


@contextmanager
def both(gate: Watched, folder: Path, code: str = "") -> Iterator[Both]:
    """They run meanwhile; `code` as for a `Service`, in each."""
    with (
        XServer(folder / "screen") as screen,
        watching(gate, screen, folder / "seen") as watch,
        Service("wall", gate.show, screen.display, code=code) as wall,
        Service("agent", gate.show, None, code=code) as agent,
    ):
        yield Both(screen, watch, wall, agent)
