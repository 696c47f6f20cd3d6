"""What flashes too much to be shown to everybody: general and red flashes, counted in each cell of a small grid.

The rule is that of WCAG 2.2, success criterion 2.3.1, and its definition of "general flash and red flash thresholds":

- A flash is a pair of opposing changes. A change counts between adjacent peaks and valleys: of relative luminance, by
  10 % or more of the maximum where the darker of the two is below 0.80; or, for red flashes, of (R - G - B) x 320 (what
  is below 0 counts as 0) by more than 20 where R / (R + G + B) is at least 0.8 in either state. The measure of red is
  the one that WCAG 2.0 and 2.1 name: unlike a distance of chromaticities it is defined for black too.
- More than three flashes within any one second are too many: more than six opposing changes.
- They matter where what flashes at one time is a quarter of what is looked at. A wall is seen from anywhere, so that is
  a quarter of the canvas.

A cell flashes while too many changes of its own fall within the second before. Which share of a film is a quarter of
the canvas, its zone decides; so stretches are kept for each of several shares (LEVELS).
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil

from player.core.units import SECOND, Span

LEAST_CHANGE = 0.1
DARKER_BELOW = 0.8
RED_CHANGE = 20 / 320
SATURATED = 0.8
MOST_CHANGES = 6
"""Within one second: three flashes."""

QUARTER = 0.25
LEVELS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.35, 0.5, 0.75)
"""Shares of the picture, for each of which it is told when so much of it flashes."""

MOST_STRETCHES = 50
"""Of one level and kind; what follows is added to the last of them."""

_UP, _DOWN, _NEITHER = 1, -1, 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """From the first change to the last of a time in which at least `level` of the picture flashes too much; at the
    worst `rate` times a second over that much, and `share` of the picture at one time. `red`: by its redness."""

    level: float
    start: Span
    end: Span
    rate: float
    share: float
    red: bool = False


class Judge:
    """Looks at pictures of `cells` cells of equal area, in the order of their times."""

    def __init__(self, cells: int) -> None:
        self._luminance = _Luminance(cells)
        self._redness = _Redness(cells)
        self._general = _Tally(cells, red=False)
        self._red = _Tally(cells, red=True)

    def see(
        self, at: Span, luminance: Sequence[float], redness: Sequence[float], saturated: Sequence[bool] | None = None
    ) -> None:
        """The picture that is up from `at` on. Of each cell: its relative luminance, R - G - B (0 for less than 0), and
        whether it is a saturated red; None where no cell is."""
        for cell in self._luminance.changed(luminance):
            self._general.add(cell, at)
        self._general.look(at)
        for cell in self._redness.changed(redness, saturated):
            self._red.add(cell, at)
        self._red.look(at)

    def found(self) -> tuple[Stretch, ...]:
        """What has flashed too much so far, by level, general flashes first."""
        return (*self._general.stretches(), *self._red.stretches())


def too_much(stretches: Iterable[Stretch], share: float) -> list[Stretch]:
    """Where at least `share` of the picture flashes too much, in order; red flashes only where there are no others."""
    known = [level for level in LEVELS if level <= share]
    level = known[-1] if known else LEVELS[0]
    found = [one for one in stretches if one.level == level and one.share >= share]
    general = [one for one in found if not one.red]
    red = [one for one in found if one.red and not any(one.start < it.end and it.start < one.end for it in general)]
    return sorted((*general, *red), key=lambda one: one.start)


class _Luminance:
    """Follows the luminance of each cell from valley to peak and back."""

    def __init__(self, cells: int) -> None:
        self._way = [_NEITHER] * cells
        self._low: list[float] = []
        self._high: list[float] = []

    def changed(self, values: Sequence[float]) -> list[int]:
        """The cells in which an opposing change is complete with these values."""
        if not self._low:
            self._low, self._high = list(values), list(values)
            return []
        way, lows, highs = self._way, self._low, self._high
        found = []
        for cell, (value, low, high) in enumerate(zip(values, lows, highs, strict=True)):
            # On the way up only the highest matters, for what is to come is a fall from it; and the other way round.
            if value > high:
                highs[cell] = value
            elif value < low:
                lows[cell] = value
            if way[cell] != _UP and value - low >= LEAST_CHANGE and low < DARKER_BELOW:
                way[cell], highs[cell] = _UP, value
                found.append(cell)
            elif way[cell] != _DOWN and high - value >= LEAST_CHANGE and value < DARKER_BELOW:
                way[cell], lows[cell] = _DOWN, value
                found.append(cell)
        return found


class _Redness:
    """The same for redness; a cell's lowest and highest state each remember whether it was a saturated red."""

    def __init__(self, cells: int) -> None:
        self._way = [_NEITHER] * cells
        self._low: list[tuple[float, bool]] = []
        self._high: list[tuple[float, bool]] = []
        self._plain = (False,) * cells
        self._nothing = False

    def changed(self, values: Sequence[float], saturated: Sequence[bool] | None) -> list[int]:
        nothing = saturated is None and not any(values)
        if nothing and self._nothing:
            return []
        self._nothing = nothing
        states = list(zip(values, saturated or self._plain, strict=True))
        if not self._low:
            self._low, self._high = list(states), list(states)
            return []
        return [cell for cell, state in enumerate(states) if self._turns(cell, state)]

    def _turns(self, cell: int, state: tuple[float, bool]) -> bool:
        low, high = self._low[cell], self._high[cell]
        self._low[cell], self._high[cell] = min(low, state), max(high, state)
        way = self._way[cell]
        if way != _UP and state[0] - low[0] > RED_CHANGE and (state[1] or low[1]):
            self._way[cell], self._high[cell] = _UP, state
            return True
        if way != _DOWN and high[0] - state[0] > RED_CHANGE and (state[1] or high[1]):
            self._way[cell], self._low[cell] = _DOWN, state
            return True
        return False


class _Tally:
    """The changes of each cell within the last second, and the stretches that come of them."""

    def __init__(self, cells: int, *, red: bool) -> None:
        self._cells = cells
        self._red = red
        self._recent: list[deque[Span]] = [deque() for _cell in range(cells)]
        self._flashing: set[int] = set()
        self._found: dict[float, list[Stretch]] = {level: [] for level in LEVELS}

    def add(self, cell: int, at: Span) -> None:
        recent = self._recent[cell]
        recent.append(at)
        _drop_before(recent, at)
        if len(recent) > MOST_CHANGES:
            self._flashing.add(cell)

    def look(self, at: Span) -> None:
        """All changes of the picture at `at` have been added."""
        if not self._flashing:
            return
        for cell in list(self._flashing):
            _drop_before(self._recent[cell], at)
            if len(self._recent[cell]) <= MOST_CHANGES:
                self._flashing.discard(cell)
        recent = [self._recent[cell] for cell in self._flashing]
        counts = sorted((len(one) for one in recent), reverse=True)
        firsts, lasts = sorted(one[0] for one in recent), sorted((one[-1] for one in recent), reverse=True)
        share = len(recent) / self._cells
        for level in LEVELS:
            if share < level:
                break
            # So much of the picture has begun, flashes so often and has not ended.
            least = ceil(level * self._cells) - 1
            self._note(Stretch(level, firsts[least], lasts[least], counts[least] / 2, share, self._red))

    def stretches(self) -> Iterable[Stretch]:
        return (one for level in LEVELS for one in self._found[level])

    def _note(self, now: Stretch) -> None:
        found = self._found[now.level]
        if found and (now.start <= found[-1].end + SECOND or len(found) == MOST_STRETCHES):
            last = found[-1]
            rate, share = max(now.rate, last.rate), max(now.share, last.share)
            found[-1] = replace(last, end=max(now.end, last.end), rate=rate, share=share)
        else:
            found.append(now)


def _drop_before(recent: deque[Span], at: Span) -> None:
    """A second is half-open: what was exactly one second ago belongs to another."""
    while recent[0] <= at - SECOND:
        recent.popleft()
