"""A filter on system calls (seccomp): what a process may ask of the kernel from here on, threads and children included.

Made as a program for the kernel's packet filter (classic BPF; seccomp_data in linux/seccomp.h): look at the kind of
machine, then at the number of the call, then perhaps at what is passed. It can be added to and never removed.
"""

import ctypes
import errno
import os
import struct
from collections.abc import Iterable, Iterator
from functools import lru_cache

from player.media import syscalls
from player.media.syscalls import COMMON, JUDGED, KNOWN_GOOD, MACHINE, MACHINES, SECCOMP

Step = tuple[int, int, int, int]
"""One instruction: what it does, steps to skip if so, steps to skip if not, its number."""

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _MACHINE_AT, _PASSED_AT = 0, 4, 16
_ALLOW, _KILL, _ERROR = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
_SET_MODE_FILTER, _ACTION_AVAILABLE = 1, 2
_FLAG_ALL_THREADS = 1

_REFUSE = _ERROR | errno.EPERM
_UNKNOWN = _ERROR | errno.ENOSYS

_AF_UNIX = 1
_CLONE_THREAD, _CLONE_NEW = 0x0001_0000, 0x7E02_0000
_WRITING = os.O_ACCMODE | os.O_CREAT | os.O_TRUNC
_MAP_SHARED, _MAP_ANONYMOUS = 0x01, 0x20
_SOMEBODY = 0xFFFF_FFF0
"""Stands for the process's number while the filter is put together, once for many processes."""
_TERMINAL_AND_SIGNALS = (0x5412, 0x541C, 0x5423, 0x8901, 0x8902)
"""ioctl: put keys into a terminal (TIOCSTI, TIOCLINUX), change its discipline (TIOCSETD); name who is to be signalled
(FIOSETOWN, SIOCSPGRP)."""
_SIGNALS_OF_FILES = (8, 10, 15, 1026)
"""fcntl: F_SETOWN, F_SETSIG, F_SETOWN_EX, F_NOTIFY."""
_PARENT_AND_TRACER = (1, 0x59616D61)
"""prctl: outlive the parent (PR_SET_PDEATHSIG), let oneself be traced (PR_SET_PTRACER)."""


def available() -> bool:
    """Whether the kernel takes such filters, and the numbers of this machine's calls are known here."""
    if MACHINE not in MACHINES:
        return False
    action = ctypes.c_uint32(_KILL)
    return bool(_libc().syscall(SECCOMP["seccomp"], _ACTION_AVAILABLE, 0, ctypes.byref(action)) == 0)


def decoder_filter(pid: int) -> bytes:
    """For process `pid`: work on what is open, open files for reading, start threads; nothing else.

    What no library would try ends the process, and the kernel's log names it; the rest is refused, so that a library
    that tries it goes on or fails with an error that says so.
    """
    return _decoder_filter().replace(struct.pack("I", _SOMEBODY), struct.pack("I", pid))


@lru_cache(maxsize=1)
def _decoder_filter() -> bytes:
    return _program(
        *_judged(),
        *_each(syscalls.TAKEOVER, _KILL),
        *(
            step
            for group in (
                syscalls.NETWORK,
                syscalls.PROCESSES,
                syscalls.RIGHTS,
                syscalls.DISK,
                syscalls.MEMORY,
            )
            for step in _each(group, _REFUSE)
        ),
        *_only_known(),
    )


def office_filter() -> bytes:
    """For a large program with children of its own: no network but lines between processes (AF_UNIX), nothing of what
    would touch the kernel or other processes. A call through the 32-bit entrance ends it."""
    return _program(
        *_rule(syscalls.NETWORK["socket"], _unless_passed(0, (_AF_UNIX,), _ERROR | errno.EAFNOSUPPORT)),
        *_each(syscalls.TAKEOVER, _REFUSE),
        # io_uring opens sockets that no filter sees.
        *_each({"io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427}, _UNKNOWN),
    )


def install(program: bytes) -> None:
    """Put the filter in force, for every thread of this process and all it will start. OSError when it is refused.

    The process must have given up new rights before (`limits.confine`).
    """
    kept = ctypes.create_string_buffer(program)
    head = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(kept))
    result = _libc().syscall(SECCOMP["seccomp"], _SET_MODE_FILTER, _FLAG_ALL_THREADS, head)
    if result != 0:
        raise OSError(ctypes.get_errno(), "the filter of system calls cannot be installed")


@lru_cache(maxsize=1)
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _program(*steps: Step) -> bytes:
    head: tuple[Step, ...] = (
        (_LOAD, 0, 0, _MACHINE_AT),
        (_EQUAL, 1, 0, MACHINES[MACHINE]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
    )
    return b"".join(struct.pack("HBBI", *step) for step in (*head, *steps, (_RETURN, 0, 0, _ALLOW)))


def _each(calls: dict[str, int], result: int) -> Iterator[Step]:
    for number in calls.values():
        yield from _rule(number, [(_RETURN, 0, 0, result)])


def _rule(number: int, body: list[Step]) -> list[Step]:
    """`body`, which returns whatever it meets, for the call of this number."""
    return [(_EQUAL, 0, len(body), number), *body]


def _only_known() -> Iterator[Step]:
    """Of the calls since `COMMON` those that are known; the odd numbers of the x32 entrance lie beyond them as well."""
    yield (_AT_LEAST, 1, 0, COMMON)
    yield (_RETURN, 0, 0, _ALLOW)
    yield from _each(KNOWN_GOOD, _ALLOW)
    yield (_RETURN, 0, 0, _UNKNOWN)


def _judged() -> Iterator[Step]:
    bodies = {
        "mmap": _if_all_bits(3, _MAP_SHARED, _MAP_ANONYMOUS),
        "open": _if_any_bit(1, _WRITING),
        "openat": _if_any_bit(2, _WRITING),
        "ioctl": _if_passed(1, _TERMINAL_AND_SIGNALS),
        "fcntl": _if_passed(1, _SIGNALS_OF_FILES),
        "prctl": _if_passed(0, _PARENT_AND_TRACER),
        "kill": _unless_passed(0, (_SOMEBODY,), _REFUSE),
        "tgkill": _unless_passed(0, (_SOMEBODY,), _REFUSE),
        "prlimit64": _if_limits_change(),
        "clone": [
            _argument(0),
            (_ANY_BIT, 1, 0, _CLONE_NEW),
            (_ANY_BIT, 1, 0, _CLONE_THREAD),
            (_RETURN, 0, 0, _REFUSE),
            (_RETURN, 0, 0, _ALLOW),
        ],
    }
    for name, number in JUDGED.items():
        yield from _rule(number, bodies[name])


def _argument(place: int, upper: bool = False) -> Step:
    """Load one half of what is passed at `place`; both kinds of machine are little endian."""
    return (_LOAD, 0, 0, _PASSED_AT + 8 * place + (4 if upper else 0))


def _if_passed(place: int, values: Iterable[int]) -> list[Step]:
    """Refused with one of `values`, else allowed."""
    refused = [step for value in values for step in _rule(value, [(_RETURN, 0, 0, _REFUSE)])]
    return [_argument(place), *refused, (_RETURN, 0, 0, _ALLOW)]


def _unless_passed(place: int, values: Iterable[int], result: int) -> list[Step]:
    allowed = [step for value in values for step in _rule(value, [(_RETURN, 0, 0, _ALLOW)])]
    return [_argument(place), *allowed, (_RETURN, 0, 0, result)]


def _if_any_bit(place: int, bits: int) -> list[Step]:
    return [_argument(place), (_ANY_BIT, 0, 1, bits), (_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW)]


def _if_all_bits(place: int, *bits: int) -> list[Step]:
    """Refused when every one of `bits` is set. (Shared memory without a file is not counted as memory of a process.)"""
    last = len(bits)
    tests: list[Step] = [(_ANY_BIT, 0, last - at, bit) for at, bit in enumerate(bits)]
    return [_argument(place), *tests, (_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW)]


def _if_limits_change() -> list[Step]:
    """prlimit64: of oneself (pid 0), and only asked for (no new limits passed)."""
    return [
        _argument(0),
        (_EQUAL, 0, 4, 0),
        _argument(2),
        (_EQUAL, 0, 2, 0),
        _argument(2, upper=True),
        (_EQUAL, 1, 0, 0),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
