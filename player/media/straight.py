"""Pictures of a film converted straight into the wall's memory, by the FFmpeg that PyAV has brought along.

PyAV converts into memory of its own, from where each picture would have to be copied once more. Here FFmpeg's own
functions are called, on the libraries that are loaded already, so nothing is looked for once the cage is closed.
"""

import ctypes
import logging
import os
import weakref
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Interpolation

from player.config.language import _
from player.core.geometry import Rect, Size

log = logging.getLogger(__name__)

FORMATS = ("yuv420p", "yuvj420p")
"""What FFmpeg converts without filters, if nothing is scaled. Others would need to know where their colour samples
lie, which PyAV does not tell."""

_WIDTH_STEP, _ALIGNED = 16, 32
"""FFmpeg writes so many pixels at once, and would go on beyond a row that is no multiple of them; bytes."""

_ONE = 1 << 16
"""Contrast and saturation as they are."""

_FULL_RANGE = 1


class _Libraries(NamedTuple):
    scale: ctypes.CDLL
    util: ctypes.CDLL


_POINTERS, _LENGTHS = ctypes.c_void_p * 4, ctypes.c_int * 4
_SIGNATURES: dict[str, tuple[object, list[object]]] = {
    "sws_getContext": (ctypes.c_void_p, [ctypes.c_int] * 7 + [ctypes.c_void_p] * 3),
    "sws_freeContext": (None, [ctypes.c_void_p]),
    "sws_getCoefficients": (ctypes.c_void_p, [ctypes.c_int]),
    "sws_setColorspaceDetails": (
        ctypes.c_int,
        [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, *[ctypes.c_int] * 4],
    ),
    "sws_scale": (
        ctypes.c_int,
        [ctypes.c_void_p, _POINTERS, _LENGTHS, ctypes.c_int, ctypes.c_int, _POINTERS, _LENGTHS],
    ),
}


@lru_cache(maxsize=1)
def prepare() -> _Libraries | None:
    """Find the libraries, for this process and those forked from it; None, and a line in the log, without them."""
    try:
        libraries = _Libraries(_loaded("libswscale"), _loaded("libavutil"))
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(libraries.scale, name)
            function.restype, function.argtypes = result, arguments
        libraries.util.av_get_pix_fmt.argtypes = [ctypes.c_char_p]
    except (OSError, AttributeError) as error:
        log.warning(
            _("films cost more than they need to: FFmpeg cannot be called directly ({error})").format(error=error)
        )
        return None
    return libraries


def _loaded(name: str) -> ctypes.CDLL:
    """The library of that name in this process, of whatever version it is. OSError when there is none."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        path = line.partition("/")[2]
        if path.rpartition("/")[2].startswith(name):
            return ctypes.CDLL(f"/{path}", mode=os.RTLD_NOW | os.RTLD_NOLOAD)
    raise OSError(f"{name}: not loaded")


def serves(picture: VideoFrame, place: Rect, zone: Size) -> bool:
    """Whether such pictures can be converted straight to `place` of `zone`."""
    return (
        place.size == (picture.width, picture.height)
        and picture.format.name in FORMATS
        and place.width % _WIDTH_STEP == 0
        and place.height % 2 == 0
        and place.x * 4 % _ALIGNED == zone.width * 4 % _ALIGNED == 0
        and prepare() is not None
    )


class Straight:
    """Converts pictures like `sample`, for which `serves` is true; `colour` is the number of their matrix and of
    their range."""

    def __init__(
        self, sample: VideoFrame, place: Rect, zone: Size, method: Interpolation, colour: tuple[int, int]
    ) -> None:
        libraries = prepare()
        assert libraries is not None
        self._scale = libraries.scale
        self._zone = zone
        self._start = (place.y * zone.width + place.x) * 4
        formats = [libraries.util.av_get_pix_fmt(name) for name in (sample.format.name.encode(), b"bgra")]
        width, height = place.size
        context = self._scale.sws_getContext(
            width, height, formats[0], width, height, formats[1], int(method), None, None, None
        )
        if not context:
            raise MemoryError
        self._context = ctypes.c_void_p(context)
        weakref.finalize(self, self._scale.sws_freeContext, self._context)
        space, levels = colour
        matrix = self._scale.sws_getCoefficients(space)
        self._scale.sws_setColorspaceDetails(
            self._context, matrix, int(levels == ColorRange.JPEG), matrix, _FULL_RANGE, 0, _ONE, _ONE
        )
        self._steps = _LENGTHS(zone.width * 4)

    def paint(self, picture: VideoFrame, target: memoryview) -> None:
        """Writes `picture` to its place of `target`, which is the whole zone."""
        if len(target) != self._zone.width * self._zone.height * 4:
            raise ValueError("that is no picture of the zone")
        planes = picture.planes
        pointers = _POINTERS(*(plane.buffer_ptr for plane in planes))
        lengths = _LENGTHS(*(plane.line_size for plane in planes))
        first = ctypes.c_char.from_buffer(target, self._start)
        place = _POINTERS(ctypes.addressof(first))
        self._scale.sws_scale(self._context, pointers, lengths, 0, picture.height, place, self._steps)
