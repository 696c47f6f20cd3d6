"""Test cards from the status page: who may ask for one, what the wall is asked, and what the page says of it."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from player.core.testcards import USUAL, Card
from player.core.units import Instant
from player.library.pagepassword import write_password
from player.library.testcard import By, Request, Requests
from tests.agent.page.gatehouse import Gatehouse, compile_gate, token_of


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cards") / "gate"
    compile_gate(folder)
    return folder


@pytest.fixture
def house(compiled: Path, tmp_path: Path) -> Gatehouse:
    house = Gatehouse(Path(shutil.copytree(compiled, tmp_path / "gate")))
    house.wall()
    house.agent()
    return house


@pytest.fixture
def client(house: Gatehouse) -> Iterator[FlaskClient]:
    with house.holding():
        yield house.client()


def asked(house: Gatehouse) -> Request | None:
    """What the wall finds."""
    found = Requests(house.run).look(Instant(time.time_ns() // 1000))
    return found[1] if found is not None else None


def test_a_card_is_asked_for_and_taken_back(house: Gatehouse, client: FlaskClient) -> None:
    told = client.get("/").get_data(as_text=True)
    assert "Show for a minute" in told
    token = token_of(told)
    before = time.time_ns() // 1000
    done = client.post("/testcard", data={"token": token, "card": "ramp"})
    assert (done.status_code, done.headers["Location"]) == (303, "/#wall")
    found = asked(house)
    assert found is not None
    assert (found.card, found.by) == (Card.RAMP, By.PAGE)
    assert 0 <= found.until - before - USUAL < 30_000_000
    assert client.post("/testcard", data={"token": token, "card": "ramp", "end": "1"}).status_code == 303
    assert asked(house) is None


@pytest.mark.attack
def test_nothing_is_shown_for_whoever_may_not_ask(house: Gatehouse, client: FlaskClient) -> None:
    token = token_of(client.get("/").get_data(as_text=True))
    for more, headers in (
        ({}, {}),
        ({"token": "x"}, {}),
        ({"token": token}, {"Origin": "http://evil.example"}),
        ({"token": token}, {"Sec-Fetch-Site": "cross-site"}),
    ):
        assert client.post("/testcard", data={"card": "all"} | more, headers=headers).status_code == 403
    assert client.get("/testcard?card=all").status_code in (404, 405)
    assert client.post("/testcard", data={"token": token, "card": "../x"}).status_code == 400
    write_password(house.state, "bốn từ không quen")
    login = token_of(client.get("/login").get_data(as_text=True))
    assert client.post("/testcard", data={"token": login, "card": "all"}).status_code == 401
    assert asked(house) is None


def test_a_wall_that_cannot_show_one_is_said_to_be_so(house: Gatehouse) -> None:
    for change, words in (
        ({"pid": 0x7FFFFFFE}, "The wall is not running, so that it can show no test card."),
        ({"blackout": {"since": "2026-11-25T10:00:00Z", "by": "file", "lasting": True}}, "shows no test card."),
    ):
        house.wall(**change)
        client = house.client()
        token = token_of(client.get("/").get_data(as_text=True))
        answer = client.post("/testcard", data={"token": token, "card": "all"})
        assert answer.status_code == 409
        assert words in answer.get_data(as_text=True)
    assert asked(house) is None


def test_a_run_folder_that_cannot_be_written_is_told(house: Gatehouse, client: FlaskClient) -> None:
    (house.run / "testcard.json").mkdir()
    token = token_of(client.get("/").get_data(as_text=True))
    answer = client.post("/testcard", data={"token": token, "card": "all"})
    assert answer.status_code == 507
    assert "The test card cannot be asked for" in answer.get_data(as_text=True)


@pytest.mark.parametrize(("until", "words"), [("2031-01-02T03:04:05Z", "until 10:04:05 "), ("soon", "until -;")])
def test_a_card_that_is_up_is_said_first(house: Gatehouse, client: FlaskClient, until: str, words: str) -> None:
    house.wall(open=False, testcard={"card": "all", "until": until, "by": "command"})
    told = client.get("/").get_data(as_text=True)
    headline = told.partition('data-part="headline"')[2].partition("</div>\n  <section")[0]
    assert "A test card is on the wall" in headline
    assert words in headline
    assert "gateplayer testcard --off" in headline
    assert "Tường đang chiếu hình kiểm tra đến" in client.get("/?language=vi").get_data(as_text=True)
