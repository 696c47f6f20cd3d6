"""Values set in files that people have written."""

from pathlib import Path

import pytest
import yaml

from player.config.editing import with_value
from player.config.suggest import WordingError

SAMPLE = (Path(__file__).parents[2] / "config.yaml").read_text("utf-8")


def test_the_sample_keeps_every_other_letter() -> None:
    text = with_value(SAMPLE, ["gate"], "kim-thanh-2")
    text = with_value(text, ["sources", "central", "url"], '"https://example.vn"')
    text = with_value(text, ["sources", "central", "root"], "trust/root.json")
    said = yaml.safe_load(text)
    assert said["gate"] == "kim-thanh-2"
    assert said["sources"]["central"] == {"url": "https://example.vn", "root": "trust/root.json"}
    before, after = SAMPLE.splitlines(), text.splitlines()
    new = [line for line in after if line not in before]
    assert new == ["gate: kim-thanh-2", '  central: {root: trust/root.json, url: "https://example.vn"}']
    assert [line for line in before if line not in after] == ["gate: lao-cai-1"]


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a: 1\n", "a", "a: 9\n"),
        ("a: 1 # one\nb: 2\n", "a", "a: 9 # one\nb: 2\n"),
        ("b: 2\n", "a", "a: 9\nb: 2\n"),
        ("# top\nb: 2\n", "a", "# top\na: 9\nb: 2\n"),
        ("b: 2\n", "c.a", "c: {a: 9}\nb: 2\n"),
        ("c: {a: 1, b: 2}\n", "c.a", "c: {a: 9, b: 2}\n"),
        ("c: {b: 2}\n", "c.a", "c: {a: 9, b: 2}\n"),
        ("c: {}\n", "c.a", "c: {a: 9}\n"),
        ("c:\n  b: 2\n", "c.a", "c:\n  a: 9\n  b: 2\n"),
        ("c:\n  # b: 2\nd: 1\n", "c.a", "c: {a: 9}\n  # b: 2\nd: 1\n"),
        ("c: ~\n", "c.a", "c: {a: 9}\n"),
        ("c:\r\n  b: 2\r\n", "c.a", "c:\r\n  a: 9\r\n  b: 2\r\n"),
        ('a: "x: y"\n', "a", "a: 9\n"),
        ("a: [1,\n  2]\nb: 1\n", "a", "a: 9\nb: 1\n"),
        ("", "c.a", "c: {a: 9}\n"),
    ],
)
def test_one_value_is_set(before: str, path: str, after: str) -> None:
    assert with_value(before, path.split("."), "9") == after


@pytest.mark.parametrize(("text", "path"), [("c: 5\n", "c.a"), ("a:\n  b: 1\n", "a"), ("a: [\n", "a"), ("- 1\n", "a")])
def test_what_cannot_be_set_is_said(text: str, path: str) -> None:
    with pytest.raises(WordingError):
        with_value(text, path.split("."), "9")
