"""`gateplayer approve`, and what other verbs make of a watched folder."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.cli import main
from player.config.language import language_in_use, use
from player.library.approvals import Approvals
from tests.library.folders import Drop
from tests.library.gate import CONFIG


@pytest.fixture
def drop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drop]:
    for name in ("RUNTIME_DIRECTORY", "GATEPLAYER_CONFIG", "JOURNAL_STREAM", "SUDO_USER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANGUAGE", "en")
    before = language_in_use()
    yield Drop(tmp_path, more=", approve: yes")
    use(before)


def call(drop: Drop, verb: str, *more: str) -> int:
    return main([verb, "--config", str(drop.config), *more])


def test_an_approval_is_of_the_content_and_says_who_and_when(drop: Drop, capsys: pytest.CaptureFixture[str]) -> None:
    drop.photo("Lễ hội/a.png")
    drop.photo("b.png", "blue")
    assert call(drop, "approve", "Lễ hội/a.png", str(drop.inbox / "b.png"), "--by", "Trung úy Nam") == 0
    assert "Lễ hội/a.png: approved by Trung úy Nam" in capsys.readouterr().out
    first, second = Approvals(drop.state).all()
    assert {first.name, second.name} == {"Lễ hội/a.png", "b.png"}
    assert first.who == "Trung úy Nam"
    assert first.when.endswith("+07:00")
    assert call(drop, "approve", "b.png", "--by", "another") == 0
    assert {approval.who for approval in Approvals(drop.state).all()} == {"Trung úy Nam"}, "the first stays on record"


def test_the_list_tells_what_waits_and_what_was_approved(drop: Drop, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(drop, "approve", "--list") == 0
    assert "Nothing waits" in capsys.readouterr().out
    drop.photo("a.png")
    drop.photo("b.png", "blue")
    for path in drop.inbox.iterdir():
        os.utime(path, (1, 1))
    assert call(drop, "agent", "--once") == 0
    assert call(drop, "approve", "a.png") == 0
    capsys.readouterr()
    assert call(drop, "approve", "--list") == 0
    listed = [line.split("\t")[:2] for line in capsys.readouterr().out.splitlines()]
    assert listed == [["waiting", "b.png"], ["approved", "a.png"]]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("absent.png", "no such file in the watched folder"),
        ("../config.yaml", "no such file in the watched folder"),
        ("/etc/passwd", "no such file in the watched folder"),
        ("link.png", "link.png: "),
        ("pipe.png", "not a plain file"),
        ("Lễ hội", "Lễ hội: "),
    ],
)
def test_what_cannot_be_approved(drop: Drop, capsys: pytest.CaptureFixture[str], file: str, said: str) -> None:
    (drop.inbox / "link.png").symlink_to("/etc/passwd")
    os.mkfifo(drop.inbox / "pipe.png")
    (drop.inbox / "Lễ hội").mkdir()
    assert call(drop, "approve", file) == 2
    assert said in capsys.readouterr().err
    assert Approvals(drop.state).shas() == frozenset()


def test_where_nobody_asks_for_approval_it_is_said(drop: Drop, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(drop, "approve") == 2
    assert "name a file" in capsys.readouterr().err
    drop.config.write_text(drop.config.read_text().replace("approve: yes", "approve: no"))
    assert call(drop, "approve", "a.png") == 2
    assert "approve: yes" in capsys.readouterr().err
    drop.write("config.yaml", CONFIG)
    assert call(drop, "approve", "a.png") == 2
    assert "no watched folder" in capsys.readouterr().err


def test_check_and_plan_know_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drop = Drop(tmp_path)
    drop.photo("a.png")
    drop.drop("b.jpg", "no picture")
    assert call(drop, "agent", "--once") == 2
    capsys.readouterr()
    assert call(drop, "check", "--json") == 2
    told = json.loads(capsys.readouterr().out)
    assert [fault["file"] for fault in told["faults"]] == ["inbox/b.jpg"]
    assert told["items"] == 1
    assert call(drop, "plan", "--zone", "main", "--from", "2026-09-02T20:07", "--until", "20:08") == 0
    assert "a.png" in capsys.readouterr().out
