"""Every sentence of the program has its Vietnamese, and the compiled catalog is the one that people wrote."""

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo

from player.config import catalog
from player.config.language import LOCALE, _, language_in_use, use

PERCENT = re.compile(r"%(?:\((\w+)\))?[-#0 +]*\d*(?:\.\d+)?([diouxXeEfFgGcrsa%])")
VIETNAMESE = catalog.po_file("vi")


def placeholders(text: str) -> list[str]:
    """What the code fills in: `{name}` and `%(name)s`, with how often each stands there."""
    braces = [name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name is not None]
    percents = ["%" + match[0] for match in PERCENT.findall(text) if match[0]]
    return sorted(braces + percents)


def test_every_message_has_a_vietnamese_translation() -> None:
    known = catalog.load(VIETNAMESE)
    missing = [
        f"{sorted(names)[0]}: {message}"
        for message, names in catalog.extract().items()
        if not (entry := known.get(message)) or not entry.string
    ]
    assert not missing, "run `python -m player.config.catalog`, then translate:\n" + "\n".join(missing)


def test_no_translation_is_fuzzy_or_left_over() -> None:
    said = catalog.extract()
    entries = [entry for entry in catalog.load(VIETNAMESE) if entry.id]
    assert [entry.id for entry in entries if entry.fuzzy] == []
    assert [entry.id for entry in entries if entry.id not in said] == []


def test_translations_keep_the_placeholders() -> None:
    wrong = [
        f"{entry.id} -> {entry.string}"
        for entry in catalog.load(VIETNAMESE)
        if entry.id and entry.string and placeholders(str(entry.id)) != placeholders(str(entry.string))
    ]
    assert not wrong, "\n".join(wrong)


def test_compiled_catalog_is_in_step() -> None:
    with VIETNAMESE.with_suffix(".mo").open("rb") as stream:
        compiled = {entry.id: entry.string for entry in read_mo(stream) if entry.id}
    written = {entry.id: entry.string for entry in catalog.load(VIETNAMESE) if entry.id}
    assert compiled == written, "run `python -m player.config.catalog`"


def test_only_plain_strings_are_marked() -> None:
    """What is built before `_` sees it can have no translation."""
    wrong = [
        f"{path}:{node.lineno}"
        for path in catalog.PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"
        if not (len(node.args) == 1 and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str))
    ]
    assert not wrong


def test_language_is_asked_at_each_call() -> None:
    translated = next(entry for entry in catalog.load(VIETNAMESE) if entry.id)
    message = str(translated.id)
    use("vi")
    assert _(message) == translated.string != message
    use("en")
    assert _(message) == message


def test_unknown_language_is_refused_and_changes_nothing() -> None:
    use("en")
    with pytest.raises(ValueError, match="fr"):
        use("fr")
    assert language_in_use() == "en"


def test_catalogs_are_shipped_beside_the_package() -> None:
    assert Path(LOCALE, "vi", "LC_MESSAGES", "gateplayer.mo").is_file()


def test_update_keeps_translations_and_adds_what_is_new() -> None:
    old = catalog.load(VIETNAMESE)
    kept = next(str(entry.id) for entry in old if entry.id)
    new = catalog.updated(old, {kept: {"player/a.py"}, "{n} lamps are out": {"player/b.py"}})
    added = new.get("{n} lamps are out")
    assert [entry.id for entry in new if entry.id] == sorted([kept, "{n} lamps are out"])
    assert new[kept].string == old[kept].string
    assert added is not None
    assert added.string == ""
