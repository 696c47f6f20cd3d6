"""Fields of exact colours and ramps of grey."""

from itertools import pairwise

from PIL import Image

from player.core.geometry import Rect, Size, between
from player.media.cards.signs import sign
from player.media.text.colours import BLACK, WHITE, Colour, luminance
from player.media.text.pixels import fill

RED, GREEN, BLUE = Colour(255, 0, 0), Colour(0, 255, 0), Colour(0, 0, 255)
PRIMARIES = (("R", RED), ("G", GREEN), ("B", BLUE), ("W", WHITE), ("K", BLACK))
FIELDS = (*PRIMARIES, ("C", Colour(0, 255, 255)), ("M", Colour(255, 0, 255)), ("Y", Colour(255, 255, 0)))
STEPS = ((*range(0, 256, 16), 255), (*range(0, 256, 32), 255), (0, 64, 128, 192, 255), (0, 128, 255))
"""Levels of a ramp in steps, from fine to coarse: the first whose names go in is used."""

DARK = 48
"""A second fine ramp ends here: in the dark LED walls band first."""


def cut(box: Rect, count: int) -> list[Rect]:
    """A box in equal parts along its longer side, without a gap."""
    across = box.width >= box.height
    length = box.width if across else box.height
    marks = [part * length // count for part in range(count + 1)]
    spans = list(pairwise(marks))
    if across:
        return [Rect(box.x + a, box.y, b - a, box.height) for a, b in spans]
    return [Rect(box.x, box.y + a, box.width, b - a) for a, b in spans]


def colours(canvas: Image.Image, box: Rect, em: int, fields: tuple[tuple[str, Colour], ...] = PRIMARIES) -> None:
    """Fields side by side, each with its letter in a corner where it is large enough."""
    for (name, colour), field in zip(fields, cut(box, len(fields)), strict=True):
        fill(canvas, field, colour)
        one = sign(name, em, bold=True)
        if min(field.size) >= 2 * max(one.size):
            one.paint(canvas, field.x + one.size.height // 2, field.y + one.size.height // 2, _ink(colour))


def ramps(canvas: Image.Image, box: Rect, em: int) -> None:
    """Named steps above, a fine ramp below."""
    half = box.height * 55 // 100
    stepped(canvas, Rect(box.x, box.y, box.width, half), em)
    fine(canvas, Rect(box.x, box.y + half, box.width, box.height - half), WHITE, 255)


def stepped(canvas: Image.Image, box: Rect, em: int) -> None:
    """Fields from black to white, each with its level of 0 to 255 where there is room."""
    widest = sign("255", em).size
    levels = next((one for one in STEPS if _goes_in(widest, cut(box, len(one)))), STEPS[1])
    for level, field in zip(levels, cut(box, len(levels)), strict=True):
        colour = Colour(level, level, level)
        fill(canvas, field, colour)
        if _goes_in(widest, [field]):
            sign(str(level), em).paint_in(canvas, field, _ink(colour))


def fine(canvas: Image.Image, box: Rect, colour: Colour, highest: int) -> None:
    """From black to `highest` of a colour along the longer side, level by level."""
    across = box.width >= box.height
    length = box.width if across else box.height
    levels = [at * highest // max(1, length - 1) for at in range(length)]
    for at, level in enumerate(levels):
        shade = Colour(*(part * level // 255 for part in colour.rgb))
        line = Rect(box.x + at, box.y, 1, box.height) if across else Rect(box.x, box.y + at, box.width, 1)
        fill(canvas, line, shade)


def ramp_bands(canvas: Image.Image, area: Rect, em: int) -> None:
    """The whole area: steps, a fine ramp, one of the darkest levels, and one of each colour."""
    kinds = ((WHITE, 255), (WHITE, DARK), (RED, 255), (GREEN, 255), (BLUE, 255))
    bands = _bands(area, len(kinds) + 1)
    stepped(canvas, bands[0], em)
    for band, (colour, highest) in zip(bands[1:], kinds, strict=True):
        fine(canvas, band, colour, highest)
        one = sign(f"0–{highest}", em)
        if one.size.width + 6 <= band.width and one.size.height + 6 <= band.height:
            one.paint(canvas, band.x + 3, band.y + 3, Colour(176, 176, 176))


def _bands(area: Rect, count: int) -> list[Rect]:
    """Equal strips along the longer side of an area."""
    if area.width >= area.height:
        marks = [area.y + part * area.height // count for part in range(count + 1)]
        return [between(area.x, a, area.right, b) for a, b in pairwise(marks)]
    marks = [area.x + part * area.width // count for part in range(count + 1)]
    return [between(a, area.y, b, area.bottom) for a, b in pairwise(marks)]


def _goes_in(widest: Size, fields: list[Rect]) -> bool:
    return all(widest.width + 4 <= field.width and widest.height + 4 <= field.height for field in fields)


def _ink(ground: Colour) -> Colour:
    return BLACK if luminance(ground) > 0.2 else WHITE
