"""A gate that hands media to its neighbour."""

import queue
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from player.agent.events import Event
from player.agent.sharing import Sharing
from player.agent.syncing import CentralKeeper
from player.library.blobs import Blobs
from tests.agent.province import Gate
from tests.agent.test_syncing import FIRST, Followed
from tests.trust.tree import Tree
from tests.trust.treeserver import TreeServer

DATA = bytes(range(256)) * 5000


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of one that shares, and the hash of what it has."""
    blobs = Blobs(tmp_path / "state", reserve=0)
    source = tmp_path / "source"
    source.write_bytes(DATA)
    sharing = Sharing(blobs)
    assert sharing.begin(("127.0.0.1", 0)) == ""
    yield f"http://127.0.0.1:{sharing.port}", blobs.admit(source)
    sharing.stop()


def test_what_is_known_by_its_hash_is_handed_out_whole_and_in_part(shared: tuple[str, str]) -> None:
    url, sha = shared
    with requests.Session() as session:
        assert session.get(f"{url}/blob/{sha}").content == DATA
        rest = session.get(f"{url}/blob/{sha}", headers={"Range": "bytes=1000000-"})
        assert (rest.status_code, rest.content) == (206, DATA[1_000_000:])
        for path in ("/", "/blob/", f"/blob/{'0' * 64}", f"/blob/../blob/{sha}x", "/metadata/timestamp.json"):
            assert session.get(url + path).status_code == 404
        assert session.put(f"{url}/blob/{sha}", data=b"x").status_code in (404, 413)


def test_an_address_that_is_taken_is_said(shared: tuple[str, str], tmp_path: Path) -> None:
    other = Sharing(Blobs(tmp_path / "other"))
    port = int(shared[0].rpartition(":")[2])
    assert "cannot be listened on" in other.begin(("127.0.0.1", port))
    other.stop()


def test_a_neighbour_is_asked_for_media_before_the_server(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "tree", now=datetime.now(UTC))
    tree.release(FIRST)
    tree.publish()
    gates = [Gate(tmp_path / name, tree) for name in ("one", "two")]
    picture = next(path for path, data in tree.files.items() if data == FIRST["media/a.png"])
    with TreeServer(tree.path) as server:
        followed = []
        try:
            for gate in gates:
                events: queue.SimpleQueue[Event] = queue.SimpleQueue()
                keeper = CentralKeeper(gate.state, events.put, threading.Event())
                keeper.start()
                followed.append(Followed(gate, keeper, events))
            followed[0].configure(f'url: "{server.url}", share: "127.0.0.1:18136", ')
            followed[0].version(2)
            assert f"/{picture}" in server.asked
            server.asked.clear()
            followed[1].configure(f'url: "{server.url}", mirrors: ["http://127.0.0.1:18136"], ')
            followed[1].version(2)
            assert f"/{picture}" not in server.asked
            assert "/metadata/timestamp.json" in server.asked
        finally:
            for one in followed:
                one.keeper.stop()
            for gate in gates:
                gate.close()
