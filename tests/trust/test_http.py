"""The tree on web servers that are good, slow, wrong or hostile."""

import random
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bench.wire import Wire
from player.core.faults import SyncFault
from player.trust.http import MOST_REDIRECTS, HttpOrigin, Link
from player.trust.origin import Absent
from player.trust.web import Floor, next_address
from tests.agent.webserver import Behaviour, Request, WebServer, files
from tests.trust.certificates import self_signed

TREE = {"metadata/timestamp.json": b'{"n": 1}', "metadata/1.root.json": b'{"root": 1}', "blob/ab": b"0123456789"}


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer(files(TREE)) as one:
        yield one


def always(body: bytes, status: int = 200, **headers: str) -> Behaviour:
    return lambda request: request.answer(body, status, **headers)


def read(url: str, path: str = "metadata/1.root.json", most: int = 1000, link: Link | None = None) -> bytes:
    with closing(HttpOrigin([url], link or Link())) as origin:
        return origin.read(path, most)


def whole(origin: HttpOrigin, path: str, offset: int = 0, most: int = 4) -> tuple[int, int | None, bytes]:
    """Offset, total, and the bytes."""
    data, buffer = b"", memoryview(bytearray(most))
    with closing(origin.open(path, offset)) as stream:
        while count := stream.readinto(buffer):
            data += buffer[:count]
        return stream.offset, stream.total, data


def test_small_files_come_over_one_connection_with_few_headers(server: WebServer) -> None:
    with Wire(server.port) as wire:
        with closing(HttpOrigin([f"http://127.0.0.1:{wire.port}/"])) as origin:
            for _turn in range(10):
                assert origin.read("metadata/1.root.json", 1000) == b'{"root": 1}'
                with pytest.raises(Absent, match=r"2.root.json is not in http://127"):
                    origin.read("metadata/2.root.json", 1000)
        assert wire.connections == 1
        assert wire.up < 20 * 150
    assert server.asked[0][1].keys() == {"Host", "User-Agent", "Accept-Encoding"}


def test_the_timestamp_is_sent_only_when_it_has_changed(server: WebServer) -> None:
    path = "metadata/timestamp.json"
    tree = dict(TREE)
    server.behave(files(tree))
    with Wire(server.port) as wire, closing(HttpOrigin([f"http://127.0.0.1:{wire.port}"])) as origin:
        assert origin.read(path, 1000) == origin.read(path, 1000) == tree[path]
        assert "If-None-Match" in server.asked[1][1]
        tree[path] = b'{"n": 2}'
        assert origin.read(path, 1000) == b'{"n": 2}'
        before = wire.total
        assert origin.read(path, 1000) == b'{"n": 2}'
        with pytest.raises(Absent):
            origin.read("metadata/2.root.json", 1000)
        assert wire.total - before < 700
        assert wire.connections == 1


def test_last_modified_will_do_where_there_is_no_etag() -> None:
    def behave(request: Request) -> None:
        if request.headers.get("If-Modified-Since") == "Mon":
            request.send_response(304)
            request.end_headers()
        else:
            request.answer(b"{}", Last_Modified="Mon")

    with WebServer(behave) as server, closing(HttpOrigin([server.base])) as origin:
        assert origin.read("metadata/timestamp.json", 10) == origin.read("metadata/timestamp.json", 10) == b"{}"
        assert origin.read("metadata/7.root.json", 10) == b"{}"
        assert [("If-Modified-Since" in headers) for _path, headers in server.asked] == [False, True, False]


@pytest.mark.parametrize(("age", "known"), [(-60, False), (60, True)])
def test_a_timestamp_that_may_still_change_is_read_again_though_nginx_says_only_its_entity_tag(
    age: int, known: bool
) -> None:
    tag = f'"{int(time.time()) - age:x}-171"'
    with WebServer(always(b"{}", ETag=tag)) as server, closing(HttpOrigin([server.base])) as origin:
        for _turn in range(2):
            assert origin.read("metadata/timestamp.json", 10) == b"{}"
        assert ("If-None-Match" in server.asked[1][1]) == known


@pytest.mark.parametrize("status", [403, 404, 410])
def test_what_is_not_there_is_absent(status: int) -> None:
    with WebServer(always(b"x" * 500_000, status)) as server, pytest.raises(Absent):
        read(server.base)


@pytest.mark.parametrize("status", [204, 400, 429, 500, 503])
def test_other_answers_are_faults_that_name_them(status: int) -> None:
    with WebServer(always(b"", status)) as server, pytest.raises(SyncFault, match=str(status)) as caught:
        read(server.base)
    assert not isinstance(caught.value, Absent)


def test_servers_are_tried_in_order_and_the_good_one_is_remembered(server: WebServer) -> None:
    with (
        WebServer(always(b"", 500)) as broken,
        closing(HttpOrigin(["http://127.0.0.1:9", broken.base, server.base])) as origin,
    ):
        for _turn in range(3):
            assert origin.read("metadata/1.root.json", 100) == b'{"root": 1}'
        assert origin.name == server.base
        assert len(broken.asked) == 1
        server.behave(always(b"", 502))
        broken.behave(files(TREE))
        assert whole(origin, "blob/ab") == (0, 10, b"0123456789")
        broken.behave(always(b"", 503))
        with pytest.raises(SyncFault, match=r"metadata/1.root.json.*(answers 50|cannot be reached).*network is up"):
            origin.read("metadata/1.root.json", 100)


def test_a_password_in_an_address_is_not_shown(server: WebServer) -> None:
    with closing(HttpOrigin([server.base.replace("//", "//gate:secret@")])) as origin:
        with pytest.raises(Absent) as caught:
            origin.read("absent", 10)
        assert "Authorization" in server.asked[0][1]
        assert "secret" not in f"{caught.value}{origin.name}"


def _endless(request: Request) -> None:
    request.send_response(200)
    request.end_headers()
    for _piece in range(100):
        request.wfile.write(b"x" * (1 << 20))


@pytest.mark.parametrize("behave", [_endless, always(b"x" * 1001)])
def test_a_file_that_is_too_large_is_not_read_to_its_end(behave: Behaviour) -> None:
    with WebServer(behave) as server, pytest.raises(SyncFault, match="larger than 1000 bytes"):
        read(server.base)


def _cut(request: Request) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.wfile.write(b"{")
    request.close_connection = True


@pytest.mark.parametrize(
    ("behave", "said"),
    [
        (_cut, "broke off"),
        (always(b"{}", Content_Encoding="gzip"), "packed"),
        (always(b"<!DOCTYPE html><h1>Login</h1>"), "web page .* login"),
        (lambda request: request.wfile.write(b"nonsense\r\n" * 3), "broke off"),
    ],
)
def test_answers_that_are_of_no_use(behave: Behaviour, said: str) -> None:
    with WebServer(behave) as server, pytest.raises(SyncFault, match=said):
        read(server.base)


def _drip(body: bool) -> Behaviour:
    def behave(request: Request) -> None:
        if body:
            request.send_response(200)
            request.end_headers()
        else:
            request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _piece in range(100):
            request.wfile.write(b"x")
            time.sleep(0.05)

    return behave


@pytest.mark.parametrize("body", [True, False])
def test_a_server_that_drips_is_left(body: bool) -> None:
    link = Link(floor=Floor(1000, 0.3))
    begun = time.monotonic()
    with WebServer(_drip(body)) as server, pytest.raises(SyncFault, match="in time"):
        read(server.base, link=link)
    assert time.monotonic() - begun < 20


def test_a_small_file_has_its_time() -> None:
    link = Link(whole=0.3)
    with WebServer(_drip(True)) as server, pytest.raises(SyncFault, match="in time"):
        read(server.base, link=link)


def test_a_silent_server_is_left() -> None:
    with WebServer(lambda _request: time.sleep(1)) as server, pytest.raises(SyncFault, match="in time"):
        read(server.base, link=Link(read=0.2))


def test_a_redirection_on_the_same_host_is_followed(server: WebServer) -> None:
    with WebServer(lambda request: request.answer(b"", 302, Location=f"{server.base}{request.path}")) as other:
        assert read(other.base) == b'{"root": 1}'
        with closing(HttpOrigin([other.base])) as origin:
            assert whole(origin, "blob/ab", 4) == (4, 10, b"456789")


def test_redirections_elsewhere_are_not_followed(server: WebServer) -> None:
    goal = f"http://localhost:{server.port}/metadata/1.root.json"
    with WebServer(always(b"", 301, Location=goal)) as other, pytest.raises(SyncFault, match="not used"):
        read(other.base)
    assert not server.asked


def test_loops_of_redirections_end() -> None:
    with WebServer(always(b"", 307, Location="/round")) as server:
        with pytest.raises(SyncFault, match="without an end"):
            read(server.base)
        assert len(server.asked) == MOST_REDIRECTS + 1


@pytest.mark.parametrize(
    "target", ["http://a.example/x", "ftp://a.example/", "file:///etc/passwd", "https://b.example/", "https://[x"]
)
def test_addresses_that_no_redirection_may_lead_to(target: str) -> None:
    with pytest.raises(SyncFault, match="not used"):
        next_address("https://a.example/", target, {"a.example"})


def test_addresses_that_a_redirection_may_lead_to() -> None:
    assert next_address("http://a.example/x", "https://a.example/y", {"a.example"}) == "https://a.example/y"
    assert next_address("https://a.example/x/y", "z", {"a.example"}) == "https://a.example/x/z"


def test_a_name_that_is_not_known() -> None:
    with pytest.raises(SyncFault, match="name is not known"):
        read("http://no-such-host.invalid")


def test_a_certificate_that_nobody_trusts(tmp_path: Path) -> None:
    ca, context = self_signed(tmp_path)
    with WebServer(files(TREE), context) as server:
        with pytest.raises(SyncFault, match=r"certificate is not trusted.*clock"):
            read(server.base)
        assert read(server.base, link=Link(ca=ca)) == b'{"root": 1}'
        with pytest.raises(SyncFault, match=r"none.pem, the certificates"):
            read(server.base, link=Link(ca=tmp_path / "none.pem"))


def test_a_certificate_that_is_out_of_date(tmp_path: Path) -> None:
    ca, context = self_signed(tmp_path, timedelta(days=-1))
    with WebServer(files(TREE), context) as server, pytest.raises(SyncFault, match=r"expired.*clock"):
        read(server.base, link=Link(ca=ca))


def test_a_server_that_speaks_no_tls(server: WebServer) -> None:
    with pytest.raises(SyncFault, match="no secured connection"):
        read(server.base.replace("http:", "https:"))


def test_a_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with WebServer(always(b"{}")) as proxy:
        url = "http://central.example"
        assert read(url, link=Link(proxy=proxy.base)) == b"{}"
        assert proxy.asked[0][0] == f"{url}/metadata/1.root.json"
        monkeypatch.setenv("http_proxy", proxy.base)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert read(url) == b"{}"
        assert read(proxy.base) == b"{}"
        assert proxy.asked[2][0] == "/metadata/1.root.json"
    with pytest.raises(SyncFault, match="proxy cannot be reached"):
        read(url)


def test_a_file_from_anywhere_on(server: WebServer) -> None:
    with Wire(server.port) as wire, closing(HttpOrigin([f"http://127.0.0.1:{wire.port}"])) as origin:
        assert whole(origin, "blob/ab") == (0, 10, b"0123456789")
        assert whole(origin, "blob/ab", 7) == (7, 10, b"789")
        # Beyond the end: from the beginning, and how long it is.
        assert whole(origin, "blob/ab", 12) == (0, 10, b"0123456789")
        with pytest.raises(Absent):
            origin.open("blob/cd", 3)
        assert wire.connections == 1


def test_a_server_that_knows_no_parts_sends_all() -> None:
    with WebServer(always(b"0123456789")) as server, closing(HttpOrigin([server.base])) as origin:
        assert whole(origin, "blob/ab", 7) == (0, 10, b"0123456789")


@pytest.mark.parametrize("extent", ["bytes 5-9/10", "bytes */10", ""])
def test_another_part_than_was_asked_for_is_refused(extent: str) -> None:
    with (
        WebServer(always(b"789", 206, Content_Range=extent)) as server,
        closing(HttpOrigin([server.base])) as origin,
        pytest.raises(SyncFault, match="another part"),
    ):
        origin.open("blob/ab", 7)


def test_a_link_that_breaks_in_mid_file_is_left_for_another() -> None:
    with (
        WebServer(_cut) as server,
        WebServer(files(TREE)) as other,
        closing(HttpOrigin([server.base, other.base])) as origin,
    ):
        with pytest.raises(SyncFault, match="broke off"):
            whole(origin, "blob/ab")
        assert whole(origin, "blob/ab", 1) == (1, 10, b"123456789")


def _by_pieces(data: bytes, pause: float) -> Behaviour:
    """As a slow link brings it: 10 kB at a time after a fast beginning."""

    def behave(request: Request) -> None:
        begin = int(request.headers.get("Range", "bytes=0-")[6:-1])
        request.send_response(206 if begin else 200)
        request.send_header("Content-Length", str(len(data) - begin))
        request.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
        request.end_headers()
        request.wfile.write(data[begin : begin + 2_000_000])
        for at in range(begin + 2_000_000, len(data), 10_000):
            request.wfile.write(data[at : at + 10_000])
            time.sleep(pause)

    return behave


def test_a_link_that_becomes_slow_in_mid_file_is_waited_for() -> None:
    data = random.Random(1).randbytes(2_600_000)
    buffer, got, waits = memoryview(bytearray(1 << 18)), b"", []
    with (
        WebServer(_by_pieces(data, 0.02)) as server,
        closing(HttpOrigin([server.base], Link(read=0.4))) as origin,
        closing(origin.open("blob/ab")) as stream,
    ):
        begun = time.monotonic()
        while count := stream.readinto(buffer):
            got += buffer[:count]
            waits.append(time.monotonic() - begun)
            begun = time.monotonic()
    assert got == data
    assert max(waits) < 1.0
    assert len(waits) > 30, "over a slow link what is there is handed on"


def test_a_silence_in_mid_file_is_a_fault() -> None:
    def silent(request: Request) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "9000000")
        request.end_headers()
        request.wfile.write(bytes(3_000_000))
        time.sleep(1.5)

    with (
        WebServer(silent) as server,
        closing(HttpOrigin([server.base], Link(read=0.3))) as origin,
        pytest.raises(SyncFault, match="in time"),
    ):
        whole(origin, "blob/ab", most=1 << 18)


def test_a_file_that_the_first_lacks_comes_from_the_second_but_no_newer_root_is_an_answer() -> None:
    full = files({**TREE, "metadata/2.root.json": b"{}"})
    with (
        WebServer(files({})) as first,
        WebServer(full) as second,
        closing(HttpOrigin([first.base, second.base])) as origin,
    ):
        with pytest.raises(Absent):
            origin.read("metadata/2.root.json", 1000)
        assert origin.read("metadata/timestamp.json", 1000) == TREE["metadata/timestamp.json"]
        with pytest.raises(Absent):
            origin.read("metadata/9.targets.json", 1000)


def test_the_first_address_is_tried_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        WebServer(always(b"", 503)) as first,
        WebServer(files(TREE)) as second,
        closing(HttpOrigin([first.base, second.base])) as origin,
    ):
        origin.read("metadata/1.root.json", 1000)
        origin.read("metadata/1.root.json", 1000)
        assert len(first.asked) == 1
        first.behave(files(TREE))
        monkeypatch.setattr("player.trust.http.RETURN_AFTER", 0.0)
        origin.read("metadata/1.root.json", 1000)
        assert (len(first.asked), origin.name) == (2, first.base)
