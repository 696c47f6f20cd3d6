"""The downloader: order, changes of mind, rate, hours, mirrors, a full disk, the end."""

import os
import threading
import time
from pathlib import Path

import pytest

from player.agent.downloadevents import Complete, Progress, Wanted
from player.agent.downloadpace import Patience
from player.agent.downloads import fetch_now
from player.core.faults import SyncFault
from player.library.blobs import Blobs
from player.library.receiving import NotAsSigned
from player.trust.http import HttpOrigin
from player.trust.origin import Absent, FolderOrigin
from tests.agent.downloading import Downloading, Tree, downloading
from tests.agent.webserver import Behaviour, Request, WebServer, files


def asked(server: WebServer) -> list[str]:
    return [path.rpartition("/")[2] for path, _headers in server.asked]


def slowly(tree: Tree, pause: float = 0.01) -> Behaviour:
    """64 kB at a time."""

    def behave(request: Request) -> None:
        data = tree.files[request.path.lstrip("/")]
        request.send_response(200)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        for at in range(0, len(data), 1 << 16):
            request.wfile.write(data[at : at + (1 << 16)])
            time.sleep(pause)

    return behave


def test_everything_arrives_and_is_told(tmp_path: Path) -> None:
    tree = Tree(*range(0, 400_000, 10_000))
    with WebServer(files(tree.files)) as server, downloading(Downloading(tmp_path, [server.base])) as one:
        one.fetch(tree)
        assert sorted(one.events.arrived) == sorted(wanted.sha for wanted in tree.wanted)
        total = sum(wanted.size for wanted in tree.wanted)
        assert one.events.all[-2:] == [Progress(40, 40, total, total), Complete()]
        assert len(server.asked) == 39, "an empty file needs no asking"
        one.downloads.want(tree.wanted)
        one.events.until_complete(2)
        assert len(server.asked) == 39
        assert not one.events.troubles
        assert list(one.parts.iterdir()) == []


def test_the_most_urgent_comes_first(tmp_path: Path) -> None:
    tree = Tree(*[50_000] * 12)
    backwards = [Wanted(one.sha, one.size, -one.rank) for one in tree.wanted]
    one = Downloading(tmp_path, ["http://127.0.0.1:9"], connections=1)
    with WebServer(files(tree.files)) as server:
        one = Downloading(tmp_path, [server.base], connections=1)
        one.downloads.want(tree.wanted)
        one.downloads.want(backwards)
        with downloading(one):
            one.events.until_complete()
        assert asked(server) == [wanted.sha for wanted in reversed(tree.wanted)]


def test_what_is_no_longer_wanted_is_given_up_and_the_rest_goes_on(tmp_path: Path) -> None:
    tree = Tree(20_000_000, 20_000_001, 3_000_000)
    first, second, third = tree.wanted
    with WebServer(slowly(tree)) as server, downloading(Downloading(tmp_path, [server.base])) as one:
        one.downloads.want([first, third])
        one.events.until(lambda: len(list(one.parts.iterdir())) == 2)
        one.downloads.want([third, second])
        one.events.until(lambda: not (one.parts / f"{first.sha}.part").exists(), 2)
        one.events.until(lambda: one.has(third))
        assert asked(server).count(third.sha) == 1
        one.events.until((one.parts / f"{second.sha}.part").exists)
        assert not one.has(first)
        one.downloads.want([])
        one.events.until(lambda: list(one.parts.iterdir()) == [], 2)


def test_the_rate_is_kept_by_all_together(tmp_path: Path) -> None:
    tree = Tree(*[150_000] * 4)
    with (
        WebServer(files(tree.files)) as server,
        downloading(Downloading(tmp_path, [server.base], connections=4, rate=300_000)) as one,
    ):
        begun = time.monotonic()
        one.fetch(tree)
        assert 1.8 < time.monotonic() - begun < 10
        told = [event for event in one.events.all if isinstance(event, Progress)]
        assert len(told) <= 4
        assert 200_000 < told[0].bytes < 400_000


def test_heavy_files_wait_for_their_hours(tmp_path: Path) -> None:
    tree = Tree(8_000_000, 999_999, 10_000)
    heavy, *light = tree.wanted
    is_open = threading.Event()
    questions: list[int] = []

    def may_run(size: int) -> float | None:
        questions.append(size)
        return None if is_open.is_set() else 0.05

    with (
        WebServer(slowly(tree, 0.02)) as server,
        downloading(Downloading(tmp_path, [server.base], may_run=may_run)) as one,
    ):
        one.downloads.want(tree.wanted)
        one.events.until(lambda: all(map(one.has, light)))
        assert heavy.sha not in asked(server)
        is_open.set()
        part = one.parts / f"{heavy.sha}.part"
        one.events.until(part.exists)
        is_open.clear()
        one.events.until(lambda: questions[-5:] == [heavy.size] * 5)
        deadline = time.monotonic() + 2
        sizes = [-1, part.stat().st_size]
        while sizes[-1] != sizes[-2] and time.monotonic() < deadline:
            time.sleep(0.3)
            sizes.append(part.stat().st_size)
        assert sizes[-1] == sizes[-2] < heavy.size, "it has paused"
        assert set(questions) == {heavy.size}
        server.behave(files(tree.files))
        is_open.set()
        one.events.until_complete()
        assert one.blobs.verify(heavy.sha)


def test_mirrors_are_asked_first_and_passed_over(tmp_path: Path) -> None:
    tree = Tree(30_000, 40_000, 50_000)
    at_mirror = dict(list(tree.files.items())[:1])
    with (
        WebServer(files(tree.files)) as central,
        WebServer(files(at_mirror)) as mirror,
        downloading(Downloading(tmp_path, ["http://127.0.0.1:9", mirror.base, central.base])) as one,
    ):
        one.fetch(tree)
        assert tree.wanted[0].sha not in asked(central)
        assert len(central.asked) == 2
        assert not one.events.troubles


def test_a_mirror_that_lies_costs_one_attempt(tmp_path: Path) -> None:
    tree = Tree(300_000)
    lie = {path: bytes(len(data)) for path, data in tree.files.items()}
    with (
        WebServer(files(tree.files)) as central,
        WebServer(files(lie)) as mirror,
        downloading(Downloading(tmp_path, [mirror.base, central.base])) as one,
    ):
        one.fetch(tree)
        assert (len(mirror.asked), len(central.asked)) == (1, 1)


def test_a_mirror_that_lies_by_half_and_stops_cannot_keep_a_file_away(tmp_path: Path) -> None:
    tree = Tree(300_000)

    def half(request: Request) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "300000")
        request.end_headers()
        request.wfile.write(bytes(150_000))
        request.close_connection = True

    with (
        WebServer(files(tree.files)) as central,
        WebServer(half) as mirror,
        downloading(Downloading(tmp_path, [mirror.base, central.base])) as one,
    ):
        one.fetch(tree)
        assert len(central.asked) <= 3


def test_what_is_nowhere_is_told_and_holds_up_nothing(tmp_path: Path) -> None:
    tree = Tree(10_000, 20_000)
    missing = Wanted("0" * 64, 5, -1)
    with WebServer(files(tree.files)) as server, downloading(Downloading(tmp_path, [server.base])) as one:
        one.downloads.want([missing, *tree.wanted])
        one.events.until(lambda: len(one.events.arrived) == 2 and len(one.events.troubles) >= 3)
        trouble = one.events.troubles[0]
        assert (trouble.sha, trouble.place) == (missing.sha, server.base)
        assert "is not in" in trouble.reason
        assert not any(isinstance(event, Complete) for event in one.events.all)


def test_a_full_disk_is_told_and_tried_again(tmp_path: Path) -> None:
    tree = Tree(10_000)
    with WebServer(files(tree.files)) as server:
        one = Downloading(tmp_path, [server.base], reserve=1 << 60)
        with downloading(one):
            one.downloads.want(tree.wanted)
            one.events.until(lambda: len(one.events.troubles) >= 2)
            assert not server.asked
            assert one.events.troubles[0].place == ""
            assert "disk is full" in one.events.troubles[0].reason
            one.blobs._reserve = 0
            one.events.until_complete()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_store_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tree = Tree(10_000)
    with WebServer(files(tree.files)) as server:
        one = Downloading(tmp_path, [server.base])
        one.parts.chmod(0o500)
        with downloading(one):
            one.downloads.want(tree.wanted)
            one.events.until(lambda: bool(one.events.troubles))
            one.parts.chmod(0o700)
            one.events.until_complete()


def test_it_ends_at_once_and_goes_on_where_it_was(tmp_path: Path) -> None:
    tree = Tree(5_000_000)
    silent = threading.Event()

    def half(request: Request) -> None:
        data = tree.files[request.path.lstrip("/")]
        request.send_response(200)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data[:4_000_000])
        silent.wait(3)

    with WebServer(half) as server:
        with downloading(Downloading(tmp_path, [server.base], connections=3, rate=20_000_000)) as one:
            one.downloads.want(tree.wanted)
            part = one.parts / f"{tree.wanted[0].sha}.part"
            one.events.until(lambda: part.exists() and part.stat().st_size >= 3_000_000)
        silent.set()
        server.behave(files(tree.files))
        server.asked.clear()
        with downloading(Downloading(tmp_path, [server.base])) as one:
            one.fetch(tree)
        assert int(server.asked[0][1]["Range"][6:-1]) >= 3_000_000


def test_a_few_small_ones_at_once(tmp_path: Path) -> None:
    tree = Tree(1000, 2000, 3000)
    (tmp_path / "stick/blob").mkdir(parents=True)
    blobs = Blobs(tmp_path / "state", reserve=0)
    first, second, third = tree.wanted
    with WebServer(files(tree.files)) as server:
        origin = HttpOrigin([server.base])
        fetch_now(blobs, origin, [first, second])
        fetch_now(blobs, origin, tree.wanted)
        assert all(blobs.verify(wanted.sha) for wanted in tree.wanted)
        assert asked(server) == [first.sha, second.sha, third.sha]
        with pytest.raises(Absent):
            fetch_now(blobs, origin, [Wanted("0" * 64, 1, 0)])
        origin.close()
    (tmp_path / "stick/blob" / ("0" * 64)).write_bytes(b"x")
    with pytest.raises(NotAsSigned):
        fetch_now(blobs, FolderOrigin(tmp_path / "stick"), [Wanted("0" * 64, 1, 0)])


def test_a_fault_leaves_what_had_come_before_it(tmp_path: Path) -> None:
    tree = Tree(1000, 2000)
    blobs = Blobs(tmp_path / "state", reserve=0)
    with WebServer(files(dict(list(tree.files.items())[:1]))) as server:
        origin = HttpOrigin([server.base])
        with pytest.raises(SyncFault):
            fetch_now(blobs, origin, tree.wanted)
        server.behave(files(tree.files))
        fetch_now(blobs, origin, tree.wanted)
        origin.close()
        assert asked(server).count(tree.wanted[0].sha) == 1


def test_patience_is_a_number() -> None:
    assert [Patience().most(failures) for failures in (1, 2, 3, 8, 9, 10_000)] == [2, 4, 8, 256, 300, 300]
