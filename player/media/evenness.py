"""The times of a film's pictures, freed from the rounding of the file that they come from.

Matroska counts in milliseconds, and many a camera's or converter's MP4 is a tick or two off: of 24 pictures a second
some then stand a little longer than others, which a wall would show as jerks.
"""

from fractions import Fraction

from player.core.units import SECOND, Span

_NTSC = Fraction(1000, 1001)
_RATES = sorted([*map(Fraction, range(1, 121)), *(rate * _NTSC for rate in (24, 30, 48, 60, 120))])
"""The rates that films are made at, in pictures a second."""

_ALIKE = Fraction(4, 10_000)
"""By what part of itself a rate may differ from what a file says: 24 and 23.976 are a thousandth apart."""

_ROUNDED = Fraction(1, 1000)
"""The coarsest tick, in seconds, that a film has gone through before it came into its file."""

_MOST = Fraction(1, 4)
"""The part of a picture's own span that its time is moved by at most."""


def usual_rate(*said: Fraction | None) -> Fraction | None:
    """The rate that films are made at which one of those is that a file states; None: it has a rate of its own."""
    for rate in said:
        if rate:
            nearest = min(_RATES, key=lambda usual: abs(usual - rate))
            if abs(rate / nearest - 1) < _ALIKE:
                return nearest
    return None


class Evenness:
    """Puts times where a film of `rate` has its pictures, as far as the rounding to a `tick` (in seconds) explains what
    they are off; others, as in a film of changing rate, stay as they are. Each time is judged by itself, so it does not
    matter where in the film one begins."""

    def __init__(self, rate: Fraction | None, tick: Fraction) -> None:
        self._rate = rate
        off = min(max(tick, _ROUNDED), _MOST / rate) if rate else Fraction(0)
        # The first picture's own time is rounded too, and all are counted from it; and to whole microseconds.
        self._off = off * SECOND + 2

    def __call__(self, at: Span) -> Span:
        if self._rate is None:
            return at
        number = round(at * self._rate / SECOND)
        even = number * SECOND / self._rate
        return Span(int(even // 1)) if abs(even - at) <= self._off else at
