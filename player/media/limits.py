"""What a decoder may use, set by itself before it opens anything, and not to be raised again."""

import ctypes
import os
import resource
import signal

MEMORY = 1_200 << 20
"""Bytes of its own that decoding anything within `probe.Bounds` fits into."""

_OPEN_FILES = 512
"""Each size of each font that is kept holds its file open."""
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38


def confine(memory_bytes: int = MEMORY, cpu_seconds: int | None = None, niceness: int = 0) -> None:
    """Confines this process for the rest of its life.

    More than `memory_bytes` of private memory is a MemoryError; more than `cpu_seconds` of work is SIGKILL (None: no
    limit, for films that loop for days). It can write no file, leave no core dump, gain no rights, and dies with its
    parent. Memory shared with the parent is not counted.
    """
    die_with_parent()
    # RLIMIT_DATA counts memory that is written to; RLIMIT_AS would count every library and every thread's reserve.
    _limit(resource.RLIMIT_DATA, memory_bytes)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    if cpu_seconds is not None:
        _limit(resource.RLIMIT_CPU, cpu_seconds)
    if niceness:
        os.nice(niceness)


def _limit(what: int, value: int) -> None:
    """Lowers both limits to `value`, or to what is allowed already if that is less."""
    hard = resource.getrlimit(what)[1]
    most = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (most, most))


def die_with_parent() -> None:
    """Have the kernel end this process when its parent ends, and never let it gain rights."""
    parent = os.getppid()
    libc = ctypes.CDLL(None, use_errno=True)
    for option, value in ((_PR_SET_PDEATHSIG, signal.SIGKILL), (_PR_SET_NO_NEW_PRIVS, 1)):
        if libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:  # it died before we asked
        os.kill(os.getpid(), signal.SIGKILL)
