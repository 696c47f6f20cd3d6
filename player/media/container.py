"""Film files: opened with care, and their streams chosen."""

import os
from fractions import Fraction

import av
import av.subtitles.stream  # PyAV would load it with the first film, anew in each child
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from player.config.language import _
from player.core.faults import ContentFault
from player.core.units import SECOND, Span, seconds

MAX_FILM_PIXELS = 4096 * 2304
"""A film with larger pictures is refused: no wall needs it and no gate's computer decodes it in time."""

_FORMATS = "mov,matroska,avi,mpegts,mpeg,asf,flv,ogg,mxf,ivf,dv,wtv,nut,rm"
"""FFmpeg's names of what counts as a film: files with times in them. It also "plays" text, lists of addresses, and
much else."""


def open_container(path: str) -> InputContainer:
    """The film at `path`, from the local disk and nothing that it refers to. Raises ContentFault."""
    url = "file:" + os.path.abspath(path)
    options = {"protocol_whitelist": "file", "format_whitelist": _FORMATS}
    try:
        return av.open(url, "r", options=options, metadata_errors="replace")
    except (av.InvalidDataError, av.ArgumentError) as error:
        raise ContentFault(
            _("this is no film that is known here, or damaged: copy it again, or save it as MP4 (H.264)")
        ) from error


def picture_stream(container: InputContainer) -> VideoStream:
    """The stream of pictures that can be decoded; a cover picture is not a film. Raises ContentFault."""
    films = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not films:
        if container.streams.audio:
            raise ContentFault(_("there is only sound in the file, no picture: save it as a film, with pictures"))
        raise ContentFault(_("there is no film in the file: save it again as MP4 (H.264)"))
    known = [s for s in films if s.codec_context is not None]
    if not known:
        raise ContentFault(_("the film is in a format that is not known here: save it again as MP4 (H.264)"))
    stream = known[0]
    check_film_size(stream.width, stream.height)
    return stream


def sound_stream(container: InputContainer) -> AudioStream | None:
    """The first stream of sound that can be decoded."""
    for stream in container.streams.audio:
        if stream.codec_context is not None:
            return stream
    return None


def check_film_size(width: int, height: int) -> None:
    """Raises ContentFault for pictures too large to decode in time."""
    if width * height > MAX_FILM_PIXELS:
        raise ContentFault(
            _("the film is too large, {width} x {height} pixels: save it at 1920 x 1080").format(
                width=width, height=height
            )
        )


def origin(stream: VideoStream) -> Fraction:
    """The beginning of the film, that of its pictures, on the file's own clock in seconds."""
    return Fraction(stream.start_time or 0) * (stream.time_base or 1)


def nominal_span(stream: VideoStream) -> Span:
    """How long one picture stands when nothing better is known."""
    rate = stream.average_rate or stream.guessed_rate
    return seconds(float(1 / rate)) if rate and 0.5 <= rate <= 1000 else Span(SECOND // 25)
