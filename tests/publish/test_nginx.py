"""docs/server/nginx.conf, tried with Debian's nginx."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from player.publish.releasing import online_key
from tests.publish.nginx import PROGRAM, nginx
from tests.publish.serving import (
    Site,
    check_absent,
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
