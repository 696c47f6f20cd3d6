"""Which rectangle of the canvas goes where on the video output.

A sending card takes a window of the output; a wall may stand on its side, and a long strip comes in pieces that lie
below one another. So the canvas is copied by a list of patches. Without any, it lies pixel for pixel at the top left.
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from player.core.geometry import Rect, Size


class Flip(StrEnum):
    """How a patch is mirrored, before it is turned."""

    NONE = "none"
    HORIZONTAL = "horizontal"
    VERTICAL = "vertical"


TURNS = (0, 90, 180, 270)


@dataclass(frozen=True, slots=True)
class Patch:
    """A rectangle of the canvas, and the left and top of the place that it is copied to on an output of the computer:
    `screen`, counted from 1.

    `rotate` is in degrees, clockwise: with 90 the upper edge comes to the right. `flip` horizontal exchanges left and
    right, vertical top and bottom.
    """

    source: Rect
    left: int
    top: int
    rotate: int = 0
    flip: Flip = Flip.NONE
    screen: int = 1

    def __post_init__(self) -> None:
        if self.rotate not in TURNS or self.source.empty:
            raise ValueError(f"no such patch: {self.source} turned by {self.rotate}")

    @property
    def plain(self) -> bool:
        """Whether it is copied as it is."""
        return self.rotate == 0 and self.flip is Flip.NONE

    @property
    def target(self) -> Rect:
        """Where it lies on the output."""
        width, height = self.source.size
        return Rect(self.left, self.top, *((width, height) if self.rotate in (0, 180) else (height, width)))

    def carry(self, part: Rect) -> Rect:
        """Where on the output a part of `source` comes to lie."""
        width, height = self.source.size
        x, y, w, h = part.offset(-self.source.x, -self.source.y)
        if self.flip is Flip.HORIZONTAL:
            x = width - x - w
        elif self.flip is Flip.VERTICAL:
            y = height - y - h
        turned = {
            0: Rect(x, y, w, h),
            90: Rect(height - y - h, x, h, w),
            180: Rect(width - x - w, height - y - h, w, h),
            270: Rect(y, width - x - w, h, w),
        }[self.rotate]
        return turned.offset(self.left, self.top)


Mapping = tuple[Patch, ...]


@dataclass(frozen=True, slots=True)
class Face:
    """One of several canvases that lie on the one that is drawn."""

    name: str
    rect: Rect


Sizes = MappingOf[int, Size]
"""Of the outputs, by their numbers."""


def copies(mapping: Mapping, damage: Iterable[Rect]) -> Iterator[tuple[Patch, Rect]]:
    """What is to be copied when these rectangles of the canvas have changed: parts of patches' sources."""
    for rect in damage:
        for patch in mapping:
            part = rect.intersection(patch.source)
            if part is not None:
                yield patch, part


def outside(mapping: Mapping, canvas: Size) -> list[int]:
    """The patches whose source reaches over the edge of the canvas."""
    whole = Rect(0, 0, *canvas)
    return [number for number, patch in enumerate(mapping) if not whole.covers(patch.source)]


def overlaps(mapping: Mapping) -> list[tuple[int, int]]:
    """The pairs of patches that claim the same pixels of the output."""
    return [
        (m, n)
        for (m, one), (n, other) in combinations(enumerate(mapping), 2)
        if one.screen == other.screen and one.target.intersection(other.target)
    ]


def screens_of(mapping: Mapping) -> list[int]:
    """The outputs that are used, by their numbers."""
    return sorted({patch.screen for patch in mapping} or {1})


def gaps(mapping: Mapping, canvas: Size) -> list[Rect]:
    """What of the canvas is copied nowhere; rectangles that do not overlap."""
    return _left([Rect(0, 0, *canvas)], [patch.source for patch in mapping]) if mapping else []


def cut_off(mapping: Mapping, canvas: Size, outputs: Sizes) -> list[Rect]:
    """What of the patches lies beyond the edges of its output, if that is in `outputs`; rectangles of its pixels."""
    patches = [patch for patch in mapping or (Patch(Rect(0, 0, *canvas), 0, 0),) if patch.screen in outputs]
    return [part for patch in patches for part in patch.target.subtract(Rect(0, 0, *outputs[patch.screen]))]


def _left(parts: list[Rect], taken: Sequence[Rect]) -> list[Rect]:
    for hole in taken:
        parts = [rest for part in parts for rest in part.subtract(hole)]
    return parts
