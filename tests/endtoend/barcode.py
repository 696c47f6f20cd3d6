"""Numbers written into pictures as black and white blocks, so that a recording says which frame was on the wall.

A strip of 32 blocks runs along the top and again along the bottom: two strips that differ are a torn frame. Blocks
are a 32nd of the width, so the code survives scaling and lossy films. From the left: white, black (guard), 8 bits of
the item, 16 of the frame, 4 of check, black, white (guard); the highest bit of each stands first.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tests.endtoend.xserver import Pixels

BLOCKS = 32
STRIP = 0.15
"""The height of a strip as a share of the picture's."""

_DARK, _BRIGHT = 80, 175


class Code(NamedTuple):
    """Frame `number` (0 to 65535) of item `item` (0 to 255)."""

    item: int
    number: int


def _check(code: Code) -> int:
    digits = [code.item >> 4, code.item, code.number >> 12, code.number >> 8, code.number >> 4, code.number]
    # Odd weights show every single wrong bit and most swaps.
    return (5 + sum((2 * place + 1) * (digit & 15) for place, digit in enumerate(digits))) & 15


def _bits(code: Code) -> str:
    return f"10{code.item:08b}{code.number:016b}{_check(code):04b}01"


def draw_code(picture: Pixels, code: Code) -> None:
    """Writes the code into an RGB or BGR picture, at its top and bottom."""
    height, width = picture.shape[:2]
    edges = [round(block * width / BLOCKS) for block in range(BLOCKS + 1)]
    strip = round(height * STRIP)
    for left, right, bit in zip(edges, edges[1:], _bits(code), strict=False):
        picture[:strip, left:right] = picture[height - strip :, left:right] = 255 if bit == "1" else 0


def probes(width: int, height: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the middles of the blocks on a screen filled by a coded picture: top strip, then bottom."""
    columns = ((np.arange(BLOCKS) + 0.5) * width / BLOCKS).astype(np.intp)
    top, bottom = int(height * STRIP / 2), int(height * (1 - STRIP / 2))
    return np.repeat(np.array([top, bottom], np.intp), BLOCKS), np.concatenate([columns, columns])


def read_code(pixels: Pixels) -> Code | None:
    """The code in the pixels (32 x 3) of one strip, or None where there is none."""
    levels = pixels.astype(np.int32).mean(axis=1)
    if ((levels > _DARK) & (levels < _BRIGHT)).any():
        return None
    bits = "".join("1" if level >= _BRIGHT else "0" for level in levels)
    code = Code(int(bits[2:10], 2), int(bits[10:26], 2))
    return code if bits == _bits(code) else None
