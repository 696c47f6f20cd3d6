"""The embedded server, really listening."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import pytest
import requests

from player.core.faults import SyncFault
from player.publish.server import Server, is_loopback
from player.publish.web import make_app
from player.trust.client import TrustClient
from player.trust.http import HttpOrigin, Link
from tests.publish.serving import (
    GATE,
    TOKEN,
    Site,
    check_absent,
    check_days,
    check_files,
    check_freshness,
    check_reports,
    free_port,
    make_site,
    poll_bytes,
    raw,
    too_large,
)
from tests.publish.site import make_site as make_release

ROOT = Path(__file__).resolve().parents[2]
FINGERPRINT = "0123 4567 89ab cdef"


@contextmanager
def serving(site: Path, reserve: int = 0) -> Iterator[Server]:
    with Server(make_app(site, FINGERPRINT, reserve), "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield server
        finally:
            server.stop()
            thread.join(20)
            assert not thread.is_alive()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path / "site")


def test_files(site: Site) -> None:
    with serving(site.path) as server:
        check_files(f"http://127.0.0.1:{server.port}", site)


def test_what_may_be_kept(site: Site) -> None:
    with serving(site.path) as server:
        check_freshness(f"http://127.0.0.1:{server.port}", site)


def test_what_is_not_handed_out(site: Site) -> None:
    with serving(site.path) as server:
        check_absent(f"http://127.0.0.1:{server.port}", server.port)


def test_reports(site: Site) -> None:
    with serving(site.path) as server:
        check_reports(f"http://127.0.0.1:{server.port}", site)
        assert too_large(server.port).split()[1] == b"413"


def test_a_full_disk_takes_no_report(site: Site) -> None:
    with serving(site.path, reserve=1 << 60) as server:
        url = f"http://127.0.0.1:{server.port}/reports/{GATE}/x.log"
        assert requests.put(url, b"x", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10).status_code == 507
    assert not [path for path in site.reports.rglob("*") if path.is_file()]


def test_a_report_cut_off_leaves_nothing(site: Site) -> None:
    with serving(site.path) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as link:
            head = f"PUT /reports/{GATE}/x.log HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
            link.sendall(head.encode() + b"Content-Length: 1000\r\n\r\n" + b"x" * 500)
        assert requests.get(f"http://127.0.0.1:{server.port}/", timeout=10).ok
    assert not site.reports.exists()


def test_the_page(site: Site) -> None:
    with serving(site.path) as server:
        page = requests.get(f"http://127.0.0.1:{server.port}/", timeout=10)
    assert FINGERPRINT in page.text
    assert "://" not in page.text
    assert "src=" not in page.text


def test_a_question_without_news_is_short(site: Site) -> None:
    with serving(site.path) as server:
        both, _got = poll_bytes(server.port)
        etag = requests.get(f"http://127.0.0.1:{server.port}/metadata/timestamp.json", timeout=10).headers["ETag"]
        unchanged, _got = poll_bytes(server.port, etag=etag)
        head = raw(server.port, "HEAD /metadata/timestamp.json HTTP/1.1").decode("latin-1")
    print(f"bytes of a poll without news: {both}, with If-None-Match {unchanged}")
    assert both < 1300
    assert unchanged < both - 250
    assert "\r\nDate:" in head
    assert "\r\nServer:" not in head


def test_days_of_the_play_log_are_written_once(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    with serving(site.path) as server:
        check_days(f"http://127.0.0.1:{server.port}", site, again=(200,))
    assert "the first is kept" in caplog.text


def test_slow_readers_do_not_hold_up_others(site: Site) -> None:
    with serving(site.path) as server:
        slow = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _number in range(30)]
        try:
            for number, link in enumerate(slow):
                wanted = "Range: bytes=7-\r\n" if number % 2 else ""
                link.sendall(f"GET /blob/{site.blob} HTTP/1.1\r\nHost: x\r\n{wanted}\r\n".encode())
            begun = time.monotonic()
            assert requests.get(f"http://127.0.0.1:{server.port}/blob/{site.blob}", timeout=10).content == site.media
            assert time.monotonic() - begun < 5
        finally:
            for link in slow:
                link.close()


def test_an_answer_under_way_ends_before_the_server_does(site: Site) -> None:
    with serving(site.path) as server, socket.create_connection(("127.0.0.1", server.port), timeout=10) as link:
        link.sendall(f"GET /blob/{site.blob} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        got = link.recv(1000)
        server.stop()
        while part := link.recv(1 << 16):
            got += part
    assert got.endswith(site.media)


def test_it_signs_anew_now_and_then(site: Site) -> None:
    called = threading.Event()
    moments: list[datetime] = []

    def renew(now: datetime) -> None:
        moments.append(now)
        called.set()
        raise SyncFault("the key is not here")

    with Server(make_app(site.path, FINGERPRINT), "127.0.0.1", 0, renew) as server:
        thread = threading.Thread(target=server.run)
        thread.start()
        assert called.wait(10)
        assert requests.get(f"http://127.0.0.1:{server.port}/", timeout=10).ok
        server.stop()
        thread.join(20)
    assert moments[0].tzinfo is not None


def test_a_port_in_use(site: Site) -> None:
    with serving(site.path) as server, pytest.raises(SyncFault, match=str(server.port)):
        Server(make_app(site.path, FINGERPRINT), "127.0.0.1", server.port)


def test_loopback() -> None:
    assert is_loopback("127.0.0.1")
    assert is_loopback("::1")
    assert not is_loopback("0.0.0.0")


def test_the_verb(tmp_path: Path) -> None:
    made = make_release(tmp_path)
    port = free_port()
    command = [sys.executable, "-m", "player", "publish", "serve", "--site", str(made.site.root)]
    # Somewhere else than here, where a config.yaml says which language is spoken.
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([*command, "--listen", f"0.0.0.0:{port}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, env=environment, cwd=tmp_path) as process:  # fmt: skip
        assert process.stdout
        try:
            said = process.stdout.readline() + process.stdout.readline()
            page = requests.get(f"http://127.0.0.1:{port}/", timeout=10).text
            with closing(HttpOrigin([f"http://127.0.0.1:{port}"], Link())) as origin:
                place = tmp_path / "client"
                place.mkdir()
                client = TrustClient(place, made.root, origin, made.now)
                client.refresh()
                assert client.role("targets") is not None
        finally:
            process.send_signal(signal.SIGTERM)
            rest, warned = process.communicate(timeout=20)
    assert process.returncode == 0, rest + warned
    digits = hashlib.sha256(made.root).hexdigest()
    for text in (said.replace(" ", ""), page.replace(" ", "")):
        assert digits in text
    assert "plain http" in warned


def test_the_verb_needs_a_release(tmp_path: Path) -> None:
    made = make_release(tmp_path, live=False)
    made.site.anchor.unlink(missing_ok=True)
    command = [sys.executable, "-m", "player", "publish", "serve", "--site", str(made.site.root)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
