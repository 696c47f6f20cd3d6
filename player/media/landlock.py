"""Landlock: which files a process may open from here on, set by itself and never widened (landlock(7)).

The kernel tells at run time how much of it there is; each version of it handles more.
"""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from functools import lru_cache

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_BENEATH_PATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_FILE, MAKE_SOCKET = 1 << 5, 1 << 9
_ANYTHING_OF_VERSION_1 = (1 << 13) - 1
_LATER = {2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
"""What versions add: moving between folders, truncating, controlling devices."""
_TCP = 0b11
"""Since version 4: to bind, to connect."""
_BEYOND = 0b11
"""Since version 6: abstract Unix sockets of processes outside, signals to them."""

READ = _READ_FILE | _READ_DIR
RUN = READ | _EXECUTE
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _LATER[3] | _LATER[5]


def version() -> int:
    """What the kernel offers; 0 when it has no Landlock, or was started without."""
    return max(0, int(_libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)))


def everything(offered: int) -> int:
    """All rights over files that version `offered` tells apart."""
    return _ANYTHING_OF_VERSION_1 | sum(right for since, right in _LATER.items() if offered >= since)


def restrict(offered: int, allowed: Iterable[tuple[str, int]], scoped: bool = True) -> None:
    """From here on only what is `allowed`: rights over each file, or over all in each folder. What is not there is
    passed over. No TCP and, with `scoped`, no signal to processes outside. For this thread and what it will start.

    The process must have given up new rights before (`limits.confine`). OSError when the kernel refuses.
    """
    rights = everything(offered)
    attributes = struct.pack("QQQ", rights, _TCP, _BEYOND if scoped else 0)[: _size(offered)]
    ruleset = _done(_libc().syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0))
    try:
        for path, wanted in allowed:
            _allow(ruleset, path, wanted & rights)
        _done(_libc().syscall(_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return  # whoever wants to read it will hear why it cannot be
    try:
        if not stat.S_ISDIR(os.fstat(handle).st_mode):
            rights &= _OF_FILES
        _done(_libc().syscall(_ADD_RULE, ruleset, _BENEATH_PATH, struct.pack("=Qi", rights, handle), 0))
    finally:
        os.close(handle)


def _size(offered: int) -> int:
    """Bytes of the attributes that this version knows."""
    if offered < 4:
        return 8
    return 16 if offered < 6 else 24


def _done(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), "Landlock refuses")
    return result


@lru_cache(maxsize=1)
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
