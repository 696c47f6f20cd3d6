"""Pictures of a film into the pixels of a zone: cropped, scaled, converted, and set in their surround."""

from fractions import Fraction

from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from PIL import Image, ImageColor

from player.core.geometry import Rect, Size
from player.core.model import Fit, Surround
from player.media.container import check_film_size
from player.media.filters import FilterChain, likeness, upright_filters
from player.media.framing import Box, frame
from player.media.images import blurred_small
from player.media.straight import FORMATS, Straight, serves

_FORMAT = "bgra"
_SURROUND_WIDTH = 96
_KNOWN_SPACES = {1, 4, 5, 6, 7, 9}
"""The YCbCr matrices that FFmpeg tells apart (ITU-T H.273, table 4)."""


class Canvas:
    """Paints a film's pictures as rows of blue, green, red and 255, `size.width * 4` bytes each.

    Not for two threads at once. `pixel_aspect` is the width of the film's pixels over their height.
    """

    def __init__(self, size: Size, fit: Fit, surround: Surround, background: str, pixel_aspect: Fraction) -> None:
        self._size = size
        self._fit = fit
        self._blur = surround is Surround.BLUR
        self._background = ImageColor.getrgb(background)[:3]
        self._aspect = pixel_aspect
        self._like: tuple[int, int, str, int, int] | None = None
        self._chain: FilterChain | None = None
        self._place = Rect(0, 0, *size)
        self._ground: list[tuple[Rect, bytes]] = []
        self._interpolation = Interpolation.BILINEAR
        self._straight: Straight | None = None
        self._tried = self._enlarges = False
        """Whether it is known how pictures like these come into the zone; whether they are enlarged before they are
        converted."""
        self._scaler = VideoReformatter()
        self._enlarger = VideoReformatter()
        self._shrinker = VideoReformatter()

    def paint(self, picture: VideoFrame, target: memoryview) -> None:
        """Writes `picture` over the whole of `target`."""
        if self._like != likeness(picture):
            self._prepare(picture)
        colour = colour_of(picture)
        if self._chain:
            picture = next(self._chain.feed(picture))
        if self._blur and self._ground:
            self._ground = self._blurred(picture, colour)
        for band, pixels in self._ground:
            _copy(memoryview(pixels), band.width * 4, band, target, self._size)
        if not self._tried:
            self._enlarges = _is_to_be_enlarged(picture, self._place.size)
        if self._enlarges:
            own = picture.format.name
            picture = _scaled(self._enlarger, picture, self._place.size, self._interpolation, colour, own)
        if self._straight is not None:
            self._straight.paint(picture, target)
            return
        shown = _scaled(self._scaler, picture, self._place.size, self._interpolation, colour).planes[0]
        if not self._tried:
            self._tried = True
            self._straight = self._agreed(picture, colour, shown, target)
        _copy(memoryview(shown), shown.line_size, self._place, target, self._size)

    def _agreed(
        self, picture: VideoFrame, colour: tuple[int, int], shown: VideoPlane, target: memoryview
    ) -> Straight | None:
        """The straight way for pictures like this one, if it exists and leads to `shown`, bit for bit."""
        if not serves(picture, self._place, self._size):
            return None
        straight = Straight(picture, self._place, self._size, self._interpolation, colour)
        straight.paint(picture, target)
        pixels = memoryview(shown)
        across, width = self._size.width * 4, self._place.width * 4
        start = self._place.y * across + self._place.x * 4
        same = all(
            bytes(target[start + y * across :][:width]) == bytes(pixels[y * shown.line_size :][:width])
            for y in range(self._place.height)
        )
        return straight if same else None

    def _prepare(self, picture: VideoFrame) -> None:
        check_film_size(picture.width, picture.height)
        turn = upright_filters(picture)
        source, aspect = Size(picture.width, picture.height), self._aspect
        if any(step.startswith("transpose") for step in turn):
            source, aspect = Size(picture.height, picture.width), 1 / self._aspect
        framing = frame(source, self._size, self._fit, float(aspect))
        crop = _even(framing.crop, source)
        if crop.size != source:
            turn = (*turn, f"crop={crop.width}:{crop.height}:{crop.x}:{crop.y}")
        self._place = framing.place
        larger = self._place.width > crop.width or self._place.height > crop.height
        self._interpolation = Interpolation.BICUBIC if larger else Interpolation.BILINEAR
        self._chain = FilterChain(picture, turn) if turn else None
        red, green, blue = self._background
        plain = bytes((blue, green, red, 255))
        self._ground = [(band, plain * (band.width * band.height)) for band in _around(self._place, self._size)]
        self._like = likeness(picture)
        self._straight, self._tried = None, False

    def _blurred(self, picture: VideoFrame, colour: tuple[int, int]) -> list[tuple[Rect, bytes]]:
        """The same surround as a still picture has, made afresh for each picture, but only where it is seen."""
        small = Size(_SURROUND_WIDTH, max(2, round(_SURROUND_WIDTH * self._place.height / self._place.width)))
        plane = _scaled(self._shrinker, picture, small, Interpolation.AREA, colour).planes[0]
        # Red and blue stay exchanged throughout: it makes no difference to a blur, and saves turning them back.
        image = Image.frombytes("RGB", small, bytes(plane), "raw", "RGBX", plane.line_size, 1)
        ground = blurred_small(image, self._size)
        across, down = ground.width / self._size.width, ground.height / self._size.height
        bands = []
        for band, _ in self._ground:
            box = (band.x * across, band.y * down, band.right * across, band.bottom * down)
            part = ground.resize(band.size, Image.Resampling.BILINEAR, box=box)
            bands.append((band, part.convert("RGBA").tobytes()))
        return bands


def _around(place: Rect, zone: Size) -> list[Rect]:
    """What of the zone is not covered by `place`: above, below, left and right of it."""
    bands = (
        Rect(0, 0, zone.width, place.y),
        Rect(0, place.bottom, zone.width, zone.height - place.bottom),
        Rect(0, place.y, place.x, place.height),
        Rect(place.right, place.y, zone.width - place.right, place.height),
    )
    return [band for band in bands if band.width and band.height]


def colour_of(picture: VideoFrame) -> tuple[int, int]:
    """Matrix and range of a picture. Where it does not say, high definition is BT.709 and less is BT.601, of
    studio range, as broadcasting has it (ITU-R BT.709-6, BT.601-7)."""
    space, levels = int(picture.colorspace), int(picture.color_range)
    if space not in _KNOWN_SPACES:
        high = picture.width >= 1280 or picture.height >= 720
        space = Colorspace.ITU709 if high else Colorspace.ITU601
    if levels == ColorRange.UNSPECIFIED:
        full = picture.format.name.startswith("yuvj") or picture.format.is_rgb
        levels = ColorRange.JPEG if full else ColorRange.MPEG
    return space, levels


def _is_to_be_enlarged(picture: VideoFrame, size: Size) -> bool:
    """Whether `picture` is enlarged in its own format first and converted then: FFmpeg's two quick ways cost two thirds
    of its one way that does both. Nothing is lost by it, for colour has half the resolution of the zone then, as in
    any film of the zone's size."""
    return (
        picture.format.name in FORMATS
        and (picture.width, picture.height) != size
        and picture.width <= size.width
        and picture.height <= size.height
        and size.width % 2 == size.height % 2 == 0
    )


def _scaled(
    scaler: VideoReformatter,
    picture: VideoFrame,
    size: Size,
    method: Interpolation,
    colour: tuple[int, int],
    form: str = _FORMAT,
) -> VideoFrame:
    """In the format `form`: the zone's, whose levels are full, or its own, whose levels stay."""
    space, levels = colour
    return scaler.reformat(
        picture,
        size.width,
        size.height,
        form,
        src_colorspace=space,
        dst_colorspace=space,
        src_color_range=levels,
        dst_color_range=ColorRange.JPEG if form == _FORMAT else levels,
        interpolation=method,
        threads=1,
    )


def _even(crop: Box, source: Size) -> Rect:
    """`crop` on whole pixels that share no chroma sample with what is cut off."""
    left, top = (round(crop.left) // 2 * 2, round(crop.top) // 2 * 2)
    width, height = source.width - 2 * left, source.height - 2 * top
    return Rect(left, top, max(1, width), max(1, height))


def _copy(rows: memoryview, stride: int, place: Rect, target: memoryview, zone: Size) -> None:
    """`rows`, `stride` bytes apart, to `place` of `target`; in one piece when they lie without gaps on both sides."""
    width, across = place.width * 4, zone.width * 4
    start = place.y * across + place.x * 4
    if stride == width == across:
        target[start : start + width * place.height] = rows[: width * place.height]
        return
    for y in range(place.height):
        to = start + y * across
        target[to : to + width] = rows[y * stride : y * stride + width]
