"""The line that a blackout cuts: what waits is ended, what is new refused, and afterwards all is as before."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.core.faults import SyncFault
from player.trust.http import HttpOrigin, Link
from player.trust.line import LINE, Line, LineCut
from tests.agent.webserver import Behaviour, Request, WebServer
from tests.trust.certificates import self_signed

SOON = 2.0


@pytest.fixture(autouse=True)
def whole() -> Iterator[None]:
    yield
    LINE.mend()


def endless(told: threading.Event, release: threading.Event) -> Behaviour:
    """A server that begins an answer and never ends it."""

    def behave(request: Request) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000000")
        request.end_headers()
        request.wfile.write(bytes(1000))
        request.wfile.flush()
        told.set()
        release.wait(20)

    return behave


@pytest.mark.parametrize("secured", [False, True], ids=["http", "https"])
def test_a_read_that_waits_is_ended_at_once_and_nothing_is_asked_until_it_is_mended(
    tmp_path: Path, secured: bool
) -> None:
    told, release = threading.Event(), threading.Event()
    certificate, context = self_signed(tmp_path)
    with WebServer(endless(told, release), context if secured else None) as server:
        origin = HttpOrigin([server.base], Link(ca=certificate if secured else None))
        faults: list[Exception] = []
        reader = threading.Thread(target=lambda: faults.append(_fault(origin)))
        reader.start()
        assert told.wait(10)
        begun = time.monotonic()
        LINE.cut()
        reader.join(10)
        assert time.monotonic() - begun < SOON
        assert isinstance(faults[0], SyncFault)
        asked = len(server.asked)
        assert "as long as the blackout lasts" in str(_fault(origin))
        assert len(server.asked) == asked
        release.set()
        server.behave(lambda request: request.answer(b"hello"))
        LINE.mend()
        assert origin.read("metadata/timestamp.json", 100) == b"hello"
        origin.close()


def _fault(origin: HttpOrigin) -> Exception:
    try:
        origin.read("metadata/timestamp.json", 2_000_000)
    except SyncFault as fault:
        return fault
    raise AssertionError("it was read")


def test_one_that_is_connected_during_the_cut_is_closed() -> None:
    line = Line()
    ours, theirs = socket.socketpair()

    def connect() -> socket.socket:
        line.cut()
        return ours

    with contextlib.closing(theirs):
        with pytest.raises(LineCut):
            line.connected(connect)
        assert theirs.recv(1) == b""
    assert ours.fileno() == -1
