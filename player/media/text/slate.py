"""The slate: the built-in picture when nothing else can be shown. Hills at dusk, the gate's name, a greeting."""

from math import pi, sin

from PIL import Image, ImageDraw

from player.core.geometry import Rect, Size
from player.media.jobs import Bitmap
from player.media.text.colours import GOLD, Colour, mixed
from player.media.text.fonts import Fonts, installed_fonts
from player.media.text.grounds import gradient
from player.media.text.layout import TITLE, Align, Block, Copy, copy_of, cut_to, largest, paint_block, set_block
from player.media.text.lettering import Pen
from player.media.text.pixels import bitmap, fill

_SKY, _HORIZON = Colour(0x08, 0x10, 0x20), Colour(0x24, 0x3C, 0x5C)
_NEAR = Colour(0x06, 0x0C, 0x18)
_INK, _QUIET = Colour(0xF4, 0xF1, 0xEA), Colour(0xB9, 0xC4, 0xD2)
_RIDGES = ((0.70, 0.050, 2.3, 0.4), (0.78, 0.060, 1.6, 2.1), (0.87, 0.045, 2.9, 4.0))
"""Each ridge from far to near: its height from the top, how much it swings, how many waves, and where they begin."""

_SKY_SHARE = 0.74
_OVERSAMPLED = 2
_GREETINGS = {
    "vi": "Kính chào quý khách",
    "en": "Welcome",
    "zh": "欢迎光临",
    "lo": "ຍິນດີຕ້ອນຮັບ",
    "km": "សូមស្វាគមន៍",
    "th": "ยินดีต้อนรับ",
}


def draw_slate(title: str, language: str, size: Size) -> Bitmap:
    """The slate as an opaque bitmap of exactly `size`: `title` (the gate's name) and a greeting in `language`."""
    fonts = installed_fonts()
    canvas = _hills(size)
    name, greeting = _blocks(title, language, size, fonts)
    gap, thick = max(2, round(0.5 * greeting.em)), max(1, round(0.06 * name.em))
    parts = [part for part in (name.height, greeting.height) if part]
    tall = sum(parts) + (2 * gap + thick if len(parts) == 2 else 0)
    y = max(0, round(0.42 * size.height - tall / 2))
    paint_block(canvas, name, Pen(_INK), Rect(0, y, size.width, name.height), Align.CENTRE)
    if len(parts) == 2:
        fill(canvas, Rect(size.width // 2 - name.em, y + name.height + gap // 2, 2 * name.em, thick), GOLD)
        y += name.height + gap + thick + gap // 2
    paint_block(canvas, greeting, Pen(_QUIET), Rect(0, y, size.width, greeting.height), Align.CENTRE)
    return bitmap(canvas)


def _blocks(title: str, language: str, size: Size, fonts: Fonts) -> tuple[Block, Block]:
    """The name as large as looks calm, and the greeting at half of that; no greeting where there is no room."""
    width = round(0.84 * size.width)
    copy = copy_of(title, fonts, language, bold=True, limit=200)
    high = max(5, round(min((0.24 if size.width > 3 * size.height else 0.12) * size.height, 0.085 * size.width)))
    name = _set(copy, width, 0.45 * size.height, high)
    greeting_copy = copy_of(_GREETINGS.get(language.split("-")[0], _GREETINGS["en"]), fonts, language)
    greeting = _set(greeting_copy, width, 0.3 * size.height, max(5, round(0.55 * high)))
    return name, greeting if greeting.em >= 9 else cut_to(greeting, greeting_copy, width, 0)


def _set(copy: Copy, width: int, height: float, high: int) -> Block:
    block, fits = largest(
        lambda em: set_block(copy, em, width, TITLE), lambda block: block.whole and block.height <= height, 5, high
    )
    return block if fits else cut_to(block, copy, width, round(height))


def _hills(size: Size) -> Image.Image:
    """A night sky that lightens downwards, and three ridges, the nearest the darkest."""
    big = Size(size.width * _OVERSAMPLED, size.height * _OVERSAMPLED)
    picture = Image.new("RGB", big, _HORIZON.rgb)
    picture.paste(gradient(_SKY, _HORIZON, Size(big.width, max(1, round(_SKY_SHARE * big.height)))))
    draw = ImageDraw.Draw(picture)
    for number, ridge in enumerate(_RIDGES):
        shade = mixed(_HORIZON, _NEAR, 0.28 + 0.31 * number)
        outline = [(x, _ridge(x / big.width, ridge) * big.height) for x in range(0, big.width + 4, 4)]
        draw.polygon([(0, big.height), *outline, (big.width, big.height)], fill=shade.rgb)
    return picture.resize(size, Image.Resampling.BOX)


def _ridge(x: float, ridge: tuple[float, float, float, float]) -> float:
    level, swing, waves, phase = ridge
    angle = 2 * pi * waves * x + phase
    return level + swing * (sin(angle) + 0.45 * sin(2.3 * angle + 1) + 0.2 * sin(5.1 * angle + 2)) / 1.65
