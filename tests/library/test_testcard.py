"""Requests for test cards: what is believed of the file that anybody may leave who may write in the run folder."""

import json
import os
from pathlib import Path

import pytest

from player.core.testcards import LONGEST, Card
from player.core.units import Instant, Span, seconds
from player.library.testcard import By, Request, Requests

NOW = Instant(1_764_000_000_000_000)


def left(folder: Path, said: object) -> Requests:
    requests = Requests(folder)
    requests.path.write_text(said if isinstance(said, str) else json.dumps(said))
    return requests


def found(requests: Requests, now: Instant = NOW) -> Request | None:
    looked = requests.look(now)
    return looked[1] if looked is not None else None


def test_what_is_asked_for_is_found_and_taken_back(tmp_path: Path) -> None:
    requests, wall = Requests(tmp_path), Requests(tmp_path)
    assert wall.look(NOW) is None
    asked = requests.ask(Card.RAMP, seconds(30), By.PAGE, NOW)
    assert found(wall) == asked == Request(Card.RAMP, Instant(NOW + seconds(30)), By.PAGE)
    first = wall.look(NOW)
    requests.ask(Card.RAMP, seconds(30), By.PAGE, NOW)
    again = wall.look(NOW)
    assert first is not None
    assert again is not None
    assert first[0] != again[0]
    requests.take_back()
    requests.take_back()
    assert wall.look(NOW) is None


def test_a_card_is_asked_for_an_hour_at_most(tmp_path: Path) -> None:
    assert Requests(tmp_path).ask(Card.ALL, Span(5 * LONGEST), By.COMMAND, NOW).until == NOW + LONGEST


@pytest.mark.attack
@pytest.mark.parametrize(
    "said",
    [
        "",
        "{",
        "[" * 400,
        "[1]",
        {"card": "all"},
        {"card": "grid", "until": "soon", "by": "page"},
        {"card": "/etc/passwd", "until": NOW + 10, "by": "page"},
        {"card": ["all"], "until": NOW + 10, "by": "page"},
        {"card": "all", "until": True, "by": "page"},
        {"card": "all", "until": NOW, "by": "page"},
        {"card": "all", "until": NOW + LONGEST + 1, "by": "page"},
        {"card": "all", "until": NOW + 10, "by": "the devil"},
        {"card": "all", "until": NOW + 10, "by": "page", "more": "x" * 1000},
    ],
)
def test_what_makes_no_sense_is_no_request(tmp_path: Path, said: object) -> None:
    assert found(left(tmp_path, said)) is None


def test_a_folder_or_a_link_in_its_place_is_none(tmp_path: Path) -> None:
    requests = Requests(tmp_path)
    requests.path.mkdir()
    assert requests.look(NOW) is None
    requests.path.rmdir()
    other = tmp_path / "other"
    other.mkdir()
    left(other, {"card": "all", "until": NOW + 10, "by": "page"})
    requests.path.symlink_to(other / "testcard.json")
    assert requests.look(NOW) is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_one_that_cannot_be_read_yet_is_read_later(tmp_path: Path) -> None:
    requests = Requests(tmp_path)
    requests.ask(Card.ALL, seconds(30), By.COMMAND, NOW)
    requests.path.chmod(0)
    assert requests.look(NOW) is None
    requests.path.chmod(0o644)
    assert found(requests) is not None
