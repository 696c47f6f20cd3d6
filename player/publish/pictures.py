"""Pictures for the review page: small JPEGs in the page itself."""

import base64
import io
from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from player.core.geometry import Size
from player.core.model import Banner, Direction, Film, Item, Playlist, Show
from player.core.units import SECOND, Instant, Span

_WIDTHS = ((60, 800), (150, 640), (400, 440), (1000, 320))
"""Up to so many pictures, so many pixels wide: a page of 300 stays well below 12 MB."""
_LEAST = 240
_WIDE = 3.0
_WIDE_TIMES = 2
_QUALITY = 78
_MOST_STRIPS = 8


class Portrait(Protocol):
    """A picture: rows from the top, three bytes each pixel, red, green, blue."""

    @property
    def size(self) -> Size: ...

    @property
    def pixels(self) -> bytes: ...


class Painter(Protocol):
    """Draws as the wall does (`player.wall.portrait`)."""

    def item(self, playlist: Playlist, item: Item, day: Instant, offset: Span) -> Portrait: ...

    def wall(self, at: Instant) -> Portrait: ...


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture in the page: its data URI, its size there, and how far into its item it was taken."""

    uri: str
    width: int
    height: int
    offset: Span


def width_for(count: int) -> int:
    """How wide each of `count` pictures may be."""
    return next((width for most, width in _WIDTHS if count <= most), _LEAST)


def embedded(portrait: Portrait, width: int, offset: Span = Span(0)) -> Frame:
    """The picture at most `width` pixels wide; long strips twice that, for they are low."""
    image = Image.frombytes("RGB", (portrait.size.width, portrait.size.height), portrait.pixels)
    if is_wide(portrait.size):
        width *= _WIDE_TIMES
    if image.width > width:
        image = image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    uri = "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()
    return Frame(uri, image.width, image.height, offset)


def is_wide(size: Size) -> bool:
    return size.width >= _WIDE * size.height


def offsets(item: Item, size: Size, show: Show) -> list[Span]:
    """When to take pictures of an item in a zone of this size: three of a film; of a banner as many as its text needs
    to be seen whole; else one, in the middle."""
    match item.content:
        case Film(natural=natural):
            length = min(item.span, natural)
            edge = min(SECOND // 2, length // 10)
            return [Span(edge), Span(length // 2), Span(length - max(edge, SECOND // show.fps * 2))]
        case Banner(width=width, step=step, direction=direction):
            extent = size.height if direction is Direction.UP else size.width
            count = min(_MOST_STRIPS, -(-width // extent))
            frames = -(-extent // step)
            return [Span(number * frames * SECOND // show.fps) for number in range(1, count + 1)]
        case _:
            return [Span(item.span // 2)]
