"""Animated pictures (GIF, WebP, PNG, AVIF), shown as films without sound."""

from collections.abc import Generator, Iterator
from contextlib import ExitStack

from PIL import Image

from player.config.language import _
from player.core.faults import ContentFault
from player.core.geometry import Size
from player.core.model import Fit, Surround
from player.core.units import SECOND, Span
from player.media.images import compose, open_picture, refusing_pictures, screen_picture

MAX_FRAMES = 10_000

_USUAL = Span(SECOND // 10)
"""How long a picture stands that names no time of its own, or (in a GIF) 10 ms or less: as in every browser."""


def is_animated(image: Image.Image) -> bool:
    """Whether there is more than one picture to show in turn; pages of a TIFF or a phone's burst are not."""
    return image.format in ("GIF", "WEBP", "PNG", "AVIF") and bool(getattr(image, "is_animated", False))


def frame_spans(image: Image.Image) -> Iterator[Span]:
    """Decodes picture by picture and says how long each stands. Raises ContentFault for an endless animation."""
    first = 1 if image.info.get("default_image") else 0  # in a PNG: for programs that show no animation
    for number in range(first, getattr(image, "n_frames", 1)):
        if number >= MAX_FRAMES:
            raise ContentFault(_("the animation has too many pictures: save it as a film, MP4 (H.264)"))
        image.seek(number)
        image.load()
        milliseconds = image.info.get("duration", 0)
        if not isinstance(milliseconds, int | float) or milliseconds <= (10 if image.format == "GIF" else 0):
            yield _USUAL
        else:
            yield Span(round(milliseconds * 1000))


class Animation:
    """An animated picture with the same calls as a `Film`; there is never any sound."""

    has_sound = False
    sound_position = Span(0)

    def __init__(
        self,
        path: str,
        size: Size,
        fit: Fit,
        surround: Surround,
        *,
        offset: Span = Span(0),
        loop: bool = False,
        natural: Span = Span(0),
        background: str = "#000000",
    ) -> None:
        self._look = (size, fit, surround, background)
        self._opened = ExitStack()
        with refusing_pictures(), ExitStack() as opening:
            self._image = opening.enter_context(open_picture(path))
            self.natural = natural or Span(sum(frame_spans(self._image)))
            self._positions = self._play(offset, loop)
            self._opened = opening.pop_all()

    def next_frame(self, target: memoryview) -> Span | None:
        """As `Film.next_frame`."""
        size, fit, surround, background = self._look
        with refusing_pictures():
            position = next(self._positions, None)
            if position is None:
                return None
            shown = compose(screen_picture(self._image, size, fit, background), size, fit, surround, background)
            target[:] = shown.convert("RGBA").tobytes("raw", "BGRA")
            return position

    def next_sound(self, until: Span) -> bytes | None:  # noqa: ARG002
        """None: there is no sound."""
        return None

    def close(self) -> None:
        self._positions.close()
        self._opened.close()

    def _play(self, offset: Span, loop: bool) -> Generator[Span, None, None]:
        """Decodes the picture that is up at `offset`, then those after it; yields when each is up."""
        turn, start = divmod(offset, self.natural) if loop else (0, offset)
        while True:
            at = 0
            for span in frame_spans(self._image):
                if at >= self.natural:
                    break
                at += span
                if at > start or (at >= self.natural and not loop):
                    yield Span(turn * self.natural + at - span)
            if not loop:
                return
            turn, start = turn + 1, 0
