"""What a program costs, with all that it starts: processor time, memory, and how long it took."""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.endtoend.processes import descendants

_SUBREAPER = 36
"""PR_SET_CHILD_SUBREAPER of linux/prctl.h: whoever loses its parent below this process becomes its child."""


@dataclass(frozen=True)
class Cost:
    """Of a program from its start to the end of the last process that it started."""

    seconds: float
    processor: float
    code: int


def processor_seconds(pid: int) -> float:
    """Of a living process, of all below it, and of those that these have outlived."""
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


def run(command: Sequence[str | Path], environment: Mapping[str, str], seconds: float | None = None) -> Cost:
    """Start a program and wait for its end, which it is asked for after so many `seconds`; its cost."""
    reaper = [sys.executable, "-m", "bench.contest.cost", str(seconds or 0), *map(str, command)]
    done = subprocess.run(reaper, env=dict(environment), stdout=subprocess.PIPE, check=True)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def _reap(seconds: float, command: list[str]) -> Cost:
    """As a process of its own, so that its children are those of the program and nobody else's."""
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    began = time.monotonic()
    program = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        code = program.wait(seconds or None)
    except subprocess.TimeoutExpired:
        program.terminate()
        code = _ended(program)
    took = time.monotonic() - began
    for entry in descendants(os.getpid()):
        os.kill(entry.pid, signal.SIGTERM)
    _wait_for_all()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(took, used.ru_utime + used.ru_stime, code)


def _ended(program: "subprocess.Popen[bytes]") -> int:
    try:
        return program.wait(10)
    except subprocess.TimeoutExpired:
        program.kill()
        return program.wait()


def _wait_for_all() -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            pid, _status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            time.sleep(0.02)
            if time.monotonic() > deadline:
                for entry in descendants(os.getpid()):
                    os.kill(entry.pid, signal.SIGKILL)


if __name__ == "__main__":
    print(json.dumps(vars(_reap(float(sys.argv[1]), sys.argv[2:]))))
