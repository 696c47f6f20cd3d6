"""The two programs that `run` starts: each is started again when it ends, later and later while it keeps failing."""

import logging
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

log = logging.getLogger(__name__)

SHORTEST, LONGEST = 0.5, 30.0
"""Seconds before a restart: doubled with each failure, from the first to at most the second."""

_HEALTHY = 60.0
_FAREWELL = 3.0
WATCHED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)


@dataclass(slots=True)
class Child:
    """One program. Instants are seconds of the monotonic clock."""

    verb: str
    arguments: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    restart_at: float | None = None
    failures: int = 0

    def start(self) -> None:
        """Start it, in a group of its own, so that Ctrl-C reaches `run` alone and the ending is orderly."""
        self.started = time.monotonic()
        self.restart_at = None
        self.process = subprocess.Popen(
            [sys.executable, "-m", "player", self.verb, *self.arguments],
            process_group=0,
            preexec_fn=_hear_signals,  # noqa: PLW1509 - `run` has one thread, so nothing can be locked in the child
        )

    def ended(self) -> int | None:
        """The exit code if it has just ended, once. A signal is a negative code."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        self.process = None
        return code

    def fail(self, now: float) -> float:
        """It ended though nobody wished it; the seconds until it starts again."""
        self.failures = 1 if now - self.started >= _HEALTHY else self.failures + 1
        wait = min(SHORTEST * 2.0 ** (self.failures - 1), LONGEST)
        self.restart_at = now + wait
        return wait

    def signal(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            os.kill(self.process.pid, number)


def end(children: list[Child]) -> None:
    """Ask all to end; whoever has not after three seconds is killed."""
    for child in children:
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + _FAREWELL
    for child in children:
        if child.process is None:
            continue
        try:
            child.process.wait(max(deadline - time.monotonic(), 0.0))
        except subprocess.TimeoutExpired:
            log.warning("%s does not end and is killed", child.verb)
            child.process.kill()
            child.process.wait()


def _hear_signals() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
