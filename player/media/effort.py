"""Whether a process is at work or stuck, as Linux tells it in `/proc/PID/stat` (see proc_pid_stat(5))."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Effort:
    """What a process has done so far: `ticks` of the processor, and whether it is waiting for the disk just now."""

    pid: int
    ticks: int
    at_disk: bool

    def beyond(self, earlier: "Effort | None") -> bool:
        """Whether it has done anything since `earlier`."""
        return earlier is None or earlier.pid != self.pid or self.ticks > earlier.ticks or self.at_disk


def effort_of(pid: int) -> Effort | None:
    """The effort of a process; None when there is no such process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The name in parentheses may hold anything; what follows the last ")" is plain: state first, then numbers.
    fields = text.rpartition(")")[2].split()
    return Effort(pid, int(fields[11]) + int(fields[12]), fields[0] == "D")
