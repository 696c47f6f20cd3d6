"""Processes that are forked rather than started: the libraries are loaded already, and their memory is shared.

Only by a process with one thread, and nothing open that a child of it must not hold.
"""

import ctypes
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

_MOST_HANDLES = 1 << 16
_CRASHED = 70


class Forked:
    """A child of this process: what `subprocess.Popen` is for one that is started."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._lives = True

    def kill(self) -> None:
        if self._lives:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> None:
        if self._lives:
            os.waitpid(self.pid, 0)
            self._lives = False


def fork(title: str, work: Callable[[], int], keep: Sequence[int]) -> Forked:
    """Have a child do this `work`, which gives its exit status, with these handles besides its outputs; `title` is what
    `ps` tells of it."""
    pid = os.fork()
    if pid == 0:
        _do(title, work, keep)
    return Forked(pid)


def _do(title: str, work: Callable[[], int], keep: Sequence[int]) -> NoReturn:
    status = _CRASHED
    try:
        entitle(title)
        _keep_only(keep)
        status = work()
    except Exception:  # noqa: BLE001 - as where an interpreter ends: what called `fork` is none of the child's business
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _keep_only(handles: Sequence[int]) -> None:
    """Close all but these and the outputs; there is no input."""
    low = 3
    for handle in sorted(handles):
        os.closerange(low, handle)
        low = handle + 1
    os.closerange(low, _MOST_HANDLES)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def entitle(title: str) -> None:
    """Have the command line of this process, as others see it, say `title`."""
    stat = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    # Where the kernel reads it (arg_start and arg_end of proc_pid_stat(5)); longer than now it cannot be.
    begin, end = int(stat[45]), int(stat[46])
    ctypes.memset(begin, 0, end - begin)
    ctypes.memmove(begin, title.encode()[: end - begin - 1], min(len(title.encode()), end - begin - 1))
