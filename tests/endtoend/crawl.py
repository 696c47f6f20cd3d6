"""How a recorded crawl moves from one picture to the next."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tests.endtoend.recorder import Recording

FARTHEST = 64
"""Steps by which one recorded picture may be ahead of the one before."""

Rows = NDArray[np.uint32]


@dataclass(frozen=True)
class Advances:
    """How often a crawl moved by its step, by a whole multiple of it (a frame was late, or not recorded), otherwise."""

    exact: int
    multiple: int
    other: int
    odd: tuple[str, ...] = ()
    """Of the first that moved otherwise: which picture it was, and which pixels did not follow from the one before."""


BURST = 5_000_000
"""Nanoseconds. Changes that follow each other sooner are of one picture that was being written, top first."""


def strip_rows(recording: Recording) -> Rows:
    """The recorded pixels, one number each: pictures x pixels along the crawl."""
    last_of_burst = np.append(np.diff(recording.times) >= BURST, True)
    blue, green, red = (recording.values[last_of_burst, :, channel].astype(np.uint32) for channel in range(3))
    rows: Rows = blue | green << np.uint32(8) | red << np.uint32(16)
    return rows


def advances(rows: Rows, step: int) -> Advances:
    """How each of `rows` follows from the one before by moving towards the first pixel."""
    exact = multiple = other = 0
    odd: list[str] = []
    for number, (before, after) in enumerate(pairwise(rows)):
        if moved(before, after, step):
            exact += 1
        elif any(moved(before, after, step * times) for times in range(2, FARTHEST)):
            multiple += 1
        else:
            other += 1
            differ = np.flatnonzero(before[step:] != after[:-step])
            odd.append(f"{number} of {len(rows)}: {len(differ)} pixels, {differ[:1]} to {differ[-1:]}")
    return Advances(exact, multiple, other, tuple(odd[:5]))


def moved(before: Rows, after: Rows, by: int) -> bool:
    return by < len(before) and bool(np.array_equal(before[by:], after[:-by]))
