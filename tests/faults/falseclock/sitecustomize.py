"""Gives a Python process another clock: what `time` says of the time of day is off by the seconds that stand, as eight
bytes, in the file that FALSE_CLOCK names, and which may be changed at any moment. Lengths of time stay true.

The file is mapped once, so that a decoder in its cage, which may open no file any more, has the same clock.
"""

import mmap
import os
import struct
import time

_SECOND = 10**9

with open(os.environ["FALSE_CLOCK"], "rb") as _file:
    _offset = mmap.mmap(_file.fileno(), 8, access=mmap.ACCESS_READ)
_true = time.time_ns


def _time_ns() -> int:
    return _true() + int(struct.unpack("<q", _offset[:8])[0])


def _time() -> float:
    return _time_ns() / _SECOND


time.time_ns, time.time = _time_ns, _time
