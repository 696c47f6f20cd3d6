"""What lies at the bottom of a card: the grid with its coordinates, the border, edges of zones and parts."""

from collections.abc import Iterator, Sequence

from PIL import Image, ImageDraw

from player.core.geometry import Rect, Size, between
from player.media.cards.room import Room
from player.media.cards.signs import Sign, label_em, sign
from player.media.jobs import CardSheet
from player.media.text.colours import BLACK, WHITE, Colour
from player.media.text.pixels import fill

_PITCHES = (20, 50, 100, 200)
_ACROSS = 12
_FAINT, _CLEAR = Colour(64, 64, 64), Colour(128, 128, 128)
INK = Colour(176, 176, 176)
PART = Colour(255, 208, 0)
ZONES = (Colour(0, 216, 255), Colour(255, 96, 200), Colour(120, 255, 96), Colour(255, 150, 64))


def border(canvas: Image.Image) -> None:
    """One pixel at the very edge."""
    ImageDraw.Draw(canvas).rectangle((0, 0, canvas.width - 1, canvas.height - 1), outline=WHITE.rgb)


def pitch(size: Size) -> int:
    """From one line of the grid to the next."""
    return next((one for one in _PITCHES if one * _ACROSS >= min(size)), _PITCHES[-1])


def named(size: Size, room: int) -> int:
    """From one line whose coordinate is told to the next, where that takes `room` pixels."""
    step = pitch(size)
    return next(step * factor for factor in (1, 2, 5, 10, 20, 50) if step * factor >= room)


def grid(canvas: Image.Image, size: Size, told: tuple[int, int]) -> None:
    """Lines at multiples of the pitch; those whose coordinates are told are brighter, and uppermost."""
    step = pitch(size)
    for colour, every in ((_FAINT, (step, step)), (_CLEAR, told)):
        for x in range(every[0], size.width - 1, every[0]):
            fill(canvas, Rect(x, 1, 1, size.height - 2), colour)
        for y in range(every[1], size.height - 1, every[1]):
            fill(canvas, Rect(1, y, size.width - 2, 1), colour)


def ruled_grid(canvas: Image.Image, size: Size) -> Rect:
    """A grid with coordinates along the top and the left edge, each behind its line; what they leave free."""
    em = label_em(size)
    step = named(size, sign(str(max(size)), em).size.width + 6)
    grid(canvas, size, (step, step))
    top = sign("0123456789", em).size.height + 5
    left = sign(str(size.height // step * step), em).size.width + 5
    columns = [(sign(str(x), em), x + 2, 3) for x in range(0, size.width, step)]
    rows = [(sign(str(y), em), 3, y + 2) for y in range(step, size.height, step) if y > top]
    for one, x, y in columns + rows:
        box = Rect(x, y, *one.size)
        if box.right < size.width - 2 and box.bottom < size.height - 2:
            _on_black(canvas, one, box, INK)
    return between(left + 2, top + 2, size.width - 4, size.height - 4)


def crossed_grid(canvas: Image.Image, size: Size) -> tuple[int, int]:
    """A grid for `coordinates`; the distances of the lines that they are told of."""
    widest = sign(f"{size.width},{size.height}", label_em(size)).size
    told = named(size, widest.width + 8), named(size, 2 * widest.height)
    grid(canvas, size, told)
    return told


def coordinates(canvas: Image.Image, size: Size, told: tuple[int, int], room: Room) -> None:
    """At each crossing of brighter lines where it is, "x,y", as far as there is room."""
    for y in range(0, size.height, told[1]):
        for x in range(0, size.width, told[0]):
            one = sign(f"{x},{y}", label_em(size))
            box = Rect(x + 3, y + 3, *one.size)
            if room.take(box):
                _on_black(canvas, one, box, INK)


def circles(canvas: Image.Image, size: Size) -> None:
    """One as high or as wide as the canvas in its middle, and smaller ones in its corners."""
    draw, side = ImageDraw.Draw(canvas), min(size) - 2
    middles = range(size.width // 2, size.width, side * 2) if size.width >= size.height else (size.width // 2,)
    for x in {*middles, *(size.width - one for one in middles)}:
        _circle(draw, x, size.height // 2, side // 2)
    small = side // 6
    for x in (small + 1, size.width - 2 - small):
        for y in (small + 1, size.height - 2 - small):
            _circle(draw, x, y, small)


def _circle(draw: ImageDraw.ImageDraw, x: int, y: int, radius: int) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=WHITE.rgb)


def edges(rect: Rect, size: Size) -> Iterator[Rect]:
    """The four hairlines within a rectangle's edge, but for those at the edge of the canvas, where the border is."""
    inner = Rect(1, 1, size.width - 2, size.height - 2)
    sides = (
        Rect(rect.x, rect.y, rect.width, 1),
        Rect(rect.x, rect.bottom - 1, rect.width, 1),
        Rect(rect.x, rect.y, 1, rect.height),
        Rect(rect.right - 1, rect.y, 1, rect.height),
    )
    for side in sides:
        seen = side.intersection(inner)
        if seen is not None:
            yield seen


def outlines(canvas: Image.Image, card: CardSheet, size: Size, room: Room) -> None:
    """The edges of parts and zones, which nothing else covers; the number of each part, the name of each zone."""
    kinds = [(part, PART) for part in card.parts]
    kinds += [(rect, ZONES[at % len(ZONES)]) for at, (_name, rect) in enumerate(card.zones)]
    for rect, colour in kinds:
        room.keep_off(edges(rect, size))
        for line in edges(rect, size):
            fill(canvas, line, colour)
    _numbers(canvas, card.parts, room)
    for at, (name, rect) in enumerate(card.zones):
        _name(canvas, name, rect, size, room, ZONES[at % len(ZONES)])


def _numbers(canvas: Image.Image, parts: Sequence[Rect], room: Room) -> None:
    for number, part in enumerate(parts, 1):
        for share in (0.6, 0.4, 0.25):
            one = sign(str(number), max(10, round(share * min(part.size))), bold=True)
            pad = max(2, one.size.height // 5)
            side = max(one.size) + 2 * pad
            if _tag(canvas, one, room.near(Size(side, side), part), PART):
                break


def _name(canvas: Image.Image, name: str, rect: Rect, size: Size, room: Room, colour: Colour) -> None:
    for em in (label_em(size) * 5 // 4, label_em(size)):
        one = sign(name, em)
        if _tag(canvas, one, room.find(Size(one.size.width + 6, one.size.height + 6), rect), colour):
            return


def _tag(canvas: Image.Image, one: Sign, box: Rect | None, colour: Colour) -> bool:
    """A sign on black in a box of its colour; whether there was a box."""
    if box is None:
        return False
    fill(canvas, box, colour)
    fill(canvas, Rect(box.x + 1, box.y + 1, box.width - 2, box.height - 2), BLACK)
    one.paint_in(canvas, box, colour)
    return True


def _on_black(canvas: Image.Image, one: Sign, box: Rect, ink: Colour) -> None:
    fill(canvas, Rect(box.x - 1, box.y - 1, box.width + 2, box.height + 2), BLACK)
    one.paint(canvas, box.x, box.y, ink)
