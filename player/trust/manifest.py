"""What a role signs of a folder of playlists: every file's name, SHA-256 and size.

The list itself is cut into pages by the hash of each file's name, so that one changed file among ten thousand costs a
gate one page, not the whole list. The signed target names the pages; a page is a file like any other (`blob/<sha256>`).
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from player.config.language import _
from player.core.codec import decode, encode
from player.core.faults import TrustFault
from player.trust.names import MOST_BLOB, MOST_FILES, MOST_PAGE

FORMAT = 1
EVERY_GATE = "*"
_MOST_NAME = 400
_MOST_PAGES = 256
_SHA = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A file: `name` is relative, with slashes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page of the list lies, and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The signed target. `gate` is whose it is ("*" for templates); `files` and `bytes` are what all pages come to;
    `made` is ISO 8601, for people."""

    gate: str
    made: str
    files: int
    bytes: int
    pages: tuple[Page, ...]
    format: int = FORMAT


def build(gate: str, made: str, entries: Iterable[Entry]) -> tuple[bytes, dict[str, bytes]]:
    """The target and its pages by SHA-256. Raises TrustFault for what a gate would refuse."""
    listed = sorted(entries)
    _check_entries(listed)
    count = _page_count(len(listed))
    sheets: list[list[Entry]] = [[] for _number in range(count)]
    for entry in listed:
        sheets[_place(entry.name, count)].append(entry)
    pages: dict[str, bytes] = {}
    names = []
    for sheet in filter(None, sheets):
        data = _dumped([[entry.name, entry.sha256, entry.size] for entry in sheet])
        sha = hashlib.sha256(data).hexdigest()
        pages[sha] = data
        names.append(Page(sha, len(data)))
    total = sum(entry.size for entry in listed)
    return _dumped(encode(Manifest(gate, made, len(listed), total, tuple(names)))), pages


def read(data: bytes, gate: str) -> Manifest:
    """The manifest in a signed target, which must be that of `gate`. TrustFault with the reason otherwise."""
    try:
        manifest = decode(Manifest, json.loads(data))
    except (ValueError, RecursionError) as error:
        raise TrustFault(_("what was signed cannot be read: {reason}").format(reason=error)) from error
    if manifest.format != FORMAT:
        raise TrustFault(_("what was signed is of a newer version; bring this player up to date"))
    if manifest.gate != gate:
        said = _("what was signed is for the gate {other}, not for {gate}")
        raise TrustFault(said.format(other=manifest.gate[:80], gate=gate))
    if not 0 <= manifest.files <= MOST_FILES:
        raise TrustFault(_("{count} files are more than {limit}").format(count=manifest.files, limit=MOST_FILES))
    for page in manifest.pages:
        _check_file("-", page.sha256, page.size, MOST_PAGE)
    if len(manifest.pages) > _MOST_PAGES:
        raise TrustFault(_("what was signed cannot be read: {reason}").format(reason="pages"))
    return manifest


def unfold(manifest: Manifest, pages: Mapping[str, bytes]) -> tuple[Entry, ...]:
    """Every file of `manifest`, sorted; `pages` are verified bytes by SHA-256. TrustFault when they do not agree."""
    entries: list[Entry] = []
    for page in manifest.pages:
        try:
            rows = json.loads(pages[page.sha256])
            entries += [Entry(str(name), str(sha), size) for name, sha, size in rows]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise TrustFault(_("what was signed cannot be read: {reason}").format(reason=repr(error))) from error
        if len(entries) > MOST_FILES:
            raise TrustFault(_("{count} files are more than {limit}").format(count=len(entries), limit=MOST_FILES))
    _check_entries(entries)
    if (len(entries), sum(entry.size for entry in entries)) != (manifest.files, manifest.bytes):
        raise TrustFault(_("what was signed does not add up"))
    return tuple(sorted(entries))


def _page_count(files: int) -> int:
    """About the square root: pages and the list of them are then of one size. A power of two, so that it seldom
    changes."""
    count = 1
    while count * count < files and count < _MOST_PAGES:
        count *= 2
    return count


def _place(name: str, count: int) -> int:
    return hashlib.sha256(name.encode()).digest()[0] % count


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _check_entries(entries: Sequence[Entry]) -> None:
    if len(entries) > MOST_FILES:
        raise TrustFault(_("{count} files are more than {limit}").format(count=len(entries), limit=MOST_FILES))
    seen: set[str] = set()
    for entry in entries:
        _check_name(entry.name)
        _check_file(entry.name, entry.sha256, entry.size, MOST_BLOB)
        alike = unicodedata.normalize("NFC", entry.name).casefold()
        if alike in seen:
            raise TrustFault(_("{name} is there twice").format(name=entry.name))
        seen.add(alike)
    _check_folders(seen)


def _check_folders(names: set[str]) -> None:
    """No file may be a folder of another."""
    for name in names:
        if parent := next((str(one) for one in PurePosixPath(name).parents if str(one) in names), None):
            raise TrustFault(_("{name} is a file and a folder").format(name=parent))


def _check_name(name: str) -> None:
    parts = name.split("/")
    good = 0 < len(name) <= _MOST_NAME and name.isprintable() and "\\" not in name and ":" not in name
    good = good and all(part and not part.startswith(".") and len(part.encode()) <= 255 for part in parts)
    if not good:
        raise TrustFault(_("{name} is no name for a file of a playlist").format(name=repr(name[:80])))


def _check_file(name: str, sha: object, size: object, most: int) -> None:
    if not isinstance(sha, str) or not _SHA.fullmatch(sha):
        raise TrustFault(_("{name}: its SHA-256 is none").format(name=name))
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= most:
        raise TrustFault(_("{name}: its size cannot be: {size}").format(name=name, size=repr(size)[:40]))
