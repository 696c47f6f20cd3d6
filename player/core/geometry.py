"""Rectangles of LED pixels: integer, half-open, origin at the top left."""

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
