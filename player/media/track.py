"""One stream of a film file, read by itself."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import floor
from typing import Generic, TypeVar, cast

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.frame import Frame
from av.packet import Packet
from av.stream import Discard
from av.video.stream import VideoStream

from player.core.units import SECOND, Span
from player.media.container import open_container, origin, picture_stream

StreamT = TypeVar("StreamT", bound=VideoStream | AudioStream)


class Track(Generic[StreamT]):
    """The stream of the film at `path` that `choose` picks; times count from the film's first picture.

    It is the only reader of its open file, so that what is read of one stream never waits for another.
    """

    def __init__(self, path: str, choose: Callable[[InputContainer], StreamT], threads: int = 1) -> None:
        self._path = path
        self._choose: Callable[[InputContainer], StreamT] = choose
        self._threads = threads
        self._open()
        self.origin = origin(picture_stream(self.container))
        if "avi" in self.container.format.name and isinstance(self.stream, VideoStream):
            self.origin += self._first_mark() * self._base
            self.reopen()

    def seek(self, position: Span) -> None:
        """Goes to a key picture before `position` as far as the file's index tells, or else to the beginning."""
        if position <= 0 and self._untouched:
            return
        if not self._seek(floor((Fraction(position, SECOND) + self.origin) / self._base)):
            self.reopen()

    def rewind(self) -> None:
        """Goes to the very beginning, where a decoder also drops what an encoder put before it."""
        if not self._untouched:
            self.reopen()

    def reopen(self) -> None:
        """Opens the file afresh."""
        self.close()
        self._open()

    def seek_end(self) -> bool:
        """Goes to the last key picture of the first as many hours as the file promises; False if it cannot."""
        hours = Fraction(self.container.duration or 0, SECOND)
        promised = max(floor(hours / self._base), self.stream.duration or 0)
        return promised > 0 and self._seek((self.stream.start_time or 0) + promised)

    def packets(self) -> "Iterator[Packet[StreamT]]":
        """The packets from here on; where the file can be read no further, it ends."""
        self._untouched = False
        reader = self.container.demux(self.stream)
        while True:
            try:
                packet = next(reader, None)
            except av.FFmpegError as error:
                _raise_for_memory(error)
                return
            if packet is None:
                return
            yield cast("Packet[StreamT]", packet)

    def decoded(self) -> Iterator[Frame]:
        """Decoded pictures or sound from here on; what is broken is left out, what follows it is tried."""
        for packet in self.packets():
            try:
                frames = packet.decode()
            except av.FFmpegError as error:
                _raise_for_memory(error)
                continue
            yield from cast(list[Frame], frames)

    def when(self, mark: int, base: Fraction | None = None) -> Span:
        """The time of a timestamp that counts in `base` seconds (or as the stream does); negative before the start."""
        return Span(floor((mark * (base or self._base) - self.origin) * SECOND))

    def close(self) -> None:
        self.container.close()

    def _open(self) -> None:
        self.container = open_container(self._path)
        self._untouched = True
        self.stream: StreamT = self._choose(self.container)
        self._base: Fraction = self.stream.time_base or Fraction(1, SECOND)
        for other in self.container.streams:
            if other is not self.stream:
                other.discard = Discard.all
        if isinstance(self.stream, VideoStream):
            self.stream.thread_type = "FRAME" if self._threads > 1 else "NONE"
            self.stream.thread_count = self._threads

    def _first_mark(self) -> int:
        """The first picture's timestamp. AVI has none: FFmpeg counts the pictures, and adds what a decoder may lag."""
        first = next(self.packets(), None)
        return 0 if first is None or first.pts is None else first.pts - (self.stream.start_time or 0)

    def _seek(self, mark: int) -> bool:
        self._untouched = False
        try:
            self.container.seek(mark, stream=self.stream)
        except av.FFmpegError as error:
            _raise_for_memory(error)
            return False
        return True


def _raise_for_memory(error: av.FFmpegError) -> None:
    if isinstance(error, MemoryError):
        raise error
