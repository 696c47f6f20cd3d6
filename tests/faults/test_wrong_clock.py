"""The computer's clock is wrong at the start or is set in mid-play, for the real programs: the wall shows what the plan
has for the clock that it has, the log marks it, and no length or number in it is wrong."""

import calendar
import os
import struct
import time
from itertools import pairwise
from pathlib import Path

import pytest

from player.agent import assemble
from player.core.playlog import ClockQuality, Ending, What
from player.core.units import SECOND, Instant, seconds
from player.library.daybook import day_names
from player.library.dayfile import read_records
from player.library.dayproof import prove
from player.library.daysealing import Clock, seal_days
from player.library.journal import DAYS
from player.library.statusfiles import read_json
from player.trust.gatekey import gate_key
from tests.endtoend.recorder import ROOT
from tests.endtoend.shows import ShowFolder
from tests.faults import logged
from tests.faults.offscreen import LIMIT, Watch, no_traceback, run_folder, write_gate
from tests.outcomes import Outcome, tell

Date = tuple[int, int, int]
SHIM = Path(__file__).with_name("falseclock")
DAY = 86_400.0
NEAR = 3.0
"""Seconds by which the wall's clock may be away from what was set, on a busy machine."""


class FalseClock:
    """A clock for the programs of one gate, which is moved while they run; lengths of time stay true."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "clock"
        self._path.write_bytes(bytes(8))
        self.offset = 0.0

    def set(self, offset: float) -> None:
        """This many seconds away from the true time."""
        self.offset = offset
        with self._path.open("r+b") as file:
            file.write(struct.pack("<q", round(offset * 1e9)))

    def say(self, date: Date) -> None:
        """It is about a quarter past three in the morning of that day now."""
        self.set(calendar.timegm((*date, 3, 14, 0)) - time.time())

    def now(self) -> float:
        return time.time() + self.offset

    @property
    def env(self) -> dict[str, str]:
        return {"FALSE_CLOCK": str(self._path), "PYTHONPATH": os.pathsep.join([str(SHIM), str(ROOT)])}


def follows(watch: Watch, clock: FalseClock) -> None:
    """The wall has the clock's time, and shows what belongs there."""

    def there() -> bool:
        seen = watch.look()
        return abs(seen.instant / SECOND - clock.now()) < NEAR

    watch.until(there, f"wall whose clock is {clock.offset:.0f} s off")


def check_log(show: ShowFolder, steps: int) -> int:
    """No length is wrong, no number doubled, each step is marked; the days have a whole chain. How many plays."""
    found = logged.records(show.state)
    assert [record.seq for record in found] == list(range(1, len(found) + 1))
    assert all(record.span >= 0 for record in found)
    plays = [record for record in found if record.what is What.PLAY]
    assert all(record.span <= record.length + seconds(1) for record in plays), "nothing is longer than it is"
    marked = [record for record in found if record.what is What.CLOCK]
    assert len(marked) >= steps, "each step is marked"
    assert not any(record.ending is Ending.WITHDRAWN for record in plays)
    jumps = [0, *(record.step for record in marked)]
    for one, other in pairwise(plays):
        gap = other.at - one.at - one.span
        assert any(abs(gap - step) <= seconds(0.2) for step in jumps), "plays follow one another, but for the clock"
    last = max(record.at + record.span for record in found)
    seal_days(show.state, "test-gate", Clock(Instant(last), "Asia/Ho_Chi_Minh"), everything=True)
    days = show.state / DAYS
    sealed = [record for name in day_names(days) for record in read_records(days / name.parquet)]
    assert [record.seq for record in sealed] == [record.seq for record in found]
    proof = prove(days, "test-gate", {gate_key(show.state).fingerprint})
    assert (proof.findings, proof.unsealed, len(proof.chains)) == ([], [], 1)
    return len(plays)


def agent(show: ShowFolder) -> dict[str, object]:
    return read_json(run_folder(show) / "agent.json")


def played(tmp_path: Path, begin: Date | None, offsets: list[float], fault: str) -> Outcome:
    """Start at a date, or at the true one; set the clock to each of `offsets`, the last of which is the truth."""
    show = write_gate(tmp_path / "gate")
    assert assemble.once(show.config) == 0
    clock = FalseClock(tmp_path)
    clock.say(begin) if begin else clock.set(0)
    with Watch(show, "run", env=clock.env) as watch:
        watch.until(lambda: agent(show).get("state") == "good", "show")
        follows(watch, clock)
        watch.stays_right(1)
        watch.struck()
        for offset in offsets:
            clock.set(offset)
            follows(watch, clock)
            watch.stays_right(1)
        watch.until(lambda: watch.status.get("playlog", {}).get("waiting") == 0, "log")
        assert agent(show).get("show") == 1
        watch.daemon.stop(LIMIT)
    no_traceback(watch.daemon.log)
    plays = check_log(show, len(offsets))
    if begin and begin[0] < 2000:
        first = next(record for record in logged.records(show.state) if record.what is What.PLAY)
        assert first.clock is ClockQuality.WRONG, "it is known that it cannot be 1970"
    return Outcome("clock", fault, len(offsets) + bool(begin), watch.lit, f"none of {plays} plays, the chain is whole")


def test_1970_at_the_start_and_put_right(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    tell(request, played(tmp_path, (1970, 1, 1), [0.0], "1970 at the start, put right in mid-play"))


@pytest.mark.faults
@pytest.mark.parametrize(
    ("begin", "offsets", "fault"),
    [
        ((2038, 1, 19), [14 * 365.25 * DAY, 0.0], "2038 at the start, 2040, put right"),
        (None, [DAY, 0.0, -DAY, 0.0] * 5, "a day ahead and a day back in mid-play"),
        (None, [number * 0.2 * (-1) ** number for number in range(1, 12)] + [0.0], "set again and again by a little"),
        ((1970, 1, 1), [-20 * 365.25 * DAY, 0.0], "1970 at the start, 2006, put right"),
    ],
)
def test_clocks(
    tmp_path: Path, request: pytest.FixtureRequest, begin: Date | None, offsets: list[float], fault: str
) -> None:
    tell(request, played(tmp_path, begin, offsets, fault))


@pytest.mark.faults
@pytest.mark.parametrize("drift", [500e-6, -500e-6])
def test_a_drifting_clock_that_is_stepped_back(tmp_path: Path, request: pytest.FixtureRequest, drift: float) -> None:
    """Each second it is off by as much more; every ten seconds somebody puts it right."""
    show = write_gate(tmp_path / "gate")
    assert assemble.once(show.config) == 0
    clock = FalseClock(tmp_path)
    clock.set(0)
    with Watch(show, "run", env=clock.env) as watch:
        follows(watch, clock)
        watch.struck()
        for second in range(60):
            clock.set(drift * (second % 10))
            watch.stays_right(1)
        watch.daemon.stop(LIMIT)
    no_traceback(watch.daemon.log)
    plays = check_log(show, 0)
    fault = f"drifting by {drift * 1e6:+.0f} ppm, put right every ten seconds"
    tell(request, Outcome("clock", fault, 60, watch.lit, f"none of {plays} plays, the chain is whole"))
