"""How alike two pictures of letters are.

Ink is a pixel at least half covered. Of two pictures, aligned by the offset that suits them best, precision is the
share of the ink of one that lies within 1 pixel (8 neighbours) of ink of the other, recall the same the other way
round; F1 is their harmonic mean. 1.0 is the same ink everywhere, to a pixel.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from player.media.jobs import Bitmap

Ink = npt.NDArray[np.bool_]

_SEARCH = 3
_PAD = 8


def picture(bitmap: Bitmap) -> Image.Image:
    """A bitmap as a Pillow picture, RGBA."""
    return Image.frombytes("RGBA", bitmap.size, bitmap.pixels, "raw", "BGRA")


def dark_ink(image: Image.Image) -> Ink:
    """Where dark letters stand on white."""
    return np.asarray(image.convert("L")) < 128


def light_ink(image: Image.Image) -> Ink:
    """Where light letters stand on black."""
    return np.asarray(image.convert("L")) >= 128


def f1(one: Ink, other: Ink) -> float:
    """The F1 of two pictures of ink at their best offset, 0 to 1."""
    ours, theirs = _trimmed(one), _trimmed(other)
    height = max(ours.shape[0], theirs.shape[0]) + 2 * _PAD
    width = max(ours.shape[1], theirs.shape[1]) + 2 * _PAD
    fixed = _placed(theirs, height, width, 0, 0)
    wide_fixed = _widened(fixed)
    best = 0.0
    for down in range(-_SEARCH, _SEARCH + 1):
        for right in range(-_SEARCH, _SEARCH + 1):
            moved = _placed(ours, height, width, down, right)
            best = max(best, _f1_in_place(moved, fixed, wide_fixed))
    return best


def f1_in_place(one: Ink, other: Ink) -> float:
    """The F1 of two pictures of one size, without moving either."""
    return _f1_in_place(one, other, _widened(other))


def _f1_in_place(one: Ink, other: Ink, wide_other: Ink) -> float:
    if not one.any() or not other.any():
        return float(one.any() == other.any())
    precision = float((one & wide_other).sum() / one.sum())
    recall = float((other & _widened(one)).sum() / other.sum())
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _trimmed(ink: Ink) -> Ink:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not rows.size:
        return np.zeros((1, 1), dtype=np.bool_)
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _placed(ink: Ink, height: int, width: int, down: int, right: int) -> Ink:
    result = np.zeros((height, width), dtype=np.bool_)
    top, left = _PAD + down, _PAD + right
    result[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return result


def _widened(ink: Ink) -> Ink:
    grown = Image.fromarray(ink.astype(np.uint8) * 255).filter(ImageFilter.MaxFilter(3))
    return np.asarray(grown) > 0


def load(path: Path) -> Image.Image:
    """A golden picture, whole in memory."""
    with Image.open(path) as image:
        return image.convert("RGB")
