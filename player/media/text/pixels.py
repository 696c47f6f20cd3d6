"""From Pillow's pictures to the pixels that a decoder hands over."""

from PIL import Image

from player.core.geometry import Size
from player.media.jobs import Bitmap


def bitmap(picture: Image.Image) -> Bitmap:
    """An RGB picture as an opaque bitmap, an RGBA one as an overlay."""
    opaque = picture.mode == "RGB"
    return Bitmap(Size(*picture.size), picture.convert("RGBA").tobytes("raw", "BGRA"), opaque)
