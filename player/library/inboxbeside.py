"""Captions and settings: files of the watched folder that belong to others of the same name."""

from collections.abc import Iterable
from dataclasses import dataclass

from player.core.faults import ContentFault
from player.library.filenames import SETTINGS, TEXTS, shown_name
from player.library.inboxentries import Entry, State
from player.media.text.textfiles import read_text


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside a file: the bytes of its caption and of its settings, and the name of the latter."""

    caption: bytes = b""
    settings: bytes = b""
    name: str = ""


class Aside:
    """Which files are captions or settings of others: those of the same name, with or without its suffixes."""

    def __init__(self, entries: list[Entry]) -> None:
        media = [entry for entry in entries if entry.said.ending not in TEXTS + SETTINGS]
        self._captions = _by_name(entry for entry in entries if entry.said.ending in TEXTS)
        self._settings = _by_name(entry for entry in entries if entry.said.ending in SETTINGS)
        self._owners: dict[str, Entry] = {}
        for entry in media:
            for other in (_beside(entry, self._captions), _beside(entry, self._settings)):
                if other:
                    self._owners.setdefault(other.name, entry)
        for entry in entries:
            other = _beside(entry, self._settings)
            if entry.said.ending in TEXTS and entry.name not in self._owners and other:
                self._owners.setdefault(other.name, entry)

    def owner(self, entry: Entry) -> Entry | None:
        return self._owners.get(entry.name)

    def of(self, entry: Entry, approved: frozenset[str] | None) -> Beside:
        """What lies beside `entry`, as far as it has been taken in and approved."""
        caption = None if entry.said.ending in TEXTS else _beside(entry, self._captions)
        settings = _beside(entry, self._settings)
        return Beside(
            _data(caption, approved), _data(settings, approved), shown_name(settings.name) if settings else ""
        )


def _by_name(entries: Iterable[Entry]) -> dict[tuple[str, str], Entry]:
    found: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        found.setdefault((folder_of(entry), entry.said.stem), entry)
    return found


def _beside(entry: Entry, others: dict[tuple[str, str], Entry]) -> Entry | None:
    found = others.get((folder_of(entry), entry.said.stem)) or others.get((folder_of(entry), entry.said.base))
    return None if found is entry else found


def _data(entry: Entry | None, approved: frozenset[str] | None) -> bytes:
    if entry is None or entry.content is None or entry.state is State.REFUSED:
        return b""
    if approved is not None and entry.content.sha not in approved:
        return b""
    return entry.content.data


def caption_trouble(entry: Entry) -> str:
    """Why a caption cannot be read; settings tell it with the file that they are for."""
    if entry.said.ending not in TEXTS or entry.content is None:
        return ""
    try:
        read_text(entry.content.data)
    except ContentFault as fault:
        return str(fault)
    return ""


def own_name(entry: Entry) -> str:
    """Its name without the folders."""
    return entry.name.rpartition("/")[2]


def folder_of(entry: Entry) -> str:
    """The folder that it is in, within the watched one."""
    return entry.name.rpartition("/")[0]
