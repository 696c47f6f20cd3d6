"""A caption: a line or two over the foot of a picture."""

from typing import NamedTuple

from PIL import Image

from player.core.geometry import Rect, Size
from player.core.model import Caption
from player.media.jobs import Bitmap
from player.media.text.colours import Colour, colour
from player.media.text.fonts import Fonts, installed_fonts
from player.media.text.layout import (
    Align,
    Block,
    Copy,
    Manner,
    copy_of,
    cut_to,
    largest,
    paint_block,
    set_block,
    smallest_em,
)
from player.media.text.lettering import Pen
from player.media.text.pixels import bitmap

_MANNER = Manner(spacing=0.94, evenness=0.5)
_SHARE = 0.058
_LINES = 2
_CHARACTERS = 600
_HEIGHT_AT_MOST = 0.45


class CaptionPlace(NamedTuple):
    """An overlay as wide as the picture, and how far below the picture's top it begins, in pixels."""

    bitmap: Bitmap
    top: int


def draw_caption(caption: Caption, size: Size, fonts: Fonts | None = None) -> CaptionPlace:
    """A caption for a picture of `size`: an overlay at its foot, only as high as it must be, never half the picture.

    Its ground is the style's, fading out above the letters. An empty caption is one clear row.
    """
    copy = copy_of(caption.text, fonts or installed_fonts(), caption.lang, caption.style.bold, limit=_CHARACTERS)
    if not copy:
        return CaptionPlace(bitmap(Image.new("RGBA", (size.width, 1))), size.height - 1)
    width = _text_width(size)
    block, _fits = _set(copy, size, width, caption.style.size)
    foot, head = round(0.35 * block.em), round(0.9 * block.em)
    height = max(1, min(block.height + foot + head, size.height // 2))
    canvas = _ground(colour(caption.style.ground), Size(size.width, height), head)
    box = Rect((size.width - width) // 2, height - foot - block.height, width, block.height)
    paint_block(canvas, block, Pen(colour(caption.style.ink), caption.style.edge), box, Align.CENTRE)
    return CaptionPlace(bitmap(canvas), size.height - height)


def measure_caption(caption: Caption, size: Size, fonts: Fonts | None = None) -> tuple[int, bool]:
    """The type size that a caption gets on a picture of `size`, and whether all of it shows."""
    copy = copy_of(caption.text, fonts or installed_fonts(), caption.lang, caption.style.bold, limit=_CHARACTERS)
    block, fits = _set(copy, size, _text_width(size), caption.style.size)
    return block.em, fits and copy.complete


def _text_width(size: Size) -> int:
    return max(1, size.width - 2 * round(0.06 * size.width))


def _set(copy: Copy, size: Size, width: int, wanted: float) -> tuple[Block, bool]:
    """The caption at its size, smaller when it would take more than two lines, cut when even that is too much."""
    low = smallest_em(size)
    high = max(low, round((wanted or _SHARE) * size.height))
    room = size.height * _HEIGHT_AT_MOST
    block, fits = largest(
        lambda em: set_block(copy, em, width, _MANNER),
        lambda block: block.whole and len(block.lines) <= _LINES and block.height + 1.25 * block.em <= room,
        low,
        high,
    )
    if fits or not block.lines:
        return block, fits
    two_lines = block.lines[:_LINES][-1][1] + block.room.below
    return cut_to(block, copy, width, min(two_lines, max(block.room.height, int(room - 1.25 * block.em)))), False


def _ground(ground: Colour, size: Size, fade: int) -> Image.Image:
    """The ground's colour, whose alpha grows from nothing over the first `fade` rows."""
    column = Image.new("L", (1, size.height))
    column.putdata([round(ground.alpha * _ease(min(1.0, (row + 0.5) / fade))) for row in range(size.height)])
    canvas = Image.new("RGBA", size, ground.rgb)
    canvas.putalpha(column.resize(size, Image.Resampling.NEAREST))
    return canvas


def _ease(share: float) -> float:
    """From 0 to 1 without a corner at either end."""
    return share * share * (3 - 2 * share)
