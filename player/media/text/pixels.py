"""From Pillow's pictures to the pixels that a decoder hands over."""

from PIL import Image

from player.core.geometry import Rect, Size
from player.media.jobs import Bitmap
from player.media.text.colours import Colour


def bitmap(picture: Image.Image) -> Bitmap:
    """An RGB picture as an opaque bitmap, an RGBA one as an overlay."""
    opaque = picture.mode == "RGB"
    return Bitmap(Size(*picture.size), picture.convert("RGBA").tobytes("raw", "BGRA"), opaque)


def fill(canvas: Image.Image, area: Rect, paint: Colour) -> None:
    """Fill a rectangle of a canvas, RGB or RGBA, with an opaque colour; an empty one fills nothing."""
    if area.width > 0 and area.height > 0:
        colour = paint.rgb if canvas.mode == "RGB" else (*paint.rgb, 255)
        canvas.paste(colour, (area.x, area.y, area.right, area.bottom))
