"""A nursery whose decoders leak: those of the files whose blobs $LEAKING names take more and more memory, until they
are refused it. `python -m tests.faults.leaking` is run as `player.media.nursery` is.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from player.core.units import Span
from player.media import nursery, reel, stills
from player.media.jobs import Bitmap, Job

LEAKING = "LEAKING"
GULP = 64 << 20
"""Bytes a frame: with what it has for itself, a decoder is refused more within a second of film."""

HELD: list[np.ndarray[Any, Any]] = []

NURSED_BY = f"""
from player.media.nursery import Nursery
from player.wall import beginning
beginning.Nursery = lambda niceness, *, forked: Nursery(niceness, {__name__!r})
"""
"""Code that gives a wall this nursery."""


def leaks(path: str) -> bool:
    return Path(path).name in os.environ[LEAKING].split()


def leak() -> None:
    """Memory that counts, though this machine need not have it: nothing is written there."""
    HELD.append(np.zeros(GULP, np.uint8))


class Leaking:
    """A reel that leaks with each picture."""

    def __init__(self, tight: reel.Reel) -> None:
        self._tight = tight

    def next_frame(self, target: memoryview) -> Span | None:
        leak()
        return self._tight.next_frame(target)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tight, name)


def open_reel(opened: Callable[..., reel.Reel], path: str, *passed: Any, **named: Any) -> reel.Reel:
    tight = opened(path, *passed, **named)
    return Leaking(tight) if leaks(path) else tight


def draw(drawn: Callable[[Job], Bitmap], job: Job) -> Bitmap:
    while leaks(job.path):
        leak()
    return drawn(job)


def main() -> None:
    opened, drawn = reel.open_reel, stills.draw
    # The worker looks the functions up each time.
    vars(reel)["open_reel"] = lambda path, *passed, **named: open_reel(opened, path, *passed, **named)
    vars(stills)["draw"] = lambda job: draw(drawn, job)
    nursery.main(int(sys.argv[1]), int(sys.argv[2]))


if __name__ == "__main__":
    main()
