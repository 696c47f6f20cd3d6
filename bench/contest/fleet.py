"""A thousand gates that follow one nginx, as docs/server sets it up: what they cost it, and when the last has the news.

The gates are one process (`gates`), which asks what a gate asks. That this is so is looked up each time in the log of
the server: a real gate looks first, before and after a release, and one of these must have asked the same.
"""

import asyncio
import hashlib
import os
import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.contest.cost import processor_seconds
from bench.contest.gates import ROOT, STAMP, Counts, SimulatedGate
from bench.contest.rows import OURS, Bound, Row, Settings
from bench.sync import running
from bench.unchanged import Counted
from bench.wire import Wire
from player import __version__
from player.trust import manifest
from player.trust.http import HttpOrigin
from player.trust.manifest import Entry
from player.trust.names import SNAPSHOT, blob_path, gate_role, gate_target, target_path
from tests.agent.province import Gate, Hands, playlist
from tests.publish.nginx import PROGRAM, adapted
from tests.publish.serving import Site, free_port
from tests.trust.tree import Tree

GATES = 1000
EVERY = 30.0
"""Seconds between a gate's looks, as is usual; up to a tenth less, by chance."""

SETTLED = 2.1
"""Seconds until a file's entity tag says which it is."""

AGENT, _SIMULATED = f"Gateplayer/{__version__}", "Simulated"
NAMES = [f"gate-{number:04}" for number in range(GATES)]
_ACCESS = "    access_log {folder}/access.log short buffer=32k flush=10s;\n"
_ASKED = """
    log_format asked '$http_user_agent|$request|$status|$http_if_none_match';
    access_log {folder}/asked asked;
"""


class Province:
    """A tree of a thousand gates in `folder`/tree. What is signed is kept back until it is released."""

    def __init__(self, folder: Path) -> None:
        self.served, self._kept_back = folder / "tree", folder / "signed"
        self.tree = Tree(self._kept_back, NAMES, datetime.now(UTC))
        self._chance = random.Random(3)
        self._files: dict[str, bytes] = {}
        self.sign()
        self.release()

    def sign(self) -> None:
        """All gates are to play another text and another picture."""
        text = playlist(f"Giới thiệu {self._chance.random():.9f}", "{image: media/a.jpg, for: 8s}")
        self._files = {"a.yaml": text, "media/a.jpg": self._chance.randbytes(200_000)}
        for name in NAMES:
            self.tree.release(self._files, name)
        self.tree.publish()

    def release(self) -> None:
        """Hand out what was signed, the timestamp last."""
        stamp = self._kept_back / STAMP[1:]
        for place in sorted(self._kept_back.rglob("*"), key=lambda one: one == stamp):
            goal = self.served / place.relative_to(self._kept_back)
            if place.is_dir():
                goal.mkdir(parents=True, exist_ok=True)
            elif place == stamp:
                os.utime(place)  # a server tells files by when they were changed
                place.replace(goal)
            elif not goal.exists():
                goal.hardlink_to(place)

    def news(self, gate: str) -> list[str]:
        """What a gate fetches after it has heard that something was released."""
        signed, role = self.tree.signed, gate_role(gate)
        (info,) = signed[role].targets.values()
        entries = [Entry(name, hashlib.sha256(data).hexdigest(), len(data)) for name, data in self._files.items()]
        _target, pages = manifest.build(gate, "", entries)
        return [
            ROOT,
            STAMP,
            f"/metadata/{signed[SNAPSHOT].version}.snapshot.json",
            f"/metadata/{signed[role].version}.{role}.json",
            f"/{target_path(gate_target(gate), info.hashes['sha256'])}",
            *(f"/{blob_path(sha)}" for sha in (*pages, *(entry.sha256 for entry in entries))),
        ]


def rows(settings: Settings) -> Iterator[Row]:
    for folder in (settings.folder, settings.folder.parent):
        folder.chmod(0o755)  # the workers of an nginx that root has started are nobody
    province = Province(settings.folder)
    _compare(settings.folder, province)
    stretch = settings.scaled(4 * EVERY, EVERY / 2)
    quiet, sent, last, busy = [], [], [], []
    for _run in range(min(settings.runs, 2)):
        province.sign()
        with _served(settings.folder, _ACCESS) as (port, server):
            found = asyncio.run(_Fleet(port, server, province).seen(stretch))
        quiet.append(100 * found.cpu / found.seconds)
        sent.append(found.sent / found.seconds / 1000)
        last.append(found.last)
        busy.append(found.cpu_of_release)
    title = f"{GATES} gates that look every {EVERY:g} s"
    more = f"{stretch:g} s; a look is {found.a_look:.0f} bytes both ways; the same requests as a real gate's"
    yield Row("Fleet", f"{title}: the server's processor time", "% of a core", {OURS: quiet}, more=more)
    yield Row("Fleet", f"{title}: what goes over the wire", "kB/s", {OURS: sent})
    size = f"a release of {found.release / GATES / 1000:.0f} kB a gate"
    why = (
        "More than the time between two looks is the server's and this process's. Next: a snapshot of one gate's role."
    )
    yield Row("Fleet", f"{size}: until the last gate has it", "s", {OURS: last}, (Bound(EVERY + 3.0),), why=why)
    yield Row("Fleet", f"{size}: the server's processor time for all gates", "CPU s", {OURS: busy})


class _Seen:
    """Of a stretch without news, then of a release."""

    seconds = cpu = last = cpu_of_release = a_look = 0.0
    sent = release = 0


class _Fleet:
    def __init__(self, port: int, server: int, province: Province) -> None:
        self._server, self._province = server, province
        self._counts = Counts()
        self._news: dict[str, list[str]] = {}
        self._gates = [SimulatedGate(name, port, AGENT, self._news.__getitem__, self._counts) for name in NAMES]
        self._chance = random.Random(5)

    async def seen(self, stretch: float) -> _Seen:
        seen, counts = _Seen(), self._counts
        for gate in self._gates:  # one after the other: they connect, and learn how it stands
            await gate.look()
        following = [
            asyncio.create_task(gate.follow(self._every, self._chance.uniform(0, EVERY))) for gate in self._gates
        ]
        began, cpu, sent, looks = time.monotonic(), self._cpu(), counts.sent + counts.got, counts.looks
        await asyncio.sleep(stretch)
        seen.seconds, seen.cpu = time.monotonic() - began, self._cpu() - cpu
        seen.sent = counts.sent + counts.got - sent
        seen.a_look = seen.sent / max(1, counts.looks - looks)
        self._news |= {name: self._province.news(name) for name in NAMES}
        began, cpu, sent = time.monotonic(), self._cpu(), counts.sent + counts.got
        self._province.release()
        while len(counts.news) < GATES and time.monotonic() < began + 10 * EVERY:
            await asyncio.sleep(0.1)
            for task in following:
                if task.done():
                    task.result()
        seen.last = max(counts.news.values()) - began if len(counts.news) == GATES else 10 * EVERY
        seen.cpu_of_release, seen.release = self._cpu() - cpu, counts.sent + counts.got - sent
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
        for gate in self._gates:
            gate.close()
        return seen

    def _every(self) -> float:
        return EVERY * self._chance.uniform(0.9, 1.0)

    def _cpu(self) -> float:
        return processor_seconds(self._server)


@contextmanager
def _served(folder: Path, log: str) -> Iterator[tuple[int, int]]:
    """The tree by nginx as docs/server sets it up, but for one worker and this log; its port and process."""
    assert PROGRAM, "nginx is not installed"
    (folder / "reports/.incoming").mkdir(parents=True, exist_ok=True)
    (folder / "report-tokens.map").touch()
    port = free_port()
    conf = adapted(folder, Site(folder, b"", ""), port)
    text = conf.read_text("utf-8")
    usual = _ACCESS.format(folder=folder)
    assert usual in text
    conf.write_text(text.replace(usual, log.format(folder=folder)), "utf-8")
    with running([PROGRAM, "-c", conf, "-e", folder / "error.log"], port) as process:
        yield port, process.pid


def _compare(folder: Path, province: Province) -> None:
    """Raises RuntimeError unless a real gate and a simulated one ask the same, and are answered the same."""
    with ExitStack() as stack:
        port, _server = stack.enter_context(_served(folder, _ASKED))
        gate = Gate(folder / "gate", province.tree, Hands(datetime.now(UTC)), NAMES[0])
        stack.callback(gate.close)
        wire = stack.enter_context(Wire(port))
        real = Counted(gate, stack.enter_context(closing(HttpOrigin([f"http://127.0.0.1:{wire.port}"]))), wire)
        time.sleep(SETTLED)
        real.sync()
        province.sign()
        asyncio.run(_look_as_well(folder / "asked", province, port, real))
        asked = [line.split("|", 1) for line in (folder / "asked").read_text("utf-8").splitlines()]
    said = {agent: [line for whose, line in asked if whose == agent] for agent, _line in asked}
    if said.keys() != {AGENT, _SIMULATED} or said[AGENT] != said[_SIMULATED]:
        raise RuntimeError(f"a simulated gate does not ask what a real one asks: {said}")


async def _look_as_well(log: Path, province: Province, port: int, real: Counted) -> None:
    """Both look when there is nothing new, and after a release; the log has that and nothing else."""
    simulated = SimulatedGate(NAMES[0], port, _SIMULATED, province.news, Counts())
    await simulated.look()
    log.write_bytes(b"")
    await simulated.look()
    real.sync()
    province.release()
    await simulated.look()
    real.sync()
    simulated.close()
