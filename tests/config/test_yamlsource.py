"""YAML as people get it wrong: every slip has its place and a sentence that says what to do."""

import time
from typing import Any

import pytest
import yaml

from player.config.yamlsource import MAX_BYTES, Source, dotted, parse, shown
from player.config.yamltree import DocumentError, trees

SLIPS = [
    ("title: Giờ mở cửa: 6h", "1:18", "a colon is not expected here"),
    ("a:\n\tb: 1", "2:1", "a tab; indent with spaces"),
    ("a:\n  b: 1\n\tc: 2", "3:1", "a tab; indent with spaces"),
    ("title: x\nzone\nlevel: 1", "2:1", "a colon and a space are missing after this word"),
    ('title: "x\nzone: y\n', "1:8", "the quotation mark that opens here is never closed"),
    ("title: 'x\nzone: y\n", "1:8", "the quotation mark that opens here is never closed"),
    (
        "items: [a, b\nzone: y",
        "2:5",
        "a comma or a closing bracket is missing before this; the bracket opens on line 1",
    ),
    ("items:\n- {image: a for: 3}", "2:16", "a comma or a closing bracket is missing before this"),
    ("a:\n    b: 1\n  c: 2", "3:3", "this does not fit the lines above"),
    ("items:\n  - image: a\n    for: 3\n   fit: x", "4:4", "this does not fit the lines above"),
    ('title: "Chào" mừng', "1:15", "this does not fit the lines above"),
    ("a: - b", "1:4", "a list cannot begin here: put each dash on a line of its own"),
    ("at: %10", "1:5", "a value cannot begin with %; put it in quotation marks"),
    ("at: @x", "1:5", "a value cannot begin with @; put it in quotation marks"),
    ("title: *** hi", "1:9", "a value cannot begin with *; put it in quotation marks"),
    ("title: !Chào", "1:11", "a value cannot begin with !; put it in quotation marks"),
    ("a: > b", "1:6", "a value cannot begin with | >; put it in quotation marks"),
    ("a: [,]", "1:5", "a value is missing before this"),
    ("at: *x", "1:5", "*x refers to nothing written above"),
    ("a: &b [*b]", "1:8", "*b refers to nothing written above"),
    ("a: !foo x", "1:4", "a tag (a word after !) is not understood"),
    ("a: !!python/object:os.system x", "1:4", "a tag (a word after !) is not understood"),
    ("a: !!int 5", "1:4", "a tag (a word after !) is not understood"),
    ("? [a]\n: b", "1:3", "a key must be a plain word"),
    ('a: "x\\0y"', "1:4", "a control character; no text can hold it"),
    ("a: x\x07y", "1:5", "an invisible character (U+0007) that does not belong in a text; delete it"),
    ("a: 1\n\ufeffb: 2", "2:1", "an invisible character (U+FEFF)"),
    ("a: 1\nb: 2\na: 3", "3:1", "a: written twice, first on line 1; delete one"),
    ("a: {b: 1, b: 2}", "1:11", "b: written twice, first on line 1; delete one"),
    ("a: " + "[" * 60, "1:43", "more than 40 levels deep"),
    ("", "", "nothing is written in this file"),
    ("# only\n---\n# words\n", "", "nothing is written in this file"),
]


def faults(source: Source) -> list[tuple[str, str]]:
    return [(str(fault.place).removeprefix("f").lstrip(":"), fault.message) for fault in source.faults]


@pytest.mark.parametrize(("text", "place", "sentence"), SLIPS)
def test_a_slip_has_its_place_and_sentence(text: str, place: str, sentence: str) -> None:
    found = faults(parse(text.encode(), "f"))
    assert [at for at, _message in found] == [place]
    assert sentence in found[0][1]


@pytest.mark.parametrize(("text", "place", "sentence"), [slip for slip in SLIPS if "\\" not in slip[0]])
def test_both_parsers_of_pyyaml_are_understood(text: str, place: str, sentence: str) -> None:
    """Where PyYAML was built without libyaml, only what it says about tabs and quotation marks is as precise."""
    if "invisible" in sentence or not place:
        return
    try:
        slips = [message for _root, wrong in trees(text, 0, yaml.SafeLoader) for _mark, message in wrong]
    except DocumentError as error:
        slips = [error.message]
    assert len(slips) == 1
    assert sentence in slips[0]


def test_a_slip_in_one_document_spares_the_others() -> None:
    source = parse(b"a: 1\n---\nb: [\n---\nc: 3\n--- # the end\nd: 4\n", "f")
    assert [document.value for document in source.documents] == [{"a": "1"}, {"c": "3"}, {"d": "4"}]
    assert faults(source)[0][0] == "4:1"
    assert str(source.documents[1].place(["c"])) == "f:5:4"


def test_scalars_stay_text_until_somebody_knows_better() -> None:
    text = "a: 06:00\nb: 2026-09-01\nc: no\nd: 010\ne: 1_000\nf: .inf\ng: 0x1F\nh: '~'\ni: ~\nj:\nk: ''\nl: !!str on"
    assert parse(text.encode(), "f").documents[0].value == {
        "a": "06:00", "b": "2026-09-01", "c": "no", "d": "010", "e": "1_000", "f": ".inf", "g": "0x1F",
        "h": "~", "i": None, "j": None, "k": "", "l": "on",
    }  # fmt: skip


def test_aliases_are_followed() -> None:
    document = parse(b"base: &b {x: 1}\nuse: [*b, *b]\n", "f").documents[0]
    assert document.value == {"base": {"x": "1"}, "use": [{"x": "1"}, {"x": "1"}]}
    assert str(document.place(["use", 1, "x"])) == "f:1:14"


def test_a_yaml_bomb_is_refused_quickly() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    started = time.monotonic()
    found = faults(parse("\n".join(lines).encode(), "f"))
    assert len(found) == 1
    assert found[0][0].startswith("5:")
    assert "more than 50000 values" in found[0][1]
    assert time.monotonic() - started < 30


def test_a_tower_of_aliases_is_refused() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 3000)]
    found = faults(parse("\n".join(lines).encode(), "f"))
    assert [message for _place, message in found] == ["more than 40 levels deep"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf8_with_and_without_a_mark_at_the_start(encoding: str) -> None:
    document = parse("title: Mèo Vạc\r\nzone: main\r\n".encode(encoding), "f").documents[0]
    assert document.value == {"title": "Mèo Vạc", "zone": "main"}
    assert str(document.place(["title"])) == "f:1:8"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_named(encoding: str) -> None:
    assert faults(parse("title: x".encode(encoding), "f")) == [("", "saved as UTF-16; save it again as UTF-8")]


def test_an_old_code_page_is_pointed_at() -> None:
    found = faults(parse(b"a: 1\nb: Gi\xea", "f"))
    assert found == [("2:6", "from here on the file is not UTF-8; save it again as UTF-8")]


def test_sizes_are_bounded() -> None:
    assert "larger than 1 MiB" in faults(parse(b"#" * (MAX_BYTES + 1), "f"))[0][1]
    assert "more than 50000 values" in faults(parse(b"- x\n" * 60_000, "f"))[0][1]
    source = parse(b"---\na: 1\n" * 600, "f")
    assert len(source.documents) == 500
    assert faults(source) == [("1001:1", "more than 500 documents; split the file at one of its ---")]


def test_a_directive_is_passed_over() -> None:
    assert parse(b"%YAML 1.2\n---\na: 1\n", "f").documents[0].value == {"a": "1"}


def test_places_of_keys_values_and_what_is_missing() -> None:
    document = parse(b"top:\n  list:\n    - {a: 1}\n    - b\n", "f").documents[0]
    expected: list[tuple[list[Any], bool, str]] = [
        (["top"], True, "1:1"),
        (["top", "list"], True, "2:3"),
        (["top", "list", 0, "a"], False, "3:11"),
        (["top", "list", 1], False, "4:7"),
        (["top", "list", 0, "missing"], False, "3:7"),
        (["top", "list", 9], False, "3:5"),
    ]
    for loc, key, place in expected:
        assert str(document.place(loc, key)) == f"f:{place}"


def test_names_are_shown_on_one_line() -> None:
    assert shown("a\nb\u200bc") == "a\\u000ab\\u200bc"
    assert shown("x" * 100) == "x" * 60 + "…"
    assert dotted(["items", 0, "when", 2, "time"]) == "items[1].when[3].time"
