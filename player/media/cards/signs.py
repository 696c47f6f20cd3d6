"""Words and numbers on a card, as large as their ink and no larger, so that it is known what they cover."""

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

from player.core.geometry import Rect, Size
from player.media.text.colours import WHITE, Colour
from player.media.text.fonts import installed_fonts
from player.media.text.layout import Manner, copy_of, paint_block, set_block
from player.media.text.lettering import Pen

_KEPT = 400
_MANNER = Manner(spacing=0.92, evenness=0.3)
_ANY = 100_000


@dataclass(frozen=True, slots=True)
class Sign:
    """A mask of letters, cut to the ink. `cut`: a word did not go into a line."""

    mask: Image.Image
    cut: bool = False

    @property
    def size(self) -> Size:
        return Size(*self.mask.size)

    def paint(self, canvas: Image.Image, x: int, y: int, ink: Colour = WHITE) -> None:
        """With the top left corner of the ink at (x, y)."""
        canvas.paste(ink.rgb, (x, y, x + self.mask.width, y + self.mask.height), self.mask)

    def paint_in(self, canvas: Image.Image, box: Rect, ink: Colour = WHITE) -> None:
        """In the middle of a box."""
        x, y = box.x + (box.width - self.mask.width) // 2, box.y + (box.height - self.mask.height) // 2
        self.paint(canvas, x, y, ink)


@lru_cache(maxsize=_KEPT)
def sign(text: str, em: int, language: str = "", *, bold: bool = False, width: int = _ANY) -> Sign:
    """Letters of a size; wrapped where they are wider than `width`."""
    block = set_block(copy_of(text, installed_fonts(), language, bold), em, width, _MANNER)
    canvas = Image.new("RGB", (block.width + 2 * em, block.height + 2 * em))
    paint_block(canvas, block, Pen(WHITE), Rect(em, em, block.width, block.height))
    mask = canvas.getchannel("R")
    return Sign(mask.crop(mask.getbbox() or (0, 0, 1, 1)), not block.whole)


@lru_cache(maxsize=_KEPT)
def em_of(height: int) -> int:
    """The largest type size whose capital letters are at most `height` pixels high."""
    em = height
    while sign("H", em + 1).size.height <= height:
        em += 1
    return em


def label_em(canvas: Size) -> int:
    """The size of small print on a canvas: as small as can still be read on it."""
    return max(10, min(24, min(canvas) // 48))
