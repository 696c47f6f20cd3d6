"""Runs to pixels: how far a run moves the pen, and its mask.

SDL_ttf shapes with HarfBuzz once it is told the script; without that Khmer and Thai come out broken. What it returns is
a surface as wide as the ink or the advance, moved right and down when ink lies left of the pen or above the ascent, and
it does not say how far. So: spaces on both sides give the true advance, spaces behind give the shift to the right, and
an underline, whose row is known, gives the shift down.
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from player.media.text.characters import RIGHT_TO_LEFT
from player.media.text.fonts import Face
from player.media.text.itemise import Run
from player.media.text.sfnt import FaceFile

if TYPE_CHECKING:
    from pygame import Surface
    from pygame.font import Font

_PICTURE_EM = 109
_PAD = "   "
_WHITE = (255, 255, 255)
_FONTS_KEPT = 96
_ADVANCES_KEPT = 60_000
_STAMPS_KEPT = 768


@dataclass(frozen=True, slots=True)
class Stamp:
    """A run's pixels: a mask (mode L), or a picture (RGBA, not premultiplied). Its top left corner lies `left` of the
    pen (positive: to the right) and `top` from the baseline (negative: above)."""

    image: Image.Image
    left: int
    top: int


@lru_cache(maxsize=1)
def _pygame_font() -> ModuleType:
    """`pygame.font`, started; no other part of pygame is. Imported late: checking and planning never draw."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    import pygame.font

    pygame.font.init()
    return pygame.font


class Shaper:
    """Shapes runs at one size: `em` pixels. What it has made it keeps, within bounds."""

    def __init__(self, em: int) -> None:
        self.em = em
        self.advance = lru_cache(maxsize=_ADVANCES_KEPT)(self._measure)
        """How far a run moves the pen, in pixels."""
        self.stamp = lru_cache(maxsize=_STAMPS_KEPT)(self._draw)
        """A run's pixels."""

    def _font(self, run: Run) -> "Font":
        return _font(run.face, _PICTURE_EM if run.face.picture else self.em, run.script)

    def _scaled(self, length: int) -> int:
        return round(length * self.em / _PICTURE_EM)

    def _measure(self, run: Run) -> int:
        advance = _advance(self._font(run), run.text)
        return self._scaled(advance) if run.face.picture else advance

    def _draw(self, run: Run) -> Stamp:
        font = self._font(run)
        rgba = _rgba(font.render(run.text, True, _WHITE))
        if run.face.picture:
            return self._picture(rgba, font)
        mask = rgba.getchannel("A")
        box = mask.getbbox()
        if box is None:
            return Stamp(Image.new("L", (1, 1)), 0, 0)
        left = -_shift_right(font, run) if box[0] == 0 else 0
        top = -font.get_ascent() - (_shift_down(font, run.text, mask) if box[1] == 0 else 0)
        mask = mask.crop(box)
        left, top = left + box[0], top + box[1]
        return Stamp(_emboldened(mask, self.em), left, top) if run.face.embolden else Stamp(mask, left, top)

    def _picture(self, rgba: Image.Image, font: "Font") -> Stamp:
        size = (max(1, self._scaled(rgba.width)), max(1, self._scaled(rgba.height)))
        return Stamp(rgba.resize(size, Image.Resampling.LANCZOS), 0, -self._scaled(font.get_ascent()))


@lru_cache(maxsize=_FONTS_KEPT)
def _font(face: Face, em: int, script: str) -> "Font":
    module = _pygame_font()
    source = FaceFile(face.path, face.index) if face.index else face.path
    font: Font = module.Font(source, em)
    font.set_script(script)
    if script in RIGHT_TO_LEFT:
        font.set_direction(1)
    return font


def _advance(font: "Font", text: str) -> int:
    return font.size(_PAD + text + _PAD)[0] - font.size(_PAD + _PAD)[0]


def _shift_right(font: "Font", run: Run) -> int:
    """How far SDL_ttf moved a run's surface right of the pen, to make room for ink on the left."""
    padded = _PAD + run.text if run.script in RIGHT_TO_LEFT else run.text + _PAD
    return font.size(padded)[0] - font.size(_PAD)[0] - _advance(font, run.text)


def _shift_down(font: "Font", text: str, mask: Image.Image) -> int:
    """How far SDL_ttf moved a run down, to make room for ink above the face's ascent."""
    return _underline_row(font, text, mask) - _underline_row(font, " ", None)


def _underline_row(font: "Font", text: str, mask: Image.Image | None) -> int:
    font.underline = True
    lined = _rgba(font.render(text, True, _WHITE)).getchannel("A")
    font.underline = False
    if mask is not None:
        plain = Image.new("L", lined.size)
        plain.paste(mask)
        lined = ImageChops.difference(lined, plain)
    box = lined.getbbox()
    return box[1] if box else 0


def _rgba(surface: "Surface") -> Image.Image:
    """A surface as SDL_ttf makes them (32 bits, BGRA in memory, alpha not premultiplied) as a picture of its own."""
    size = surface.get_size()
    raw = surface.get_buffer().raw
    return Image.frombytes("RGBA", size, raw, "raw", "BGRA", surface.get_pitch())


def _emboldened(mask: Image.Image, em: int) -> Image.Image:
    """Bold for a face that has no bold weight: strokes widened sideways by a 16th of an em, as FreeType would."""
    extra = max(1, round(em / 16))
    wide = Image.new("L", (mask.width + extra, mask.height))
    for shift in range(extra + 1):
        moved = Image.new("L", wide.size)
        moved.paste(mask, (shift, 0))
        wide = ImageChops.lighter(wide, moved)
    return wide
