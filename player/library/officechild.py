"""The launcher of LibreOffice: gives up rights, sets limits, closes a cage, and becomes it. `python -m
player.library.officechild PROGRAM DOCUMENT FOLDER`

The cage is wider than that of a decoder (`media.sandbox`), for a large program of many parts that starts others and
writes files. But only its own home, which is thrown away, can be written; its document is the only one in reach; and
there is no network, whatever a macro says.
"""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from player.media import landlock, seccomp
from player.media.sandbox import sandbox_strength
from player.media.text.fonts import font_folders

MEMORY = 1_500 << 20
CPU_SECONDS = 110
_LARGEST_FILE = 512 << 20
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000

_PROGRAMS = ("/usr", "/bin", "/sbin", "/lib", "/lib64")
_SETTINGS = (
    *(f"/etc/{name}" for name in ("fonts", "libreoffice", "alternatives", "papersize", "localtime", "timezone")),
    *(f"/etc/{name}" for name in ("ld.so.cache", "passwd", "group", "nsswitch.conf", "locale.alias", "mime.types")),
    "/var/cache/fontconfig",
    "/var/lib/libreoffice",
    "/var/spool/libreoffice",
    *(f"/proc/{name}" for name in ("cpuinfo", "meminfo", "filesystems", "self")),
    "/sys/devices/system/cpu",
    "/dev/urandom",
    "/dev/random",
    "/dev/zero",
)
"""What it reads of the system. Nothing of the gate's own settings, keys and state is among it."""


def main(program: str, document: str, folder: str) -> None:
    """Becomes LibreOffice; never returns. OSError when it cannot be started."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL), 0, 0, 0)
    _leave_network(libc)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), 0, 0, 0)
    for what, most in (
        (resource.RLIMIT_DATA, MEMORY),
        (resource.RLIMIT_FSIZE, _LARGEST_FILE),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    os.nice(10)
    home = Path(os.environ["HOME"])
    _close_cage(program, home)
    profile = (home / "profile").as_uri()
    options = ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard"]
    os.execv(
        program,
        [program, f"-env:UserInstallation={profile}", *options, "--convert-to", "pdf", "--outdir", folder, document],
    )


def _close_cage(program: str, home: Path) -> None:
    strength = sandbox_strength()
    if strength.landlock:
        landlock.restrict(strength.landlock, _allowed(program, home, landlock.everything(strength.landlock)))
    if strength.filtered:
        seccomp.install(seccomp.office_filter())


def _allowed(program: str, home: Path, everything: int) -> Iterator[tuple[str, int]]:
    folder = Path(program).resolve().parent
    installed = folder.parent if folder.name == "program" else folder
    yield from ((path, landlock.RUN) for path in (*_PROGRAMS, str(installed)))
    yield from ((path, landlock.READ) for path in (*_SETTINGS, *map(str, font_folders())))
    yield "/dev/null", everything
    yield str(home), everything
    # It keeps a socket there, wherever its home is, and removes it. (systemd gives the agent a /tmp of its own.)
    yield "/tmp", landlock.MAKE_SOCKET | landlock.REMOVE_FILE


def _leave_network(libc: ctypes.CDLL) -> None:
    """Into a network of its own, which has no way out. Where the kernel grants that to nobody, macros being off must
    do; systemd takes the network away from the whole service there."""
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(_CLONE_NEWNET) == 0:
        return
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
        with suppress(OSError):
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


if __name__ == "__main__":
    main(*sys.argv[1:])
