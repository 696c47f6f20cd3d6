"""What stands behind text: soft gradients, and pictures made calm enough to read on."""

from PIL import Image, ImageFilter

from player.core.geometry import Size
from player.media.text.colours import BLACK, WHITE, Colour, luminance, mixed

_TINT = 0.62


def gradient(top: Colour, bottom: Colour, size: Size) -> Image.Image:
    """An RGB picture whose colour runs from top to bottom."""
    steps = max(1, size.height - 1)
    column = Image.new("RGB", (1, size.height))
    column.putdata([mixed(top, bottom, row / steps).rgb for row in range(size.height)])
    return column.resize(size, Image.Resampling.NEAREST)


def plain_ground(ground: Colour, size: Size) -> Image.Image:
    """A colour with a little light from above."""
    dark = luminance(ground) < 0.4
    return gradient(mixed(ground, WHITE, 0.08), mixed(ground, BLACK, 0.24 if dark else 0.07), size)


def picture_ground(picture: Image.Image, ground: Colour, size: Size) -> Image.Image:
    """A picture that covers `size`, softened and drawn towards `ground` so that letters stand out.

    The alpha of `ground`, when it has one, is how far it is drawn.
    """
    scale = max(size.width / picture.width, size.height / picture.height)
    wide, high = size.width / scale, size.height / scale
    left, top = (picture.width - wide) / 2, (picture.height - high) / 2
    box = (left, top, left + wide, top + high)
    covered = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)
    soft = covered.filter(ImageFilter.GaussianBlur(min(size) / 270))
    share = _TINT if ground.alpha == 255 else ground.alpha / 255
    return Image.blend(soft, plain_ground(ground, size), share)
