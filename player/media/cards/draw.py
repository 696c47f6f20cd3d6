"""A card as a whole: what goes where on a canvas of any shape. What does not fit is left out, and nothing overlaps."""

from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image, ImageDraw

from player.core.geometry import Rect, Size
from player.core.testcards import Card, number_place
from player.media.cards import fields, lines, words
from player.media.cards.room import Room
from player.media.cards.signs import label_em
from player.media.jobs import Bitmap, CardSheet
from player.media.text.colours import BLACK
from player.media.text.pixels import bitmap, fill

_WIDE, _TALL = 3.2, 1.8
_SMALLER = (1.0, 0.85, 0.7, 0.55, 0.4, 0.28)
"""Shares of its best size at which a piece is tried."""


@dataclass
class Drawn:
    """A card, and where on it what is: places of pieces by their names."""

    canvas: Image.Image
    sheet: CardSheet
    language: str
    room: Room
    places: dict[str, Rect] = field(default_factory=dict)

    @property
    def size(self) -> Size:
        return Size(*self.canvas.size)

    @property
    def em(self) -> int:
        return label_em(self.size)


def draw_card(sheet: CardSheet, language: str, size: Size) -> Bitmap:
    """What stands still of a card, opaque, of exactly `size`; of several canvases each has its own."""
    if not sheet.canvases:
        return bitmap(drawn(sheet, language, size).canvas)
    whole = Image.new("RGB", size)
    for canvas in sheet.canvases:
        whole.paste(drawn(sheet.of(canvas), language, canvas.rect.size).canvas, (canvas.rect.x, canvas.rect.y))
    return bitmap(whole)


def drawn(sheet: CardSheet, language: str, size: Size) -> Drawn:
    """A card with the places of its pieces."""
    gap = max(3, min(size) // 80)
    area = Rect(1, 1, size.width - 2, size.height - 2)
    card = Drawn(Image.new("RGB", size), sheet, language, Room(area, gap))
    if not area.empty:
        _KINDS[sheet.card](card)
    lines.border(card.canvas)
    return card


def _all(card: Drawn) -> None:
    canvas, size, room = card.canvas, card.size, card.room
    area = lines.ruled_grid(canvas, size)
    _keep_for_number(card)
    room.area = area
    lines.outlines(canvas, card.sheet, size, room)
    if area.empty:
        return
    shape = area.size
    if shape.width > _WIDE * shape.height:
        _pieces_of_ribbon(card, shape)
    elif shape.height > _TALL * shape.width:
        _pieces_of_column(card, shape)
    else:
        _pieces_of_picture(card, shape)


def _pieces_of_picture(card: Drawn, area: Size) -> None:
    left = area.width * 62 // 100
    right = area.width - left - card.room.gap
    _names(card, Size(left, area.height * 26 // 100))
    _circle(card, min(right, area.height * 45 // 100))
    _piece(card, "colours", Size(left, max(area.height * 14 // 100, 2 * card.em)), _colours)
    _piece(card, "ramps", Size(left, max(area.height * 14 // 100, 3 * card.em)), _ramps)
    _samples(card, left, card.room.area._replace(width=left))


def _pieces_of_ribbon(card: Drawn, area: Size) -> None:
    high = area.height
    _names(card, Size(min(4 * high, area.width * 28 // 100), high))
    _circle(card, high)
    _piece(card, "colours", Size(min(4 * high, area.width // 5), high), _colours)
    _piece(card, "ramps", Size(max(256, min(5 * high, area.width // 4)), high), _ramps)
    _samples(card, area.width // 2)


def _pieces_of_column(card: Drawn, area: Size) -> None:
    wide = area.width
    _names(card, Size(wide, area.height // 4))
    _circle(card, wide)
    _piece(card, "colours", Size(wide, wide // 2), _colours)
    _piece(card, "ramps", Size(wide, wide * 2 // 3), _ramps)
    _samples(card, wide)


def _grid(card: Drawn) -> None:
    canvas, size, room = card.canvas, card.size, card.room
    told = lines.crossed_grid(canvas, size)
    lines.circles(canvas, size)
    lines.outlines(canvas, card.sheet, size, room)
    lines.coordinates(canvas, size, told, room)


def _whole_colours(card: Drawn) -> None:
    fields.colours(card.canvas, card.room.area, 2 * card.em, fields.FIELDS)
    card.places["colours"] = card.room.area


def _whole_ramp(card: Drawn) -> None:
    fields.ramp_bands(card.canvas, card.room.area, card.em)
    card.places["ramps"] = card.room.area


def _motion(card: Drawn) -> None:
    lines.grid(card.canvas, card.size, (card.size.width, card.size.height))
    _keep_for_number(card)
    inner = card.room.area
    card.room.area = Rect(inner.x + 4, inner.y + 4, inner.width - 8, inner.height - 8)
    _names(card, Size(card.room.area.width, max(card.size.height // 5, 4 * card.em)))


def _text(card: Drawn) -> None:
    inner, gap = card.room.area, card.room.gap
    card.room.area = Rect(inner.x + gap, inner.y + gap, inner.width - 2 * gap, inner.height - 2 * gap)
    _samples(card, card.room.area.width)


_KINDS: dict[Card, Callable[[Drawn], None]] = {
    Card.ALL: _all,
    Card.GRID: _grid,
    Card.COLOURS: _whole_colours,
    Card.RAMP: _whole_ramp,
    Card.MOTION: _motion,
    Card.TEXT: _text,
}


# Pieces


def _keep_for_number(card: Drawn) -> None:
    place = number_place(card.size, card.sheet.card)
    if place is not None and card.room.take(place):
        card.places["number"] = place


def _piece(card: Drawn, name: str, size: Size, paint: Callable[[Drawn, Rect], None]) -> None:
    """Put a piece where there is room, smaller where there is little."""
    for share in _SMALLER:
        tried = Size(round(size.width * share), round(size.height * share))
        if min(tried) < 8:
            return
        box = card.room.find(tried)
        if box is not None:
            card.places[name] = box
            paint(card, box)
            return


def _circle(card: Drawn, side: int) -> None:
    side = side - 1 + side % 2
    _piece(card, "circle", Size(side, side), _paint_circle)


def _paint_circle(card: Drawn, box: Rect) -> None:
    fill(card.canvas, box, BLACK)
    draw, side = ImageDraw.Draw(card.canvas), min(box.size)
    middle = side // 2
    fill(card.canvas, Rect(box.x, box.y + middle, side, 1), lines.INK)
    fill(card.canvas, Rect(box.x + middle, box.y, 1, side), lines.INK)
    for near in (0, side // 4):
        far = side - 1 - near
        draw.ellipse((box.x + near, box.y + near, box.x + far, box.y + far), outline="white")


def _colours(card: Drawn, box: Rect) -> None:
    fill(card.canvas, box, lines.INK)
    fields.colours(card.canvas, Rect(box.x + 1, box.y + 1, box.width - 2, box.height - 2), card.em)


def _ramps(card: Drawn, box: Rect) -> None:
    fields.ramps(card.canvas, box, card.em)


def _names(card: Drawn, most: Size) -> None:
    pad = max(2, card.em // 3)
    for room in (Size(round(most.width * share) - 2 * pad, round(most.height * share) - 2 * pad) for share in _SMALLER):
        if min(room) < 10:
            return
        for signs in words.names(card.sheet, card.size, card.language, room):
            taken = words.stacked(signs)
            box = card.room.find(Size(taken.width + 2 * pad, taken.height + 2 * pad))
            if box is None:
                continue
            card.places["names"] = box
            fill(card.canvas, box, BLACK)
            y = box.y + pad
            for one in signs:
                y += words.spacing(one) if one is not signs[0] else 0
                one.paint(card.canvas, box.x + pad, y)
                y += one.size.height
            return


def _samples(card: Drawn, widest: int, first: Rect | None = None) -> None:
    """Texts from small to large, each as wide as there is room for, as far as the next finds any; `first` is where it
    is looked for first."""
    for height in words.HEIGHTS:
        for width in (widest * 12 // share for share in (12, 18, 24, 36, 48, 72)):
            one = words.sample(height, width - 6)
            if one is None:
                continue
            size = Size(one.size.width + 6, one.size.height + 6)
            box = (card.room.find(size, first) if first else None) or card.room.find(size)
            if box is not None:
                card.places[f"text {height}"] = box
                fill(card.canvas, box, BLACK)
                one.paint(card.canvas, box.x + 3, box.y + 3)
                break
