"""A blackout on a real screen, of a film with sound: black, silent, through a kill and a reboot, and on in mid-film."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from tests.endtoend.daemon import Daemon, environment
from tests.endtoend.films import make_film
from tests.endtoend.recorder import ROOT, Recorder, look
from tests.endtoend.shows import ShowFolder
from tests.endtoend.turns import Turn, of_the_show, turns
from tests.endtoend.xserver import XServer

FILM, FPS, FRAMES = 5, 30, 600
BEEPS = frozenset(range(0, FRAMES, 10))
AT_MOST = 1.0
"""Seconds until all is black, on a machine that is busy with other things; it is a quarter of one on its own."""

SETTLED = 0.3
"""Seconds after that in which what was handed to the sound card is played."""

FRAME_BYTES = 4


def gateplayer(show: ShowFolder, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "player", *arguments, "--config", str(show.config)]
    return subprocess.run(command, cwd=ROOT, env=environment(None), capture_output=True, text=True, check=False)


def is_black(screen: XServer) -> bool:
    return not screen.framebuffer.pixels.any()


def in_step(show: ShowFolder) -> bool:
    """Whether a film is on that has caught up with the time that it took to open."""
    return bool((show.wall_says("film", "shown") or 0) > FPS)


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_black_and_silent_at_once_through_a_kill_and_a_reboot_and_on_in_mid_film(
    screen: XServer, show: ShowFolder, tmp_path: Path
) -> None:
    make_film(show.media / "film.mp4", FILM, FRAMES, FPS, beeps=BEEPS)
    show.write_playlist("main", [{"video": "media/film.mp4", "sound": "on"}])
    heard, switch = tmp_path / "heard.raw", show.state / "run/blackout"
    env = {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(heard)}
    with Recorder(screen, tmp_path / "seen") as recorder, Daemon(show, screen.display, env=env) as daemon:
        daemon.wait_for(lambda: in_step(show), "film")
        daemon.wait_for(lambda: heard.exists() and np.fromfile(heard, np.int16)[-20_000:].any(), "sound")
        switched = time.monotonic_ns()
        switch.touch()
        daemon.wait_for(lambda: is_black(screen), "black", 5)
        black = time.monotonic_ns()
        daemon.play(SETTLED)
        silent = heard.stat().st_size // FRAME_BYTES * FRAME_BYTES
        wall = daemon.part("wall").pid
        used = cpu_seconds(wall)
        daemon.play(1.5)
        used = (cpu_seconds(wall) - used) / 1.5
        after = np.fromfile(heard, np.int16, offset=silent)
        assert len(after) > 20_000
        assert not after.any()
        assert is_black(screen)
        assert daemon.decoders() == []
        daemon.wait_for((show.state / "blackout").exists, "switch that lasts")
        # The wall is killed, and the run folder emptied as by a reboot.
        os.kill(wall, signal.SIGKILL)
        switch.unlink()
        daemon.wait_for(lambda: show.wall_says("pid") not in (None, wall), "another wall")
        assert show.wall_says("blackout", "lasting") is True
        daemon.play(1)
        ended = look(screen).at
        status = gateplayer(show, "status").stdout.splitlines()
        assert "blackout" in status[0]
        done = gateplayer(show, "blackout", "off")
        assert done.returncode == 0, done.stdout + done.stderr
        daemon.wait_for(lambda: in_step(show), "film again", 15)
        daemon.stop()
    recording = recorder.recording
    assert (black - switched) / 1e9 < AT_MOST
    seen = (recording.times > black) & (recording.times < ended)
    assert not recording.values[seen].any()
    readings = of_the_show(recording.readings(), recording.ended)
    before = turns([one for one in readings if one.at < switched])[-1]
    later = turns([one for one in readings if one.at > ended])[0]
    whole = FRAMES / FPS
    assert (_begun(later) - _begun(before) + whole / 2) % whole - whole / 2 == pytest.approx(0, abs=0.2)
    print(f"black after {(black - switched) / 1e6:.0f} ms; then {100 * used:.1f} % of a core")
    assert used < 0.2


def _begun(turn: Turn) -> float:
    """When the film began, by its last frames: by then it has caught up."""
    return median(at / 1e9 - number / FPS for at, number in turn.seen[-15:])
