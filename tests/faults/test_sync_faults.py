"""Broken and hostile servers, links, clocks and disks, end to end: what plays stays, the state says why, and when it is
over the gate syncs again by itself."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from bench.wire import Wire
from player.agent import syncing
from player.agent.downloadpace import Patience
from player.agent.syncstate import REFUSED, STUCK, UNREACHABLE
from player.config.settings import read_config
from player.core.faults import SyncFault
from player.core.units import Span
from player.trust.client import Expired
from player.trust.http import HttpOrigin
from player.trust.names import ALERT, TAKEDOWN, TEMPLATES
from tests.agent.province import Gate, Hands
from tests.agent.test_downloads_hostile import answer, body, endless
from tests.agent.webserver import Behaviour, Request, WebServer
from tests.faults.besieged import FIRST, SECOND, THIRD, Siege, blob_of, province, siege
from tests.trust.certificates import self_signed
from tests.trust.tree import Tree, later
from tests.trust.treeserver import TreeServer

pytestmark = pytest.mark.attack

STAMP = r"timestamp\.json"
MEDIA = blob_of(SECOND["media/b.png"])
SIZE = len(SECOND["media/b.png"])
PORTAL = b"<!DOCTYPE html><html><h1>Wi-Fi: dang nhap</h1></html>"


def silent(_request: Request) -> None:
    time.sleep(1.0)


def huge(request: Request) -> None:
    """Says that it is long, and is."""
    request.send_response(200)
    request.send_header("Content-Length", str(1 << 40))
    request.end_headers()
    endless(request)


def nonsense(request: Request) -> None:
    request.wfile.write(b"\0" * 100_000)
    request.close_connection = True


SMALL: dict[str, tuple[Behaviour, str, str]] = {
    "endless": (endless, UNREACHABLE, "larger than"),
    "oversized": (huge, UNREACHABLE, "larger than"),
    "a login page": (answer(PORTAL, Content_Type="text/html"), UNREACHABLE, "web page comes instead"),
    "other JSON": (answer(b'{"login": "required"}'), REFUSED, "cannot be trusted"),
    "empty": (answer(b""), REFUSED, "cannot be trusted"),
    "truncated": (body(b'{"signed": {', 3000), UNREACHABLE, "broke off"),
    "elsewhere": (answer(b"", 302, Location="http://localhost:1/x"), UNREACHABLE, "not used"),
    "in a circle": (answer(b"", 302, Location="/metadata/timestamp.json"), UNREACHABLE, "without an end"),
    "drip": (body(bytes(3000), 3000, 0.1), UNREACHABLE, "in time"),
    "silent": (silent, UNREACHABLE, "in time"),
    "packed": (answer(b"x", Content_Encoding="gzip"), UNREACHABLE, "packed"),
    "nonsense": (nonsense, UNREACHABLE, "broke off"),
    "500": (answer(b"", 500), UNREACHABLE, "answers 500"),
    "gone": (answer(b"", 404), UNREACHABLE, "is not in"),
}
LARGE: dict[str, tuple[Behaviour, str]] = {
    "endless": (endless, "damaged or not what was signed"),
    "oversized": (huge, "bytes long at"),
    "a login page": (answer(PORTAL, Content_Type="text/html"), f"{len(PORTAL)} bytes long"),
    "wrong hash": (answer(bytes(SIZE)), "damaged or not what was signed"),
    "too long": (answer(bytes(SIZE + 1)), f"{SIZE + 1} bytes long"),
    "too short": (answer(bytes(SIZE - 1)), f"{SIZE - 1} bytes long"),
    "truncated": (body(bytes(10), SIZE), "broke off"),
    "truncated, without a length": (body(bytes(10)), "after 10 of"),
    "elsewhere": (answer(b"", 302, Location="http://localhost:1/x"), "not used"),
    "in a circle": (answer(b"", 302, Location=f"/{MEDIA}"), "without an end"),
    "drip": (body(bytes(SIZE), SIZE, 0.3), "in time"),
    "silent": (silent, "in time"),
    "packed": (answer(bytes(SIZE), Content_Encoding="gzip"), "packed"),
    "nonsense": (nonsense, "broke off"),
    "500": (answer(b"", 500), "answers 500"),
    "gone": (answer(b"", 404), "is not in"),
}


def test_a_server_that_answers_for_the_timestamp_what_it_likes(besieged: Siege) -> None:
    for behave, state, reason in SMALL.values():
        besieged.twists[STAMP] = behave
        besieged.holds(state, reason)
        besieged.eased()
    besieged.relieved()


@pytest.mark.parametrize(
    "path", [r"\d+\.root\.json", r"3\.snapshot\.json", r"3\.gate-kim", "targets/gates/", "blob/"], ids=lambda path: path
)
def test_a_login_page_for_everything_else(besieged: Siege, path: str) -> None:
    besieged.twists[path] = answer(PORTAL, Content_Type="text/html")
    besieged.tree.release(SECOND)
    besieged.tree.publish()
    besieged.holds(UNREACHABLE, "does the network ask for a login|bytes long")
    besieged.eased()
    besieged.arrives("Hai")


def test_a_server_that_gives_for_a_picture_what_it_likes(besieged: Siege) -> None:
    besieged.twists[MEDIA] = answer(b"", 503)
    besieged.tree.release(SECOND)
    besieged.tree.publish()
    besieged.holds_fetching("answers 503")
    for behave, reason in LARGE.values():
        besieged.twists[MEDIA] = behave
        besieged.holds_fetching(reason)
    besieged.twists.clear()
    besieged.arrives("Hai")
    assert besieged.gate.blobs.verify(MEDIA.removeprefix("blob/"))


def test_500s_for_an_hour(besieged: Siege, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand times as fast as it is: an hour is 3.6 seconds."""
    monkeypatch.setattr(syncing, "PATIENCE", Patience(0.005, 0.12))
    besieged.follow(every=Span(30_000))
    besieged.looked()
    besieged.twists["."] = answer(b"", 500)
    besieged.wait(lambda state: state.state == UNREACHABLE)
    asked = len(besieged.server.asked)
    time.sleep(3.6)
    assert 15 < len(besieged.server.asked) - asked < 90, "every two minutes at most, when it has lasted"
    besieged.holds(UNREACHABLE, "answers 500")
    besieged.relieved()


def test_a_name_that_nobody_knows(besieged: Siege) -> None:
    besieged.follow(["http://no-such-host.invalid"])
    besieged.wait(lambda state: state.state == UNREACHABLE and "name is not known" in state.reason)
    besieged.unchanged()
    besieged.follow()
    besieged.relieved()


def test_certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other").mkdir()
    ca, context = self_signed(tmp_path)
    other, other_context = self_signed(tmp_path / "other")
    with siege(tmp_path / "siege", monkeypatch, context, ca=ca) as besieged:
        for trusted in (None, other):
            besieged.follow(ca=trusted)
            besieged.wait(lambda state: state.state == UNREACHABLE and "certificate is not trusted" in state.reason)
            besieged.unchanged()
            besieged.follow(ca=ca)
            besieged.eased()
        with WebServer(besieged._answer, other_context) as between:
            besieged.follow([between.base], ca=ca)
            besieged.wait(lambda state: state.state == UNREACHABLE and "certificate is not trusted" in state.reason)
            assert not between.asked
            besieged.unchanged()
        with WebServer(besieged._answer) as open_server:
            besieged.follow(ca=ca)
            besieged.twists[STAMP] = answer(b"", 302, Location=f"{open_server.base}/metadata/timestamp.json")
            besieged.holds(UNREACHABLE, "not used")
            assert not open_server.asked
        besieged.relieved()


# The disk


def test_a_disk_that_is_full(besieged: Siege) -> None:
    store = besieged.keeper._blobs
    reserve, store._reserve = store._reserve, 1 << 60
    besieged.tree.release(SECOND)
    besieged.tree.publish()
    besieged.holds(STUCK, "disk is full")
    store._reserve = reserve
    besieged.arrives("Hai")


def test_a_disk_that_gets_full_in_mid_download(besieged: Siege) -> None:
    big = Random(5).randbytes(40_000_000)
    store, pause = besieged.keeper._blobs, 0.02
    reserve = store._reserve

    def slowly(request: Request) -> None:
        begin = int(request.headers.get("Range", "bytes=0-")[6:-1])
        request.send_response(206 if begin else 200)
        request.send_header("Content-Length", str(len(big) - begin))
        request.send_header("Content-Range", f"bytes {begin}-{len(big) - 1}/{len(big)}")
        request.end_headers()
        for at in range(begin, len(big), 1 << 20):
            request.wfile.write(big[at : at + (1 << 20)])
            time.sleep(pause)
            # Somebody else fills it.
            store._reserve = 1 << 60 if at - begin > 10 << 20 and not begin else store._reserve

    besieged.twists[blob_of(big)] = slowly
    besieged.tree.release({**SECOND, "media/big.bin": big})
    besieged.tree.publish()
    besieged.holds_fetching("disk is full")
    here = besieged.gate.state / "incoming/fetch" / f"{blob_of(big).removeprefix('blob/')}.part"
    assert 10_000_000 < here.stat().st_size < len(big)
    store._reserve = reserve
    besieged.arrives("Hai")
    offsets = [headers.get("Range") for path, headers in besieged.server.asked if path.endswith(here.stem)]
    assert [offset for offset in offsets if offset is None] == [None], "it went on where it had stopped"


class Command:
    """`gateplayer sync --once` as people call it, in its own process."""

    def __init__(self, folder: Path, tree: Tree, url: str) -> None:
        self.gate = Gate(folder, tree)
        self.gate.close()
        text = self.gate.config.read_text()
        self.gate.config.write_text(text.replace("http://127.0.0.1:9", url))

    def run(self, most: int | None = None) -> "subprocess.CompletedProcess[str]":
        """`most`: no file may become larger."""
        command = [sys.executable, "-m", "player", "sync", "--once", "--config", str(self.gate.config)]

        def limit() -> None:
            if most is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

        return subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "XDG_RUNTIME_DIR": str(self.gate.folder)},
            preexec_fn=limit,
        )


@pytest.fixture
def published(tmp_path: Path) -> Tree:
    return province(tmp_path / "tree")


def test_a_disk_that_refuses_in_mid_file(published: Tree, tmp_path: Path) -> None:
    big = Random(6).randbytes(6_000_000)
    with TreeServer(published.path) as server:
        command = Command(tmp_path / "gate", published, server.url)
        assert command.run().returncode == 0
        assert command.gate.titles() == ["Một"]
        published.release({**SECOND, "media/big.bin": big})
        published.publish()
        done = command.run(3_000_000)
        assert done.returncode == 4, done.stderr
        assert "state folder cannot be written" in done.stderr
        assert command.gate.titles() == ["Một"]
        assert command.run().returncode == 0
        assert command.gate.titles() == ["Hai"]
    assert command.gate.blobs.verify(blob_of(big).removeprefix("blob/"))


def test_a_link_that_is_cut_every_7_mb(published: Tree, tmp_path: Path) -> None:
    big = Random(7).randbytes(20_000_000)
    published.release({**FIRST, "media/big.bin": big})
    published.publish()
    with WebServer(lambda request: _serve(published, request)) as server, Wire(server.port, 7_000_000) as wire:
        command = Command(tmp_path / "gate", published, f"http://127.0.0.1:{wire.port}")
        done = command.run()
        assert done.returncode == 0, done.stderr
        assert 20_000_000 < wire.total < 21_500_000
        assert command.gate.titles() == ["Một"]
    assert command.gate.blobs.verify(blob_of(big).removeprefix("blob/"))


def _serve(tree: Tree, request: Request) -> None:
    place = tree.path / request.path.lstrip("/")
    if not place.is_file():
        request.answer(b"", 404)
        return
    data = place.read_bytes()
    begin = int(request.headers.get("Range", "bytes=0-")[6:-1])
    part = {"Content_Range": f"bytes {begin}-{len(data) - 1}/{len(data)}"} if begin else {}
    request.answer(data[begin:], 206 if begin else 200, **part)


# The clock. Steps of days, so the gate is followed by hand.


class Dated:
    """A gate and its server in December 2026."""

    def __init__(self, folder: Path, server: TreeServer, tree: Tree) -> None:
        self.folder, self.server, self.tree = folder, server, tree
        self.hands = Hands()
        self.gate = Gate(folder, tree, self.hands)

    def restart(self) -> None:
        """After a power cut."""
        self.gate.close()
        self.gate = Gate(self.folder, self.tree, self.hands)
        config = read_config(self.gate.config)
        assert config.sources.central is not None
        self.gate.adopter.follow(config, config.sources.central)

    def look(self) -> None:
        with closing(HttpOrigin([self.server.url])) as origin:
            self.gate.look(origin)

    def sync(self) -> list[str]:
        """What plays when all that is signed is here."""
        self.look()
        self.gate.fetch()
        self.gate.adopter.adopt()
        return self.gate.titles()

    def warned(self) -> str:
        return " ".join(self.gate.adopter.warnings())

    def signed(self, files: dict[str, bytes], days: float) -> None:
        self.tree.now = later(days)
        self.tree.release(files)
        self.tree.publish()


@pytest.fixture
def dated(tmp_path: Path) -> Iterator[Dated]:
    tree = Tree(tmp_path / "tree")
    tree.release(FIRST)
    tree.publish()
    with TreeServer(tree.path) as server:
        found = Dated(tmp_path / "gate", server, tree)
        assert found.sync() == ["Một"]
        yield found
        found.gate.close()


def test_a_frozen_server(dated: Dated) -> None:
    """It answers, and says the same for ever."""
    for days, said in ((20, ""), (24, "signatures of timestamp hold until")):
        dated.hands.moment = later(days)
        dated.look()
        assert said in dated.warned()
        assert bool(dated.warned()) == bool(said)
    for days in (31, 400, 4000):
        dated.hands.moment = later(days)
        with pytest.raises(Expired, match="agencies have to sign again"):
            dated.look()
        assert dated.gate.titles() == ["Một"]
    dated.restart()
    with pytest.raises(Expired):
        dated.look()
    assert dated.gate.titles() == ["Một"]
    dated.hands.moment = later(35)
    dated.signed(SECOND, 35)
    assert dated.sync() == ["Hai"]


def test_expired_signatures_at_a_gate_without_a_network(dated: Dated) -> None:
    dated.server.away()
    for days in (1, 100, 500, 5000):
        dated.hands.moment = later(days)
        with pytest.raises(SyncFault, match="answers 503"):
            dated.look()
        dated.restart()
        assert dated.gate.titles() == ["Một"]
        assert ("hold until" in dated.warned()) == (days > 30)
    dated.hands.moment = later(500)
    dated.server.away(gone=False)
    with pytest.raises(Expired):
        dated.look()
    # After a year the agencies have to sign everything again.
    dated.tree.now = later(500)
    for role in (ALERT, TAKEDOWN, TEMPLATES):
        dated.tree.bump(role)
    dated.signed(SECOND, 500)
    assert dated.sync() == ["Hai"]


def test_a_clock_in_1970_believes_nothing_that_is_out_of_date(dated: Dated) -> None:
    """A dead battery does not bring an old state back to life."""
    dated.hands.moment = later(29)
    dated.look()
    dated.hands.moment, dated.hands.synchronised = datetime(1970, 1, 1, tzinfo=UTC), False
    dated.restart()
    assert dated.gate.titles() == ["Một"]
    dated.look()
    assert "days behind" in dated.warned()
    # Two days later by the only clock that runs.
    dated.hands.monotonic += 2 * 86_400
    with pytest.raises(Expired):
        dated.look()
    assert dated.gate.titles() == ["Một"]
    dated.signed(SECOND, 31)
    assert dated.sync() == ["Hai"]


@pytest.mark.parametrize("synchronised", [True, False])
def test_a_clock_in_2038_spoils_nothing(dated: Dated, synchronised: bool) -> None:
    """Be it that somebody lies to the gate about the time, be it that nobody keeps its clock."""
    dated.hands.moment, dated.hands.synchronised = datetime(2038, 1, 19, tzinfo=UTC), synchronised
    dated.signed(SECOND, 1)
    if synchronised:
        with pytest.raises(Expired):
            dated.sync()
        assert dated.gate.titles() == ["Một"]
    else:
        assert dated.sync() == ["Hai"]
        assert "days ahead" in dated.warned()
    dated.restart()
    dated.hands.moment, dated.hands.synchronised = later(2), True
    dated.signed(THIRD, 2)
    assert dated.sync() == ["Hai"]
    assert dated.warned() == ""


def test_a_clock_that_is_pushed_ahead_while_signatures_hold(dated: Dated) -> None:
    """The furthest that a lie about the time can take: what is signed freshly still holds."""
    dated.hands.moment = later(29.9)
    dated.look()
    dated.restart()
    dated.hands.moment = later(1)
    dated.signed(SECOND, 1)
    assert dated.sync() == ["Hai"]
