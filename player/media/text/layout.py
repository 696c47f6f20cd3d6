"""Blocks of wrapped lines, and the largest type size at which they go into a space."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import TypeVar

from PIL import Image

from player.core.geometry import Rect, Size
from player.media.text.characters import clean
from player.media.text.fonts import Fonts
from player.media.text.itemise import Run, itemise
from player.media.text.lettering import Line, Pen, Vertical, paint, vertical
from player.media.text.shaping import Shaper
from player.media.text.wrapping import ELLIPSIS, shortened, words, wrap

LEGIBLE_EM = 16
"""The smallest type that reads well on an LED wall, in pixels: Chinese and Khmer need as many."""

_SMALLEST_EM = 12
_SMALLEST_SHARE = 0.022
_PARAGRAPH_GAP = 0.35
_SIZES_KEPT = 64

Setting = TypeVar("Setting")


class Align(Enum):
    LEFT = "left"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Copy:
    """A text ready to be set: the runs of its paragraphs, and those of the ellipsis that ends it when it is cut.

    Not `complete` when it was too long to be looked at whole.
    """

    paragraphs: tuple[tuple[Run, ...], ...]
    ellipsis: tuple[Run, ...]
    complete: bool = True

    def __bool__(self) -> bool:
        return any(self.paragraphs)


@dataclass(frozen=True, slots=True)
class Block:
    """A text set at one size: its lines with their baselines, counted from the block's top, in pixels."""

    lines: tuple[tuple[Line, int], ...]
    em: int
    room: Vertical
    height: int
    whole: bool

    @property
    def width(self) -> int:
        return max((line.width for line, _ in self.lines), default=0)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a block is set: line spacing as a share of what its faces ask for, and how far lines may be shortened to
    become even, as a share of the width."""

    spacing: float = 1.0
    evenness: float = 0.2


BODY = Manner()
TITLE = Manner(spacing=0.94, evenness=0.5)


def copy_of(text: str, fonts: Fonts, lang: str = "", bold: bool = False, limit: int = 6000) -> Copy:
    """Cleaned and itemised text. Beyond `limit` characters, far more than any wall holds, it is left out."""
    paragraphs = clean(text[:limit]).strip().split("\n")
    runs = tuple(tuple(itemise(paragraph.strip(), fonts, lang, bold)) for paragraph in paragraphs)
    return Copy(runs, tuple(itemise(ELLIPSIS, fonts, lang, bold)), len(text) <= limit)


@lru_cache(maxsize=_SIZES_KEPT)
def shaper(em: int) -> Shaper:
    """The shaper of a size; those used last keep what they have made."""
    return Shaper(em)


def set_block(copy: Copy, em: int, width: int, manner: Manner = BODY) -> Block:
    """A text wrapped to `width`. Not `whole` when a word had to be cut."""
    hand = shaper(em)
    room = vertical((run for paragraph in copy.paragraphs for run in paragraph), em)
    pitch = max(em, round(room.pitch * manner.spacing))
    lines: list[tuple[Line, int]] = []
    top, whole = 0, True
    for paragraph in copy.paragraphs:
        for line in wrap(paragraph, hand, width, manner.evenness):
            lines.append((line, top + room.above))
            top += pitch
        top += round(_PARAGRAPH_GAP * em)
        whole = whole and all(_width(word, hand) <= width for word in words(paragraph))
    height = lines[-1][1] + room.below if lines else 0
    return Block(tuple(lines), em, room, height, whole)


def _width(word: Sequence[Run], hand: Shaper) -> int:
    return sum(hand.advance(run) for run in word if not run.text.isspace())


def cut_to(block: Block, copy: Copy, width: int, height: int) -> Block:
    """A block without the lines below `height`; an ellipsis ends what is left, if anything is."""
    kept = [(line, baseline) for line, baseline in block.lines if baseline + block.room.below <= height]
    if not kept or len(kept) == len(block.lines):
        return replace(block, lines=tuple(kept), height=block.height if kept else 0)
    line, baseline = kept[-1]
    kept[-1] = (shortened(line, copy.ellipsis, shaper(block.em), width), baseline)
    return replace(block, lines=tuple(kept), height=baseline + block.room.below, whole=False)


def largest(
    make: Callable[[int], Setting], fits: Callable[[Setting], bool], low: int, high: int
) -> tuple[Setting, bool]:
    """The setting of the largest size from `low` to `high` that fits, and True; else that of `low`, and False."""
    setting = make(low)
    if not fits(setting):
        return setting, False
    while low < high:
        middle = (low + high + 1) // 2
        tried = make(middle)
        if fits(tried):
            low, setting = middle, tried
        else:
            high = middle - 1
    return setting, True


def paint_block(canvas: Image.Image, block: Block, pen: Pen, box: Rect, align: Align = Align.LEFT) -> None:
    """Paint a block with its top at the top of `box`, its lines at the box's left or in its middle."""
    for line, baseline in block.lines:
        x = box.x if align is Align.LEFT else box.x + (box.width - line.width) // 2
        paint(canvas, line, shaper(block.em), pen, x, box.y + baseline)


def smallest_em(size: Size) -> int:
    """The smallest type that is used in a zone, before text is cut."""
    sane = max(_SMALLEST_EM, round(_SMALLEST_SHARE * min(size)))
    return max(5, min(sane, int(size.height * 0.45), int(size.width * 0.2)))
