"""A recording of numbered frames, judged: what was on, for how long, and what should not have been seen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from tests.endtoend.recorder import Reading

MILLISECOND = 1_000_000
GLIMPSE = 4 * MILLISECOND
"""Nanoseconds. What is on for less was half of an output frame being written, or of one being read."""


@dataclass
class Turn:
    """One item's stay on the wall. Times in nanoseconds of the monotonic clock."""

    item: int
    start: int
    end: int
    seen: list[tuple[int, int]] = field(default_factory=list)
    """Each frame as (time, number)."""

    @property
    def numbers(self) -> list[int]:
        return [number for _, number in self.seen]

    def begun(self, fps: int) -> float:
        """When frame 0 was due, in seconds of the monotonic clock, by the frames that were seen."""
        return median(at / 1e9 - number / fps for at, number in self.seen)


HALF_WRITTEN = 10_000_000
"""Nanoseconds."""


def lasting(readings: Sequence[Reading]) -> list[tuple[Reading, int]]:
    """The readings that were more than a glimpse, each with its length; the last one has no length and is left out."""
    return [(now, after.at - now.at) for now, after in pairwise(readings) if after.at - now.at > GLIMPSE]


def bare(readings: Sequence[Reading]) -> list[tuple[Reading, int]]:
    """Readings without a code, at the top or the bottom: background, black, or something half drawn."""
    return [(reading, length) for reading, length in lasting(readings) if reading.top is None or reading.bottom is None]


def torn(readings: Sequence[Reading]) -> list[tuple[Reading, int]]:
    """Readings whose top and bottom are of different frames, for longer than a busy X server may be kept from writing
    the rest of a picture; one that was left so would last for an output frame at least."""
    return [
        (reading, length)
        for reading, length in lasting(readings)
        if reading.top and reading.bottom and reading.top != reading.bottom and length > HALF_WRITTEN
    ]


def of_the_show(readings: Sequence[Reading], until: int) -> list[Reading]:
    """From the first coded picture to `until`, when the program was told to end; what was on then lasts until then."""
    first = next((place for place, reading in enumerate(readings) if reading.top and reading.bottom), len(readings))
    return [*(reading for reading in readings[first:] if reading.at < until), Reading(until, None, None)]


def turns(readings: Sequence[Reading]) -> list[Turn]:
    """The items in the order in which they were on, by the code at the top."""
    found: list[Turn] = []
    for reading, length in lasting(readings):
        if reading.top is None:
            continue
        item, number = reading.top
        if not found or found[-1].item != item:
            found.append(Turn(item, reading.at, reading.at))
        turn = found[-1]
        if not turn.seen or turn.numbers[-1] != number:
            turn.seen.append((reading.at, number))
        turn.end = reading.at + length
    return found


def longest_standstill(readings: Sequence[Reading], start: int, end: int) -> float:
    """The longest time in seconds between `start` and `end` (nanoseconds) in which the picture did not change."""
    changes = [start, *(reading.at for reading in readings if start < reading.at < end), end]
    return max(after - before for before, after in pairwise(changes)) / 1e9
