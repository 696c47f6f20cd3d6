"""A YAML file to documents whose values can be pointed at, or to what is wrong with the file."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from player.config.language import _
from player.config.yamlerrors import Mark
from player.config.yamltree import DocumentError, Node, trees
from player.core.faults import Fault, Place

MAX_BYTES = 1 << 20
MAX_DOCUMENTS = 500

Loc = Sequence[str | int]
"""Keys and indices from the top of a document to a value."""

_FORBIDDEN = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_DOCUMENT = re.compile(r"^---(?=\s|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document of a file."""

    file: str
    root: Node

    @property
    def value(self) -> Any:
        """The document as str, None, list and dict."""
        return self.root.plain()

    def place(self, loc: Loc = (), key: bool = False) -> Place:
        """Where the value at `loc` is written, or its `key`; of what is missing, where its parent is written."""
        mark, _loc = self._find(loc, key)
        return Place(self.file, *mark)

    def fault(self, loc: Loc, message: str, key: bool = False) -> Fault:
        """`message` about the value at `loc`, led by its path: `layout.ticker.at: …`."""
        mark, written = self._find(loc, key)
        path = dotted(written)
        return Fault(Place(self.file, *mark), f"{path}: {message}" if path else message)

    def _find(self, loc: Loc, key: bool) -> tuple[Mark, Loc]:
        """The mark of `loc`, and `loc` without the index of a list of one that is written without its brackets."""
        node, mark = self.root, self.root.mark
        written: list[str | int] = []
        for step in loc:
            if step == 0 and not isinstance(node.content, list):
                continue
            written.append(step)
            if isinstance(node.content, dict) and step in node.content:
                name_mark, node = node.content[str(step)]
                mark = name_mark if key else node.mark
            elif isinstance(node.content, list) and isinstance(step, int) and step < len(node.content):
                node = node.content[step]
                mark = node.mark
            else:
                mark = node.mark
        return mark, written


@dataclass(frozen=True, slots=True)
class Source:
    """What a file holds: the documents that could be read, and what was wrong with the rest."""

    documents: tuple[Document, ...]
    faults: tuple[Fault, ...]


def dotted(loc: Loc) -> str:
    """A path as people read it; places in a list count from 1."""
    path = ""
    for step in loc:
        path += f"[{step + 1}]" if isinstance(step, int) else f".{shown(step)}" if path else shown(step)
    return path


def shown(text: str, limit: int = 60) -> str:
    """`text` as it may stand in a message: on one line, of bounded length."""
    line = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text[:limit])
    return line if len(text) <= limit else line + "…"


def read_source(path: Path, name: str) -> Source:
    """The documents of the file at `path`, called `name` in faults; whatever the file may hold becomes a fault."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return Source((), (_unreadable(Place(name), error),))
    return parse(data, name)


def _unreadable(place: Place, error: OSError) -> Fault:
    if isinstance(error, FileNotFoundError):
        return Fault(place, _("there is no such file"))
    if isinstance(error, PermissionError):
        return Fault(place, _("the player may not read this file; give it the right to"))
    if isinstance(error, IsADirectoryError):
        return Fault(place, _("this is a folder; a file is expected here"))
    # A disk that fails, no file handles left.
    said = _("cannot be read (error {number} of the system)").format(number=error.errno)
    return Fault(place, said, passing=True)


def parse(data: bytes, name: str) -> Source:
    """The documents in `data`, the bytes of a file called `name`."""
    documents: list[Document] = []
    faults: list[Fault] = []
    try:
        text = _decoded(data)
    except DocumentError as error:
        return Source((), (Fault(Place(name, *error.mark), error.message),))
    for number, (first, part) in enumerate(_parts(text)):
        if number == MAX_DOCUMENTS:
            said = _("more than {limit} documents; split the file at one of its ---")
            faults.append(Fault(Place(name, first + 1, 1), said.format(limit=MAX_DOCUMENTS)))
            break
        try:
            for root, slips in trees(part, first):
                documents.append(Document(name, root))
                faults += [Fault(Place(name, *mark), message) for mark, message in slips]
        except DocumentError as error:
            faults.append(Fault(Place(name, *error.mark), error.message))
    if not documents and not faults:
        faults.append(Fault(Place(name), _("nothing is written in this file")))
    return Source(tuple(documents), tuple(faults))


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise DocumentError((0, 0), _("larger than 1 MiB; a list of that length belongs in several files"))
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]:
        raise DocumentError((0, 0), _("saved as UTF-16; save it again as UTF-8"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        raise DocumentError(
            _mark_after(before), _("from here on the file is not UTF-8; save it again as UTF-8")
        ) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if wrong := _FORBIDDEN.search(text):
        said = _("an invisible character (U+{code}) that does not belong in a text; delete it")
        raise DocumentError(_mark_after(text[: wrong.start()]), said.format(code=f"{ord(wrong[0]):04X}"))
    return text


def _mark_after(before: str) -> Mark:
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """The text from each `---` on, with the number of lines before it: a slip in one document spares the others."""
    start, lines = 0, 0
    for end in [*(match.start() for match in _DOCUMENT.finditer(text)), len(text)]:
        part = text[start:end]
        if any(line and line[0] not in "#%" for line in map(str.strip, part.splitlines())):
            yield lines, part
        start, lines = end, lines + part.count("\n")
