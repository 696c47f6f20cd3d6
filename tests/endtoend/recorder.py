"""Watches a few pixels of an X server's framebuffer from a process of its own and keeps every change, with its time.

Times are of the monotonic clock in nanoseconds, which all processes share.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from tests.endtoend.barcode import BLOCKS, Code, probes, read_code
from tests.endtoend.xserver import Framebuffer, Pixels, XServer

ROOT = Path(__file__).parents[2]
PERIOD = 0.001
"""Seconds between looks: many to an output frame, so that none goes by unseen."""


class Reading(NamedTuple):
    """What the two strips said from `at` until the next reading. None: no code there."""

    at: int
    top: Code | None
    bottom: Code | None


@dataclass(frozen=True)
class Recording:
    """Every change of the probed pixels.

    `times` in nanoseconds; `values` is changes x probes x (blue, green, red); `gaps` are the times between looks in
    nanoseconds, longest first, at most a hundred; `looks` counts the looks.
    """

    times: NDArray[np.int64]
    values: Pixels
    gaps: NDArray[np.int64]
    looks: int
    ended: int

    def readings(self) -> list[Reading]:
        """For a recording of `barcode.probes`."""
        return [
            Reading(int(at), read_code(value[:BLOCKS]), read_code(value[BLOCKS:]))
            for at, value in zip(self.times, self.values, strict=True)
        ]


def look(server: XServer) -> Reading:
    """What the strips say now, read from the test's own process."""
    rows, columns = probes(*server.size)
    value = server.framebuffer.pixels[rows, columns]
    return Reading(time.monotonic_ns(), read_code(value[:BLOCKS]), read_code(value[BLOCKS:]))


class Recorder:
    """Records the pixels at `rows`, `columns` of a server's screen; the strips of coded pictures unless said otherwise.

    A context manager; afterwards `recording` has what was seen.
    """

    def __init__(
        self, server: XServer, folder: Path, points: tuple[NDArray[np.intp], NDArray[np.intp]] | None = None
    ) -> None:
        self._points = points if points is not None else probes(*server.size)
        self._server = server
        self._folder = folder

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        np.save(self._folder / "points.npy", np.stack(self._points))
        command = [sys.executable, "-m", __name__, str(self._server.framebuffer_path), str(self._folder)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        if self._process.stdout.readline() != b"recording\n":
            self._process.wait()
            raise RuntimeError("the recorder did not start")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.communicate(timeout=10)

    @property
    def recording(self) -> Recording:
        """Once the recorder has been left."""
        rows = self._points[0]
        kept = np.fromfile(self._folder / "changes", _record(len(rows)))
        with np.load(self._folder / "looks.npz") as looks:
            return Recording(kept["at"], kept["value"], looks["gaps"], int(looks["count"]), int(looks["ended"]))


def row(y: int, left: int, right: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The points of a row of the screen, to record a crawl by."""
    columns = np.arange(left, right, dtype=np.intp)
    return np.full_like(columns, y), columns


def _record(count: int) -> np.dtype[Any]:
    return np.dtype([("at", np.int64), ("value", np.uint8, (count, 3))])


class _Watch:
    """The recorder's own process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ended = False
        self._gaps: list[int] = []
        self._looks = 0

    def end(self, _number: int, _frame: FrameType | None) -> None:
        self._ended = True

    def run(self, screen: Framebuffer, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> None:
        parent = os.getppid()
        last, looked = b"", time.monotonic_ns()
        with (self._folder / "changes").open("wb") as changes:
            while not self._ended and os.getppid() == parent:
                value = screen.pixels[rows, columns].tobytes()
                now = time.monotonic_ns()
                # Pixels that were being written while they were read differ when read again.
                if value != last and value == screen.pixels[rows, columns].tobytes():
                    changes.write(now.to_bytes(8, sys.byteorder) + value)
                    last = value
                if not self._looks:
                    sys.stdout.write("recording\n")
                    sys.stdout.flush()
                self._note(now - looked)
                looked = now
                time.sleep(PERIOD)
        gaps = np.array(sorted(self._gaps, reverse=True)[:100], np.int64)
        np.savez(self._folder / "looks.npz", gaps=gaps, count=self._looks, ended=looked)

    def _note(self, gap: int) -> None:
        self._looks += 1
        self._gaps.append(gap)
        if len(self._gaps) > 10_000:
            self._gaps = sorted(self._gaps, reverse=True)[:100]


def main(framebuffer: str, folder: str) -> None:
    watch = _Watch(Path(folder))
    # Where the system lets it, it goes before what it watches; elsewhere a busy machine makes it miss some frames.
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    signal.signal(signal.SIGTERM, watch.end)
    rows, columns = np.load(Path(folder) / "points.npy")
    watch.run(Framebuffer(Path(framebuffer)), rows, columns)


if __name__ == "__main__":
    main(*sys.argv[1:])
