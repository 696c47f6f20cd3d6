"""Dims pictures in software, without bands: what lies between two numbers is dithered.

Each number v becomes floor((v * step + d) / 256), where d goes through 0 to 255, each once, over any 16 x 16 pixels in
the order of B. E. Bayer (An optimum method for two-level rendition of continuous-tone pictures, ICC 1973). So every
such square has exactly the mean v * step / 256, and a gradient in the dark has no edges.
"""

import numpy as np
import numpy.typing as npt
import pygame

from player.core.geometry import Rect

SIDE = 16
_ROWS = 32
"""Rows at a time, so that the numbers between stay in the processor's cache."""


def bayer() -> npt.NDArray[np.uint16]:
    """The 16 x 16 matrix of 0 to 255."""
    matrix = np.zeros((1, 1), np.uint16)
    while len(matrix) < SIDE:
        four = matrix * 4
        matrix = np.block([[four, four + 2], [four + 3, four + 1]]).astype(np.uint16)
    return matrix


class Shade:
    """Dims from one surface to another; both have 32 bits a pixel and the size given."""

    def __init__(self, size: tuple[int, int]) -> None:
        width = size[0]
        row = np.tile(bayer(), (1 + _ROWS // SIDE, -(-width // SIDE)))[:, :width]
        self._dither = np.repeat(row, 4, axis=1)
        self._between = np.empty((_ROWS, width * 4), np.uint16)

    def copy(self, source: pygame.Surface, target: pygame.Surface, rects: list[Rect], step: int) -> None:
        """Bring these rectangles over with step/256 of their numbers, 1 to 255."""
        given, taken = _numbers(source), _numbers(target)
        for rect in rects:
            columns = slice(rect.x * 4, (rect.x + rect.width) * 4)
            for top in range(rect.y, rect.y + rect.height, _ROWS):
                rows = slice(top, min(top + _ROWS, rect.y + rect.height))
                self._dim(given[rows, columns], taken[rows, columns], columns, top % SIDE, step)

    def _dim(
        self, given: npt.NDArray[np.uint8], taken: npt.NDArray[np.uint8], columns: slice, phase: int, step: int
    ) -> None:
        height, width = given.shape
        between = self._between[:height, :width]
        np.multiply(given, np.uint16(step), out=between, dtype=np.uint16)
        between += self._dither[phase : phase + height, columns]
        between >>= 8
        taken[...] = between


def _numbers(surface: pygame.Surface) -> npt.NDArray[np.uint8]:
    """The surface's own memory, rows of four numbers a pixel."""
    pixels = np.asarray(surface.get_view("2")).T
    assert pixels.itemsize == 4, "32 bits a pixel"
    return pixels.view(np.uint8)
