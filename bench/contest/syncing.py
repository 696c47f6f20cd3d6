"""The signed central server: the first sync beside the usual tools, a look when nothing has changed, one new file."""

import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.contest.rows import CHEAPEST, OURS, Bound, Row, Settings, missing
from bench.sync import BYTES, FILES, Contest, Run, commands, make_tree
from bench.sync import OURS as FETCHER
from bench.unchanged import CHANGED, Counted, files_of
from bench.wire import Wire
from player.trust.http import HttpOrigin
from tests.agent.province import Gate, Hands
from tests.trust.tree import Tree

LOOKS = 20
RSYNC = "rsync"
DUTIFUL = "curl, same duties"
SECTION = "Sync"


def rows(settings: Settings) -> Iterator[Row]:
    files, size = int(settings.scaled(FILES, 60)), int(settings.scaled(BYTES, 60_000_000))
    # The workers of an nginx that root has started are nobody.
    for folder in (settings.folder, settings.folder.parent):
        folder.chmod(0o755)
    yield from _first(settings, files, size)
    yield from _later(settings, files, size)


def _first(settings: Settings, files: int, size: int) -> Iterator[Row]:
    """By turns; whoever comes next begins with an empty folder and a disk that rests."""
    folder = settings.folder / "first"
    folder.mkdir()
    wanted = make_tree(folder / "tree", files, size)
    found: dict[str, list[Run]] = {}
    with ExitStack() as stack:
        contest = Contest(folder, folder / "tree", wanted, stack)
        for number in range(settings.runs):
            names = list(contest.fetchers)
            for name in (*names[number % len(names) :], *names[: number % len(names)]):
                goal = folder / "goal"
                goal.mkdir()
                os.sync()
                found.setdefault(OURS if name == FETCHER else name, []).append(contest.fetchers[name](goal))
                shutil.rmtree(goal)
        absent = missing(contest.absent)
    found = {OURS: found.pop(OURS), **found}
    shutil.rmtree(folder / "tree")
    title = f"first sync of {files} files, {size / 1e6:.0f} MB, to the disk of this machine"
    why = "Ours checks every SHA-256 and waits until each file is on the disk. Next: one fsync for several small files."
    for unit, what in (("s", "wall"), ("CPU s", "cpu")):
        values = {name: [getattr(run, what) for run in runs] for name, runs in found.items()}
        bounds = (Bound(1.0, DUTIFUL),) if DUTIFUL in values else ()
        yield Row(SECTION, title, unit, values, bounds, absent, why)


@dataclass
class _Seen:
    """Of every look: bytes both ways, and seconds of processor time."""

    sent: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def _later(settings: Settings, files: int, size: int) -> Iterator[Row]:
    """A gate that has everything, and rsync of the same files, each through a counter of bytes."""
    chance = random.Random(7)
    folder = settings.folder / "later"
    folder.mkdir()
    quiet, changed = {OURS: _Seen()}, {OURS: _Seen()}
    with ExitStack() as stack:
        tree = Tree(folder / "tree", now=datetime.now(UTC))
        media = files_of(files, size, chance)
        tree.release(media)
        tree.publish()
        contest = Contest(folder, tree.path, [], stack)
        wire = stack.enter_context(Wire(contest.port))
        gate = Gate(folder / "gate", tree, Hands(datetime.now(UTC)))
        stack.callback(gate.close)
        origin = stack.enter_context(closing(HttpOrigin([f"http://127.0.0.1:{wire.port}"])))
        counted = Counted(gate, origin, wire)
        counted.sync()
        rsync = _rsync(contest, folder / "copy", stack)
        if rsync:
            rsync()
            quiet[RSYNC], changed[RSYNC] = _Seen(), _Seen()
        for _run in range(settings.runs):
            time.sleep(2.1)  # until servers can tell a change by the second
            counted.sync()
            _note(quiet[OURS], lambda: _cpu(counted, LOOKS), LOOKS)
            media |= {"media/anh-007.jpg": chance.randbytes(CHANGED)}
            tree.release(media)
            tree.publish()
            _note(changed[OURS], lambda: _cpu(counted, 1))
            if rsync:
                _note(changed[RSYNC], rsync)
                _note(quiet[RSYNC], rsync)
    less = "Beside the file itself come its list, the role that signs it, the snapshot and the timestamp."
    about = f"{files} files of {size / 1e6:.0f} MB"
    for title, seen, why in (
        ("a look when nothing has changed", quiet, ""),
        ("one file of 2 MB changed", changed, less),
    ):
        cheapest = (Bound(1.0, CHEAPEST),) if len(seen) > 1 else ()
        sent = {name: [value / 1000 for value in one.sent] for name, one in seen.items()}
        yield Row(SECTION, f"{title}, {about}", "kB", sent, cheapest, why=why)
        cpu = {name: [1000 * value for value in one.cpu] for name, one in seen.items()}
        more = "ours with the counter of bytes, which is in the same process"
        yield Row(SECTION, f"{title}, {about}", "CPU ms", cpu, cheapest, more, why)


def _note(seen: _Seen, look: Callable[[], tuple[float, float]], times: int = 1) -> None:
    sent, cpu = look()
    seen.sent.append(sent / times)
    seen.cpu.append(cpu / times)


def _cpu(counted: Counted, times: int) -> tuple[float, float]:
    began, sent = time.process_time(), 0
    for _look in range(times):
        sent += sum(counted.sync())
    return sent, time.process_time() - began


def _rsync(contest: Contest, copy: Path, stack: ExitStack) -> Callable[[], tuple[float, float]] | None:
    """Copies the files as rsync's daemon serves them; bytes and seconds of processor time."""
    if not contest.rsync_port:
        return None
    wire = stack.enter_context(Wire(contest.rsync_port))

    def copied() -> tuple[float, float]:
        before = wire.up + wire.down
        # Its own rolling check would be no saving here: files are named by what they hold.
        run = commands(["rsync", "-a", "--delete", f"rsync://127.0.0.1:{wire.port}/tree/blob/", f"{copy}/"])
        return wire.up + wire.down - before, run.cpu

    return copied
