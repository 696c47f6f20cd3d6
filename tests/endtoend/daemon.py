"""The real program, started as a technician would start it, watched, and stopped."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import NoReturn, Self, TypeVar

from tests.endtoend.processes import ProcessEntry, descendants, kill_session, session
from tests.endtoend.recorder import ROOT
from tests.endtoend.shows import ShowFolder

T = TypeVar("T")
NURSERY = "player.media.nursery"
"""In the command line of the process that decoders are born of, and of its children."""

LOOK = 0.01
"""Seconds between looks at a condition."""


class DaemonError(AssertionError):
    """The program died, hung or left with the wrong code; the message has its log and the stacks of its processes."""


def environment(display: str | None, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's, without its screen and sound: the program is to see those of the test only."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "RUNTIME_DIRECTORY", "GATEPLAYER_CONFIG")
    kept = {name: value for name, value in os.environ.items() if name not in hidden and not name.startswith("SDL_")}
    screen = {} if display is None else {"DISPLAY": display}
    # PYTHONFAULTHANDLER makes SIGABRT print every thread's stack, in the decoders too.
    ours = {"PYTHONPATH": str(ROOT), "PYTHONFAULTHANDLER": "1", "PYTHONUNBUFFERED": "1", "SDL_AUDIODRIVER": "dummy"}
    ours["GATEPLAYER_AS_ROOT"] = "1"
    return {**kept, **ours, **screen, **(more or {})}


class Daemon:
    """`python -m player VERB --config …` in the folder of a show. A context manager: left running, it is stopped."""

    def __init__(
        self,
        show: ShowFolder,
        display: str | None,
        *arguments: str,
        verb: str = "run",
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.show = show
        self._command = [sys.executable, "-m", "player", verb, "--config", str(show.config), *arguments]
        self._env = environment(display, env)
        self._log = show.path / "daemon.log"

    def __enter__(self) -> Self:
        # A pipe, for decoders may write no file: their last words would be lost.
        with self._log.open("wb") as log:
            self._writer = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=log)
        assert self._writer.stdin is not None
        with self._writer.stdin as pipe:
            self._process = subprocess.Popen(
                self._command,
                cwd=self.show.path,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=pipe,
                stderr=pipe,
                start_new_session=True,  # so that whatever it leaves behind can be found and ended
            )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None:
                self.stop()
        finally:
            kill_session(self._process.pid)
            self._process.wait()
            self._writer.wait(5)
        if isinstance(error, Exception) and not isinstance(error, DaemonError):
            error.add_note(f"The program said:\n{self.log_tail()}")

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def log(self) -> str:
        """All that it has said so far."""
        return self._log.read_text("utf-8", errors="replace")

    def log_tail(self, lines: int = 60) -> str:
        return "\n".join(self.log.splitlines()[-lines:])

    def wait_for(self, condition: Callable[[], T | None], what: str, seconds: float = 30) -> T:
        """Looks until `condition` gives something true, and gives that; a DaemonError when it does not in time."""
        deadline = time.monotonic() + seconds
        while True:
            found = condition()
            if found:
                return found
            if self._process.poll() is not None:
                self._fail(f"it ended with {self._process.returncode} while the test waited for {what}")
            if time.monotonic() > deadline:
                self._fail(f"no {what} within {seconds:g} s")
            time.sleep(LOOK)

    def play(self, seconds: float) -> None:
        """Lets it play for so long; a DaemonError when it ends meanwhile."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return
        self._fail(f"it ended with {self._process.returncode}, though nobody told it to")

    def finish(self, seconds: float) -> int:
        """Waits until it leaves by itself; its exit code."""
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._fail(f"it had not left after {seconds:g} s")
        with contextlib.suppress(subprocess.TimeoutExpired):  # something of it lives on, for `wait_gone` to find
            self._writer.wait(2)
        return code

    def stop(self, seconds: float = 10) -> None:
        """SIGTERM; a DaemonError unless it leaves with 0 and leaves no process behind."""
        if self._process.poll() is None:
            self._process.terminate()
            if self.finish(seconds) != 0:
                self._fail(f"it answered SIGTERM with {self._process.returncode}")
        self.wait_gone(seconds)

    def interrupt(self) -> None:
        """Ctrl-C at its terminal."""
        self._process.send_signal(signal.SIGINT)

    def wait_gone(self, seconds: float = 5) -> None:
        """Fails when processes of its session outlive it."""
        deadline = time.monotonic() + seconds
        while left := session(self._process.pid):
            if time.monotonic() > deadline:
                self._fail("it left processes behind: " + ", ".join(entry.command for entry in left))
            time.sleep(LOOK)

    def part(self, verb: str) -> ProcessEntry:
        """The wall or the agent that `run` has started."""
        parts = [entry for entry in descendants(self._process.pid) if f"-m player {verb}" in entry.command]
        if len(parts) != 1:
            self._fail(f"{len(parts)} processes of the {verb} are running")
        return parts[0]

    def decoders(self, playing: str | None = None) -> list[ProcessEntry]:
        """The decoders at work: all, or those that have a file of this name open."""
        family = descendants(self._process.pid)
        nurseries = {entry.pid for entry in family if NURSERY in entry.command}
        born = [entry for entry in family if entry.parent in nurseries and NURSERY in entry.command]
        return born if playing is None else [entry for entry in born if entry.has_open(playing)]

    def _fail(self, what: str) -> NoReturn:
        if self._process.poll() is None:
            for entry in [*descendants(self._process.pid)[::-1], ProcessEntry.of(self._process.pid)]:
                if entry is not None and "python" in entry.command:
                    _abort(entry.pid)
        raise DaemonError(f"{' '.join(self._command)}: {what}. It said:\n{self.log_tail(200)}")


def _abort(pid: int) -> None:
    """Has a process print its stacks and end, before the next one's turn."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGABRT)
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline and (entry := ProcessEntry.of(pid)) and entry.state != "Z":
        time.sleep(LOOK)
