"""A small Debian in a folder: put together by debootstrap, entered without a network, booted with its own systemd."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.endtoend.processes import descendants

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 180.0
STICK = "/mnt/USB stick"
"""Where it sees the technician's stick; with a space, as sticks have."""

_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}

_ASIDE = "Attempted to remove disk file system"
"""What systemd-nspawn says of itself when it leaves."""


def run(*command: str, check: bool = True, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run it; an error has all that it said."""
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        env=env,
        cwd="/",
        check=False,
    )
    assert not check or done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout[-6000:]}"
    return done


def built_package(folder: Path) -> Path:
    """The package, built in `folder`; or the one that $GATEPLAYER_PACKAGE names."""
    if given := os.environ.get("GATEPLAYER_PACKAGE"):
        return Path(given).resolve()
    script = str(ROOT / "packaging/build-deb")
    run(script, "--output", str(folder / "built"), "--wheels", str(folder / "wheels"))
    return next((folder / "built").glob("*.deb"))


@dataclass(frozen=True)
class Machine:
    """Its root folder, and the folder that is plugged into it as a stick."""

    root: Path
    stick: Path

    @classmethod
    def make(cls, folder: Path, *more: str) -> "Machine":
        """A minimal system, as the installer leaves it, with these packages besides."""
        machine = cls(folder / "root", folder / "USB stick")
        machine.stick.mkdir(parents=True)
        packages = ",".join(["systemd-sysv", "dbus", *more])
        run("debootstrap", "--variant=minbase", f"--include={packages}", "bookworm", str(machine.root))
        (machine.root / STICK.lstrip("/")).mkdir()
        for package in (machine.root / "var/cache/apt/archives").glob("*.deb"):
            package.unlink()
        return machine

    def offer(self, package: Path) -> None:
        """Put a package and what it needs on the stick."""
        run(str(ROOT / "packaging/build-offline"), "--package", str(package), "--output", str(self.stick))

    def path(self, name: str) -> Path:
        """A file of it, as seen from outside."""
        return self.root / name.lstrip("/")

    def enter(self, *command: str, check: bool = True) -> str:
        """Run a command in it, while it is not booted; it has no network."""
        said = run(*self._held("--quiet", "--pipe", "--as-pid2"), *command, check=check, env=_ENVIRONMENT).stdout
        return "".join(line for line in said.splitlines(keepends=True) if not line.startswith(_ASIDE))

    def _held(self, *more: str) -> list[str]:
        seen = f"--bind-ro={self.stick}:{STICK}"
        return [
            "systemd-nspawn",
            "--register=no",
            "--keep-unit",
            "--private-network",
            seen,
            *more,
            "-D",
            str(self.root),
        ]

    @contextmanager
    def booted(self) -> Iterator["Booted"]:
        """Switched on, without a network, until it is left."""
        with (self.root.parent / "boot.log").open("ab") as log:
            process = subprocess.Popen(self._held("--boot"), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        booted = Booted(process.pid)
        try:
            booted.until(lambda: booted.run("systemctl", "is-system-running", check=False).strip() in _UP)
            yield booted
            booted.run("systemctl", "poweroff", check=False)
            process.wait(PATIENCE)
        finally:
            # What runs inside does not always die with what holds it.
            if (first := booted.first()) is not None:
                os.kill(first, signal.SIGKILL)
            process.kill()
            process.wait()


_UP = ("running", "degraded", "starting")


@dataclass(frozen=True)
class Booted:
    """A machine that is on; `pid` is that of what holds it."""

    pid: int

    def first(self) -> int | None:
        """The number that its first process has outside."""
        for entry in descendants(self.pid):
            try:
                status = Path(f"/proc/{entry.pid}/status").read_text()
            except OSError:
                continue
            if any(line.startswith("NSpid:") and line.endswith("\t1") for line in status.splitlines()):
                return entry.pid
        return None

    def run(self, *command: str, check: bool = True) -> str:
        """Run a command in it."""
        first = self.first()
        if first is None:
            assert not check, "it is not on"
            return ""
        into = ["--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd=/"]
        return run("nsenter", f"--target={first}", *into, "--", *command, check=check, env=_ENVIRONMENT).stdout

    def until(self, true: Callable[[], bool]) -> None:
        """Wait for something to be true."""
        end = time.monotonic() + PATIENCE
        while not true():
            if time.monotonic() > end:
                log = self.run("journalctl", "--no-pager", "-n", "80", check=False)
                raise AssertionError(f"in vain:\n{log}")
            time.sleep(0.5)

    def shown(self, unit: str, name: str) -> str:
        """A property of a unit."""
        return self.run("systemctl", "show", "--value", "-p", name, unit).strip()

    def plays(self) -> None:
        """Wait for both services to be up."""
        for unit in ("gateplayer-wall", "gateplayer-agent"):
            self.until(lambda unit=unit: self.shown(unit, "ActiveState") == "active")  # type: ignore[misc]


def lacking() -> str:
    """What this machine lacks for such tests; empty when it has everything."""
    if os.geteuid() != 0:
        return "only root may make a machine in a folder"
    if sys.platform != "linux":
        return "a Linux machine is needed"
    return ""
