"""A banner's strip: one endless line, measured once, drawn in tiles as they are wanted."""

from bisect import bisect_left, bisect_right

from PIL import Image

from player.core.model import Style
from player.media.jobs import Bitmap
from player.media.text.characters import one_line
from player.media.text.colours import colour
from player.media.text.fonts import Fonts, installed_fonts
from player.media.text.itemise import Run, itemise
from player.media.text.lettering import Line, Pen, allowance, paint, reach, set_line, vertical
from player.media.text.pixels import bitmap
from player.media.text.shaping import Shaper

SEPARATOR = "     •     "
"""What stands between a banner's end and what follows, and between the lines of a text file."""

_SHARE = 0.56
_CAPITALS = 0.714
_EM_AT_LEAST = 6
CHARACTERS_AT_MOST = 300_000


class Strip:
    """A banner as one strip of pixels, `width` x `height`, which no memory has to hold: `tile` draws a part of it.

    It ends with its separator, so strips can follow one another. Its letters are as tall as `style.size` says (type
    size as a share of `height`; 0 chooses), or as fit when that is too tall. Characters beyond 300,000, hours of
    crawl, are left out.
    """

    def __init__(
        self,
        text: str,
        style: Style,
        height: int,
        separator: str = SEPARATOR,
        *,
        lang: str = "",
        fonts: Fonts | None = None,
    ) -> None:
        self.height = height
        self._style = style
        runs = _runs(text, separator, style, lang, fonts or installed_fonts())
        self._em = _fitting_em(runs, style, height)
        self._baseline = _baseline(runs, self._em, height)
        self._shaper = Shaper(self._em)
        line = set_line(runs, self._shaper)
        self._runs = line.runs
        self._starts = [placed.x for placed in line.runs]
        self.width = self._starts[-1] + self._shaper.advance(line.runs[-1].run) if line.runs else 0

    @property
    def em(self) -> int:
        """The type size in pixels."""
        return self._em

    def tile(self, x: int, width: int) -> Bitmap:
        """The columns `x` to `x + width` of the strip; beyond its ends there is only ground."""
        ground = colour(self._style.ground)
        opaque = ground.alpha == 255
        mode = "RGB" if opaque else "RGBA"
        canvas = Image.new(mode, (width, self.height), ground.rgb if opaque else tuple(ground))
        overhang = 2 * self._em + reach(self._style.edge, self._em)
        first = max(0, bisect_left(self._starts, x - overhang) - 1)
        last = bisect_right(self._starts, x + width + overhang)
        part = Line(self._runs[first:last], 0)
        pen = Pen(colour(self._style.ink), self._style.edge)
        paint(canvas, part, self._shaper, pen, -x, self._baseline)
        return bitmap(canvas)


def _runs(text: str, separator: str, style: Style, lang: str, fonts: Fonts) -> list[Run]:
    """A banner and the separator behind it; nothing when the banner shows nothing."""
    runs = itemise(one_line(text[:CHARACTERS_AT_MOST], separator), fonts, lang, style.bold)
    if all(run.text.isspace() for run in runs):
        return []
    return runs + itemise(separator, fonts, lang, style.bold)


def _fitting_em(runs: list[Run], style: Style, height: int) -> int:
    wanted = style.size or _SHARE
    room = height - 2 * allowance(style.edge, round(wanted * height))
    tall = vertical(runs, 1000).height / 1000
    return max(_EM_AT_LEAST, min(round(wanted * height), int(room / tall)))


def _baseline(runs: list[Run], em: int, height: int) -> int:
    """Capitals in the middle of the strip, unless some script reaches further up or down than that leaves room for."""
    room = vertical(runs, em)
    middle = round((height + _CAPITALS * em) / 2)
    return max(min(middle, height - room.below), room.above)


def strip_em(text: str, style: Style, height: int, lang: str = "") -> int:
    """The type size, in pixels, of a banner in a zone of this height."""
    return _fitting_em(_runs(text, SEPARATOR, style, lang, installed_fonts()), style, height)
