"""A disk on which every write takes seconds, for wall, log writer and agent: the picture does not wait for it, a new
show comes all the same, and the play log loses nothing."""

import os
from itertools import pairwise
from pathlib import Path

import pytest

from player.agent import assemble
from player.core.playlog import Ending, What
from player.core.units import seconds
from player.library.statusfiles import read_json
from tests.endtoend.recorder import ROOT
from tests.faults import logged
from tests.faults.damage import LAYOUT
from tests.faults.offscreen import COLOURS, LIMIT, Watch, no_traceback, painted, run_folder, write_gate
from tests.outcomes import Outcome, tell

SHIM = Path(__file__).with_name("slowdisk")
FRAME = seconds(1 / 30)


def slow(tmp_path: Path, delay: float, plays_for: float) -> Outcome:
    show = write_gate(tmp_path / "gate", layout=LAYOUT)
    show.write_playlist("chu", [{"banner": "Kính chào quý khách", "speed": 60}], zone="ticker")
    assert assemble.once(show.config) == 0
    env = {"SLOW_DISK": str(delay), "PYTHONPATH": os.pathsep.join([str(SHIM), str(ROOT)])}
    with Watch(show, "run", env=env) as watch:
        watch.until_right()
        watch.struck()
        watch.stays_right(plays_for)
        painted(show.media / "4.png", COLOURS[4])
        show.write_playlist("tranh", [{"image": f"media/{number}.png", "for": "1s"} for number in range(5)])
        agent = run_folder(show) / "agent.json"
        watch.until(lambda: read_json(agent).get("show") == 2, "show of the agent")
        watch.stays_right(plays_for)
        frames = watch.status["frames"]
        watch.daemon.stop(LIMIT)
    found = logged.whole(show.state)
    no_traceback(watch.daemon.log)
    plays = [record for record in found if record.what is What.PLAY and record.zone == "main"]
    assert all(abs(one.at + one.span - other.at) <= 2 * FRAME for one, other in pairwise(plays)), "none is missing"
    assert found[-1].what is What.STOP
    assert plays[-1].ending is Ending.STOPPED
    cost = f"none of {len(plays)} plays; {frames['missed']} of {frames['presented']} frames"
    return Outcome("disk", f"each write takes {delay:g} s", 1, watch.lit, cost)


def test_a_slow_disk(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    tell(request, slow(tmp_path, 0.5, 1))


@pytest.mark.faults
@pytest.mark.parametrize("delay", [1.0, 3.0])
def test_a_slower_disk(tmp_path: Path, request: pytest.FixtureRequest, delay: float) -> None:
    tell(request, slow(tmp_path, delay, 30))
