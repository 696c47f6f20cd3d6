"""A nursery whose decoders have been taken over: in place of drawing a notice, one does what the notice's title names,
and says what came of it. `python -m tests.faults.hostile` is run as `player.media.nursery` is.

`python -m tests.faults.hostile probing` is run as `player.library.probing` is: probing a file does what its first line
names to what its second names, measuring a banner what its text says in the same way.

$CAGE ("6 True": Landlock's version, and whether calls are filtered) stands for a kernel that has less than this one.
"""

import contextlib
import ctypes
import errno
import fcntl
import mmap
import os
import resource
import signal
import socket
import subprocess
import sys
import termios
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from player.core.faults import ContentFault
from player.core.geometry import Size
from player.core.model import Banner, Notice
from player.library import probing
from player.media import nursery, sandbox, stills
from player.media.jobs import Bitmap, Job
from player.media.syscalls import DISK, JUDGED, MEMORY, TAKEOVER

LIBC = ctypes.CDLL(None, use_errno=True)


def call(number: int, *passed: int) -> None:
    if LIBC.syscall(number, *(ctypes.c_ulong(one) for one in passed)) < 0:
        raise OSError(ctypes.get_errno(), "")


def thread_works() -> None:
    done = threading.Event()
    threading.Thread(target=done.set).start()
    if not done.wait(10):
        raise OSError(errno.EAGAIN, "")


def connect(family: socket.AddressFamily, kind: socket.SocketKind, address: object) -> None:
    with socket.socket(family, kind) as line:
        line.connect(address)  # type: ignore[arg-type]


def answer_in_front() -> None:
    """On whatever is open: a probing process's own line to the agent, if that is among it."""
    for handle in range(4, 64):
        with contextlib.suppress(OSError):
            os.write(handle, b'{"facts": {"kind": "picture", "size": [1, 1]}}\n')


def through_the_old_entrance() -> None:
    """getpid by the entrance for 32-bit programs, where the numbers mean other calls."""
    with mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_READ | mmap.PROT_WRITE | 4) as code:
        code.write(bytes.fromhex("b814000000cd80c3"))
        ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()


def raise_own_limits() -> None:
    most = resource.RLIM_INFINITY
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    except ValueError as error:
        raise OSError(errno.EPERM, "") from error


def cut_short() -> None:
    """All that is open, the memory that is shared with the wall included: it would be killed when it reads on."""
    refusals = []
    for handle in range(64):
        try:
            os.ftruncate(handle, 0)
        except OSError as error:
            refusals.append(error)
    if len(refusals) == 64:
        raise next(error for error in refusals if error.errno not in (errno.EBADF, errno.EINVAL))


ATTACKS: dict[str, Callable[[str], object]] = {
    "nothing": lambda _: None,
    "start a thread": lambda _: thread_works(),
    "read": lambda path: Path(path).read_bytes(),
    "list": os.listdir,
    "write": lambda path: Path(path).write_bytes(b"x"),
    "append": lambda path: open(path, "ab").close(),
    "change": lambda path: open(path, "r+b").close(),
    "delete": os.unlink,
    "rename": lambda path: os.rename(path, path + ".gone"),
    "link": lambda path: os.link(path, path + ".link"),
    "symlink": lambda path: os.symlink("/etc/passwd", path + ".link"),
    "chmod": lambda path: os.chmod(path, 0o777),
    "date": lambda path: os.utime(path, (0, 0)),
    "mark": lambda path: os.setxattr(path, "user.mark", b"x"),
    "make a folder": lambda path: os.mkdir(path + ".d"),
    "make a pipe": lambda path: os.mkfifo(path + ".p"),
    "watch": lambda _: call(DISK["inotify_init1"], 0),
    "cut short": lambda _: cut_short(),
    "nameless file": lambda _: os.memfd_create("x"),
    "answer twice": lambda _: os.write(3, b'{"facts": {"kind": "picture", "size": [1, 1]}}\n' * 2),
    "answer in front": lambda _: answer_in_front(),
    "tcp": lambda port: connect(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", int(port))),
    "tcp 6": lambda port: connect(socket.AF_INET6, socket.SOCK_STREAM, ("::1", int(port))),
    "udp": lambda port: connect(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", int(port))),
    "raw": lambda _: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
    "netlink": lambda _: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "unix": lambda path: connect(socket.AF_UNIX, socket.SOCK_STREAM, path),
    "pair": lambda _: socket.socketpair(),
    "listen": lambda _: socket.create_server(("127.0.0.1", 0)),
    "exec": lambda _: os.execv("/bin/true", ["true"]),
    "fork": lambda _: os.fork() or os._exit(0),
    "spawn": lambda _: subprocess.run(["/bin/true"], check=True),
    "signal": lambda pid: os.kill(int(pid), signal.SIGTERM),
    "signal everyone": lambda _: os.kill(-1, signal.SIGTERM),
    "signal by handle": lambda pid: signal.pidfd_send_signal(os.pidfd_open(int(pid)), signal.SIGTERM),
    "have signalled": lambda pid: fcntl.fcntl(0, fcntl.F_SETOWN, int(pid)),
    "lower": lambda pid: resource.prlimit(int(pid), resource.RLIMIT_NOFILE, (3, 3)),
    "slow": lambda pid: os.setpriority(os.PRIO_PROCESS, int(pid), 19),
    "unlimited": lambda _: raise_own_limits(),
    "outlive": lambda _: call(JUDGED["prctl"], 1, 0),
    "type": lambda _: fcntl.ioctl(0, termios.TIOCSTI, b"x"),
    "uncounted memory": lambda _: mmap.mmap(-1, 64 << 20, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS),
    "uncounted segment": lambda _: call(MEMORY["shmget"], 0, 4096, 0o1600),
    "ring": lambda _: call(425, 8, 0),
    "x32": lambda _: call(0x4000_0000 + 39),
    "root": lambda _: os.setuid(0),
    "trace": lambda pid: call(TAKEOVER["ptrace"], 16, int(pid)),
    "peek": lambda pid: call(TAKEOVER["process_vm_readv"], int(pid)),
    "unshare": lambda _: call(TAKEOVER["unshare"], 0x1000_0000),
    "mount": lambda _: call(TAKEOVER["mount"]),
    "keys": lambda _: call(TAKEOVER["keyctl"]),
    "bpf": lambda _: call(TAKEOVER["bpf"]),
    "module": lambda _: call(TAKEOVER["init_module"]),
    "clock": lambda _: call(TAKEOVER["clock_settime"]),
    "old entrance": lambda _: through_the_old_entrance(),
}


def said(attack: str, target: str) -> NoReturn:
    """Does it, and says "done", or what the kernel had against it."""
    try:
        ATTACKS[attack](target)
    except OSError as error:
        raise ContentFault(errno.errorcode[error.errno or 0]) from error
    raise ContentFault("done")


def _draw(drawn: Callable[[Job], Bitmap]) -> Callable[[Job], Bitmap]:
    def draw(job: Job) -> Bitmap:
        if isinstance(job.content, Notice):
            said(job.content.title, job.content.text)
        return drawn(job)

    return draw


def on_probing(path: str) -> NoReturn:
    first, second = Path(path).read_text().splitlines()
    said(first, second)


def on_measuring(banner: Banner, _size: Size) -> NoReturn:
    first, second = banner.text.splitlines()
    said(first, second)


def main() -> None:
    if sys.argv[1:] == ["probing"]:
        vars(probing).update(probe=on_probing, Watch=on_probing, ribbon_of=on_measuring)
        probing.main()
        return
    drawn = stills.draw
    # The worker looks the function up each time.
    vars(stills)["draw"] = _draw(drawn)
    if "CAGE" in os.environ:
        version, filtered = os.environ["CAGE"].split()
        strength = sandbox.Strength(int(version), filtered == "True")
        vars(sandbox)["sandbox_strength"] = lambda: strength
    nursery.main(int(sys.argv[1]), int(sys.argv[2]))


if __name__ == "__main__":
    main()
