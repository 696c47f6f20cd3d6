"""A film, as pictures and sound of a zone."""

from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager
from fractions import Fraction
from typing import cast

import av
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from player.config.language import _
from player.core.faults import ContentFault
from player.core.geometry import Size
from player.core.model import Fit, Surround
from player.core.units import SECOND, Span
from player.media.canvas import Canvas
from player.media.container import nominal_span, picture_stream, sound_stream
from player.media.evenness import Evenness, usual_rate
from player.media.filters import Deinterlacer
from player.media.measure import measure
from player.media.refusal import refusing
from player.media.sound import Sound
from player.media.track import Track

_THREADS = 2
_STEPS_BACK = (0, 3 * SECOND, 15 * SECOND)
"""How much earlier to look for a key picture when a file's index led past the one sought."""


class Film:
    """The pictures of a film at exactly `size`, in order, and its sound; see `next_frame` and `next_sound`.

    Times count from the item's beginning: one that lasts longer than the film (`loop`) shows it again, and they go
    on. `natural` is the film's own length; give it when it is known from intake, so that it need not be measured. All
    calls may raise ContentFault. Picture and sound are read apart, so neither waits for the other.
    """

    def __init__(
        self,
        path: str,
        size: Size,
        fit: Fit,
        surround: Surround,
        *,
        offset: Span = Span(0),
        loop: bool = False,
        sound: bool = False,
        natural: Span = Span(0),
        background: str = "#000000",
    ) -> None:
        with refusing_films():
            self._pictures = Pictures(path, natural)
            self.natural = self._pictures.natural
            self.has_sound = self._pictures.has_sound
            self._canvas = Canvas(size, fit, surround, background, self._pictures.pixel_aspect)
            self._frames = self._pictures.play(offset, loop)
            self._sound = Sound(path, offset, loop, self.natural) if sound and self.has_sound else None

    @property
    def sound_position(self) -> Span:
        """Where the next samples of `next_sound` begin, from the item's beginning."""
        return self._sound.position if self._sound else Span(0)

    def next_frame(self, target: memoryview) -> Span | None:
        """Writes the next picture into `target` (BGRA, every alpha 255, rows of `size.width * 4` bytes); returns when
        it is up, or None at the end. The first is the one that is up at `offset`."""
        with refusing_films():
            found = next(self._frames, None)
            if found is None:
                return None
            position, picture = found
            self._canvas.paint(picture, target)
            return position

    def next_sound(self, until: Span) -> bytes | None:
        """The samples from `sound_position` to `until` (at most a second of them): 48 kHz, stereo, 16 bits, little
        endian. None when there are no more, or no sound. A ContentFault here leaves the pictures as they are."""
        if self._sound is None:
            return None
        with refusing_films():
            return self._sound.next(until)

    def close(self) -> None:
        self._frames.close()
        self._pictures.close()
        if self._sound:
            self._sound.close()


def refusing_films() -> AbstractContextManager[None]:
    """What FFmpeg raises within becomes a ContentFault."""
    damaged = _("the film is damaged: copy it again, or save it again as MP4 (H.264)")
    return refusing(damaged, av.FFmpegError, OSError, ValueError)


class Pictures:
    """The decoded pictures of a film with their times. `natural` is measured where it is 0."""

    def __init__(self, path: str, natural: Span, threads: int = _THREADS) -> None:
        self._track = Track(path, picture_stream, threads)
        self.has_sound = sound_stream(self._track.container) is not None
        self.pixel_aspect = self._track.stream.sample_aspect_ratio or Fraction(1)
        self._usual = nominal_span(self._track.stream)
        self._even = _evenness(self._track.stream)
        self.natural = natural or measure(self._track)

    def play(self, offset: Span, loop: bool) -> Generator[tuple[Span, VideoFrame], None, None]:
        """The picture that is up at `offset`, then those after it."""
        turn, position = divmod(offset, self.natural) if loop else (0, offset)
        while True:
            shown = 0
            for at, picture in self._pass(Span(position)):
                if loop and at >= self.natural:
                    break
                shown += 1
                yield Span(turn * self.natural + at), picture
            if not shown:
                raise ContentFault(_("no picture of the film can be read: save it again as MP4 (H.264)"))
            if not loop:
                return
            turn, position = turn + 1, 0

    def close(self) -> None:
        self._track.close()

    def _pass(self, start: Span) -> Iterator[tuple[Span, VideoFrame]]:
        """One showing: the last picture at or before `start` (or else the first), and those after it."""
        held: tuple[Span, VideoFrame] | None = None
        for at, picture in self._from(start):
            if at < start:
                held = (at, picture)
                continue
            if held and at > start:
                yield held
            held = None
            yield at, picture
        if held:
            yield held

    def _from(self, start: Span) -> Iterator[tuple[Span, VideoFrame]]:
        """Pictures from one at or before `start`, which may be well before it."""
        for position in _approaches(start):
            self._track.seek(position)
            pictures = self._timed()
            first = next(pictures, None)
            if first and first[0] <= start:
                yield first
                yield from pictures
                return
        self._track.reopen()
        yield from self._timed()

    def _timed(self) -> Iterator[tuple[Span, VideoFrame]]:
        """Pictures with times that only grow, whatever the file says."""
        last: Span | None = None
        for picture in self._whole():
            mark = picture.pts if picture.pts is not None else picture.dts
            after = Span(0 if last is None else last + self._usual)
            said = after if mark is None else self._track.when(mark, picture.time_base)
            # Of two that are near one place the second keeps its own time.
            later = (at for at in (self._even(said), said) if last is None or at > last)
            last = next(later, after)
            yield last, picture

    def _whole(self) -> Iterator[VideoFrame]:
        """Pictures without lines of the next (deinterlaced) and without holes."""
        deinterlacer = Deinterlacer()
        for picture in self._track.decoded():
            if not picture.is_corrupt:
                yield from deinterlacer.feed(cast(VideoFrame, picture))
        yield from deinterlacer.finish()


def _evenness(stream: VideoStream) -> Evenness:
    # The first is worked out from the time stamps themselves; the other is the number of pictures over the length.
    return Evenness(usual_rate(stream.base_rate, stream.average_rate), stream.time_base or Fraction(0))


def _approaches(start: Span) -> Iterator[Span]:
    """Where to begin in order to come by `start`, one attempt after the other."""
    for back in _STEPS_BACK:
        yield Span(max(0, start - back))
        if start <= back:
            return
