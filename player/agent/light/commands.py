"""Runs a command of config.yaml: without a shell, for half a minute at most, and with all that it has started ended."""

import contextlib
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from player.config.language import _
from player.core.faults import GateplayerFault

AT_MOST = 30.0
"""Seconds that a command may take."""

_LOOK = 0.2
_WORDS = 300
_NOT_THEIRS = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID")
"""Between systemd and the agent, and nobody else."""


class CommandFault(GateplayerFault):
    """A command could not be run, took too long or said that it failed; the message says which."""

    exit_code = 4


def run(
    command: Sequence[str],
    ending: threading.Event,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    at_most: float = AT_MOST,
) -> None:
    """Run it in `folder` to its end. CommandFault, also when `ending` is set meanwhile."""
    known = {name: value for name, value in os.environ.items() if name not in _NOT_THEIRS}
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**known, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        said = _("{program} cannot be run: {reason}")
        raise CommandFault(said.format(program=command[0], reason=error.strerror or error)) from error
    try:
        told = _watch(process, ending, time.monotonic() + at_most)
    finally:
        _end(process)
    if told is None:
        said = _("{program} had not ended after {seconds:.0f} s")
        raise CommandFault(said.format(program=command[0], seconds=at_most))
    if process.returncode:
        words = told.decode("utf-8", "replace").strip().rpartition("\n")[2]
        said = _("{program} ended with {code}: {words}")
        raise CommandFault(said.format(program=command[0], code=process.returncode, words=words[:_WORDS] or "–"))


def _watch(process: "subprocess.Popen[bytes]", ending: threading.Event, until: float) -> bytes | None:
    """The last of what it says, until it ends; None when it is out of time. What it leaves running in the background
    may hold its output open: it is not waited for."""
    assert process.stdout is not None
    output, told = process.stdout.fileno(), b""
    os.set_blocking(output, False)
    ended = os.pidfd_open(process.pid)
    try:
        waiting = [output, ended]
        while not ending.is_set() and time.monotonic() < until:
            ready = select.select(waiting, [], [], _LOOK)[0]
            if output in ready:
                piece = _piece(output)
                told = (told + piece)[-4 * _WORDS :]
                if not piece:
                    waiting.remove(output)
            elif ended in ready:
                process.wait()
                return told
        return None
    finally:
        os.close(ended)


def _piece(handle: int) -> bytes:
    try:
        return os.read(handle, 65536)
    except BlockingIOError:
        return b""


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Of a command that has ended well, what it has left in the background may go on."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert process.stdout is not None
    process.stdout.close()
