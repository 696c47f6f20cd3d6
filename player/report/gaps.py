"""When no zone of a wall showed anything, and why."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from player.core.units import SECOND, Instant, Span

SHORTEST = SECOND
"""Nobody asks about less: between two plays there may be a frame."""


class Cause(Enum):
    """DARK the lights were out as they should · BLACKOUT somebody had switched the wall off · TESTCARD somebody had a
    test card shown · POWER the computer was off · PLAYER the program did not run · CLOCK that time never was: the clock
    was set forward · FAULT items could not be shown · UNLOGGED days of the log are missing · EMPTY nothing was to be
    shown."""

    DARK = "dark"
    BLACKOUT = "blackout"
    TESTCARD = "testcard"
    POWER = "power"
    PLAYER = "player"
    CLOCK = "clock"
    FAULT = "fault"
    UNLOGGED = "unlogged"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """From an instant to another."""

    start: Instant
    end: Instant


@dataclass(frozen=True, slots=True)
class Mark:
    """What the log says of a stretch, or of an instant (then both are one)."""

    stretch: Stretch
    cause: Cause
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which nothing was shown, its cause, and words of the log about it."""

    start: Instant
    end: Instant
    cause: Cause
    reason: str = ""

    @property
    def span(self) -> Span:
        return Span(self.end - self.start)


_ORDER = (Cause.BLACKOUT, Cause.TESTCARD, Cause.DARK, Cause.POWER, Cause.PLAYER, Cause.CLOCK, Cause.UNLOGGED)
"""Of several causes of one instant the first counts."""


def explain(holes: Iterable[Stretch], marks: Iterable[Mark]) -> list[Gap]:
    """The holes, cut where their causes change, in order. Marks may overlap and come in any order."""
    gaps: list[Gap] = []
    for hole, near in _along(sorted(holes), marks):
        gaps += _merged(_parts(hole, near))
    return gaps


def _along(stretches: Iterable[Stretch], marks: Iterable[Mark]) -> Iterator[tuple[Stretch, list[Mark]]]:
    """Each of the ordered stretches, with the marks that touch it: one walk along both, however many there are."""
    waiting = deque(sorted(marks, key=lambda mark: mark.stretch))
    near: list[Mark] = []
    for stretch in stretches:
        while waiting and waiting[0].stretch.start <= stretch.end:
            near.append(waiting.popleft())
        near = [mark for mark in near if mark.stretch.end >= stretch.start]
        yield stretch, near


def _parts(hole: Stretch, marks: list[Mark]) -> Iterator[Gap]:
    edges = {hole.start, hole.end}
    for mark in marks:
        if mark.cause is not Cause.FAULT:
            edges |= {edge for edge in (mark.stretch.start, mark.stretch.end) if hole.start < edge < hole.end}
    pieces = [Stretch(start, end) for start, end in pairwise(sorted(edges))]
    for piece, near in _along(pieces, marks):
        over = [mark for mark in near if mark.stretch.start <= piece.start and mark.stretch.end >= piece.end]
        causes = {mark.cause: mark for mark in reversed(over)}
        best = next((causes[cause] for cause in _ORDER if cause in causes), None)
        yield Gap(piece.start, piece.end, best.cause, best.reason) if best else _unexplained(piece, near)


def _unexplained(piece: Stretch, marks: list[Mark]) -> Gap:
    """Something failed then, or nothing was to be shown."""
    for mark in marks:
        if mark.cause is Cause.FAULT and piece.start <= mark.stretch.start <= piece.end:
            return Gap(piece.start, piece.end, Cause.FAULT, mark.reason)
    return Gap(piece.start, piece.end, Cause.EMPTY)


def _merged(parts: Iterable[Gap]) -> list[Gap]:
    """Neighbours with one cause are one; what is too short is nothing."""
    gaps: list[Gap] = []
    for part in parts:
        if gaps and gaps[-1].end == part.start and (gaps[-1].cause, gaps[-1].reason) == (part.cause, part.reason):
            gaps[-1] = Gap(gaps[-1].start, part.end, part.cause, part.reason)
        else:
            gaps.append(part)
    return [gap for gap in gaps if gap.span >= SHORTEST]
