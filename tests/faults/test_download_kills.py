"""The downloads are killed again and again: no asset is ever torn, and nothing is fetched twice but the little that was
between the network and the disk.

The long form: `./test --faults`."""

import hashlib
import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.wire import Wire
from player.library.blobs import Blobs
from tests.agent.downloading import Tree
from tests.agent.webserver import Behaviour, Request, WebServer
from tests.outcomes import Outcome, tell

LOST = 600_000
"""Bytes that a kill may cost, over two connections: what had been received and not yet written."""


def steady(tree: Tree, speed: float) -> Behaviour:
    """So many bytes a second over each connection; knows parts."""

    def behave(request: Request) -> None:
        data = tree.files[request.path.lstrip("/")]
        begin = int(request.headers.get("Range", "bytes=0-")[6:-1])
        request.send_response(206 if begin else 200)
        request.send_header("Content-Length", str(len(data) - begin))
        request.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
        request.end_headers()
        for at in range(begin, len(data), 1 << 15):
            request.wfile.write(data[at : at + (1 << 15)])
            time.sleep((1 << 15) / speed)

    return behave


class Fetcher:
    """A process that fetches all of the tree."""

    def __init__(self, tree: Tree, state: Path, url: str) -> None:
        command = [sys.executable, "-m", "tests.agent.fetcher", str(state), url]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdin
        self.process.stdin.write(json.dumps([[one.sha, one.size, one.rank] for one in tree.wanted]).encode())
        self.process.stdin.close()
        assert self.process.stdout
        assert self.process.stdout.readline() == b"begun\n"

    def end(self) -> int:
        assert self.process.stdout
        self.process.stdout.close()
        return self.process.wait(60)


def assert_nothing_torn(state: Path) -> None:
    for blob in state.glob("blobs/*/*"):
        assert hashlib.sha256(blob.read_bytes()).hexdigest() == blob.name
        assert blob.stat().st_mode & 0o777 == 0o444


def killed(tmp_path: Path, kills: int, sizes: list[int], longest: float, speed: float) -> Outcome:
    tree, chance, state = Tree(*sizes), random.Random(7), tmp_path / "state"
    with WebServer(steady(tree, speed)) as server, Wire(server.port) as wire:
        url = f"http://127.0.0.1:{wire.port}"
        for _kill in range(kills):
            fetcher = Fetcher(tree, state, url)
            time.sleep(chance.uniform(0.0, longest))
            fetcher.process.kill()
            fetcher.end()
            assert_nothing_torn(state)
        server.behave(steady(tree, 1e9))
        assert Fetcher(tree, state, url).end() == 0
        overhead = 1000 * len(server.asked)
        print(f"{kills} kills: {wire.down} bytes for {sum(sizes)}")
        assert sum(sizes) <= wire.down < sum(sizes) + kills * LOST + overhead
    blobs = Blobs(state)
    assert all(blobs.verify(one.sha) for one in tree.wanted)
    assert list((state / "incoming/fetch").iterdir()) == []
    wasted = max(0, wire.down - sum(sizes) - overhead)
    cost = f"no file, {wasted // 1000} kB fetched twice of {sum(sizes) // 1000} kB"
    return Outcome("power", "SIGKILL of a download", kills, None, cost)


def test_killed_twenty_times(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    sizes = [9_000_000, 50_000, 400_000, 12_000_000, *[30_000] * 30, 5_000_000]
    tell(request, killed(tmp_path, 20, sizes, 0.35, 4e6))


@pytest.mark.faults
def test_killed_two_hundred_times(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    sizes = [60_000_000, *[80_000] * 100, 30_000_000, *[700_000] * 30, 90_000_000]
    tell(request, killed(tmp_path, 200, sizes, 0.4, 4e6))
