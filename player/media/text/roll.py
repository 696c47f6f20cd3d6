"""A banner that moves up: its text wrapped to the zone's width, drawn in tiles as they are wanted."""

from bisect import bisect_left, bisect_right

from PIL import Image

from player.core.geometry import Size
from player.core.model import Style
from player.media.jobs import Bitmap
from player.media.text.characters import clean
from player.media.text.colours import colour
from player.media.text.crawl import CHARACTERS_AT_MOST
from player.media.text.fonts import Fonts, installed_fonts
from player.media.text.itemise import Run, itemise
from player.media.text.lettering import Line, Pen, paint, reach, set_line, vertical
from player.media.text.pixels import bitmap
from player.media.text.shaping import Shaper
from player.media.text.wrapping import wrap

MARK = "•"
"""What stands on a line of its own between a text and what follows."""

_OF_HEIGHT, _OF_WIDTH = 0.065, 0.075
_EM_AT_LEAST = 6
_MARGIN = 0.06
_PARAGRAPH_GAP, _TEXT_GAP = 0.35, 0.6
_EVENNESS = 0.2


class Roll:
    """A text as one roll of centred lines, `length` pixels long, which no memory has to hold: `tile` draws a part.

    It is as wide as its zone and ends with its separator, so rolls can follow one another. Letters are as large as
    `style.size` says (type size as a share of the zone's height), or as reads well at this width. Characters beyond
    300,000 are left out.
    """

    def __init__(self, text: str, style: Style, zone: Size, *, lang: str = "", fonts: Fonts | None = None) -> None:
        fonts = fonts or installed_fonts()
        self._style, self._width = style, zone.width
        paragraphs = [itemise(line, fonts, lang, style.bold) for line in lines_of(text)]
        self._em = roll_em(style, zone)
        self._shaper = Shaper(self._em)
        mark = itemise(MARK, fonts, lang, style.bold)
        self._lines, self.length = self._set(paragraphs, mark) if any(map(_seen, paragraphs)) else ([], 0)
        self._baselines = [baseline for _, baseline in self._lines]

    @property
    def em(self) -> int:
        """The type size in pixels."""
        return self._em

    def _set(self, paragraphs: list[list[Run]], mark: list[Run]) -> tuple[list[tuple[Line, int]], int]:
        width = max(1, self._width - 2 * round(_MARGIN * self._width))
        found: list[tuple[Line, int]] = []
        top = 0
        for runs in paragraphs:
            room = vertical(runs, self._em)
            for line in wrap(runs, self._shaper, width, _EVENNESS):
                found.append((line, top + room.above))
                top += max(self._em, room.pitch)
            top += round(_PARAGRAPH_GAP * self._em)
        gap, room = round(_TEXT_GAP * self._em), vertical(mark, self._em)
        found.append((set_line(mark, self._shaper), top + gap + room.above))
        return found, top + max(self._em, room.pitch) + 2 * gap

    def tile(self, y: int, height: int) -> Bitmap:
        """The rows `y` to `y + height` of the roll; beyond its ends there is only ground."""
        ground = colour(self._style.ground)
        opaque = ground.alpha == 255
        canvas = Image.new("RGB" if opaque else "RGBA", (self._width, height), ground.rgb if opaque else tuple(ground))
        overhang = 2 * self._em + reach(self._style.edge, self._em)
        first = bisect_left(self._baselines, y - overhang)
        last = bisect_right(self._baselines, y + height + overhang)
        pen = Pen(colour(self._style.ink), self._style.edge)
        for line, baseline in self._lines[first:last]:
            paint(canvas, line, self._shaper, pen, (self._width - line.width) // 2, baseline - y)
        return bitmap(canvas)


def lines_of(text: str) -> list[str]:
    """The lines of cleaned text, trimmed, empty ones left out."""
    parts = clean(text[:CHARACTERS_AT_MOST]).split("\n")
    return [line for part in parts if (line := part.strip())]


def _seen(runs: list[Run]) -> bool:
    return not all(run.text.isspace() for run in runs)


def roll_em(style: Style, zone: Size) -> int:
    """The type size, in pixels, of a banner that moves up in such a zone."""
    wanted = style.size * zone.height if style.size else min(_OF_HEIGHT * zone.height, _OF_WIDTH * zone.width)
    return max(_EM_AT_LEAST, round(wanted))
