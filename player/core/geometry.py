"""Rectangles of LED pixels: integer, half-open, origin at the top left."""

import re
from fractions import Fraction
from math import floor
from typing import NamedTuple


class Size(NamedTuple):
    """Width and height in pixels, both at least 1."""

    width: int
    height: int


class Rect(NamedTuple):
    """A rectangle of the canvas: left, top, width, height in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def size(self) -> Size:
        return Size(self.width, self.height)

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def empty(self) -> bool:
        """Whether it holds no pixel."""
        return self.width <= 0 or self.height <= 0

    def offset(self, dx: int, dy: int) -> "Rect":
        """The same rectangle, moved."""
        return Rect(self.x + dx, self.y + dy, self.width, self.height)

    def intersection(self, other: "Rect") -> "Rect | None":
        """The pixels of both; None when they share none."""
        shared = between(
            max(self.x, other.x),
            max(self.y, other.y),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )
        return None if shared.empty else shared

    def union(self, other: "Rect") -> "Rect":
        """The smallest rectangle around both."""
        if self.empty or other.empty:
            return other if self.empty else self
        return between(
            min(self.x, other.x),
            min(self.y, other.y),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def covers(self, other: "Rect") -> bool:
        """Whether every pixel of `other` is in this one."""
        return other.empty or self.intersection(other) == other

    def subtract(self, other: "Rect") -> "list[Rect]":
        """What `other` leaves of this one: at most four rectangles that do not overlap."""
        hole = self.intersection(other)
        if hole is None:
            return [] if self.empty else [self]
        around = (
            between(self.x, self.y, self.right, hole.y),
            between(self.x, hole.y, hole.x, hole.bottom),
            between(hole.right, hole.y, self.right, hole.bottom),
            between(self.x, hole.bottom, self.right, self.bottom),
        )
        return [part for part in around if not part.empty]


def between(left: int, top: int, right: int, bottom: int) -> Rect:
    """The rectangle with these edges."""
    return Rect(left, top, right - left, bottom - top)


Length = int | str
"""Pixels, or a share of the canvas as in "12.5%"."""

_PERCENT = re.compile(r"-?\d{1,9}(\.\d{1,9})?%", re.ASCII)


def place(at: tuple[Length, Length], size: tuple[Length, Length], canvas: Size) -> Rect:
    """A zone's rectangle. Edges are rounded, not sizes, so that zones that meet in percent meet in pixels.

    It may be empty or reach over the canvas: that is the caller's to judge. Raises ValueError for what is no length.
    """
    left, top = _pixels(at[0], canvas.width), _pixels(at[1], canvas.height)
    right, bottom = left + _pixels(size[0], canvas.width), top + _pixels(size[1], canvas.height)
    return between(_nearest(left), _nearest(top), _nearest(right), _nearest(bottom))


def _pixels(length: Length, whole: int) -> Fraction:
    if isinstance(length, str):
        if not _PERCENT.fullmatch(length):
            raise ValueError(f"{length!r}: pixels as in 960, or a share as in '12.5%', expected")
        return Fraction(length[:-1]) * whole / 100
    return Fraction(length)


def _nearest(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))
