"""A gate under attack: the real thread that follows the server, a real web server in whose answers anything may be
changed, and attackers who hold some of the keys."""

import copy
import queue
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from securesystemslib.signer import CryptoSigner

from player.agent import supply, syncing
from player.agent.downloadpace import Patience
from player.agent.downloads import Downloads
from player.agent.events import Changed, Event, SyncNews
from player.agent.syncing import CentralKeeper
from player.agent.syncstate import GOOD, SyncState
from player.config.settings import CentralSource, read_config
from player.core.codec import encode
from player.core.units import Span
from player.trust.http import Link
from player.trust.names import SNAPSHOT, TIMESTAMP, gate_role
from player.trust.web import Floor
from tests.agent.downloading import QUICK
from tests.agent.province import Gate, picture, playlist
from tests.agent.webserver import Behaviour, Request, WebServer
from tests.trust.tree import GATE, ONLINE, Tree

OTHER_GATE = "lao-cai-1"
EVERY = Span(70_000)
"""Microseconds from one look at the server to the next; on a gate it is half a minute."""

TEMPLATE = """\
template: dong-cua
slots: {ly-do: 30}
longest: 4h
title: Tạm đóng cửa
items: [{notice: {title: TẠM ĐÓNG, text: "{ly-do}"}, for: 8s}]
"""
FIRST = {"mot.yaml": playlist("Một", "{image: media/a.png}"), "media/a.png": picture("red")}
SECOND = {"hai.yaml": playlist("Hai", "{image: media/b.png}"), "media/b.png": picture("blue")}
THIRD = {**SECOND, "x.txt": b"x"}
EVIL = {"ac.yaml": playlist("Ác", "{image: media/x.png}"), "media/x.png": picture("black")}


def province(folder: Path) -> Tree:
    """What a province with two gates publishes; both agencies have signed `FIRST` for one of them."""
    tree = Tree(folder, (GATE, OTHER_GATE), now=datetime.now(UTC))
    tree.release(FIRST)
    tree.release(EVIL, OTHER_GATE)
    tree.templates({"dong-cua.yaml": TEMPLATE.encode()})
    tree.publish()
    return tree


class Attacker(Tree):
    """Publishes as the victim does, into a folder of its own, with those keys that it `holds`; in the place of the
    others it uses some of its own making."""

    def __init__(self, victim: Tree, folder: Path, holds: Sequence[str]) -> None:
        self.victim = victim
        self.path = folder
        self.now, self.gates = victim.now, victim.gates
        self.keys = {
            name: key if name in holds else CryptoSigner.generate_ed25519() for name, key in victim.keys.items()
        }
        self.signed = copy.deepcopy(victim.signed)
        self.signers = dict(victim.signers)
        self.files, self.changed = {}, set()

    def bytes_of(self, role: str, signers: Sequence[str] | None = None) -> bytes:
        """What it did not touch stays what the victim signed."""
        if signers is None and role not in self.changed:
            return self.victim.bytes_of(role)
        return super().bytes_of(role, signers)

    def stamp(self, snapshot: int) -> None:
        """A timestamp of the snapshot of this version."""
        self.signed[TIMESTAMP].snapshot_meta.version = snapshot
        self.bump(TIMESTAMP)
        self.write(TIMESTAMP)

    def snap(self) -> None:
        """A snapshot of what stands in it now, and a timestamp of that."""
        self.bump(SNAPSHOT)
        self.write(SNAPSHOT)
        self.stamp(self.signed[SNAPSHOT].version)


class Siege:
    """The gate plays what was signed. `twists` are what happens to requests whose path is found in them."""

    def __init__(self, folder: Path, secured: Any = None) -> None:
        self.folder = folder
        self.held = 0
        self.tree = province(folder / "tree")
        self.twists: dict[str, Behaviour] = {}
        self.over: list[Path] = []
        self.sent = 0
        self.server = WebServer(self._answer, secured)
        self.gate = Gate(folder / "gate", self.tree)
        self.state = SyncState()
        self.states: list[SyncState] = []
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.changes = 0
        self.keeper = CentralKeeper(self.gate.state, self._events.put, threading.Event())
        self._before: Any = None

    # What is done to it

    def follow(self, urls: Sequence[str] = (), *, usb: str = "", **more: Any) -> None:
        """Have the gate follow its server, or these."""
        config = read_config(self.gate.config)
        source = config.sources.central
        assert source is not None
        source = replace(source, **{"url": tuple(urls or [self.server.base]), "every": EVERY, **more})
        self.keeper.follow(replace(config, sources=replace(config.sources, central=source, usb=usb)))

    @property
    def metadata(self) -> Path:
        """Where the gate keeps what it has verified."""
        return self.gate.state / "trust" / sha256(self.tree.root).hexdigest()[:16]

    def attacker(self, *holds: str) -> Attacker:
        """Somebody who holds these keys."""
        return Attacker(self.tree, self.folder / "attacker", holds)

    def lay_over(self, folder: Path) -> None:
        """From now on, what lies in `folder` comes instead of what the province published."""
        self.over.insert(0, folder)

    def put_over(self, path: str, data: bytes) -> None:
        """Another file in the place of this one."""
        place = self.folder / "over" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        if place.parents[path.count("/")] not in self.over:
            self.lay_over(self.folder / "over")

    # What must hold

    def remember(self) -> None:
        """What is on the wall and in force now must stay so."""
        self._before = self._seen()

    def holds(self, state: str = GOOD, reason: str = "") -> SyncState:
        """The gate has met the attack, says `state` and why, and nothing has changed."""
        self.looked()
        found = self.wait(lambda found: found.state == state and re.search(reason, found.reason))
        self.unchanged()
        return found

    def holds_fetching(self, reason: str) -> None:
        """The release is on its way, and what keeps it away is said; nothing has changed."""
        self.wait(lambda found: re.search(reason, found.fetching))
        assert self.state.state == GOOD
        assert self.state.awaited is not None
        self.unchanged()

    def unchanged(self) -> None:
        """Wall and state are as they were: one attack more was held off."""
        assert self._seen() == self._before
        self.held += 1

    def eased(self) -> None:
        """The attack is over, and the gate finds the server good again."""
        self.twists.clear()
        self.over.clear()
        self.wait(lambda found: found.state == GOOD)

    def relieved(self, files: dict[str, bytes] = SECOND, title: str = "Hai", *, stolen: bool = False) -> None:
        """The attack is over and both agencies have signed something else: it comes, and nobody did anything at the
        gate. `stolen`: the server has another key first."""
        self.twists.clear()
        self.over.clear()
        if stolen:
            self.tree.exchange(ONLINE, SNAPSHOT, TIMESTAMP)
        self.tree.release(files)
        self.tree.publish()
        self.arrives(title)

    def arrives(self, title: str) -> None:
        """The release that the province has signed last comes into force."""
        version = self.tree.signed[gate_role(GATE)].version
        self.wait(lambda found: found.state == GOOD and found.release is not None and found.release.version == version)
        assert self.titles() == [title]

    def looked(self) -> None:
        """It has looked at the server, from beginning to end, since now."""
        before = self._looks()
        self.wait(lambda _state: self._looks() >= before + 2)

    def wait(self, condition: Callable[[SyncState], object], seconds: float = 60) -> SyncState:
        """Hear events until `condition` holds of the state."""
        end = time.monotonic() + seconds
        while not condition(self.state):
            assert time.monotonic() < end, f"it did not come to that; the last state was {self.state}"
            try:
                event = self._events.get(timeout=0.05)
            except queue.Empty:
                continue
            if isinstance(event, SyncNews):
                self.state = event.sync
                self.states.append(event.sync)
            self.changes += isinstance(event, Changed)
        return self.state

    def titles(self) -> list[str]:
        return self.gate.titles()

    def _looks(self) -> int:
        return sum(1 for path, _headers in self.server.asked if re.search(r"\d+\.root\.json", path))

    def _seen(self) -> Any:
        show = self.gate.show()
        return encode(show.playlists), (self.gate.state / "central/active.json").read_bytes()

    def _answer(self, request: Request) -> None:
        path = request.path.lstrip("/")
        for pattern, behave in self.twists.items():
            if re.search(pattern, path):
                behave(request)
                return
        for folder in (*self.over, self.tree.path):
            if (folder / path).is_file():
                self._send(request, (folder / path).read_bytes())
                return
        request.answer(b"", 404)

    def _send(self, request: Request, data: bytes) -> None:
        begin = int(request.headers.get("Range", "bytes=0-")[6:-1])
        part = {"Content_Range": f"bytes {begin}-{len(data) - 1}/{len(data)}"} if begin else {}
        self.sent += len(data) - begin
        request.answer(data[begin:], 206 if begin else 200, **part)


@contextmanager
def siege(folder: Path, monkeypatch: pytest.MonkeyPatch, secured: Any = None, **more: Any) -> Iterator[Siege]:
    """A gate that plays what was signed, at a server that is honest yet; an hour passes there in seconds."""

    def link(source: CentralSource) -> Link:
        return Link(source.ca, source.proxy, connect=2, read=0.6, whole=3, floor=Floor(1000, 0.4))

    monkeypatch.setattr(syncing, "PATIENCE", Patience(0.05, 0.1))
    monkeypatch.setattr(supply, "_link", link)
    monkeypatch.setattr(supply, "Downloads", partial(Downloads, patience=QUICK))
    found = Siege(folder, secured)
    with found.server:
        found.keeper.start()
        try:
            found.follow(**more)
            found.arrives("Một")
            found.remember()
            yield found
        finally:
            found.keeper.stop()
            found.keeper._thread.join(10)
            found.gate.close()


def blob_of(data: bytes) -> str:
    """The path of a file."""
    return f"blob/{sha256(data).hexdigest()}"
