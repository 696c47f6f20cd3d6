"""Pixels of any kind into red, green and blue as a screen means them (sRGB)."""

from io import BytesIO

from PIL import Image, ImageCms

_SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I;16N")
_PROFILED = {"RGB": "RGB ", "L": "GRAY", "CMYK": "CMYK", "LAB": "Lab "}
"""Pillow's modes by the colour space that an ICC profile names in its header."""


def to_plain(image: Image.Image, span: tuple[float, float] | None, background: str) -> Image.Image:
    """`image` as L, RGB, CMYK or LAB at 8 bits without alpha; what shows through is `background`.

    `span` is the darkest and the lightest value of the whole picture for modes I and F, see `span_of`.
    """
    mode = image.mode
    if mode in _SIXTEEN_BITS:
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if mode in ("I", "F"):
        low, high = span or (0.0, 255.0)
        scale = 255.0 / (high - low) if high > low else 1.0
        return image.convert("F").point(lambda value: value * scale + (-low * scale)).convert("L")
    if image.has_transparency_data:
        return _over(image.convert("RGBA"), background)
    if mode in _PROFILED:
        return image
    return image.convert("L" if mode == "1" else "RGB")


def span_of(image: Image.Image) -> tuple[float, float] | None:
    """What black and white are in a picture whose mode (I or F) does not say."""
    if image.mode not in ("I", "F"):
        return None
    low, high = image.getextrema()
    if not (isinstance(low, int | float) and isinstance(high, int | float)):
        return None
    for top in (1.0, 255.0, 65535.0):
        if low >= 0 and high <= top:
            return (0.0, top)
    return (float(low), float(high))


def to_screen(image: Image.Image, profile: bytes | None) -> Image.Image:
    """A plain picture (see `to_plain`) as RGB; `profile` is the ICC profile that it came with.

    A profile that is broken, or made for other pixels than these, is passed over, as browsers do: the picture is worth
    more than the exactness of its colours.
    """
    own = _usable(profile, image.mode)
    if own is None and image.mode == "LAB":
        own = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    if own is None:
        return image.convert("RGB")
    try:
        screen = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        shown = ImageCms.profileToProfile(image, own, screen, outputMode="RGB")
    except ImageCms.PyCMSError:
        return image.convert("RGB")
    return image.convert("RGB") if shown is None else shown


def _usable(profile: bytes | None, mode: str) -> ImageCms.ImageCmsProfile | None:
    if not profile:
        return None
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
    except OSError:
        return None
    return own if own.profile.xcolor_space == _PROFILED[mode] else None


def _over(image: Image.Image, background: str) -> Image.Image:
    ground = Image.new("RGB", image.size, background)
    ground.paste(image, mask=image.getchannel("A"))
    return ground
