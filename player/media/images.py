"""Still pictures, from whatever a phone, a camera or an office program writes, to the pixels of a zone."""

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import (  # the formats of FORMATS register themselves
    AvifImagePlugin,  # noqa: F401
    BmpImagePlugin,  # noqa: F401
    GifImagePlugin,  # noqa: F401
    Image,
    ImageFilter,
    JpegImagePlugin,  # noqa: F401
    MpoImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
    WebPImagePlugin,  # noqa: F401
)

from player.config.language import _
from player.core.faults import ContentFault
from player.core.geometry import Rect, Size
from player.core.model import Fit, Surround
from player.media.colour import span_of, to_plain, to_screen
from player.media.framing import Framing, frame
from player.media.refusal import refusing

MAX_PIXELS = 120_000_000
"""A picture larger than this is refused from its header."""

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
"""All that is ever tried on a file, besides HEIF: nothing that runs a program, such as PostScript."""

MALFORMED = (
    OSError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    EOFError,
    SyntaxError,
    RuntimeError,
    AssertionError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
"""What Pillow's readers raise, between them, when bytes are not what the format says."""

_STRIP = 4_000_000
"""Pixels converted at once, so that a large picture is not held twice."""

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How to turn a picture by its EXIF orientation (TIFF 6.0, tag 274)."""
_SIDEWAYS = (5, 6, 7, 8)
_ORIENTATION = 274

Image.MAX_IMAGE_PIXELS = None  # MAX_PIXELS instead, which can say what to do


def draw_picture(path: str, size: Size, fit: Fit, surround: Surround, background: str = "#000000") -> Image.Image:
    """The picture at `path` as RGB of exactly `size`; of an animation, its first picture.

    Raises ContentFault.
    """
    with open_picture(path) as image:
        shown = screen_picture(image, size, fit, background)
        return compose(shown, size, fit, surround, background)


@contextmanager
def open_picture(path: str, max_pixels: int = MAX_PIXELS) -> Iterator[Image.Image]:
    """The picture at `path`, its pixels not yet decoded; errors raised within become ContentFault."""
    with refusing_pictures(), Image.open(path, formats=_formats(path)) as image:
        _check_size(Size(*image.size), max_pixels)
        yield image


def _formats(path: str) -> tuple[str, ...]:
    """What may be tried on this file. The library for phones' pictures is loaded for what may be one of them only."""
    with open(path, "rb") as file:
        if file.read(8)[4:] != b"ftyp":
            return FORMATS
    import pillow_heif

    pillow_heif.register_heif_opener()
    return (*FORMATS, "HEIF")


@contextmanager
def refusing_pictures() -> Iterator[None]:
    """What Pillow raises within becomes a ContentFault; what it only warns of is nothing to a viewer."""
    damaged = _("the picture is damaged or cut short: copy it again, or open it and save it anew as JPEG or PNG")
    with refusing(damaged, *MALFORMED), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def upright_size(image: Image.Image) -> Size:
    """The size of `image` as it is meant to be seen."""
    width, height = image.size
    return Size(height, width) if _orientation(image) in _SIDEWAYS else Size(width, height)


def screen_picture(image: Image.Image, size: Size, fit: Fit, background: str) -> Image.Image:
    """`image` decoded, upright, in sRGB, and not much larger than is needed to fill `size`."""
    orientation = _orientation(image)
    need = frame(upright_size(image), size, fit).scale(upright_size(image))
    if orientation in _SIDEWAYS:
        need = Size(need.height, need.width)
    image.draft(None, need)
    profile = image.info.get("icc_profile")
    plain = to_screen(_reduced(image, need, background), profile if isinstance(profile, bytes) else None)
    return plain.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else plain


def compose(image: Image.Image, size: Size, fit: Fit, surround: Surround, background: str) -> Image.Image:
    """An RGB picture fitted into `size`, with what is around it."""
    framing = frame(Size(*image.size), size, fit)
    shown = _resize(image, framing)
    if framing.place == Rect(0, 0, *size):
        return shown
    canvas = blurred(image, size) if surround is Surround.BLUR else Image.new("RGB", size, background)
    canvas.paste(shown, (framing.place.x, framing.place.y))
    return canvas


def blurred(image: Image.Image, size: Size) -> Image.Image:
    """`image` enlarged to cover `size`, blurred and darkened: a surround in the picture's own colours.

    Blurring a copy a few dozen pixels wide and enlarging it looks the same as blurring the whole, at a
    thousandth of the work.
    """
    return blurred_small(image, size).resize(size, Image.Resampling.BICUBIC)


def blurred_small(image: Image.Image, size: Size) -> Image.Image:
    """The surround of `blurred` before it is enlarged: at most 64 pixels wide or high."""
    longest = max(size)
    small = Size(max(2, round(size.width * 64 / longest)), max(2, round(size.height * 64 / longest)))
    crop = frame(Size(*image.size), small, Fit.COVER).crop
    copy = image.resize(small, Image.Resampling.BOX, box=crop)
    return copy.filter(ImageFilter.GaussianBlur(2.5)).point(lambda value: value * 0.55)


def _check_size(size: Size, max_pixels: int) -> None:
    if min(size) < 1:
        raise ContentFault(_("the picture has no pixels: save it anew as JPEG or PNG"))
    if size.width * size.height > max_pixels:
        raise ContentFault(
            _("the picture is too large, {width} x {height} pixels: save it at {limit} million pixels or fewer").format(
                width=size.width, height=size.height, limit=max_pixels // 1_000_000
            )
        )


def _orientation(image: Image.Image) -> int:
    if image.format == "TIFF":  # Pillow turns these by itself
        return 1
    value = image.getexif().get(_ORIENTATION, 1)
    return value if isinstance(value, int) else 1


def _reduced(image: Image.Image, need: Size, background: str) -> Image.Image:
    """`image` in plain colours (see `to_plain`), by a whole factor smaller, at least twice as large as `need`."""
    image.load()
    span = span_of(image)
    width, height = image.size
    factor = max(1, min(width // need.width, height // need.height) // 2)
    if factor == 1 and width * height <= _STRIP:
        return to_plain(image, span, background)
    rows = max(1, _STRIP // width // factor) * factor
    mode = to_plain(image.crop((0, 0, 1, 1)), span, background).mode
    whole = Image.new(mode, (-(-width // factor), -(-height // factor)))
    for top in range(0, height, rows):
        strip = to_plain(image.crop((0, top, width, min(height, top + rows))), span, background).reduce(factor)
        whole.paste(strip, (0, top // factor))
    return whole


def _resize(image: Image.Image, framing: Framing) -> Image.Image:
    width, height = framing.place.size
    smaller = width < framing.crop.right - framing.crop.left or height < framing.crop.bottom - framing.crop.top
    # Lanczos rings around the edges of enlarged letters and logos.
    method = Image.Resampling.LANCZOS if smaller else Image.Resampling.BICUBIC
    return image.resize((width, height), method, box=framing.crop)
