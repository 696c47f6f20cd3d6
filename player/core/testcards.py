"""Test cards: which there are, and where what moves on them is, as a function of the output frame's number."""

from enum import Enum
from typing import NamedTuple

from player.core.geometry import Rect, Size
from player.core.units import MINUTE, Span, seconds

USUAL = seconds(60)
"""How long a card stays unless told otherwise."""

LONGEST = Span(60 * MINUTE)
NUMBERS = 1_000_000
"""The frame's number is shown without its higher digits."""

_DIGITS = 6
_CROSSING = 6
"""Seconds that a line takes to cross the canvas, about."""

_LARGEST = 6


class Card(Enum):
    """ALL has something of everything; each of the others is one subject on the whole canvas."""

    ALL = "all"
    GRID = "grid"
    COLOURS = "colours"
    RAMP = "ramp"
    MOTION = "motion"
    TEXT = "text"

    @property
    def moves(self) -> bool:
        return self in (Card.ALL, Card.MOTION)


class Lines(NamedTuple):
    """The upright line and the level one, both within the border."""

    upright: Rect
    level: Rect


def lines(canvas: Size, frame: int, fps: int) -> Lines:
    """Where they are: each frame the same whole pixels further, and from the end to the beginning again."""
    thick = thickness(canvas)
    inner = Size(canvas.width - 2, canvas.height - 2)
    x, y = (_position(room - thick + 1, frame, fps) for room in inner)
    return Lines(Rect(1 + x, 1, thick, inner.height), Rect(1, 1 + y, inner.width, thick))


def thickness(canvas: Size) -> int:
    """Bright in the middle and dark at both sides, so that a line is seen on any ground."""
    return 3 if min(canvas) < 200 else 4


def _position(room: int, frame: int, fps: int) -> int:
    if room <= 1:
        return 0
    step = max(1, round(room / (_CROSSING * fps)))
    return frame * step % room


def number_scale(canvas: Size, card: Card) -> int:
    """Canvas pixels to a dot of the frame number's digits; 0 where there is no room for them."""
    if card is Card.MOTION:
        return max(0, min(canvas.width // 64, canvas.height // 22, 3 * _LARGEST))
    return max(0, min(canvas.width // 88, canvas.height // 32, _LARGEST)) or int(min(canvas) >= 48)


def number_size(scale: int) -> Size:
    """Digits of 5 x 7 dots, a dot between them, and two around all."""
    return Size(scale * (6 * _DIGITS + 3), scale * 11)


def number_place(canvas: Size, card: Card) -> Rect | None:
    """Where the frame's number stands: in the middle when all is about motion, else in the lower right corner."""
    scale = number_scale(canvas, card)
    size = number_size(scale)
    if not card.moves or not scale or size.width > canvas.width - 8 or size.height > canvas.height - 8:
        return None
    if card is Card.MOTION:
        return Rect((canvas.width - size.width) // 2, (canvas.height - size.height) // 2, *size)
    return Rect(canvas.width - size.width - 4, canvas.height - size.height - 4, *size)
