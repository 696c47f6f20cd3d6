"""Whether people who look at the status page disturb the wall: a banner's frames with and without their requests.

    python -m bench.page [--seconds 30] [--rounds 2] [--rate 200]

Wall and agent play a banner of 5,000 characters over a picture on a real X server of 1920 x 1080. Stretches in which
nobody asks and in which many do follow one another in turn; the times between frames are those that the wall itself
counts. Those who ask keep their connections, as browsers do, and ask for the page, its news, the picture and the
figures for Prometheus in turn. They run on the same machine, on what the others leave of it.

Prints figures and never fails on one: the machine may be busy with other things, and its load is printed too.
"""

import argparse
import json
import os
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from bench.banner import SIZE, WARM_UP, gateplayer, make_show
from bench.contest.cost import processor_seconds
from bench.sync import free_port
from tests.endtoend.processes import descendants
from tests.endtoend.shows import ShowFolder
from tests.endtoend.xserver import XServer

PATHS = ("/live.json", "/preview.jpg", "/live.json", "/", "/live.json", "/metrics")
CONNECTIONS = 16


@dataclass
class Stretch:
    """What was counted while nobody asked, or while many did; of several stretches together."""

    seconds: float = 0.0
    presented: int = 0
    missed: int = 0
    intervals: Counter[int] = field(default_factory=Counter)
    agent: float = 0.0
    answers: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)

    def quantile(self, share: float) -> int:
        """The milliseconds that this share of the times between frames does not exceed."""
        left = share * self.intervals.total()
        for length in sorted(self.intervals):
            left -= self.intervals[length]
            if left <= 0:
                return length + 1
        return 0


def prepared(folder: Path, port: int) -> ShowFolder:
    show = make_show(folder, 120)
    text = show.config.read_text("utf-8")
    show.config.write_text(text.replace("page: 'off'", f"page: 127.0.0.1:{port}"), "utf-8")
    return show


def tally(show: ShowFolder) -> dict[str, list[int] | int]:
    said = json.loads((show.state / "run/wall.json").read_text("utf-8"))
    frames: dict[str, list[int] | int] = said["frames"]
    return frames


def measure(show: ShowFolder, pid: int, seconds: float, into: Stretch) -> None:
    """Add what is counted in so many seconds from now."""
    agent = next(entry.pid for entry in descendants(pid) if "-m player agent" in entry.command)
    before, spent, begun = tally(show), processor_seconds(agent), time.monotonic()
    time.sleep(seconds)
    after = tally(show)
    into.agent += processor_seconds(agent) - spent
    into.seconds += time.monotonic() - begun
    for name in ("presented", "missed"):
        one, other = before[name], after[name]
        assert isinstance(one, int)
        assert isinstance(other, int)
        setattr(into, name, getattr(into, name) + other - one)
    old, new = before["intervals_ms"], after["intervals_ms"]
    assert isinstance(old, list)
    assert isinstance(new, list)
    into.intervals.update({length: now - then for length, (then, now) in enumerate(zip(old, new, strict=True))})


def ask(port: int, rate: float, ending: threading.Event, into: Stretch, lock: threading.Lock) -> None:
    """One who asks, `rate` times a second, until it ends."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    due, number, tag = time.monotonic(), 0, ""
    while not ending.wait(max(0.0, due - time.monotonic())):
        due, number = due + 1 / rate, number + 1
        path = PATHS[number % len(PATHS)]
        begun = time.monotonic()
        connection.request("GET", path, headers={"If-None-Match": tag} if path == "/live.json" else {})
        answer = connection.getresponse()
        answer.read()
        tag = answer.headers.get("ETag", "") if path == "/live.json" else tag
        with lock:
            into.answers[answer.status] += 1
            into.waits.append(time.monotonic() - begun)
    connection.close()


@contextmanager
def asking(port: int, rate: float, into: Stretch) -> Iterator[None]:
    ending, lock = threading.Event(), threading.Lock()
    crowd = [
        threading.Thread(target=ask, args=(port, rate / CONNECTIONS, ending, into, lock)) for _one in range(CONNECTIONS)
    ]
    for one in crowd:
        one.start()
    try:
        yield
    finally:
        ending.set()
        for one in crowd:
            one.join()


def tell(quiet: Stretch, asked: Stretch) -> None:
    rows = [
        ("", "nobody asks", "many ask"),
        ("seconds", f"{quiet.seconds:.0f}", f"{asked.seconds:.0f}"),
        ("frames presented", f"{quiet.presented}", f"{asked.presented}"),
        ("frames missed", f"{quiet.missed}", f"{asked.missed}"),
        *(
            (f"between frames p{100 * q:g} (ms)", f"{quiet.quantile(q)}", f"{asked.quantile(q)}")
            for q in (0.5, 0.99, 1)
        ),
        ("agent, % of a core", *(f"{100 * one.agent / one.seconds:.1f}" for one in (quiet, asked))),
        ("requests a second", "0", f"{asked.answers.total() / asked.seconds:.0f}"),
    ]
    for row in rows:
        print("{:<24}{:>14}{:>14}".format(*row))
    waits = sorted(asked.waits)
    print(f"answers {dict(asked.answers)}; half within {1000 * waits[len(waits) // 2]:.1f} ms,", end=" ")
    print(f"99 % within {1000 * waits[len(waits) * 99 // 100]:.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--rate", type=float, default=200)
    arguments = parser.parse_args()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    quiet, asked = Stretch(), Stretch()
    with tempfile.TemporaryDirectory() as name, XServer(Path(name) / "screen", SIZE) as screen:
        port = free_port()
        show = prepared(Path(name) / "show", port)
        with gateplayer(show, screen, "run") as pid:
            # Those who ask stand for other computers: what they take of this one is not to be measured.
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
            time.sleep(WARM_UP)
            for _round in range(arguments.rounds):
                measure(show, pid, arguments.seconds, quiet)
                with asking(port, arguments.rate, asked):
                    measure(show, pid, arguments.seconds, asked)
    tell(quiet, asked)


if __name__ == "__main__":
    main()
