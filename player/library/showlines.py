"""A show as text, an item a line, and back in small steps: the wall takes another show in between two pictures.

Without its line breaks it is the plain JSON of the show, and of that is its digest; JSON has none within a string. So
whatever reads JSON reads it. What is as it is by default is left out, which is most of an item;
so another default in the model is another meaning of the shows stored before, until they are compiled again.
"""

import hashlib
import json
from collections.abc import Generator
from dataclasses import replace
from typing import BinaryIO, TypeVar

from player.core.codec import decode, encode
from player.core.model import Item, Playlist, Show

T = TypeVar("T")
Steps = Generator[None, None, T]
"""Something done in steps, none of which takes a millisecond; between them whoever has it done may do other things."""

STEP = 16
"""Lines."""

_MOST = 4 << 20
"""Bytes of one line: more than the longest banner."""

_ITEMS, _PLAYLISTS = b'"items":[', b'"playlists":['
_parse = json.JSONDecoder().decode


class OtherForm(ValueError):
    """This is not a show in lines, or not a whole one."""


def text_of(show: Show) -> bytes:
    """The show in lines."""
    head, tail = _around(replace(show, playlists=()), _PLAYLISTS)
    return b"\n".join([head, *_separated([_playlist(playlist) for playlist in show.playlists]), tail])


def digest_of(text: bytes) -> str:
    """The SHA-256 of a show's JSON, which is that of its lines without the breaks."""
    return hashlib.sha256(text.replace(b"\n", b"")).hexdigest()


def _playlist(playlist: Playlist) -> bytes:
    head, tail = _around(replace(playlist, items=()), _ITEMS)
    return b"\n".join([head, *_separated([_dump(item) for item in playlist.items]), tail])


def _around(value: Show | Playlist, opening: bytes) -> tuple[bytes, bytes]:
    """The JSON of what has an empty list there, up to that list's opening bracket, and from its closing one on. A
    quotation mark within a string has a backslash before it, so nobody can write such a thing into a title."""
    head, found, tail = _dump(value).partition(opening + b"]")
    assert found
    return head + opening, b"]" + tail


def _separated(parts: list[bytes]) -> list[bytes]:
    return [*[part + b"," for part in parts[:-1]], *parts[-1:]]


def _dump(value: object) -> bytes:
    return json.dumps(encode(value, brief=True), ensure_ascii=False, separators=(",", ":")).encode()


class LineReader:
    """Reads one show after the other. What stands in the next one as it stood in the last is not made anew: it is the
    same value, and costs no more than a look."""

    def __init__(self) -> None:
        self._items: dict[bytes, Item] = {}
        self._playlists: dict[tuple[str, str], Playlist] = {}

    def read(self, file: BinaryIO) -> Steps[tuple[Show, str]]:
        """The show whose lines come next in `file`, and its digest. OtherForm, or another ValueError, when it cannot be
        read by lines."""
        known, lines = _Known(self._items, self._playlists), _Lines(file)
        head = lines.next()
        if not head.endswith(_PLAYLISTS):
            raise OtherForm
        playlists = []
        while (line := lines.next()).endswith(_ITEMS):
            playlists.append((yield from self._playlist(lines, line, known)))
        show = replace(decode(Show, _parse((head + line).decode())), playlists=tuple(playlists))
        self._items, self._playlists = known.items, known.playlists
        return show, lines.digest.hexdigest()

    def _playlist(self, lines: "_Lines", head: bytes, known: "_Known") -> Steps[Playlist]:
        items: list[Item] = []
        line = b""
        while not line.startswith(b"]"):
            several = []
            while not (line := lines.next()).startswith(b"]"):
                several.append(line.removesuffix(b","))
                if lines.count % STEP == 0:
                    break
            items += known.several(several)
            if lines.count % STEP == 0:
                yield
        return known.playlist(head + line.removesuffix(b","), tuple(items))


class _Known:
    """What stood in the last show, and what stands in this one."""

    def __init__(self, items: dict[bytes, Item], playlists: dict[tuple[str, str], Playlist]) -> None:
        self._old_items, self._old_playlists = items, playlists
        self.items: dict[bytes, Item] = {}
        self.playlists: dict[tuple[str, str], Playlist] = {}

    def several(self, lines: list[bytes]) -> list[Item]:
        """The items of some lines. Those that are new are parsed together, at half the cost."""
        items, old = self.items, self._old_items
        unseen = dict.fromkeys([line for line in lines if line not in items])
        items.update([(line, old[line]) for line in unseen if line in old])
        fresh = [line for line in unseen if line not in old]
        if fresh:
            made = decode(tuple[Item, ...], _parse(f"[{b','.join(fresh).decode()}]"))
            items.update(zip(fresh, made, strict=True))
        return [items[line] for line in lines]

    def playlist(self, text: bytes, items: tuple[Item, ...]) -> Playlist:
        made = replace(decode(Playlist, _parse(text.decode())), items=items)
        key = made.source, made.id
        # Values that are the same are not compared within.
        if (old := self._old_playlists.get(key)) == made and old is not None:
            made = old
        self.playlists[key] = made
        return made


class _Lines:
    """The lines of a show, their breaks taken off. `digest` is of all that were given out."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.count = 0

    def next(self) -> bytes:
        line = self._file.readline(_MOST)
        if not line.endswith(b"\n"):
            raise OtherForm
        self.count += 1
        self.digest.update(line := line[:-1])
        return line
