"""The launcher of LibreOffice: gives up rights, sets limits, and becomes it. `python -m player.library.officechild
PROGRAM DOCUMENT FOLDER`"""

import ctypes
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path

MEMORY = 1_500 << 20
CPU_SECONDS = 110
_LARGEST_FILE = 512 << 20
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


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
    profile = (Path(os.environ["HOME"]) / "profile").as_uri()
    options = ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard"]
    os.execv(
        program,
        [program, f"-env:UserInstallation={profile}", *options, "--convert-to", "pdf", "--outdir", folder, document],
    )


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
