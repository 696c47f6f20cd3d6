"""What a program costs, with all that it starts: processor time, memory, and how long it took.

A control group counts the processor time, for our decoders are nobody's children when they end: whoever waits for the
program is not told of theirs.
"""

import contextlib
import itertools
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.endtoend.processes import descendants

NOWHERE = Path(os.devnull)
_PATIENCE = 5.0
"""Seconds that a program has to end in, once it is told to."""


@dataclass(frozen=True)
class Cost:
    """Of a program from its start to the end of the last process that it started."""

    seconds: float
    processor: float
    code: int
    amid: float = 0.0
    """Seconds of the processor in the stretch that was asked for."""


class Group:
    """A control group of its own; a context manager. Afterwards nothing that was started in it is left."""

    _numbers = itertools.count()

    def __enter__(self) -> Self:
        self._path = _mount() / f"contest-{os.getpid()}-{next(self._numbers)}"
        try:
            self._path.mkdir()
        except OSError as error:
            raise SystemExit(f"{self._path}: {error.strerror}; it takes root to count what a program costs") from error
        return self

    def start(self, command: Sequence[str | Path], environment: Mapping[str, str], said: Path) -> int:
        """Start a program in it; its process id. What it writes to its outputs goes into the file `said`."""
        enter = ["sh", "-c", 'echo $$ >"$0"/cgroup.procs && exec "$@"', str(self._path), *map(str, command)]
        with said.open("wb") as log:
            self._program = subprocess.Popen(
                enter, env=dict(environment), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        return self._program.pid

    def wait(self, seconds: float | None) -> int:
        """The exit code, of a program that is told to end after so long."""
        try:
            return self._program.wait(seconds)
        except subprocess.TimeoutExpired:
            self._program.terminate()
        try:
            return self._program.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._program.kill()
            return self._program.wait()

    def processor(self) -> float:
        """Seconds so far, of the dead too."""
        return int((self._path / "cpu.stat").read_text().split()[1]) / 1e6

    def clear(self) -> None:
        """End what is left in it."""
        deadline = time.monotonic() + _PATIENCE
        number = signal.SIGTERM
        while "populated 1" in (self._path / "cgroup.events").read_text():
            for pid in (self._path / "cgroup.procs").read_text().split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), number)
            if time.monotonic() > deadline:
                number = signal.SIGKILL
            time.sleep(0.02)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.wait(0)
        self.clear()
        self._path.rmdir()


def _mount() -> Path:
    for line in Path("/proc/mounts").read_text().splitlines():
        _device, where, kind = line.split()[:3]
        if kind == "cgroup2":
            return Path(where)
    raise SystemExit("this system has no control groups (cgroup2), which count what a program costs")


def run(
    command: Sequence[str | Path],
    environment: Mapping[str, str],
    seconds: float | None = None,
    said: Path = NOWHERE,
    stretch: tuple[float, float] | None = None,
) -> Cost:
    """Start a program and wait for its end, which it is asked for after so many `seconds`; its cost, and what a
    `stretch` of it costs, from and until so many seconds after its start."""
    with Group() as group:
        began = time.monotonic()
        group.start(command, environment, said)
        amid = 0.0
        if stretch is not None:
            time.sleep(stretch[0])
            amid = -group.processor()
            time.sleep(max(0.0, began + stretch[1] - time.monotonic()))
            amid += group.processor()
        code = group.wait(None if seconds is None else max(0.0, began + seconds - time.monotonic()))
        took = time.monotonic() - began
        group.clear()
        return Cost(took, group.processor(), code, amid)


@dataclass(frozen=True)
class Living:
    """A program that runs."""

    pid: int
    group: Group

    def processor(self) -> float:
        """Seconds so far, of it and of all that it has started."""
        return self.group.processor()

    def memory(self) -> int:
        return memory(self.pid)


@contextmanager
def living(command: Sequence[str | Path], environment: Mapping[str, str], said: Path = NOWHERE) -> Iterator[Living]:
    """A program that runs meanwhile. Afterwards it is ended, with all that it has started."""
    with Group() as group:
        yield Living(group.start(command, environment, said), group)


def processor_seconds(pid: int) -> float:
    """Of a living process and all that lives below it; of those that have ended if their parent waited for them."""
    ticks = 0
    for one in (pid, *(entry.pid for entry in descendants(pid))):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> int:
    """Bytes of a living process and all below it, shared ones divided by those that share them (Pss)."""
    total = 0
    for one in (pid, *(entry.pid for entry in descendants(pid))):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))
    return total
