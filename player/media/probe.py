"""What is in a file, found out before it is ever shown: its first picture is really decoded."""

import os
import stat
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, cast

from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from player.config.language import _
from player.core.faults import ContentFault
from player.core.geometry import Size
from player.core.model import Fit, Surround
from player.core.units import MINUTE, SECOND, Span
from player.media.animation import frame_spans, is_animated
from player.media.canvas import Canvas
from player.media.container import picture_stream, sound_stream
from player.media.film import refusing_films
from player.media.filters import upright_filters
from player.media.images import MAX_PIXELS, open_picture, screen_picture, upright_size
from player.media.measure import measure
from player.media.pages import MAX_PAGES, draw_page, open_document, page_size
from player.media.refusal import refusing
from player.media.sniff import Kind, check_whole, sniff
from player.media.track import Track

_TRIAL = Size(160, 90)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that a file may be: bytes, pixels of a picture, pages of a document, length of a film."""

    size: int = 8 << 30
    pixels: int = MAX_PIXELS
    pages: int = MAX_PAGES
    span: Span = Span(240 * MINUTE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file is. An animated picture is a film.

    `size` is in pixels as seen, upright and square (of a document: in points); `span` is the film's own length.
    """

    kind: Literal["picture", "film", "pages"]
    size: Size
    span: Span | None = None
    pages: int = 0
    has_sound: bool = False
    codec: str = ""
    fps: float | None = None


def probe(path: str, bounds: Bounds = Bounds()) -> Facts:
    """The facts of the file at `path`. Raises ContentFault, with the reason and what to do, if it cannot be shown."""
    _check_file(path, bounds)
    kind = sniff(path)
    check_whole(path)
    if kind is Kind.PICTURE:
        return _probe_picture(path, bounds)
    return _probe_pages(path, bounds) if kind is Kind.PAGES else _probe_film(path, bounds)


def _check_file(path: str, bounds: Bounds) -> None:
    with refusing(_("the file cannot be read: copy it again"), OSError):
        status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise ContentFault(_("this is not a file: give the name of a picture, film or PDF"))
    if status.st_size > bounds.size:
        raise ContentFault(
            _("the file is too big, {size} MB: make it smaller than {limit} MB").format(
                size=status.st_size >> 20, limit=bounds.size >> 20
            )
        )


def _probe_picture(path: str, bounds: Bounds) -> Facts:
    with open_picture(path, bounds.pixels) as image:
        size, codec = upright_size(image), (image.format or "").lower()
        if not is_animated(image):
            screen_picture(image, _TRIAL, Fit.CONTAIN, "#000000")
            return Facts("picture", size, codec=codec)
        spans = []
        for span in frame_spans(image):
            spans.append(span)
            _check_span(Span(sum(spans)), bounds)
        return Facts("film", size, span=Span(sum(spans)), codec=codec, fps=len(spans) * SECOND / sum(spans))


def _probe_pages(path: str, bounds: Bounds) -> Facts:
    with open_document(path) as document:
        pages = len(document)
        if pages < 1:
            raise ContentFault(_("the PDF has no pages: export it anew"))
        if pages > bounds.pages:
            raise ContentFault(
                _("the PDF has {pages} pages, and {limit} are allowed: split it").format(
                    pages=pages, limit=bounds.pages
                )
            )
        size = page_size(document)
    draw_page(path, 0, _TRIAL, Fit.CONTAIN, Surround.PLAIN)
    return Facts("pages", size, pages=pages, codec="pdf")


def _probe_film(path: str, bounds: Bounds) -> Facts:
    with refusing_films():
        track = Track(path, picture_stream)
        try:
            span = measure(track)
            _check_span(span, bounds)
            first = _first_picture(track)
            aspect = track.stream.sample_aspect_ratio or Fraction(1)
            buffer = memoryview(bytearray(_TRIAL.width * _TRIAL.height * 4))
            Canvas(_TRIAL, Fit.CONTAIN, Surround.PLAIN, "#000000", aspect).paint(first, buffer)
            rate = track.stream.average_rate
            return Facts(
                "film",
                shown_size(first, aspect),
                span=span,
                has_sound=sound_stream(track.container) is not None,
                codec=track.stream.codec_context.name,
                fps=float(rate) if rate else None,
            )
        finally:
            track.close()


def _first_picture(track: Track[VideoStream]) -> VideoFrame:
    track.seek(Span(0))
    for picture in track.decoded():
        if not picture.is_corrupt:
            return cast(VideoFrame, picture)
    raise ContentFault(_("no picture of the film can be read: save it again as MP4 (H.264)"))


def shown_size(picture: VideoFrame, aspect: Fraction) -> Size:
    """A picture's size as seen, upright and in square pixels."""
    size = Size(max(1, round(picture.width * aspect)), picture.height)
    sideways = any(step.startswith("transpose") for step in upright_filters(picture))
    return Size(size.height, size.width) if sideways else size


def _check_span(span: Span, bounds: Bounds) -> None:
    if span > bounds.span:
        raise ContentFault(
            _("the film lasts {minutes} minutes, and {limit} are allowed: cut it into parts").format(
                minutes=span // MINUTE, limit=bounds.span // MINUTE
            )
        )
