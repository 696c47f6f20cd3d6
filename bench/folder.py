"""The watched folder, measured: `PYTHONPATH=. python bench/folder.py [FILES]`

How long it takes from the end of a copy of a 2 MB JPEG to its place in the stored show, how the first intake of many
files goes (time, memory), and what a look costs when nothing has changed.
"""

import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from player.library.shows import ShowStore

SETTLE = 2.0
CONFIG = f"""
gate: bench
language: en
display: {{canvas: 640x360, output: offscreen, fps: 30}}
sources: {{folder: {{path: inbox/, settle: {SETTLE:g}s}}}}
"""


class Gate:
    """A folder with a running agent."""

    def __init__(self, folder: Path) -> None:
        self.inbox = folder / "inbox"
        self.inbox.mkdir()
        (folder / "config.yaml").write_text(CONFIG)
        self.store = ShowStore(folder / "state")
        command = [sys.executable, "-m", "player", "agent", "--config", str(folder / "config.yaml")]
        self.log = (folder / "log").open("wb")
        self.agent = subprocess.Popen(command, stderr=self.log, env=os.environ | {"RUNTIME_DIRECTORY": ""})

    def items(self) -> int:
        stored = self.store.current()
        return sum(len(playlist.items) for playlist in stored.show.playlists) if stored else 0

    def wait(self, items: int, glance: float) -> float:
        """Until the show holds so many; the instant."""
        pointer = ""
        while True:
            if self.store.pointer() != pointer:
                pointer = self.store.pointer()
                if self.items() >= items:
                    return time.monotonic()
            if self.agent.poll() is not None:
                raise SystemExit("the agent has ended")
            time.sleep(glance)

    def memory(self) -> float:
        """Megabytes of the agent itself, without its readers of files."""
        status = Path(f"/proc/{self.agent.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def read_bytes(self) -> int:
        """What it has read from files since it began."""
        return int(Path(f"/proc/{self.agent.pid}/io").read_text().partition("rchar:")[2].split()[0])

    def cpu(self) -> float:
        fields = Path(f"/proc/{self.agent.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        self.agent.terminate()
        self.agent.wait()
        self.log.close()


def photograph(path: Path) -> None:
    """About 2 MB of JPEG: noise, which does not shrink."""
    Image.frombytes("RGB", (1600, 1200), random.Random(path.name).randbytes(1600 * 1200 * 3)).save(path, quality=90)


def latency(gate: Gate, folder: Path, times: int = 5) -> None:
    delays = []
    for number in range(times):
        source = folder / f"photo{number}.jpg"
        photograph(source)
        before = gate.items()
        shutil.copyfile(source, gate.inbox / source.name)
        copied = time.monotonic()
        delays.append(gate.wait(before + 1, 0.005) - copied)
    size = source.stat().st_size / 1e6
    told = ", ".join(f"{delay:.2f}" for delay in delays)
    print(f"{size:.1f} MB JPEG, copied to stored: {told} s; settle time {SETTLE:g} s + {max(delays) - SETTLE:.2f} s")


def many(gate: Gate, count: int) -> None:
    before = gate.items()
    for number in range(count):
        colour = (number % 256, number // 256 % 256, 80)
        Image.new("RGB", (64, 36), colour).save(gate.inbox / f"anh {number}.png")
    print(f"{count} pictures are there; first intake …", flush=True)
    begun, memory = time.monotonic(), []
    while gate.items() < before + count:
        memory.append(gate.memory())
        time.sleep(2)
    took = time.monotonic() - begun
    fifth = max(len(memory) // 5, 1)
    means = [statistics.mean(memory[at : at + fifth]) for at in range(0, len(memory), fifth)]
    print(f"taken in after {took:.0f} s ({took / count * 1000:.1f} ms a file); MB of memory over the time: "
          + ", ".join(f"{mean:.0f}" for mean in means))  # fmt: skip


def idle(gate: Gate, folder: Path) -> None:
    """One look at everything, with nothing changed: in this process by the clock, in the agent by what it read."""
    from player.library.inboxscan import scan

    begun = time.monotonic()
    found = len(scan(gate.inbox).files)
    print(f"scan alone: {found} files in {(time.monotonic() - begun) * 1000:.0f} ms")
    time.sleep(70)
    read, cpu = gate.read_bytes(), gate.cpu()
    time.sleep(60)
    read, cpu = gate.read_bytes() - read, gate.cpu() - cpu
    print(f"a minute of nothing, two looks: {cpu:.2f} s of CPU, {read / 1024:.0f} KB read")
    print((folder / "log").read_text()[-400:])


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory(prefix="gateplayer-bench-") as name:
        folder = Path(name)
        gate = Gate(folder)
        try:
            photograph(gate.inbox / "first.jpg")
            gate.wait(1, 0.05)
            latency(gate, folder)
            many(gate, count)
            idle(gate, folder)
        finally:
            gate.close()


if __name__ == "__main__":
    main()
