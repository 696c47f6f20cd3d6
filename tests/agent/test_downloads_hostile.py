"""Downloads from servers that are broken or hostile: nothing wrong is ever stored, all is told, and when the server is
well again, everything arrives."""

import re
import time
from pathlib import Path

import pytest

from bench.wire import Wire
from player.agent.downloadpace import Patience
from player.trust.http import Link
from player.trust.web import Floor
from tests.agent.downloading import Downloading, Tree, downloading
from tests.agent.webserver import Behaviour, Request, WebServer, files
from tests.trust.certificates import self_signed

SIZE = 300_000


def body(data: bytes, length: int | None = None, drip: float = 0.0) -> Behaviour:
    """Says that it is `length` bytes long, nothing of it when None; then the connection ends."""

    def behave(request: Request) -> None:
        request.send_response(200)
        if length is not None:
            request.send_header("Content-Length", str(length))
        request.end_headers()
        for at in range(0, len(data), 10 if drip else len(data)):
            request.wfile.write(data[at : at + (10 if drip else len(data))])
            time.sleep(drip)
        request.close_connection = True

    return behave


def endless(request: Request) -> None:
    request.send_response(200)
    request.end_headers()
    for _piece in range(1000):
        request.wfile.write(bytes(1 << 20))


def answer(data: bytes, status: int = 200, **headers: str) -> Behaviour:
    return lambda request: request.answer(data, status, **headers)


HOSTILE = {
    "wrong hash": (answer(bytes(SIZE)), "damaged or not what was signed"),
    "too long": (answer(bytes(SIZE + 1)), f"{SIZE + 1} bytes long"),
    "too short": (answer(bytes(SIZE - 1)), f"{SIZE - 1} bytes long"),
    "truncated": (body(bytes(1000), SIZE), "broke off"),
    "truncated, without a length": (body(bytes(1000)), "ends at .* after 1000 of"),
    "a page": (answer(b"<html><h1>It works!</h1></html>", Content_Type="text/html"), "31 bytes long"),
    "endless": (endless, "damaged or not what was signed"),
    "elsewhere": (answer(b"", 302, Location="http://localhost:1/blob"), "not used"),
    "in a circle": (answer(b"", 302, Location="/blob/round"), "without an end"),
    "drip": (body(bytes(SIZE), SIZE, 0.05), "in time"),
    "packed": (answer(bytes(SIZE), Content_Encoding="gzip"), "packed"),
    "nonsense": (lambda request: request.wfile.write(b"\0" * 100_000), "broke off"),
    "500": (answer(b"", 500), "answers 500"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_nothing_wrong_is_stored_and_the_right_arrives_afterwards(kind: str, tmp_path: Path) -> None:
    tree = Tree(SIZE)
    behave, said = HOSTILE[kind]
    link = Link(read=2.0, floor=Floor(1000, 0.3))
    with WebServer(behave) as server, downloading(Downloading(tmp_path, [server.base], link=link)) as one:
        one.downloads.want(tree.wanted)
        one.events.until(lambda: len(one.events.troubles) >= 2)
        assert not one.has(tree.wanted[0])
        assert sum(path.stat().st_size for path in one.parts.iterdir()) <= SIZE
        assert any(re.search(said, trouble.reason) for trouble in one.events.troubles)
        server.behave(files(tree.files))
        one.events.until_complete()
        assert one.blobs.verify(tree.wanted[0].sha)


def test_a_link_that_is_cut_every_7_mb_costs_little_more(tmp_path: Path) -> None:
    tree = Tree(20_000_000)
    with (
        WebServer(files(tree.files)) as server,
        Wire(server.port, cut_after=7_000_000) as wire,
        downloading(Downloading(tmp_path, [f"http://127.0.0.1:{wire.port}"])) as one,
    ):
        one.fetch(tree)
        assert wire.connections == 3
        assert 20_000_000 < wire.total < 21_500_000
        assert not one.events.troubles


def test_a_server_that_fails_for_long_is_asked_seldom(tmp_path: Path) -> None:
    tree = Tree(*[10_000] * 50)
    with (
        WebServer(answer(b"", 500)) as server,
        downloading(Downloading(tmp_path, [server.base], connections=4, patience=Patience(0.1, 60))) as one,
    ):
        one.downloads.want(tree.wanted)
        time.sleep(3)
        assert 4 <= len(server.asked) <= 4 * 12
        assert len(one.events.troubles) == len(server.asked)


def test_failures_of_one_file_hold_up_no_other(tmp_path: Path) -> None:
    tree = Tree(*[10_000] * 20)
    broken, good = tree.wanted[0].sha, files(tree.files)
    with (
        WebServer(lambda request: request.answer(b"", 500) if broken in request.path else good(request)) as server,
        downloading(Downloading(tmp_path, [server.base])) as one,
    ):
        one.downloads.want(tree.wanted)
        one.events.until(lambda: len(one.events.arrived) == 19)


@pytest.mark.parametrize(
    ("url", "said"),
    [("http://no-such-host.invalid", "name is not known"), ("http://127.0.0.1:9", "cannot be reached")],
)
def test_what_keeps_a_server_from_being_reached_is_told(url: str, said: str, tmp_path: Path) -> None:
    with downloading(Downloading(tmp_path, [url])) as one:
        one.downloads.want(Tree(1000).wanted)
        one.events.until(lambda: bool(one.events.troubles))
        assert said in one.events.troubles[0].reason


def test_a_certificate_decides(tmp_path: Path) -> None:
    tree = Tree(2_000_000, 1000)
    ca, context = self_signed(tmp_path)
    with WebServer(files(tree.files), context) as server:
        with downloading(Downloading(tmp_path, [server.base])) as one:
            one.downloads.want(tree.wanted)
            one.events.until(lambda: bool(one.events.troubles))
            assert "certificate is not trusted" in one.events.troubles[0].reason
        with downloading(Downloading(tmp_path, [server.base], link=Link(ca=ca))) as one:
            one.fetch(tree)
