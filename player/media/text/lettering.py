"""Lines of runs, set and painted: positions, baselines, outlines and shadows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter, ImageOps

from player.core.model import Edge
from player.media.text.characters import RIGHT_TO_LEFT
from player.media.text.colours import BLACK, WHITE, Colour, luminance
from player.media.text.itemise import Run
from player.media.text.sfnt import Extent
from player.media.text.shaping import Shaper, Stamp

_SHADOW_STRENGTH = 0.75
_LEADING = 1.03
_PLAIN = Extent(1.07, 0.3, 1.07, 0.3)


@dataclass(frozen=True, slots=True)
class Pen:
    """How letters look: colour and edge."""

    ink: Colour
    edge: Edge = Edge.NONE


@dataclass(frozen=True, slots=True)
class Vertical:
    """What a line of some faces needs above and below its baseline, and from one baseline to the next, in pixels."""

    above: int
    below: int
    pitch: int

    @property
    def height(self) -> int:
        return self.above + self.below


@dataclass(frozen=True, slots=True)
class Placed:
    """A run with the pen position where it begins, in pixels from the line's left end."""

    run: Run
    x: int


@dataclass(frozen=True, slots=True)
class Line:
    """Runs in the order in which they stand, and how wide they are, without spaces at the end."""

    runs: tuple[Placed, ...]
    width: int


def vertical(runs: Iterable[Run], em: int) -> Vertical:
    """The room for a line of these faces. The same faces give the same room, whatever the letters, so that lines and
    banners of one script stand alike; Khmer's deep subscripts and Vietnamese double accents are inside."""
    extents = [face.extent for face in {run.face for run in runs} if not face.picture] or [_PLAIN]
    above = max(_reach(extent.ascent, extent.top) for extent in extents)
    below = max(_reach(extent.descent, extent.bottom) for extent in extents)
    spacing = max(extent.ascent for extent in extents) + max(extent.descent for extent in extents)
    pitch = _LEADING * (spacing + above + below) / 2
    return Vertical(round(above * em) + 1, round(below * em) + 1, round(pitch * em))


def _reach(line: float, box: float) -> float:
    """A face's reach: that of its tallest glyph, unless one far beyond its lines (vertical forms) made it so."""
    return max(line, box) if box < line + 0.45 else line


def set_line(runs: Sequence[Run], shaper: Shaper) -> Line:
    """Runs one after the other, those from right to left in their order."""
    placed, x, end = [], 0, 0
    for run in _visual(runs):
        placed.append(Placed(run, x))
        x += shaper.advance(run)
        if not run.text.isspace():
            end = x - _trailing(run, shaper)
    return Line(tuple(placed), end)


def _trailing(run: Run, shaper: Shaper) -> int:
    bare = run.text.rstrip(" ")
    return 0 if bare == run.text else shaper.advance(run) - shaper.advance(Run(bare, run.face, run.script))


def ink_below(line: Line, shaper: Shaper) -> int:
    """How far the letters of a line really reach below its baseline, in pixels."""
    stamps = [shaper.stamp(placed.run) for placed in line.runs]
    return max((stamp.top + stamp.image.height for stamp in stamps), default=0)


def _visual(runs: Sequence[Run]) -> list[Run]:
    """Runs as they stand on a line whose own direction is left to right: those of right-to-left scripts, with the
    spaces between them, the other way round."""
    result: list[Run] = []
    group: list[Run] = []
    for at, run in enumerate(runs):
        right = run.script in RIGHT_TO_LEFT
        between = bool(group) and run.text.isspace() and at + 1 < len(runs) and runs[at + 1].script in RIGHT_TO_LEFT
        if right or between:
            group.append(run)
        else:
            result += [*reversed(group), run]
            group = []
    return result + group[::-1]


def reach(edge: Edge, em: int) -> int:
    """How far an edge reaches beyond the ink, in pixels."""
    return {Edge.NONE: 0, Edge.OUTLINE: _thickness(em) + 1, Edge.SHADOW: 4 * _thickness(em) + 2}[edge]


def allowance(edge: Edge, em: int) -> int:
    """The room that an edge wants above and below the letters; the faint end of a shadow may lie outside of it."""
    return 0 if edge is Edge.NONE else _thickness(em) + 1


def _thickness(em: int) -> int:
    return max(1, round(em / 18))


def paint(canvas: Image.Image, line: Line, shaper: Shaper, pen: Pen, x: int, baseline: int) -> None:
    """Paint a line with its left end at `x`. Canvas RGB (opaque) or RGBA (an overlay, alpha not premultiplied);
    what lies outside of it is left out."""
    pad = reach(pen.edge, shaper.em)
    stamps = [(shaper.stamp(placed.run), x + placed.x) for placed in line.runs if not placed.run.text.isspace()]
    boxes = [(stamp, pen_x + stamp.left, baseline + stamp.top) for stamp, pen_x in stamps]
    seen = [box for box in boxes if -pad < box[1] + box[0].image.width and box[1] < canvas.width + pad]
    if seen:
        _paint_seen(canvas, seen, pen, pad, shaper.em)


def _paint_seen(canvas: Image.Image, seen: list[tuple[Stamp, int, int]], pen: Pen, pad: int, em: int) -> None:
    left = max(-pad, min(x for _, x, _ in seen) - pad)
    right = min(canvas.width + pad, max(x + stamp.image.width for stamp, x, _ in seen) + pad)
    top = max(-pad, min(y for _, _, y in seen) - pad)
    bottom = min(canvas.height + pad, max(y + stamp.image.height for stamp, _, y in seen) + pad)
    if right <= left or bottom <= top:
        return
    ink = Image.new("L", (right - left, bottom - top))
    pictures = []
    for stamp, x, y in seen:
        if stamp.image.mode == "L":
            _add(ink, stamp.image, x - left, y - top)
        else:
            pictures.append((stamp.image, x, y))
    if pen.edge is not Edge.NONE:
        shape = ink.copy()
        for picture, x, y in pictures:
            _add(shape, picture.getchannel("A"), x - left, y - top)
        _lay_edge(canvas, shape, pen, (left, top), em)
    lay(canvas, pen.ink, ink, left, top)
    for picture, x, y in pictures:
        _lay_picture(canvas, picture, x, y)


def _add(mask: Image.Image, ink: Image.Image, x: int, y: int) -> None:
    """Ink onto a mask, the stronger of both where they meet."""
    box = (max(0, x), max(0, y), min(mask.width, x + ink.width), min(mask.height, y + ink.height))
    if box[0] < box[2] and box[1] < box[3]:
        part = ink.crop((box[0] - x, box[1] - y, box[2] - x, box[3] - y))
        mask.paste(ImageChops.lighter(mask.crop(box), part), box)


def _lay_edge(canvas: Image.Image, shape: Image.Image, pen: Pen, at: tuple[int, int], em: int) -> None:
    dark = BLACK if luminance(pen.ink) > 0.18 else WHITE
    thickness = _thickness(em)
    if pen.edge is Edge.OUTLINE:
        grown = _grown(ImageOps.expand(shape, thickness), thickness)
        lay(canvas, dark, grown, at[0] - thickness, at[1] - thickness)
        return
    soft = shape.filter(ImageFilter.GaussianBlur(thickness * 0.6))
    lay(canvas, dark._replace(alpha=round(255 * _SHADOW_STRENGTH)), soft, at[0] + thickness, at[1] + thickness)


def _grown(mask: Image.Image, thickness: int) -> Image.Image:
    """A mask, whose rim of `thickness` pixels is empty, grown by as many. Crosses and squares in turn: near a disc."""
    for step in range(thickness):
        if step % 2:
            mask = mask.filter(ImageFilter.MaxFilter(3))
        else:
            moved = [ImageChops.offset(mask, dx, dy) for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))]
            for other in moved:
                mask = ImageChops.lighter(mask, other)
    return mask


def lay(canvas: Image.Image, paint_colour: Colour, mask: Image.Image, x: int, y: int) -> None:
    """Lay a colour through a mask onto a canvas, RGB or RGBA."""
    if paint_colour.alpha < 255:
        alpha = paint_colour.alpha
        mask = mask.point([value * alpha // 255 for value in range(256)])
    if canvas.mode == "RGB":
        canvas.paste(paint_colour.rgb, (x, y, x + mask.width, y + mask.height), mask)
        return
    layer = Image.new("RGBA", mask.size, paint_colour.rgb)
    layer.putalpha(mask)
    _lay_picture(canvas, layer, x, y)


def _lay_picture(canvas: Image.Image, picture: Image.Image, x: int, y: int) -> None:
    if canvas.mode == "RGB":
        canvas.paste(picture, (x, y), picture)
    elif x < canvas.width and y < canvas.height and x + picture.width > 0 and y + picture.height > 0:
        canvas.alpha_composite(picture, (max(0, x), max(0, y)), (max(0, -x), max(0, -y)))
