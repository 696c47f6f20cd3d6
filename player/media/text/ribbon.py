"""A banner's letters, whichever way it moves: how long they are along that way, and tiles of them."""

from collections.abc import Callable
from dataclasses import dataclass

from player.core.geometry import Size
from player.core.model import Banner, Direction
from player.media.jobs import Bitmap
from player.media.text.crawl import Strip
from player.media.text.roll import Roll


@dataclass(frozen=True, slots=True)
class Ribbon:
    """`length` pixels along its way, its separator included, 0 when it shows nothing; letters of `em` pixels;
    `tile(start, extent)` draws a stretch of it."""

    length: int
    em: int
    tile: Callable[[int, int], Bitmap]


def ribbon_of(banner: Banner, size: Size) -> Ribbon:
    """The letters of a banner in a zone of this size; what the banner itself says of its measures is not looked at."""
    if banner.direction is Direction.UP:
        roll = Roll(banner.text, banner.style, size, lang=banner.lang)
        return Ribbon(roll.length, roll.em, roll.tile)
    strip = Strip(banner.text, banner.style, size.height, lang=banner.lang)
    return Ribbon(strip.width, strip.em, strip.tile)
