"""The sound of a film, as one unbroken line of samples in step with its pictures."""

from collections.abc import Generator, Iterator
from contextlib import closing
from typing import cast

from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

from player.config.language import _
from player.core.faults import ContentFault
from player.core.units import SECOND, Span
from player.media.container import sound_stream
from player.media.track import Track

RATE = 48_000
"""Samples a second of each of the two channels."""

_SAMPLE = 4
"""Bytes of one sample: two channels of 16 bits."""

_JITTER = RATE // 50
"""Timestamps this far (20 ms) from where the samples before them ended are rounding, not gaps."""

_PREROLL = Span(SECOND // 5)
"""How far before a position decoding begins, for codecs whose blocks lean on those before."""


class Sound:
    """Samples from `offset` on; each pass over the film is exactly `natural` long, filled with silence.

    The file is opened when the first samples are asked for, so that it never delays the first picture.
    """

    def __init__(self, path: str, offset: Span, loop: bool, natural: Span) -> None:
        self._path = path
        self._natural = natural
        self._position = _samples(offset)
        self._line = self._play(offset, loop)
        self._ready = bytearray()
        self._ended = False

    @property
    def position(self) -> Span:
        """When the next sample sounds, from the item's beginning."""
        return Span(self._position * SECOND // RATE)

    def next(self, until: Span) -> bytes | None:
        """The samples up to `until`, at most a second of them; None at the end."""
        wanted = max(0, min(_samples(until) - self._position, RATE)) * _SAMPLE
        while len(self._ready) < wanted and not self._ended:
            piece = next(self._line, None)
            if piece is None:
                self._ended = True
            else:
                self._ready += piece
        if self._ended and not self._ready:
            return None
        samples = bytes(self._ready[:wanted])
        del self._ready[:wanted]
        self._position += len(samples) // _SAMPLE
        return samples

    def close(self) -> None:
        self._line.close()

    def _play(self, offset: Span, loop: bool) -> Generator[bytes, None, None]:
        turn, start = divmod(offset, self._natural) if loop else (0, offset)
        with closing(Track(self._path, _chosen)) as track:
            while True:
                first = _samples(Span(turn * self._natural + start))
                length = _samples(Span((turn + 1) * self._natural)) - first
                yield from _pass(track, Span(start), length if loop else None)
                if not loop:
                    return
                turn, start = turn + 1, 0


def _pass(track: Track[AudioStream], start: Span, length: int | None) -> Iterator[bytes]:
    """Samples from `start` of the film; `length` of them, or as many as there are."""
    at, begin = 0, _samples(start)  # `at` counts from `start`
    for shown, samples in _timed(track, start):
        gap = shown - begin - at
        if abs(gap) <= _JITTER and at > 0:
            gap = 0
        if gap > 0:
            if length is not None:
                gap = min(gap, length - at)
            yield from _silence(gap)
            at += gap
        piece = samples[max(0, -gap) * _SAMPLE :]
        if length is not None:
            piece = piece[: (length - at) * _SAMPLE]
        at += len(piece) // _SAMPLE
        if piece:
            yield piece
        if length is not None and at >= length:
            return
    if length is not None:
        yield from _silence(length - at)


def _timed(track: Track[AudioStream], start: Span) -> Iterator[tuple[int, bytes]]:
    """Pieces of sound as the file has them, each with the sample of the film that it says it begins at."""
    for frame in _resampled(track, start):
        if frame.pts is None or frame.time_base is None:
            continue
        shown = _samples(track.when(frame.pts, frame.time_base))
        yield shown, bytes(memoryview(frame.planes[0])[: frame.samples * _SAMPLE])


def _resampled(track: Track[AudioStream], start: Span) -> Iterator[AudioFrame]:
    resampler, like = None, None
    for frame in _decoded(track, start):
        if like != (frame.format.name, frame.layout.name, frame.sample_rate):
            if resampler:
                yield from resampler.resample(None)
            resampler = AudioResampler(format="s16", layout="stereo", rate=RATE)
            like = (frame.format.name, frame.layout.name, frame.sample_rate)
        if resampler:
            yield from resampler.resample(frame)
    if resampler:
        yield from resampler.resample(None)


def _decoded(track: Track[AudioStream], start: Span) -> Iterator[AudioFrame]:
    if start <= _PREROLL:
        track.rewind()
    else:
        track.seek(Span(start - _PREROLL))
    for frame in track.decoded():
        yield cast(AudioFrame, frame)


def _chosen(container: InputContainer) -> AudioStream:
    stream = sound_stream(container)
    if stream is None:
        raise ContentFault(_("there is no sound in the film"))
    return stream


def _samples(span: Span) -> int:
    return span * RATE // SECOND


def _silence(samples: int) -> Iterator[bytes]:
    for start in range(0, samples, RATE):
        yield bytes(min(RATE, samples - start) * _SAMPLE)
