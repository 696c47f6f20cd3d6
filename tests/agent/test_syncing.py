"""The thread that follows the central server, against a real web server and sticks in a folder."""

import json
import queue
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player.agent.events import Changed, Event, SyncNews
from player.agent.syncing import CentralKeeper
from player.agent.syncstate import GOOD, REFUSED, UNREACHABLE, SyncState
from player.config.settings import read_config
from player.trust.directives import Alert, Alerts, iso
from tests.agent.province import Gate, picture, playlist
from tests.agent.test_adopting import TEMPLATE
from tests.trust.tree import GATE, Tree
from tests.trust.treeserver import TreeServer

FIRST = {"mot.yaml": playlist("Một", "{image: media/a.png}"), "media/a.png": picture("red")}
SECOND = {"hai.yaml": playlist("Hai", "{image: media/b.png}"), "media/b.png": picture("blue")}


class Followed:
    """A keeper at work, and what it has said."""

    def __init__(self, gate: Gate, keeper: CentralKeeper, events: "queue.SimpleQueue[Event]") -> None:
        self.gate, self.keeper, self._events = gate, keeper, events
        self.state = SyncState()
        self.changes = 0

    def configure(self, central: str, more: str = "") -> None:
        """Write this under `central:` and have it followed."""
        self.gate.config.write_text(
            f"gate: {GATE}\nlanguage: en\ndisplay: {{canvas: 320x180, output: offscreen, fps: 30}}\n"
            f"sources: {{central: {{{central}root: trust/root.json, every: 5s}}{more}}}\n"
        )
        self.keeper.follow(read_config(self.gate.config))

    def wait(self, condition: Callable[[SyncState], object], seconds: float = 15) -> SyncState:
        """Hear events until `condition` holds of the state."""
        end = time.monotonic() + seconds
        while not condition(self.state):
            left = end - time.monotonic()
            assert left > 0, f"it did not come to that; the last state was {self.state}"
            try:
                event = self._events.get(timeout=left)
            except queue.Empty:
                continue
            if isinstance(event, SyncNews):
                self.state = event.sync
            self.changes += isinstance(event, Changed) and event.at_once
        return self.state

    def version(self, number: int) -> SyncState:
        return self.wait(lambda state: state.release is not None and state.release.version == number)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    tree = Tree(tmp_path / "tree", now=datetime.now(UTC))
    tree.release(FIRST)
    tree.templates({"dong-cua.yaml": TEMPLATE.encode()})
    tree.publish()
    return tree


@pytest.fixture
def server(tree: Tree) -> Iterator[TreeServer]:
    with TreeServer(tree.path) as server:
        yield server


@pytest.fixture
def followed(tree: Tree, tmp_path: Path) -> Iterator[Followed]:
    gate = Gate(tmp_path / "gate", tree)
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    keeper = CentralKeeper(gate.state, events.put, threading.Event())
    keeper.start()
    yield Followed(gate, keeper, events)
    keeper.stop()
    gate.close()


def test_it_brings_what_was_signed_and_says_so(followed: Followed, tree: Tree, server: TreeServer) -> None:
    followed.configure(f'url: "{server.url}", ')
    state = followed.version(2)
    assert (state.state, state.server) == (GOOD, server.url)
    assert followed.gate.titles() == ["Một"]
    changes = followed.changes
    assert changes
    tree.release(SECOND)
    tree.publish()
    followed.keeper.look_now()
    followed.version(3)
    assert followed.changes > changes
    assert followed.gate.titles() == ["Hai"]


def test_nothing_new_is_two_requests(followed: Followed, server: TreeServer) -> None:
    followed.configure(f'url: "{server.url}", ')
    checked = followed.version(2).checked
    followed.wait(lambda state: state.awaited is None)
    server.asked.clear()
    followed.keeper.look_now()
    followed.wait(lambda state: state.checked > checked)
    assert server.asked == ["/metadata/2.root.json", "/metadata/timestamp.json"]


def test_an_alert_does_not_wait_for_a_download(followed: Followed, tree: Tree, server: TreeServer) -> None:
    followed.configure(f'url: "{server.url}", ')
    followed.version(2)
    big = {**SECOND, "media/large.png": picture("green", (2000, 2000)) + bytes(2_000_000)}
    tree.release(big)
    tree.publish()
    page_and_text = [path for path in tree.files if path.startswith("blob/")]
    followed.keeper.look_now()
    followed.wait(lambda state: state.awaited is not None or (state.release is not None and state.release.version == 3))
    server.hold()
    now = datetime.now(UTC)
    tree.alerts(
        Alerts((Alert("a1", "dong-cua", (("ly-do", "mưa"),), ("*",), iso(now), iso(now + timedelta(hours=1))),))
    )
    tree.publish()
    followed.keeper.look_now()
    state = followed.wait(lambda state: state.alerts)
    assert state.alerts[0].template == "dong-cua"
    assert page_and_text
    server.let_go()
    followed.version(3)


def test_a_server_that_goes_and_comes_back(followed: Followed, server: TreeServer) -> None:
    followed.configure(f'url: "{server.url}", ')
    since = followed.version(2).since
    server.away()
    followed.keeper.look_now()
    state = followed.wait(lambda state: state.state == UNREACHABLE)
    assert state.since > since
    assert "503" in state.reason
    assert followed.gate.titles() == ["Một"]
    server.away(gone=False)
    followed.keeper.look_now()
    followed.wait(lambda state: state.state == GOOD)


def test_the_second_address_serves_when_the_first_does_not(followed: Followed, server: TreeServer) -> None:
    followed.configure(f'url: ["http://127.0.0.1:9", "{server.url}"], ')
    assert followed.version(2).server == server.url


def test_a_gate_that_is_not_enrolled_is_told_so(followed: Followed, server: TreeServer) -> None:
    root = followed.gate.folder / "trust/root.json"
    data = root.read_bytes()
    root.unlink()
    followed.configure(f'url: "{server.url}", ')
    state = followed.wait(lambda state: state.state == REFUSED)
    assert "gateplayer enroll" in state.reason
    root.write_bytes(data)
    followed.keeper.look_now()
    followed.version(2)


def test_a_damaged_file_is_fetched_again(followed: Followed, tree: Tree, server: TreeServer) -> None:
    followed.configure(f'url: "{server.url}", ')
    followed.version(2)
    sha = next(path for path, data in tree.files.items() if data == FIRST["media/a.png"]).removeprefix("blob/")
    blob = followed.gate.blobs.path(sha)
    blob.unlink()
    server.hold()
    followed.keeper.recheck()
    followed.wait(lambda state: state.lost == ("media/a.png",))
    server.let_go()
    followed.wait(lambda state: state.lost == ())
    assert blob.read_bytes() == FIRST["media/a.png"]


def test_a_stick_brings_it_all_and_takes_a_receipt(followed: Followed, tree: Tree, tmp_path: Path) -> None:
    stick = tmp_path / "media/user/STICK/gateplayer"
    followed.configure("", f', usb: "{tmp_path}/media/*/*/gateplayer"')
    shutil.copytree(tree.path, stick)
    followed.version(2)
    state = followed.wait(lambda state: state.sticks and state.sticks[0].written)
    assert state.sticks[0].path == str(stick)
    said = json.loads((stick / "receipts" / f"{GATE}.json").read_text())
    assert (said["gate"], said["release"]["version"]) == (GATE, 2)
    assert followed.gate.titles() == ["Một"]
    shutil.rmtree(stick.parent)
    followed.wait(lambda state: not state.sticks)
    assert followed.gate.titles() == ["Một"]


def test_a_stick_takes_the_play_log_home_also_when_nothing_on_it_is_of_use(
    followed: Followed, tree: Tree, tmp_path: Path
) -> None:
    stick = tmp_path / "media/user/STICK/gateplayer"
    playlog = followed.gate.state / "playlog"
    playlog.mkdir()
    for name in ("000001-2026-11-25.parquet", "000001-2026-11-25.json"):
        (playlog / name).write_text(name)
    shutil.copytree(tree.path, stick)
    (stick / "metadata/timestamp.json").write_text("{}")
    followed.configure("", f', usb: "{tmp_path}/media/*/*/gateplayer"')
    state = followed.wait(lambda state: state.sticks and state.sticks[0].days is not None)
    assert (state.sticks[0].days, state.sticks[0].written) == (1, "")
    assert len(list((stick / "playlog" / GATE).iterdir())) == 2


def test_a_stick_that_is_pulled_out_half_way_harms_nothing(
    followed: Followed, tree: Tree, server: TreeServer, tmp_path: Path
) -> None:
    followed.configure(f'url: "{server.url}", ', f', usb: "{tmp_path}/media/*/*/gateplayer"')
    followed.version(2)
    tree.release(SECOND)
    tree.publish()
    stick = tmp_path / "media/user/STICK/gateplayer"
    half = tmp_path / "half"
    shutil.copytree(tree.path, half)
    for blob in (half / "blob").iterdir():
        if blob.read_bytes() == SECOND["media/b.png"]:
            blob.write_bytes(SECOND["media/b.png"][:40])
    server.away()
    stick.parent.mkdir(parents=True)
    half.rename(stick)
    followed.wait(lambda state: state.awaited is not None and state.awaited.version == 3)
    stick.rename(tmp_path / "gone")
    followed.wait(lambda state: not state.sticks)
    assert followed.gate.titles() == ["Một"]
    server.away(gone=False)
    followed.keeper.look_now()
    followed.version(3)
    assert followed.gate.titles() == ["Hai"]


def test_a_stick_with_an_older_state_is_not_used(
    followed: Followed, tree: Tree, server: TreeServer, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    shutil.copytree(tree.path, old)
    tree.release(SECOND)
    tree.publish()
    followed.configure(f'url: "{server.url}", ', f', usb: "{tmp_path}/media/*/*/gateplayer"')
    followed.version(3)
    stick = tmp_path / "media/user/STICK/gateplayer"
    stick.parent.mkdir(parents=True)
    old.rename(stick)
    state = followed.wait(lambda state: state.sticks and state.sticks[0].reason)
    assert "older than what was seen before" in state.sticks[0].reason
    assert state.state == GOOD
    assert followed.gate.titles() == ["Hai"]
