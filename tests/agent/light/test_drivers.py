"""Controllers that do as they should, and in all the ways in which they do not."""

import json
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from player.agent.light import coex, novastar
from player.agent.light.coex import CoexDriver
from player.agent.light.driver import CommandDriver, amiss
from player.agent.light.faults import ControllerFault
from player.agent.light.novastar import NovaStarDriver, packet
from player.config.controller import ByCommand, Coex, NovaStar
from tests.agent.light.controllers import FakeCoex, FakeNovaStar, Spoil, as_it_is, summed
from tests.agent.webserver import Behaviour, Request, WebServer


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What does come may take its time on a busy machine; nobody waits long for what does not."""
    monkeypatch.setattr(novastar, "ANSWER", 20.0)
    monkeypatch.setattr(coex, "PATIENCE", 20.0)
    monkeypatch.setattr(novastar, "ACKNOWLEDGE", 0.1)
    monkeypatch.setattr(novastar, "BETWEEN", 0.01)


def test_packets_are_those_of_the_documentation() -> None:
    # The examples of the protocol: all receiving cards to 0x80, and reading five bytes of the first.
    assert packet(0, 0x02000001, b"\x80").hex(" ") == "55 aa 00 00 fe ff 01 ff ff ff 01 00 01 00 00 02 01 00 80 d5 5a"
    assert packet(0x14, 0x02000001, None, 5).hex(" ") == "55 aa 00 14 fe 00 01 00 00 00 00 00 01 00 00 02 05 00 70 56"


def test_a_sending_card_is_set_and_read_back() -> None:
    with FakeNovaStar() as card:
        driver = NovaStarDriver(NovaStar("127.0.0.1", card.port))
        assert driver.set(0.53) == 0.53
        assert card.brightness == 135
        assert driver.read() == pytest.approx(0.53, abs=0.005)
        assert driver.set(0.001) == 0.001
        assert card.brightness == 1  # only no light at all is none
        assert driver.set(0) == 0
        assert card.brightness == 0
        _wait_closed(card)


def test_a_card_that_keeps_what_it_had_is_found_out() -> None:
    with FakeNovaStar() as card:
        card.deaf = True
        found = NovaStarDriver(NovaStar("127.0.0.1", card.port)).set(0.5)
    assert found == 1.0
    assert amiss(found, 0.5)
    assert not amiss(0.502, 0.5)


def test_a_card_that_does_not_acknowledge_is_believed_by_what_it_has() -> None:
    with FakeNovaStar(lambda answer: None if answer[10] == 1 else answer) as card:
        assert NovaStarDriver(NovaStar("127.0.0.1", card.port)).set(0.5) == 0.5


def _in_bits(answer: bytes) -> bytes:
    """With a packet before it that nobody has asked for now."""
    late = bytes((0, 0x77, *answer[4:]))[:-2]
    return b"\xaa\x55" + late + summed(late) + answer


def _refusing(answer: bytes) -> bytes:
    body = bytes((4, *answer[3:-2]))
    return b"\xaa\x55" + body + summed(body)


def test_late_answers_to_somebody_else_are_passed_over() -> None:
    with FakeNovaStar(_in_bits) as card:
        assert NovaStarDriver(NovaStar("127.0.0.1", card.port)).set(0.25) == 0.25


@pytest.mark.parametrize(
    ("behave", "said"),
    [
        (lambda _answer: None, "answer"),
        (lambda answer: answer[:7], "answer"),
        (lambda answer: b"HTTP/1.1 400 Bad Request\r\n\r\n" + answer, "understood"),
        (lambda answer: answer[:-2] + b"\x00\x00", "checksum"),
        (lambda answer: answer[:16] + b"\xff\xff" + answer[18:], "understood"),
        (_refusing, "4"),
    ],
    ids=["silence", "half", "nonsense", "checksum", "endless", "refusal"],
)
def test_a_card_that_misbehaves_is_a_fault_within_seconds(
    behave: Spoil, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeNovaStar(behave) as card:
        began = time.monotonic()
        monkeypatch.setattr(novastar, "ANSWER", 0.2 if said == "answer" else 20.0)
        with pytest.raises(ControllerFault, match=said):
            NovaStarDriver(NovaStar("127.0.0.1", card.port)).set(0.5)
        assert time.monotonic() - began < 15
        monkeypatch.setattr(novastar, "ANSWER", 20.0)
        # It behaves again.
        card.behave = as_it_is
        assert NovaStarDriver(NovaStar("127.0.0.1", card.port)).set(0.5) == 0.5
        _wait_closed(card)


def _wait_closed(card: FakeNovaStar) -> None:
    end = time.monotonic() + 10
    while card.open:
        assert time.monotonic() < end, "a connection is left open"
        time.sleep(0.01)


def _unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def test_nobody_there() -> None:
    port = _unused_port()
    for driver in (NovaStarDriver(NovaStar("127.0.0.1", port)), CoexDriver(Coex("127.0.0.1", port))):
        with pytest.raises(ControllerFault, match="cannot be reached"):
            driver.set(0.5)


def test_a_coex_sets_all_its_screens_and_is_read_back() -> None:
    fake = FakeCoex()
    with fake.server() as server:
        driver = CoexDriver(Coex("127.0.0.1", server.port))
        assert driver.read() == 1.0
        assert driver.set(0.533) == 0.533
        assert fake.bodies == [{"screenIdList": list(fake.screens), "brightness": 0.533}]
        assert set(fake.screens.values()) == {0.533}
        # One that does not follow gives it away.
        fake.code = 5
        with pytest.raises(ControllerFault, match="5"):
            driver.set(0.2)


def _dripping(request: Request) -> None:
    """A byte now and then, for ever."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
    while True:
        request.wfile.write(b"x")
        time.sleep(0.05)


def _screens(*told: object) -> bytes:
    return json.dumps({"code": 0, "data": {"screens": told}}).encode()


@pytest.mark.parametrize(
    ("behave", "said"),
    [
        (_dripping, "answer"),
        (lambda request: request.answer(b"<html>welcome</html>"), "understood"),
        (lambda request: request.answer(b"[" * 100_000), "understood"),
        (lambda request: request.answer(b"gone", 503), "503"),
        (lambda request: request.answer(_screens()), "understood"),
        (lambda request: request.answer(_screens({"screenID": 7})), "understood"),
        (lambda request: request.answer(_screens({"screenID": "a", "brightness": 80})), "understood"),
        (lambda request: request.wfile.write(b"\x55\xaa nonsense\r\n\r\n"), "understood"),
        (lambda request: request.connection.shutdown(socket.SHUT_RDWR), "reached"),
    ],
    ids=["drip", "page", "nested", "503", "none", "number", "percent", "binary", "hangs-up"],
)
def test_a_coex_that_misbehaves_is_a_fault_within_seconds(
    behave: Behaviour, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coex, "PATIENCE", 0.4 if said == "answer" else 20.0)
    with WebServer(behave) as server:
        began = time.monotonic()
        with pytest.raises(ControllerFault, match=said):
            CoexDriver(Coex("127.0.0.1", server.port)).set(0.5)
        assert time.monotonic() - began < 15


def test_a_command_gets_the_brightness_and_is_believed_by_how_it_ends(tmp_path: Path) -> None:
    script = "import sys; open('told', 'w').write(' '.join(sys.argv[1:])); sys.exit(sys.argv[1] == '0')"
    command = ByCommand((sys.executable, "-c", script, "{percent}", "--level={level}"))
    driver = CommandDriver(command, tmp_path, threading.Event())
    assert driver.set(0.531) is None
    assert (tmp_path / "told").read_text() == "53 --level=135"
    with pytest.raises(ControllerFault):
        driver.set(0)
    assert (tmp_path / "told").read_text() == "0 --level=0"
