"""YAML events to a tree of plain values that know where they stand, within bounds.

Every scalar stays text until somebody knows what it should be, so `06:00`, `2026-09-01`, `lang: no` and `title: 2026`
mean what they say. An empty value, `~` and `null` are None. Tags are refused, expansion and depth are bounded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from player.config.language import _
from player.config.yamlerrors import Mark, explain, mark_of

MAX_VALUES = 50_000
MAX_DEPTH = 40

# libyaml where PyYAML was built with it (its wheels are): ten times as quick.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = {"", "~", "null", "Null", "NULL"}
_TEXT_TAGS = {None, "!", "tag:yaml.org,2002:str"}


@dataclass(slots=True, eq=False)
class Node:
    """A value where it is written. `weight` counts the values in it and `height` its levels, aliases followed."""

    mark: Mark
    content: "str | list[Node] | dict[str, tuple[Mark, Node]] | None" = None
    weight: int = 1
    height: int = 1

    def plain(self) -> Any:
        """The value alone, as str, None, list and dict."""
        if isinstance(self.content, list):
            return [part.plain() for part in self.content]
        if isinstance(self.content, dict):
            return {key: part.plain() for key, (_mark, part) in self.content.items()}
        return self.content


class DocumentError(Exception):
    """The document cannot be used; `mark` (0, 0) means the file as a whole."""

    def __init__(self, mark: Mark, message: str) -> None:
        super().__init__(message)
        self.mark = mark
        self.message = message


def trees(text: str, first: int = 0, loader: Any = _LOADER) -> Iterator[tuple[Node, list[tuple[Mark, str]]]]:
    """Each document of `text` that holds something, with what is wrong in it but does no harm to the rest.

    `first` is the number of lines before `text` in its file. Raises DocumentError for a document that cannot be used.
    """
    builder = _Builder(text, first, loader)
    try:
        yield from builder.documents()
    except yaml.MarkedYAMLError as error:
        raise DocumentError(*explain(error, text, first)) from error


class _Builder:
    def __init__(self, text: str, first: int, loader: Any) -> None:
        self._events = yaml.parse(text, Loader=loader)
        self._first = first
        self._anchors: dict[str, Node | None] = {}
        self._faults: list[tuple[Mark, str]] = []

    def documents(self) -> Iterator[tuple[Node, list[tuple[Mark, str]]]]:
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors, self._faults = {}, []
                root = self._node(next(self._events), 1)
                if root.content is not None:
                    yield root, self._faults

    def _mark(self, event: Any) -> Mark:
        return mark_of(event.start_mark, self._first)

    def _node(self, event: Any, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, depth)
        node = Node(self._mark(event))
        if depth > MAX_DEPTH:
            raise DocumentError(node.mark, _("more than {limit} levels deep").format(limit=MAX_DEPTH))
        self._check_tag(event, node.mark)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        if isinstance(event, yaml.ScalarEvent):
            node.content = self._scalar(event, node.mark)
        elif isinstance(event, yaml.SequenceStartEvent):
            node.content = self._sequence(node, depth)
        else:
            node.content = self._mapping(node, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _check_tag(self, event: Any, mark: Mark) -> None:
        wanted = _TEXT_TAGS if isinstance(event, yaml.ScalarEvent) else {None}
        if event.tag not in wanted:
            raise DocumentError(mark, _("a tag (a word after !) is not understood; delete it, or quote the whole text"))

    def _alias(self, event: Any, depth: int) -> Node:
        mark = self._mark(event)
        node = self._anchors.get(event.anchor)
        if node is None:
            said = _("*{name} refers to nothing written above; put a text that begins with * in quotation marks")
            raise DocumentError(mark, said.format(name=event.anchor))
        if depth + node.height - 1 > MAX_DEPTH:
            raise DocumentError(mark, _("more than {limit} levels deep").format(limit=MAX_DEPTH))
        return node

    def _scalar(self, event: Any, mark: Mark) -> str | None:
        value: str = event.value
        if not event.style and event.tag is None and value in _NULLS:
            return None
        # What escapes such as "\0" or "\ud800" made: no file name, no text can hold it.
        if any((char < " " and char not in "\t\n") or "\ud800" <= char <= "\udfff" for char in value):
            raise DocumentError(mark, _("a control character; no text can hold it"))
        return value

    def _sequence(self, node: Node, depth: int) -> list[Node]:
        parts: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            part = self._node(event, depth + 1)
            self._grow(node, part, event)
            parts.append(part)
        return parts

    def _mapping(self, node: Node, depth: int) -> dict[str, tuple[Mark, Node]]:
        parts: dict[str, tuple[Mark, Node]] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            mark = self._mark(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise DocumentError(mark, _("a key must be a plain word"))
            key = self._scalar(event, mark) or ""
            value = next(self._events)
            part = self._node(value, depth + 1)
            self._grow(node, part, value)
            if key in parts:
                said = _("{key}: written twice, first on line {line}; delete one")
                self._faults.append((mark, said.format(key=key, line=parts[key][0][0])))
            else:
                parts[key] = mark, part
        return parts

    def _grow(self, node: Node, part: Node, event: Any) -> None:
        node.weight += part.weight
        node.height = max(node.height, part.height + 1)
        if node.weight > MAX_VALUES:
            said = _(
                "more than {limit} values, references (*) followed; a list of that length belongs in several files"
            )
            raise DocumentError(self._mark(event), said.format(limit=MAX_VALUES))
