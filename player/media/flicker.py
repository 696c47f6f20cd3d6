"""A film or an animated picture watched from its first picture to its last: does it flash too much?

Each picture that the wall would show is averaged down to a small grid, so that thin flicker is neither missed nor taken
for more than it is, and judged by `core.flashes`.
"""

import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from operator import gt

from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter
from PIL import Image

from player.core.flashes import SATURATED, Judge, Stretch
from player.core.geometry import Size
from player.core.units import SECOND, Span
from player.media.animation import frame_spans, is_animated
from player.media.canvas import colour_of
from player.media.colour import span_of, to_plain, to_screen
from player.media.film import Pictures, refusing_films
from player.media.images import open_picture, refusing_pictures, upright_size
from player.media.probe import shown_size
from player.media.sniff import Kind, sniff

VERSION = 1
"""Of what is found out. Raised when it is found out otherwise, so that every film is watched anew."""

GRID = Size(32, 18)
_AGAIN = Span(2 * SECOND)
"""Of a film shorter than this it matters how it goes on when it is shown again: an animation may have two pictures."""

_MOST_AGAIN = 1_000
"""Pictures that are looked at again, and how often, at most."""

_LIGHT = [
    (level / 255 / 12.92 if level / 255 <= 0.04045 else ((level / 255 + 0.055) / 1.055) ** 2.4) for level in range(256)
]
"""Linear light of a level of sRGB (IEC 61966-2-1), as the definition of relative luminance has it."""
_RED, _GREEN, _BLUE = ([weight * light for light in _LIGHT] for weight in (0.2126, 0.7152, 0.0722))


@dataclass(frozen=True, slots=True)
class Findings:
    """Where a film of `size` flashes too much, if it does. `trouble` says why that could not be found out."""

    size: Size
    stretches: tuple[Stretch, ...] = ()
    trouble: str = ""


_Pictures = Generator[tuple[Span, bytes], None, None]
"""When each is up, and its cells: red, green and blue, row by row."""

_NOT_RED = (0.0,) * (GRID.width * GRID.height)


class Watch:
    """Watches the film or animated picture at `path`, a step at a time. `close` it in the end. Both may raise
    ContentFault."""

    def __init__(self, path: str) -> None:
        self.position = Span(0)
        self._path = path
        self._size = Size(1, 1)
        self._natural = Span(0)
        self._judge = Judge(GRID.width * GRID.height)
        self._seen = b""
        self._steps = self._watched(self._animation() if sniff(path) is Kind.PICTURE else self._film())

    def step(self, seconds: float) -> Findings | None:
        """Watch for so long; None while there is more to be seen."""
        end = time.monotonic() + seconds
        for position in self._steps:
            self.position = position
            if time.monotonic() >= end:
                return None
        return Findings(self._size, tuple(self._within(one) for one in self._judge.found()))

    def close(self) -> None:
        self._steps.close()

    def _watched(self, pictures: _Pictures) -> Generator[Span, None, None]:
        """Each picture; those of a film that is over at once as often as it would be shown again and again."""
        first: list[tuple[Span, bytes]] = []
        with closing(pictures):
            for at, grid in pictures:
                self._look(at, grid)
                if at < _AGAIN and len(first) < _MOST_AGAIN:
                    first.append((at, grid))
                yield at
        if self._natural < _AGAIN and len({grid for _at, grid in first}) > 1:
            self._repeat(first)

    def _repeat(self, first: list[tuple[Span, bytes]]) -> None:
        for turn in range(1, min(_MOST_AGAIN, 1 + _AGAIN // self._natural) + 1):
            for at, grid in first:
                if at < self._natural:
                    self._look(Span(turn * self._natural + at), grid)

    def _look(self, at: Span, grid: bytes) -> None:
        if grid == self._seen:
            return
        self._seen = grid
        reds, greens, blues = grid[0::3], grid[1::3], grid[2::3]
        luminance = [_RED[r] + _GREEN[g] + _BLUE[b] for r, g, b in zip(reds, greens, blues, strict=True)]
        if not any(map(gt, reds, map(max, greens, blues))):
            self._judge.see(at, luminance, _NOT_RED)
            return
        rest = [_LIGHT[g] + _LIGHT[b] for g, b in zip(greens, blues, strict=True)]
        redness = [max(0.0, _LIGHT[r] - other) for r, other in zip(reds, rest, strict=True)]
        saturated = [_LIGHT[r] * (1 - SATURATED) >= SATURATED * other for r, other in zip(reds, rest, strict=True)]
        self._judge.see(at, luminance, redness, saturated)

    def _within(self, stretch: Stretch) -> Stretch:
        """What was found where the film begins again is told of its end."""
        if stretch.end <= self._natural:
            return stretch
        start = min(stretch.start, Span(max(0, self._natural - SECOND)))
        return replace(stretch, start=start, end=self._natural)

    def _film(self) -> _Pictures:
        with refusing_films():
            pictures = Pictures(self._path, Span(0), threads=1)
            try:
                self._natural = pictures.natural
                scaler = VideoReformatter()
                for number, (at, picture) in enumerate(pictures.play(Span(0), loop=False)):
                    if number == 0:
                        self._size = shown_size(picture, pictures.pixel_aspect)
                    yield at, _averaged(scaler, picture)
            finally:
                pictures.close()

    def _animation(self) -> _Pictures:
        with refusing_pictures(), open_picture(self._path) as image:
            self._size = upright_size(image)
            for span in frame_spans(image) if is_animated(image) else ():
                plain = to_screen(to_plain(image, span_of(image), "#000000"), None)
                yield self._natural, plain.resize(GRID, Image.Resampling.BOX).tobytes()
                self._natural = Span(self._natural + span)


def _averaged(scaler: VideoReformatter, picture: VideoFrame) -> bytes:
    space, levels = colour_of(picture)
    small = scaler.reformat(
        picture,
        GRID.width,
        GRID.height,
        "rgb24",
        src_colorspace=space,
        dst_colorspace=space,
        src_color_range=levels,
        dst_color_range=ColorRange.JPEG,
        interpolation=Interpolation.AREA,
        threads=1,
    )
    plane, width = small.planes[0], GRID.width * 3
    rows = memoryview(plane)
    return b"".join(rows[y * plane.line_size :][:width] for y in range(GRID.height))
