"""How a picture meets its zone, in numbers: which part of it is shown, and where."""

from dataclasses import dataclass
from typing import NamedTuple

from player.core.geometry import Rect, Size
from player.core.model import Fit


class Box(NamedTuple):
    """A part of a source picture, in its own pixels; edges may fall between pixels."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Framing:
    """Show `crop` of the source at `place` of the zone."""

    crop: Box
    place: Rect

    def scale(self, source: Size) -> Size:
        """The size, in zone pixels, at which the whole of `source` would be drawn."""
        across = self.place.width / (self.crop.right - self.crop.left)
        down = self.place.height / (self.crop.bottom - self.crop.top)
        return Size(max(1, round(source.width * across)), max(1, round(source.height * down)))


def frame(source: Size, zone: Size, fit: Fit, pixel_aspect: float = 1.0) -> Framing:
    """How `source` is shown in `zone`. `pixel_aspect` is the width of a source pixel over its height."""
    whole = Box(0.0, 0.0, float(source.width), float(source.height))
    width, height = source.width * pixel_aspect, float(source.height)
    across, down = zone.width / width, zone.height / height
    if fit is Fit.COVER:
        scale = max(across, down)
        return Framing(_centred(source, zone.width / scale / pixel_aspect, zone.height / scale), Rect(0, 0, *zone))
    if fit is Fit.CONTAIN:
        scale = min(across, down)
        shown = Size(_snapped(width * scale, zone.width), _snapped(height * scale, zone.height))
        left, top = (zone.width - shown.width) // 2, (zone.height - shown.height) // 2
        return Framing(whole, Rect(left, top, *shown))
    return Framing(whole, Rect(0, 0, *zone))


def _centred(source: Size, width: float, height: float) -> Box:
    left = max(0.0, (source.width - width) / 2)
    top = max(0.0, (source.height - height) / 2)
    return Box(left, top, source.width - left, source.height - top)


def _snapped(length: float, limit: int) -> int:
    """Whole pixels; a line of surround a single pixel wide would look like a fault, so it is filled."""
    whole = max(1, round(length))
    return limit if whole >= limit - 1 else whole
