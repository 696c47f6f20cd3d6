"""`gateplayer sync --once` is killed again and again: nothing is ever torn, nothing is fetched twice in full, and in
the end what was signed is in force.

The long form: `./test --faults`."""

import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from player.library.central import CentralStore
from player.trust.names import gate_role
from tests.agent.province import Gate, picture, playlist
from tests.agent.webserver import Request, WebServer
from tests.faults.besieged import FIRST, province
from tests.outcomes import Outcome, tell
from tests.trust.tree import GATE, Tree

LOST = 1_200_000
"""Bytes that a kill may cost: what four connections had received, or the server had sent ahead, and was not written."""


class Shop:
    """Serves a tree at a moderate speed, and counts the bytes of each file that have left."""

    def __init__(self, tree: Tree, speed: float) -> None:
        self.tree, self.speed = tree, speed
        self.sent: dict[str, int] = {}

    def answer(self, request: Request) -> None:
        path = request.path.lstrip("/")
        place = self.tree.path / path
        if not place.is_file():
            request.answer(b"", 404)
            return
        data = place.read_bytes()
        begin = int(request.headers.get("Range", "bytes=0-")[6:-1])
        if begin >= len(data) > 0:
            request.answer(b"", 416)
            return
        request.send_response(206 if begin else 200)
        request.send_header("Content-Length", str(len(data) - begin))
        request.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
        request.end_headers()
        for at in range(begin, len(data), 1 << 15):
            piece = data[at : at + (1 << 15)]
            request.wfile.write(piece)
            self.sent[path] = self.sent.get(path, 0) + len(piece)
            if path.startswith("blob/"):
                time.sleep(len(piece) / self.speed)


def started(gate: Gate) -> "subprocess.Popen[str]":
    """In a process group of its own, which is killed with all its helpers."""
    return subprocess.Popen(
        [sys.executable, "-m", "player", "sync", "--once", "--config", str(gate.config)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "XDG_RUNTIME_DIR": str(gate.folder)},
        start_new_session=True,
    )


def killed_after(process: "subprocess.Popen[str]", seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def nothing_torn(gate: Gate, versions: dict[str, str]) -> str:
    """The title that plays: that of a release in force, of which every file is here and whole."""
    for blob in gate.state.glob("blobs/*/*"):
        assert hashlib.sha256(blob.read_bytes()).hexdigest() == blob.name
    store = CentralStore(gate.state)
    active = store.active(GATE)
    if not active.release:
        return ""
    release = store.release(active.release)
    assert release is not None
    assert all(gate.blobs.has(sha, size) for sha, size in release.assets())
    return versions[release.sha]


def releases(chance: random.Random, count: int, size: int) -> list[dict[str, bytes]]:
    """What is signed one after the other: each has a few files more than the one before, large and small by turns, so
    that kills meet it while it fetches and when it puts in force."""
    found: list[dict[str, bytes]] = []
    files = dict(FIRST)
    for number in range(count):
        files = {name: data for name, data in files.items() if name.startswith("media/")}
        files[f"media/{number}.png"] = picture("red", (64 + number, 48))
        files[f"media/{number}.bin"] = chance.randbytes(size // 20 if number % 2 else size)
        files[f"{number}.yaml"] = playlist(f"Số {number}", f"{{image: media/{number}.png}}")
        found.append(dict(files))
    return found


def killed(tmp_path: Path, kills: int, count: int, size: int, speed: float, longest: float) -> Outcome:
    chance = random.Random(20_261_125)
    tree = province(tmp_path / "tree")
    shop = Shop(tree, speed)
    versions: dict[str, str] = {}
    played = []
    with WebServer(shop.answer) as server:
        gate = Gate(tmp_path / "gate", tree)
        gate.config.write_text(gate.config.read_text().replace("http://127.0.0.1:9", server.base))
        for number, files in enumerate(releases(chance, count, size)):
            tree.release(files)
            (info,) = tree.signed[gate_role(GATE)].targets.values()
            versions[info.hashes["sha256"]] = f"Số {number}"
            tree.publish()
            for _kill in range(kills // count):
                killed_after(started(gate), chance.uniform(0.1, longest))
                played.append(nothing_torn(gate, versions))
        shop.speed = 1e9
        process = started(gate)
        _out, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
        assert nothing_torn(gate, versions) == f"Số {count - 1}"
        assert gate.titles() == [f"Số {count - 1}"]
        gate.close()
    order = [int(re.sub(r"\D", "", title) or -1) for title in played]
    assert order == sorted(order), "never back to an older one"
    twice = {path: sent for path, sent in shop.sent.items() if path.startswith("blob/")}
    whole = {path: len(tree.files[path]) for path in twice}
    wasted = sum(sent - whole[path] for path, sent in twice.items())
    print(f"{kills} kills: {sum(twice.values())} bytes sent of {sum(whole.values())}; {sorted(set(played))}")
    assert wasted < kills * LOST
    large = [path for path in twice if whole[path] == size]
    assert large
    assert all(twice[path] < 2 * size for path in large), "none twice in full"
    assert list((gate.state / "incoming/fetch").iterdir()) == []
    cost = f"no release, {max(0, wasted) // 1000} kB fetched twice of {sum(whole.values()) // 1000} kB"
    return Outcome("power", "SIGKILL of a sync, with all its helpers", kills, None, cost)


@pytest.mark.attack
def test_killed_a_dozen_times(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    tell(request, killed(tmp_path, kills=12, count=3, size=2_500_000, speed=3e6, longest=2.0))


@pytest.mark.faults
@pytest.mark.attack
def test_killed_two_hundred_times(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    tell(request, killed(tmp_path, kills=200, count=20, size=4_000_000, speed=3e6, longest=1.5))
