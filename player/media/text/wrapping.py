"""Runs to lines of a width: Unicode line breaks, even lines for titles, words cut only when they must be."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from player.media.text.characters import clusters
from player.media.text.itemise import Run
from player.media.text.lettering import Line, set_line
from player.media.text.shaping import Shaper

ELLIPSIS = "…"

Word = tuple[Run, ...]
"""Runs that no line may end between."""


def words(runs: Sequence[Run]) -> list[Word]:
    """Runs grouped by where a line may end."""
    result: list[Word] = []
    held: list[Run] = []
    for run in runs:
        held.append(run)
        if run.breakable:
            result.append(tuple(held))
            held = []
    return [*result, tuple(held)] if held else result


def wrap(runs: Sequence[Run], shaper: Shaper, width: int, evenness: float = 0.0) -> list[Line]:
    """The lines of one paragraph, each at most `width` pixels wide, but for a single character wider than that.

    `evenness` above 0 makes lines of more even length, without making more of them: they may become shorter by up to
    that share of the width.
    """
    found = [_Measured(word, *_measure(word, shaper)) for word in words(runs)]
    lines = _filled(found, shaper, width)
    if evenness and len(lines) > 1:
        lines = _evened(found, shaper, round(width * (1 - evenness)), width)
    return [set_line(line, shaper) for line in lines]


class _Measured(NamedTuple):
    """A word with its width without and with the spaces at its end."""

    word: Word
    seen: int
    whole: int


def _evened(found: list[_Measured], shaper: Shaper, low: int, high: int) -> list[list[Run]]:
    """Filled to the smallest width from `low` to `high` that needs no more lines than `high`."""
    count = len(_filled(found, shaper, high))
    while low < high:
        middle = (low + high) // 2
        if len(_filled(found, shaper, middle)) <= count:
            high = middle
        else:
            low = middle + 1
    return _filled(found, shaper, high)


def _filled(found: list[_Measured], shaper: Shaper, width: int) -> list[list[Run]]:
    """Words on lines, as many on each as go in."""
    lines: list[list[Run]] = [[]]
    used = 0
    for word, seen, whole in found:
        if used + seen > width and lines[-1]:
            lines.append([])
            used = 0
        if seen > width:
            pieces = _cut(word, shaper, width)
            lines[-1] += pieces[0]
            lines += pieces[1:]
            used = sum(shaper.advance(run) for run in lines[-1])
        else:
            lines[-1] += word
            used += whole
    return [line for line in lines if line]


def _measure(word: Word, shaper: Shaper) -> tuple[int, int]:
    return set_line(word, shaper).width, sum(shaper.advance(run) for run in word)


def _cut(word: Word, shaper: Shaper, width: int) -> list[list[Run]]:
    """A word that is wider than a line, cut between characters."""
    lines: list[list[Run]] = [[]]
    used = 0
    for character in (piece for run in word for piece in _characters(run)):
        advance = shaper.advance(character)
        if used + advance > width and lines[-1]:
            lines.append([])
            used = 0
        lines[-1].append(character)
        used += advance
    return [_rejoined(line) for line in lines]


def _characters(run: Run) -> list[Run]:
    return [Run(cluster, run.face, run.script) for cluster in clusters(run.text)]


def _rejoined(line: list[Run]) -> list[Run]:
    """Characters of one face and script as one run again, so that they are shaped together."""
    groups = groupby(line, lambda run: (run.face, run.script))
    return [Run("".join(run.text for run in group), face, script) for (face, script), group in groups]


def shortened(line: Line, mark: Sequence[Run], shaper: Shaper, width: int) -> Line:
    """A line cut so that `mark` (an ellipsis) goes on behind it."""
    room = width - sum(shaper.advance(run) for run in mark)
    runs = [piece for placed in line.runs for piece in _characters(placed.run)]
    while runs and (runs[-1].text.isspace() or set_line(_rejoined(runs), shaper).width > room):
        runs.pop()
    return set_line([*_rejoined(runs), *mark], shaper)
