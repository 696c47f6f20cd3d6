"""What is done to a film's pictures before they are scaled: deinterlacing, turning upright, cropping."""

import struct
from collections.abc import Iterator
from typing import cast

import av
from av.filter import Graph
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame

_TURNS: dict[tuple[int, int, int, int], tuple[str, ...]] = {
    (1, 0, 0, 1): (),
    (0, 1, -1, 0): ("transpose=clock",),
    (-1, 0, 0, -1): ("hflip", "vflip"),
    (0, -1, 1, 0): ("transpose=cclock",),
    (-1, 0, 0, 1): ("hflip",),
    (1, 0, 0, -1): ("vflip",),
    (0, 1, 1, 0): ("transpose=cclock_flip",),
    (0, -1, -1, 0): ("transpose=clock_flip",),
}
"""Filters by the signs of a display matrix's a, b, c, d (ISO/IEC 14496-12, 6.2.2)."""


class FilterChain:
    """A chain of FFmpeg's filters, set up for pictures like `sample`."""

    def __init__(self, sample: VideoFrame, filters: tuple[str, ...]) -> None:
        base = sample.time_base
        self._graph = Graph()
        source = self._graph.add(
            "buffer",
            video_size=f"{sample.width}x{sample.height}",
            pix_fmt=sample.format.name,
            time_base=f"{base.numerator}/{base.denominator}" if base else "1/1000000",
            pixel_aspect="1/1",
            colorspace=str(int(sample.colorspace)),
            range=str(int(sample.color_range)),
        )
        steps = [self._graph.add(name, args or None) for name, _, args in (step.partition("=") for step in filters)]
        self._graph.link_nodes(source, *steps, self._graph.add("buffersink"))
        self._graph.configure()

    def feed(self, frame: VideoFrame | None) -> Iterator[VideoFrame]:
        """What comes out after `frame`; None says that there are no more."""
        self._graph.vpush(frame)
        while True:
            try:
                yield self._graph.vpull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return


def likeness(frame: VideoFrame) -> tuple[int, int, str, int, int]:
    """What must stay the same from picture to picture for one chain of filters to serve."""
    return (frame.width, frame.height, frame.format.name, int(frame.colorspace), int(frame.color_range))


class Deinterlacer:
    """Passes pictures on, those flagged as interlaced made whole. It costs nothing until the first of these."""

    def __init__(self) -> None:
        self._chain: FilterChain | None = None
        self._like: tuple[int, int, str, int, int] | None = None

    def feed(self, frame: VideoFrame) -> Iterator[VideoFrame]:
        if self._chain and self._like != likeness(frame):
            yield from self.finish()
        if self._chain is None and frame.interlaced_frame:
            self._chain = FilterChain(frame, ("bwdif=mode=send_frame:deint=interlaced",))
            self._like = likeness(frame)
        if self._chain is None:
            yield frame
        else:
            yield from self._chain.feed(frame)

    def finish(self) -> Iterator[VideoFrame]:
        """The pictures still held back; afterwards it can be used anew."""
        chain, self._chain = self._chain, None
        if chain:
            yield from chain.feed(None)


def upright_filters(frame: VideoFrame) -> tuple[str, ...]:
    """The filters that turn `frame` as its display matrix says, to the nearest quarter turn."""
    data = cast(SideData | None, frame.side_data.get("DISPLAYMATRIX"))
    if data is None:
        return ()
    a, b, _u, c, d = struct.unpack_from("<5i", bytes(data))
    straight = abs(a) + abs(d) >= abs(b) + abs(c)
    return _TURNS.get((_sign(a), 0, 0, _sign(d)) if straight else (0, _sign(b), _sign(c), 0), ())


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)
