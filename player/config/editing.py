"""Sets a value in a YAML file that people have written, and leaves every other letter of it as it is."""

from collections.abc import Sequence

import yaml

from player.config.language import _
from player.config.suggest import WordingError


def with_value(text: str, path: Sequence[str], written: str) -> str:
    """`text`, whose top level is a group of keys, with `written` (YAML on one line) as the value at `path`.

    WordingError when a value on the way is not a group of keys, or the one to be replaced goes over several lines.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise WordingError(_("it is no YAML as it stands")) from error
    if node is None:
        return f"{text.rstrip()}\n{_nested(path, written)}\n".lstrip()
    for depth, key in enumerate(path):
        if not isinstance(node, yaml.MappingNode):
            raise WordingError(_("{key} is not a group of keys").format(key=".".join(path[:depth])))
        value = next((value for name, value in node.value if name.value == key), None)
        if value is None:
            return _inserted(text, node, _nested(path[depth:], written))
        if depth == len(path) - 1 or _is_empty(value):
            return _replaced(text, value, _nested(path[depth + 1 :], written, braces=True))
        node = value
    raise WordingError(_("{key} is not a group of keys").format(key=".".join(path)))


def _nested(path: Sequence[str], written: str, *, braces: bool = False) -> str:
    """ "a: {b: value}"; with `braces`, "{a: {b: value}}"."""
    for number, key in enumerate(reversed(path)):
        written = f"{key}: {written}"
        if braces or number < len(path) - 1:
            written = f"{{{written}}}"
    return written


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _replaced(text: str, node: yaml.Node, written: str) -> str:
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        raise WordingError(_("what stands there goes over several lines"))
    space = " " if text[start - 1 : start] == ":" else ""
    return f"{text[:start]}{space}{written}{text[end:]}"


def _inserted(text: str, node: yaml.MappingNode, written: str) -> str:
    """With another key at the beginning of a group; in a group without braces, on a line of its own."""
    if node.flow_style:
        at = node.start_mark.index + 1
        return f"{text[:at]}{written}{', ' if node.value else ''}{text[at:]}"
    first = node.value[0][0].start_mark
    at = first.index - first.column
    end = "\r\n" if "\r\n" in text else "\n"
    return f"{text[:at]}{' ' * first.column}{written}{end}{text[at:]}"
