"""Fingerprints as somebody wrote them down."""

from pathlib import Path

import pytest
import yaml

from player.core.faults import ConfigFault
from player.report.keyfile import read_keys
from player.trust.fingerprint import grouped

ONE, OTHER = grouped("1a" * 32), grouped("2b" * 32)


@pytest.mark.parametrize(
    "text",
    [
        f"# told by telephone\nkim-thanh-2: {ONE}\nkim-thanh-2: {OTHER}\n",
        f"\ufeffkim-thanh-2: [{ONE}, {OTHER}]",
        f"---\nkim-thanh-2:\n  - {ONE}   # the old PC\n  - '{OTHER}'\n",
        f'"kim-thanh-2": {ONE.replace(" ", "").upper()}, {OTHER}',
    ],
)
def test_several_keys_of_a_gate(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.yaml"
    path.write_text(text, "utf-8")
    assert read_keys(path) == {"kim-thanh-2": [ONE, OTHER]}


def test_what_yaml_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "keys.yaml"
    path.write_text(yaml.safe_dump({"a": ONE, "b": [ONE, OTHER]}, width=1000))
    assert read_keys(path) == {"a": [ONE], "b": [ONE, OTHER]}


def test_every_wrong_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "keys.yaml"
    path.write_text(f"a: {ONE}\nb: 12 34\nrubbish\n")
    with pytest.raises(ConfigFault) as caught:
        read_keys(path)
    assert [fault.place.line for fault in caught.value.faults] == [2, 3]
