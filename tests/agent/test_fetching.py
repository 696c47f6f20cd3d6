"""Fetching from servers that are slow, wrong or hostile."""

import time

import pytest

from player.agent import fetching
from player.agent.fetching import MOST_BYTES, fetch
from player.core.faults import SyncFault
from tests.agent.webserver import Behaviour, Request, WebServer


def always(body: bytes, status: int = 200, **headers: str) -> Behaviour:
    return lambda request: request.answer(body, status, **headers)


def test_what_the_server_sends_and_calls_it() -> None:
    with WebServer(always(b"tin", Content_Type="text/xml", ETag='"7"', Last_Modified="Mon")) as server:
        assert fetch(server.url) == fetching.Answer(b"tin", "text/xml", '"7"', "Mon")


def test_only_what_has_changed_is_sent() -> None:
    with WebServer(always(b"", 304)) as server:
        assert fetch(server.url, '"7"', "Mon").data is None
        headers = server.asked[0][1]
        assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('"7"', "Mon")


@pytest.mark.parametrize("status", [404, 500, 503])
def test_an_error_of_the_server_is_named(status: int) -> None:
    with WebServer(always(b"sorry", status)) as server, pytest.raises(SyncFault, match=str(status)):
        fetch(server.url)


def _endless(request: Request) -> None:
    request.send_response(200)
    request.end_headers()
    for _piece in range(100):
        request.wfile.write(b"x" * (1 << 20))


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    with WebServer(_endless) as server, pytest.raises(SyncFault, match="1024 KB"):
        fetch(server.url)
    with WebServer(always(b"x" * (MOST_BYTES + 1))) as server, pytest.raises(SyncFault, match="1024 KB"):
        fetch(server.url)


def _endless_redirect(request: Request) -> None:
    request.send_response(302)
    request.send_header("Location", "/on")
    request.end_headers()
    for _piece in range(100):
        request.wfile.write(b"x" * (1 << 20))


def test_redirections_are_followed_but_not_for_ever() -> None:
    with WebServer(always(b"tin")) as goal, WebServer(always(b"", 301, Location=goal.url)) as server:
        assert fetch(server.url).data == b"tin"
    for loop in (always(b"", 302, Location="/feed.xml"), _endless_redirect):
        with WebServer(loop) as server, pytest.raises(SyncFault, match="without an end"):
            fetch(server.url)
        assert len(server.asked) == fetching.MOST_REDIRECTS + 1


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/feed", "javascript:alert(1)"])
def test_only_the_web_is_asked(target: str) -> None:
    with WebServer(always(b"", 302, Location=target)) as server, pytest.raises(SyncFault, match="not used"):
        fetch(server.url)
    assert len(server.asked) == 1


def test_packed_data_is_refused() -> None:
    with WebServer(always(b"\x1f\x8b", Content_Encoding="gzip")) as server, pytest.raises(SyncFault, match="packed"):
        fetch(server.url)


def test_an_answer_that_breaks_off_is_none() -> None:
    def cut(request: Request) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b"<rss>")
        request.close_connection = True

    with WebServer(cut) as server, pytest.raises(SyncFault, match="broke off"):
        fetch(server.url)


def test_a_server_that_drips_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "WHOLE", 0.3)

    def drip(request: Request) -> None:
        request.send_response(200)
        request.end_headers()
        for _piece in range(200):
            request.wfile.write(b"x")
            time.sleep(0.05)

    with WebServer(drip) as server, pytest.raises(SyncFault, match="in time"):
        fetch(server.url)


def test_a_server_that_is_silent_or_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "READ", 0.2)
    with WebServer(lambda _request: time.sleep(1)) as server, pytest.raises(SyncFault, match="in time"):
        fetch(server.url)
    with pytest.raises(SyncFault, match="cannot be reached"):
        fetch(server.url)
    with pytest.raises(SyncFault, match="cannot be reached"):
        fetch("http://no-such-host.invalid/feed")
