"""A week of playing in half an hour: does anything grow?

    python -m bench.soak [--seconds 1900] [--samples FOLDER]

The real program on a real X server: four zones whose pictures change ten times a second each, a film, a banner; a gate
that is told ten times a second to ask its server, which has something new now and then; an operator who drops files
into the watched folder and takes them away. A week of a wall whose pictures stay for 8 s has 75,600 transitions, at one
look at the server each 30 s 20,160 looks; how much of a week there was is printed first.

Every few seconds the memory of each process (anonymous and shared, as the kernel attributes it: Pss) and its open files
are counted. What is printed is how much they grew over the whole run, from a straight line through the means of twelve
stretches after the first sixth, in which caches fill, and between which bounds that is known (95 %, Student's t). Where
nought lies between them, the growth cannot be told from none.
"""

import argparse
import itertools
import os
import random
import signal
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from bench.banner import gateplayer
from bench.playing import BANNER
from player.library.journal import DAYS, NAME, Journal
from player.library.journalmend import last_sealed
from tests.endtoend.films import make_film, make_picture
from tests.endtoend.processes import ProcessEntry, descendants
from tests.endtoend.shows import ShowFolder, write_show
from tests.endtoend.xserver import XServer
from tests.trust.tree import Tree
from tests.trust.treeserver import TreeServer

GATE = "soak"
TRANSITIONS, LOOKS, INTAKES = 75_600, 20_160, 300
"""Of a week: pictures of 8 s in a day of 24 hours, a look every 30 s, and more files than are dropped in one."""

SIZE = (640, 360)
CORNERS = ("mot", "hai", "ba", "bon")
STRETCHES = 12
T95 = 2.228
"""Student's t for 95 % and the ten degrees of freedom that a line through twelve points leaves."""

ROLES = {
    "player.wall.logwriter": "log writer",
    "player.wall.scribe": "scribe",
    "player.media.nursery": "nursery",
    "-m player wall": "wall",
    "-m player agent": "agent",
    "-m player run": "run",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One process, or all of one role: kB of memory that is its own, and open files."""

    at: float
    memory: float
    files: int


def make_show(folder: Path, url: str, root: bytes) -> ShowFolder:
    half = ["50%", "40%"]
    layout = {
        **{name: {"at": [f"{50 * (n % 2)}%", f"{40 * (n // 2)}%"], "size": half} for n, name in enumerate(CORNERS)},
        "main": {"at": ["25%", "20%"], "size": half, "hide_when_empty": True},
        "ticker": {"at": [0, "80%"], "size": ["100%", "20%"]},
    }
    central = {"url": url, "every": "5s", "root": "trust/root.json"}
    sources = {"playlists": "playlists/", "folder": {"path": "inbox/"}, "central": central}
    show = write_show(folder, SIZE, layout, gate=GATE, sources=sources)
    (show.path / "trust").mkdir()
    (show.path / "trust/root.json").write_bytes(root)
    (show.path / "inbox").mkdir()
    for number in range(12):
        make_picture(show.media / f"{number}.png", number)
    make_film(show.media / "film.mp4", 50, 60)
    for corner in CORNERS:
        items = [{"image": f"media/{number}.png", "for": "0.1s"} for number in range(12)]
        show.write_playlist(corner, [*items, {"video": "media/film.mp4", "for": "0.4s"}], zone=corner)
    show.write_playlist("chu", [{"banner": BANNER, "speed": 300}], zone="ticker")
    return show


def release(tree: Tree, number: int) -> None:
    """Something new of the province, which is all that it has."""
    tree.release({"tin.yaml": f"title: Tin {number}\nzone: ticker\nitems: [{{banner: Tin {number}}}]\n".encode()}, GATE)
    tree.publish()


def keep_busy(show: ShowFolder, tree: Tree, ending: threading.Event, done: dict[str, int]) -> None:
    """The editors' and the operator's week."""
    chance = random.Random(8)
    inbox = show.path / "inbox"
    for number in itertools.count(1):
        name = inbox / f"anh-{number % 10}.jpg"
        partial = name.with_suffix(".tmp")
        colour = (chance.randrange(256), chance.randrange(256), chance.randrange(256))
        Image.new("RGB", (400, 300), colour).save(partial, "JPEG")
        partial.rename(name)
        (inbox / f"anh-{(number + 5) % 10}.jpg").unlink(missing_ok=True)
        done["intakes"] += 1
        if number % 4 == 0:
            release(tree, number)
            done["releases"] += 1
        if ending.wait(5):
            return


def role(entry: ProcessEntry) -> str:
    return next((name for words, name in ROLES.items() if words in entry.command), "others")


def sampled(pid: int) -> dict[str, Sample]:
    """Each role's processes together, except decoders, which come and go: children of a nursery."""
    entries = descendants(pid)
    nurseries = {entry.pid for entry in entries if role(entry) == "nursery"}
    kept = [entry for entry in entries if entry.parent not in nurseries or role(entry) != "nursery"]
    found: dict[str, Sample] = {}
    for entry in [*kept, ProcessEntry(pid, 0, "S", "-m player run")]:
        try:
            memory, files = _memory(entry.pid), len(os.listdir(f"/proc/{entry.pid}/fd"))
        except (FileNotFoundError, ProcessLookupError):
            continue
        before = found.get(role(entry), Sample(0, 0, 0))
        found[role(entry)] = Sample(time.monotonic(), before.memory + memory, before.files + files)
    return found


def _memory(pid: int) -> int:
    rows = (line.split() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    return sum(int(row[1]) for row in rows if row[0] in ("Pss_Anon:", "Pss_Shmem:"))


def growth(values: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """By how much a series of (instant, value) grows from its first to its last, and by how much that may be wrong."""
    length = len(values) // STRETCHES
    parts = [values[n * length : (n + 1) * length] for n in range(STRETCHES)]
    xs = [statistics.fmean(at for at, _value in part) for part in parts]
    ys = [statistics.fmean(value for _at, value in part) for part in parts]
    slope, start = statistics.linear_regression(xs, ys)
    rest = sum((y - start - slope * x) ** 2 for x, y in zip(xs, ys, strict=True))
    middle = statistics.fmean(xs)
    wrong = (rest / (STRETCHES - 2) / sum((x - middle) ** 2 for x in xs)) ** 0.5
    span = values[-1][0] - values[0][0]
    return slope * span, T95 * wrong * span


def keep_asking(pid: int, ending: threading.Event) -> None:
    """Tell the agent to look at its server, as SIGUSR1 does."""
    while not ending.wait(0.1):
        for entry in descendants(pid):
            if role(entry) == "agent" and entry.parent == pid:
                os.kill(entry.pid, signal.SIGUSR1)


@contextmanager
def busy(show: ShowFolder, tree: Tree, pid: int, done: dict[str, int]) -> Iterator[None]:
    ending = threading.Event()
    threads = [
        threading.Thread(target=keep_busy, args=(show, tree, ending, done)),
        threading.Thread(target=keep_asking, args=(pid, ending)),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ending.set()
        for thread in threads:
            thread.join()


def watch(pid: int, seconds: float, keep: Path | None) -> dict[str, list[Sample]]:
    """Sample until the end."""
    series: dict[str, list[Sample]] = defaultdict(list)
    end = time.monotonic() + seconds
    pause = max(0.5, seconds / 360)
    while time.monotonic() < end:
        time.sleep(pause)
        for name, sample in sampled(pid).items():
            series[name].append(sample)
    if keep is not None:
        rows = [f"{name},{one.at:.1f},{one.memory},{one.files}" for name, some in series.items() for one in some]
        keep.write_text("\n".join(["role,seconds,kB,files", *rows]) + "\n")
    return series


def tell_week(show: ShowFolder, looks: int, done: dict[str, int]) -> None:
    plays = last_sealed(show.state / DAYS)
    with closing(Journal(show.state / NAME, read_only=True)) as journal:
        plays = max(plays, journal.last_seq())
    parts = [
        (f"{plays:,} records of the play log", plays / TRANSITIONS),
        (f"{looks:,} looks at the server", looks / LOOKS),
        (f"{done['intakes']:,} files dropped", done["intakes"] / INTAKES),
    ]
    print("; ".join(f"{words} ({share:.2f} weeks)" for words, share in parts), f"; {done['releases']} releases", sep="")


def tell_growth(series: dict[str, list[Sample]]) -> None:
    print("{:<12}{:>10}{:>22}{:>8}{:>20}".format("", "kB", "grew by kB", "files", "grew by"))
    for name, samples in sorted(series.items()):
        settled = samples[len(samples) // 6 :]
        if len(settled) < 2 * STRETCHES:
            continue
        memory = growth([(one.at, one.memory) for one in settled])
        files = growth([(one.at, one.files) for one in settled])
        last = samples[-1]
        said = [f"{grown:+.0f} ± {wrong:.0f}" for grown, wrong in (memory,)] + [f"{files[0]:+.2f} ± {files[1]:.2f}"]
        print(f"{name:<12}{last.memory:>10,.0f}{said[0]:>22}{last.files:>8}{said[1]:>20}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1900)
    parser.add_argument("--samples", type=Path, help="a CSV file for all samples")
    arguments = parser.parse_args()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    done = {"intakes": 0, "releases": 0}
    with tempfile.TemporaryDirectory(prefix="gateplayer-soak-") as name, ExitStack() as stack:
        folder = Path(name)
        tree = Tree(folder / "tree", (GATE,), now=datetime.now(UTC))
        release(tree, 0)
        server = stack.enter_context(TreeServer(tree.path))
        show = make_show(folder / "show", server.url, tree.root)
        screen = stack.enter_context(XServer(folder / "screen", SIZE))
        pid = stack.enter_context(gateplayer(show, screen, "run"))
        while not (show.state / NAME).exists():  # An agent that has just been started dies of the signal.
            time.sleep(1)
        time.sleep(5)
        stack.enter_context(busy(show, tree, pid, done))
        series = watch(pid, arguments.seconds, arguments.samples)
        looks = sum(1 for path in server.asked if path.endswith("timestamp.json"))
        tell_week(show, looks, done)
    tell_growth(series)


if __name__ == "__main__":
    main()
