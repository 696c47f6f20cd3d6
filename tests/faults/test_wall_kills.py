"""The wall is killed again and again, alone or with its log writer: no play is lost beyond the last second, none is
told twice, and every moment is accounted for."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from player.agent import assemble
from player.core.playlog import Ending, Record, What
from player.core.units import SECOND, Instant, seconds
from player.library.journal import NAME, Journal
from tests.endtoend.processes import descendants
from tests.endtoend.shows import ShowFolder, write_show
from tests.faults import logged
from tests.outcomes import Outcome, tell

LAYOUT = {
    "main": {"at": [0, 0], "size": ["100%", "80%"]},
    "ticker": {"at": [0, "80%"], "size": ["100%", "20%"]},
}
LOST = seconds(1)
FRAME = seconds(1 / 60)
READING = seconds(0.06)
"""Between a kill and the reading of the clock that goes with it, on a busy machine."""
LIMIT = 90.0


@dataclass(frozen=True)
class Kill:
    """When the wall was killed, at the latest and at the earliest."""

    before: Instant
    after: Instant


def gate(folder: Path) -> ShowFolder:
    """A gate with a show of short items, compiled."""
    show = write_show(folder, layout=LAYOUT, display={"canvas": "160x90", "output": "offscreen", "fps": 60})
    for number in range(4):
        Image.new("RGB", (160, 72), (60 * number, 80, 200)).save(show.media / f"{number}.png")
    show.write_playlist("tranh", [{"image": f"media/{number}.png", "for": "1.4s"} for number in range(4)])
    show.write_playlist("chu", [{"banner": "Kính chào quý khách", "speed": 180}], zone="ticker")
    assert assemble.once(show.config) == 0
    return show


def now() -> Instant:
    return Instant(time.time_ns() // 1000)


def wall(show: ShowFolder) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "player", "wall", "--config", str(show.config)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for_plays(show: ShowFolder, started: Instant) -> None:
    """Until it is on disk that this run shows both zones."""
    end = time.monotonic() + LIMIT
    while True:
        assert time.monotonic() < end, "the wall did not come to play"
        if (show.state / NAME).exists():
            with closing(Journal(show.state / NAME, read_only=True)) as journal:
                pulse = journal.pulse()
                if pulse is not None and pulse.at >= started and len(journal.running()) == 2:
                    return
        time.sleep(0.02)


def killed(show: ShowFolder, chance: random.Random, with_writer: bool) -> Kill:
    """Let the wall play for a moment, and kill it."""
    started = now()
    process = wall(show)
    try:
        wait_for_plays(show, started)
        time.sleep(chance.uniform(0, 2.5))
        writers = [one.pid for one in descendants(process.pid) if "player.wall.logwriter" in one.command]
        assert len(writers) == 1
        before = now()
        for pid in writers if with_writer else ():
            os.kill(pid, signal.SIGKILL)
        process.kill()
        after = now()
    finally:
        process.kill()
        process.wait()
    logged.await_writer(show.state)
    return Kill(before, after)


def sessions(records: Sequence[Record]) -> list[list[Record]]:
    """The records of each run, from its START on; those of a run that was lost follow its own."""
    found: list[list[Record]] = []
    for record in records:
        if record.what is What.START:
            found.append([])
        if record.what is not What.GAP:
            found[-1].append(record)
    return found


def check(records: list[Record], kills: Sequence[Kill]) -> float:
    """That all is told, and once; the most that a kill has cost, in seconds."""
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    runs = sessions(records)
    assert len(runs) == len(kills) + 1
    worst = 0
    for run, kill in zip(runs, kills, strict=False):
        for zone in ("main", "ticker"):
            plays = [record for record in run if record.zone == zone]
            assert plays, zone
            assert [one.ending for one in plays[:-1]] == [Ending.COMPLETED] * (len(plays) - 1)
            assert plays[-1].ending is Ending.LOST
            for one, other in pairwise(plays):
                assert abs(one.at + one.span - other.at) <= FRAME, "plays follow one another without a gap"
            ended = plays[-1].at + plays[-1].span
            assert ended <= kill.after + READING
            worst = max(worst, kill.before - ended)
    gaps = [record for record in records if record.what is What.GAP]
    assert len(gaps) == len(kills)
    starts = [run[0] for run in runs[1:]]
    for gap, start in zip(gaps, starts, strict=True):
        assert abs(gap.at + gap.span - start.at) < SECOND
    assert worst <= LOST + READING
    return worst / SECOND


def kill_often(tmp_path: Path, kills: int) -> Outcome:
    show, chance = gate(tmp_path / "gate"), random.Random(4)
    done = [killed(show, chance, with_writer=number % 3 == 2) for number in range(kills)]
    with subprocess.Popen(
        [sys.executable, "-m", "player", "wall", "--config", str(show.config), "--for", "2s"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as last:
        assert last.wait(LIMIT) == 0
    records = logged.records(show.state)
    worst = check(records, done)
    assert records[-1].what is What.STOP
    lost = f"at most {worst:.2f} s of a play, of {len(records)} records"
    return Outcome("power", "SIGKILL of the wall, every third with its log writer: the play log", kills, None, lost)


def test_killed_a_few_times(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    tell(request, kill_often(tmp_path, 6))


@pytest.mark.faults
def test_killed_a_hundred_times(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    tell(request, kill_often(tmp_path, 100))
