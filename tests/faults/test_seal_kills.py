"""The process that seals days is killed again and again; no record is lost, none is there twice, the chain is whole.

The long form: `./test --faults`."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from player.library.daybook import day_names
from player.library.dayfile import read_records
from player.library.dayproof import prove
from player.library.delivery import mark_delivered
from player.library.wallsettings import WallSettings, write
from player.trust.gatekey import gate_key
from tests.library.logs import Log, numbered, play
from tests.outcomes import Outcome, tell

SEALER = (sys.executable, "-m", "player.library.daysealing")
_DAY = 86_400 * 10**6
_FIRST = 1_796_000_000 * 10**6


def killed(log: Log, kills: int) -> Outcome:
    write(log.state, WallSettings(gate=log.gate, language="en"))
    chance = random.Random(6)
    records = []
    for number in range(kills):
        # There are always days that wait, so that every kill finds it at work.
        added = [play(_FIRST + (number * 4 + day) * _DAY + at * 60_000_000) for day in range(4) for at in range(40)]
        log.write(*added)
        records += added
        process = subprocess.Popen([*SEALER, str(log.state), "--deliver"], stdout=subprocess.DEVNULL)
        # It needs a while to load its engine: what is wanted is to hit it afterwards.
        while process.poll() is None and not list(log.days.glob(f".{len(day_names(log.days)) + 1:06}*")):
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.08))
        process.kill()
        process.wait()
        if chance.random() < 0.3 and (names := day_names(log.days)):
            mark_delivered(log.days, names[-1].number)
    log.seal("2040-01-01T00:00", everything=True)
    names = day_names(log.days)
    found = [record for name in names for record in read_records(log.days / name.parquet)]
    assert found == numbered(records)
    proof = prove(log.days, log.gate, {gate_key(log.state).fingerprint})
    assert (proof.findings, proof.unsealed, len(proof.chains)) == ([], [], 1)
    assert len(names) == kills * 4
    assert {path.suffix for path in log.days.iterdir()} == {".json", ".parquet", ".lock"}
    cost = f"none of {len(records)} records, the chain of {len(names)} days unbroken"
    return Outcome("power", "SIGKILL of the sealing of days", kills, None, cost)


def test_killed_a_few_times(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    tell(request, killed(Log(tmp_path / "state"), 10))


@pytest.mark.faults
def test_killed_two_hundred_times(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    tell(request, killed(Log(tmp_path / "state"), 200))
