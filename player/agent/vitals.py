"""How the gate's computer is: disk, memory, temperature, clock. Each reading costs a few small files, no more."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from player.agent.status import now
from player.library.clockquality import judged
from player.library.files import write_whole
from player.trust.clock import TrustClock

THERMAL = Path("/sys/class/thermal")
_PLAUSIBLE = range(-50, 151)


@dataclass(frozen=True, slots=True)
class Vitals:
    """Amounts in bytes, `uptime` and `doubt` in seconds, `temperature` in degrees Celsius; None where nobody can tell.
    `doubt` is by how much the clock is wrong at least."""

    at: str
    uptime: int
    kernel: str
    disk_free: int
    disk_total: int
    memory_free: int | None
    memory_total: int | None
    temperature: float | None
    clock: str
    doubt: float | None


def read_vitals(state: Path) -> Vitals:
    """As it is now; `state` is the folder whose disk counts. OSError when that cannot be read."""
    disk = os.statvfs(state)
    memory = _memory()
    quality, doubt = judged(TrustClock(state / "trust", write_whole))
    return Vitals(
        at=now(),
        uptime=int(time.clock_gettime(time.CLOCK_BOOTTIME)),
        kernel=os.uname().release,
        disk_free=disk.f_bavail * disk.f_frsize,
        disk_total=disk.f_blocks * disk.f_frsize,
        memory_free=memory.get("MemAvailable"),
        memory_total=memory.get("MemTotal"),
        temperature=hottest(),
        clock=quality.value,
        doubt=doubt.total_seconds() if doubt else None,
    )


def hottest(folder: Path = THERMAL) -> float | None:
    """The hottest of the places that the computer measures; None where it measures nothing."""
    found = []
    for place in folder.glob("thermal_zone*/temp"):
        try:
            degrees = int(place.read_text()) / 1000
        except (OSError, ValueError):
            # A sensor that is switched off answers with an error.
            continue
        if int(degrees) in _PLAUSIBLE:
            found.append(degrees)
    return round(max(found), 1) if found else None


def _memory() -> dict[str, int]:
    lines = (line.split() for line in Path("/proc/meminfo").read_text().splitlines())
    return {words[0].rstrip(":"): int(words[1]) << 10 for words in lines if len(words) == 3 and words[2] == "kB"}
