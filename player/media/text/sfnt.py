"""Font files: which characters a face has, and a face inside a collection as a file of its own.

`pygame.font` opens only the first face of a TrueType collection, and that of Noto Sans CJK is Japanese. A collection
begins with a list of offsets, one a face; shown with another face's offset in the first place it opens as that face,
with no copy made. Layout of the tables: OpenType 1.9, chapters "OpenType font file" and "cmap".
"""

import io
import mmap
import struct
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

_COLLECTION = b"ttcf"
_UNICODE_TABLES = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3))


class FontError(ValueError):
    """A font file that is not one, or lacks what drawing needs."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How far glyphs reach above and below the baseline, and what the line spacing assumes, in em."""

    ascent: float
    descent: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """The characters that a face has, as sorted ranges."""

    firsts: tuple[int, ...]
    lasts: tuple[int, ...]

    def __contains__(self, character: object) -> bool:
        if not isinstance(character, str):
            return False
        at = bisect_right(self.firsts, ord(character)) - 1
        return at >= 0 and ord(character) <= self.lasts[at]


def _mapped(path: str) -> mmap.mmap:
    with open(path, "rb") as file:
        try:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:
            raise FontError(f"{path}: empty") from error


class FaceFile(io.RawIOBase):
    """A collection's file, read as if its face `index` stood first.

    SDL_ttf reads through it while the font is open; it closes itself with the font.
    """

    def __init__(self, path: str, index: int) -> None:
        self._data = _mapped(path)
        self._position = 0
        head = bytearray(self._data[: 16 + 4 * index])
        head[12:16] = head[12 + 4 * index :]
        self._head = bytes(head[:16])

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: len(self._data)}[whence]
        self._position = max(0, base + offset)
        return self._position

    def read(self, size: int = -1) -> bytes:
        end = len(self._data) if size < 0 else min(self._position + size, len(self._data))
        start, self._position = self._position, max(end, self._position)
        patched = self._head[start:end]
        return patched + self._data[start + len(patched) : end]


def _tables(data: mmap.mmap, index: int) -> dict[bytes, int]:
    """Where each table of a face begins."""
    start = struct.unpack_from(">I", data, 12 + 4 * index)[0] if data[:4] == _COLLECTION else 0
    count = struct.unpack_from(">H", data, start + 4)[0]
    records = struct.iter_unpack(">4sIII", data[start + 12 : start + 12 + 16 * count])
    return {tag: offset for tag, _checksum, offset, _length in records}


@lru_cache(maxsize=256)
def coverage(path: str, index: int = 0) -> Coverage:
    """The characters of a face. Raises FontError, or OSError."""
    data = _mapped(path)
    try:
        start = _tables(data, index)[b"cmap"]
        count = struct.unpack_from(">H", data, start + 2)[0]
        records = struct.iter_unpack(">HHI", data[start + 4 : start + 4 + 8 * count])
        subtables = {(platform, encoding): start + offset for platform, encoding, offset in records}
        best = next(subtables[key] for key in _UNICODE_TABLES if key in subtables)
        return _ranges(data, best)
    except (struct.error, KeyError, IndexError, StopIteration) as error:
        raise FontError(f"{path}: no table of Unicode characters") from error
    finally:
        data.close()


def _ranges(data: mmap.mmap, start: int) -> Coverage:
    form = struct.unpack_from(">H", data, start)[0]
    if form == 12:
        count = struct.unpack_from(">I", data, start + 12)[0]
        groups = struct.iter_unpack(">III", data[start + 16 : start + 16 + 12 * count])
        pairs = [(first, last) for first, last, glyph in groups if glyph or last > first]
    elif form == 4:
        segments = struct.unpack_from(">H", data, start + 6)[0] // 2
        lasts = struct.unpack_from(f">{segments}H", data, start + 14)
        firsts = struct.unpack_from(f">{segments}H", data, start + 16 + 2 * segments)
        pairs = [(first, last) for first, last in zip(firsts, lasts, strict=True) if first != 0xFFFF]
    else:
        raise KeyError(form)
    pairs.sort()
    return Coverage(tuple(first for first, _ in pairs), tuple(last for _, last in pairs))


@lru_cache(maxsize=256)
def extent(path: str, index: int = 0) -> Extent:
    """How tall a face's glyphs and lines are. Raises FontError, or OSError."""
    data = _mapped(path)
    try:
        tables = _tables(data, index)
        em = struct.unpack_from(">H", data, tables[b"head"] + 18)[0]
        bottom, top = struct.unpack_from(">h2xh", data, tables[b"head"] + 38)
        ascent, descent = struct.unpack_from(">hh", data, tables[b"hhea"] + 4)
        return Extent(ascent / em, -descent / em, top / em, -bottom / em)
    except (struct.error, KeyError, ZeroDivisionError) as error:
        raise FontError(f"{path}: no measures") from error
    finally:
        data.close()
