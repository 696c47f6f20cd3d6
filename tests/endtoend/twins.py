"""Two walls that play the same show on two X servers, looked at in the same instants.

A sampler of its own process looks at both screens once an output frame, when that frame has long been painted and the
next one has not begun. A look that came too late to be sure of that is no sample.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from player.core.pacing import frame_index, frame_instant
from player.core.units import SECOND, Instant
from tests.endtoend.barcode import BLOCKS, Code, probes, read_code
from tests.endtoend.daemon import environment
from tests.endtoend.films import make_film
from tests.endtoend.recorder import ROOT
from tests.endtoend.shows import ShowFolder, write_show
from tests.endtoend.xserver import Framebuffer, XServer

FPS = 60
RATE = 25
"""Of the film: its pictures stand for two frames or three."""
PICTURES = 250
STEP = 2
"""Pixels that the banner moves in a frame."""

SIZE = (320, 180)
LAYOUT = {
    "main": {"at": [0, 0], "size": ["100%", "100%"]},
    "ticker": {"at": [0, "40%"], "size": ["100%", "20%"]},
}
_BANNER = "Kính chào quý khách · 欢迎光临 · Welcome to the border gate · ຍິນດີຕ້ອນຮັບ · "
_BANNER_ROW = 90

_LOOK = 0.7
"""The part of an output frame after which it is looked at."""
_AGAIN = 0.0005
"""Seconds after which it is looked at once more: what differs is being painted."""
_LAG = 100
"""Output frames, and pictures of the film, by which a wall may be behind the other and still count as late."""

_SEEN = np.dtype([("code", np.uint8, (2 * BLOCKS, 3)), ("row", np.uint8, SIZE[0])])
_RECORD = np.dtype([("frame", np.int64), ("painting", np.bool_), ("walls", _SEEN, (2,))])


class Verdict(Enum):
    """Of two screens in one output frame."""

    SAME = "same"
    LATE = "one was late"
    OTHER = "different"


class View(NamedTuple):
    """One screen in one output frame: the numbers at its top and bottom, and a row of the banner."""

    top: Code | None
    bottom: Code | None
    row: NDArray[np.uint8]

    @property
    def complete(self) -> bool:
        """Whether the film is there and the banner, which has letters everywhere."""
        return self.top is not None and len(np.unique(self.row)) > 1


class Sample(NamedTuple):
    """Both screens in output frame `frame`; `painting`: one of them was just changing."""

    frame: int
    painting: bool
    one: View
    other: View

    def __str__(self) -> str:
        codes = [str(code and code.number) for view in (self.one, self.other) for code in (view.top, view.bottom)]
        return f"frame {self.frame}: {' '.join(codes)}, the same banner: {np.array_equal(self.one.row, self.other.row)}"


def write_twins(folder: Path) -> tuple[ShowFolder, ShowFolder]:
    """The same show twice, compiled: a film whose pictures are numbered, and a banner across it."""
    first = write_show(folder / "one", SIZE, LAYOUT)
    make_film(first.media / "film.mp4", 1, PICTURES, RATE, SIZE)
    first.write_playlist("main", [{"video": "media/film.mp4"}])
    first.write_playlist("ticker", [{"banner": _BANNER, "speed": STEP * FPS}], zone="ticker")
    command = [sys.executable, "-m", "player", "agent", "--once", "--config", str(first.config)]
    subprocess.run(command, cwd=first.path, env=environment(None), check=True, stderr=subprocess.DEVNULL)
    shutil.copytree(first.path, folder / "two", symlinks=True)
    return first, ShowFolder(folder / "two")


def judge(sample: Sample) -> Verdict:
    """Whether both show the same; if not, whether that is because one is behind the other."""
    one, other = sample.one, sample.other
    if one.complete and one.top == one.bottom == other.top == other.bottom and np.array_equal(one.row, other.row):
        return Verdict.SAME
    if sample.painting or (_behind_film(one, other) and _behind_banner(one.row, other.row)):
        return Verdict.LATE
    return Verdict.OTHER


def _behind_film(one: View, other: View) -> bool:
    """Whether all numbers lie within what a late wall may be behind."""
    codes = [code for view in (one, other) for code in (view.top, view.bottom) if code is not None]
    # A busy X server may be stopped in the middle of one strip; the other one then has its number.
    if any(view.top is None and view.bottom is None for view in (one, other)) or any(code.item != 1 for code in codes):
        return False
    numbers = [code.number for code in codes]
    apart = {(number - numbers[0]) % PICTURES for number in numbers}
    return all(by <= _LAG or by >= PICTURES - _LAG for by in apart)


def _behind_banner(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Whether one of the rows is the other, moved by what the banner goes in a few frames, or half painted."""
    width = len(one)
    for by in range(0, _LAG * STEP + 1, STEP):
        if np.array_equal(one[by:], other[: width - by]) or np.array_equal(other[by:], one[: width - by]):
            return True
    return False


def run_of_same(verdicts: Sequence[Verdict]) -> int:
    """The longest run of frames in which both showed the same."""
    longest = length = 0
    for verdict in verdicts:
        length = length + 1 if verdict is Verdict.SAME else 0
        longest = max(longest, length)
    return longest


class Sampler:
    """Looks at two screens from a process of its own. A context manager; `samples` gives what was seen so far."""

    def __init__(self, one: XServer, other: XServer, folder: Path) -> None:
        self._screens = (one.framebuffer_path, other.framebuffer_path)
        self._path = folder / "samples"

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", __name__, *map(str, self._screens), str(self._path)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        if self._process.stdout.readline() != b"sampling\n":
            self._process.wait()
            raise RuntimeError("the sampler did not start")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.communicate(timeout=10)

    def samples(self, since: Instant) -> Iterator[Sample]:
        """Those of output frames that began at `since` or later."""
        size = self._path.stat().st_size // _RECORD.itemsize
        for record in np.fromfile(self._path, _RECORD, count=size):
            if frame_instant(int(record["frame"]), FPS) >= since:
                yield Sample(int(record["frame"]), bool(record["painting"]), *map(_view, record["walls"]))


def of_both(samples: Iterator[Sample]) -> list[Sample]:
    """From the first on in which both screens show the film and the banner that goes with it."""
    found = [*samples]
    first = next((place for place, sample in enumerate(found) if judge(sample) is Verdict.SAME), len(found))
    return found[first:]


def told(samples: Sequence[Sample]) -> str:
    """The figures, in words."""
    verdicts = Counter(judge(sample) for sample in samples)
    share = 100 * verdicts[Verdict.SAME] / max(1, len(samples))
    return f"{len(samples)} samples: same {verdicts[Verdict.SAME]} ({share:.3f} %), " + ", ".join(
        f"{one.value} {verdicts[one]}" for one in (Verdict.LATE, Verdict.OTHER)
    )


def _view(seen: Any) -> View:
    return View(read_code(seen["code"][:BLOCKS]), read_code(seen["code"][BLOCKS:]), seen["row"])


def now() -> Instant:
    return Instant(time.time_ns() // 1000)


def _look(screens: Sequence[Framebuffer], points: tuple[NDArray[np.intp], NDArray[np.intp]]) -> NDArray[Any]:
    seen = np.zeros(2, _SEEN)
    for place, screen in enumerate(screens):
        seen[place]["code"] = screen.pixels[points]
        seen[place]["row"] = screen.pixels[_BANNER_ROW, :, 1]
    return seen


def main(one: str, other: str, path: str) -> None:
    """Sample until told to end."""
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    # Where the system lets it, it goes before what it watches.
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    screens, points = [Framebuffer(Path(one)), Framebuffer(Path(other))], probes(*SIZE)
    parent, span = os.getppid(), SECOND // FPS
    with Path(path).open("wb", buffering=0) as file:
        sys.stdout.write("sampling\n")
        sys.stdout.flush()
        while not stopped and os.getppid() == parent:
            frame = frame_index(now(), FPS) + 1
            begin = frame_instant(frame, FPS)
            time.sleep(max(0.0, (begin + _LOOK * span - now()) / SECOND))
            seen = _look(screens, points)
            time.sleep(_AGAIN)
            again = _look(screens, points)
            if now() < frame_instant(frame + 1, FPS):
                file.write(np.array((frame, seen.tobytes() != again.tobytes(), again), _RECORD).tobytes())


if __name__ == "__main__":
    main(*sys.argv[1:])
