"""docs/server/nginx.conf, tried with Debian's nginx."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from player.agent.uplinkstate import GOOD, STUCK
from player.publish.releasing import online_key
from tests.agent.sending import Sender
from tests.publish.nginx import PROGRAM, nginx
from tests.publish.serving import (
    GATE,
    TOKEN,
    Site,
    check_absent,
    check_days,
    check_files,
    check_freshness,
    check_reports,
    make_site,
    poll_bytes,
    raw,
    too_large,
)
from tests.publish.site import make_site as make_release

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="nginx is not installed")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path / "site")


@pytest.fixture
def port(tmp_path: Path, site: Site) -> Iterator[int]:
    folder = tmp_path / "nginx"
    folder.mkdir()
    with nginx(folder, site) as listening:
        yield listening


def test_files(site: Site, port: int) -> None:
    check_files(f"http://127.0.0.1:{port}", site)


def test_what_may_be_kept(site: Site, port: int) -> None:
    check_freshness(f"http://127.0.0.1:{port}", site)


def test_what_is_not_handed_out(site: Site, port: int) -> None:
    del site
    check_absent(f"http://127.0.0.1:{port}", port)


def test_reports(site: Site, port: int) -> None:
    check_reports(f"http://127.0.0.1:{port}", site)
    assert too_large(port).split()[1] == b"413"


def test_days_of_the_play_log_are_written_once(site: Site, port: int) -> None:
    check_days(f"http://127.0.0.1:{port}", site, again=(409,))


def test_a_gate_delivers_its_days(tmp_path: Path, site: Site, port: int) -> None:
    sender = Sender(tmp_path / "gate", f"http://127.0.0.1:{port}")
    sender.wall()
    sender.picture()
    names = sender.seal(2)
    # The answer to this one was lost.
    put = requests.put(
        f"http://127.0.0.1:{port}/reports/{GATE}/{names[0]}",
        (sender.playlog / names[0]).read_bytes(),
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=10,
    )
    assert put.status_code == 201
    assert (sender.beat().state, sender.state.delivered) == (GOOD, 2)
    for name in names:
        assert (site.reports / GATE / name).read_bytes() == (sender.playlog / name).read_bytes()
    (site.reports / GATE / sender.seal(1, first=3)[0]).write_bytes(b"a thief was here")
    sender.beat()
    sender.beat()
    assert (sender.state.state, sender.state.delivered) == (STUCK, 2)
    sender.uplink.close()


def test_a_question_without_news_is_short(site: Site, port: int) -> None:
    del site
    both, _got = poll_bytes(port)
    etag = requests.get(f"http://127.0.0.1:{port}/metadata/timestamp.json", timeout=10).headers["ETag"]
    unchanged, _got = poll_bytes(port, etag=etag)
    print(f"bytes of a poll without news: {both}, with If-None-Match {unchanged}")
    assert both < 1300
    assert unchanged < both - 250


def test_it_does_not_say_its_version(site: Site, port: int) -> None:
    del site
    for path in ("/", "/metadata/timestamp.json", "/metadata/9.root.json"):
        answer = raw(port, f"GET {path} HTTP/1.1").decode("latin-1")
        assert "nginx/" not in answer
        assert "<html" not in answer


def test_two_releases_in_one_second_are_told_apart(tmp_path: Path) -> None:
    made, folder = make_release(tmp_path), tmp_path / "nginx"
    folder.mkdir()
    with nginx(folder, Site(made.site.root, b"", "")) as port:
        url = f"http://127.0.0.1:{port}/metadata/timestamp.json"
        tree, online = made.tree, online_key(made.site, made.tree.trust_root())
        tags = set()
        for _number in range(4):
            tree.renew(online, made.now)
            tags.add(requests.get(url, timeout=10).headers["ETag"])
    assert len(tags) == 4
