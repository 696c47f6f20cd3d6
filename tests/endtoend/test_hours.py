"""Opening hours on a real screen, from config.yaml to the pixels, on a clock that the test sets: black by night, and
the first frame of the day is its picture."""

import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.endtoend.daemon import Daemon, environment
from tests.endtoend.films import make_film
from tests.endtoend.recorder import Recorder
from tests.endtoend.shows import write_show
from tests.endtoend.test_blackout import cpu_seconds, is_black
from tests.endtoend.xserver import XServer
from tests.faults.test_wrong_clock import FalseClock

FILM = 9
HOURS = [{"days": "mon-fri", "time": "06:00-22:00"}, {"holiday": "quoc-khanh", "time": "07:00-09:00"}]
ORDINARY_SATURDAY = "2028-08-26 07:30:00"
INDEPENDENCE_DAY = "2028-09-02"
"""A Saturday too."""

LEAD = 2.5
"""Seconds before the opening at which the test has the clock go on."""


class GateClock(FalseClock):
    def show(self, text: str) -> None:
        """It is this time at the gate now."""
        moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
        self.set(moment.timestamp() - time.time())


def test_black_until_the_first_frame_of_a_holiday_and_from_its_end_on(screen: XServer, tmp_path: Path) -> None:
    show = write_show(tmp_path / "show", hours=HOURS)
    make_film(show.media / "film.mp4", FILM, 90, 30)
    show.write_playlist("main", [{"video": "media/film.mp4"}])
    command = [sys.executable, "-m", "player", "agent", "--once", "--config", str(show.config)]
    subprocess.run(command, env=environment(None), check=True, stderr=subprocess.DEVNULL)
    clock = GateClock(tmp_path)
    clock.show(ORDINARY_SATURDAY)
    with (
        Recorder(screen, tmp_path / "seen") as recorder,
        Daemon(show, screen.display, verb="wall", env=clock.env) as daemon,
    ):
        daemon.wait_for(lambda: show.wall_says("open") is False, "lights out")
        assert is_black(screen)
        assert daemon.decoders() == []
        clock.show(f"{INDEPENDENCE_DAY} 06:59:57.500")
        set_at = time.monotonic_ns()
        # What opens the day is prepared while it is black.
        daemon.wait_for(daemon.decoders, "decoder", 20)
        daemon.wait_for(lambda: not is_black(screen), "picture", 20)
        clock.show(f"{INDEPENDENCE_DAY} 08:59:59.500")
        daemon.wait_for(lambda: is_black(screen), "lights out again", 20)
        daemon.wait_for(lambda: not daemon.decoders(), "end of the decoders", 10)
        used, began = cpu_seconds(daemon.pid), time.monotonic()
        daemon.play(0.5)
        used = (cpu_seconds(daemon.pid) - used) / (time.monotonic() - began)
        assert is_black(screen)
    recording = recorder.recording
    lit = [one for one, value in zip(recording.readings(), recording.values, strict=True) if value.any()]
    assert lit[0].at > set_at
    after = (lit[0].at - set_at) / 1e9 - LEAD
    print(f"the first picture {after:.3f} s after the opening; then {100 * used:.1f} % of a core")
    # Never a bare zone, and never before its time.
    assert lit[0].top is not None
    assert lit[0].top.item == FILM
    assert -0.1 < after < 10
    assert used < 0.2
