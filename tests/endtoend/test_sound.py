"""Sound in step with the picture: beeps that begin with white frames."""

import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from player.core.loudness import Loudness, VolumeTime
from player.core.model import Window
from player.library import wallsettings
from tests.endtoend.barcode import Code
from tests.endtoend.daemon import Daemon, environment
from tests.endtoend.films import beeps_in, make_film
from tests.endtoend.recorder import Recorder, look
from tests.endtoend.shows import ShowFolder
from tests.endtoend.turns import of_the_show, turns
from tests.endtoend.xserver import XServer

FPS, FRAMES = 30, 240
BEEPS = frozenset(range(10, FRAMES, 30))
EARLIEST, LATEST = -0.045, 0.125
"""Sound before and after its picture, in seconds, that nobody notices (ITU-R BT.1359)."""

FRAME_BYTES = 4
"""Two channels of 16 bits."""


class _Growth(threading.Thread):
    """Notes when a file grows: what SDL's "disk" driver has written up to then is what would have been heard."""

    def __init__(self, path: Path) -> None:
        super().__init__(name="growth")
        self._path = path
        self._over = threading.Event()
        self.times: list[float] = []
        self.starts: list[int] = []
        """Bytes that were there before each growth."""

    def run(self) -> None:
        size = 0
        while not self._over.wait(0.002):
            now_size = self._path.stat().st_size if self._path.exists() else 0
            if now_size > size:
                self.times.append(time.monotonic())
                self.starts.append(size)
                size = now_size

    def stop(self) -> None:
        self._over.set()
        self.join(10)

    def heard(self, position: int) -> float:
        """When the byte at `position` was played, in seconds of the monotonic clock."""
        return float(np.interp(position, self.starts, self.times))


def test_beeps_come_with_their_flashes(screen: XServer, show: ShowFolder, tmp_path: Path) -> None:
    make_film(show.media / "beeps.mp4", 4, FRAMES, FPS, beeps=BEEPS)
    show.write_playlist("main", [{"video": "media/beeps.mp4", "sound": "on"}])
    disk = tmp_path / "heard.raw"
    growth = _Growth(disk)
    growth.start()
    try:
        with Recorder(screen, tmp_path / "seen") as recorder:
            env = {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(disk)}
            with Daemon(show, screen.display, env=env) as daemon:
                daemon.wait_for(lambda: look(screen).top, "film")
                daemon.play(14)
                ended = look(screen).at
                daemon.stop()
    finally:
        growth.stop()
    flashes = np.array(
        [
            at / 1e9
            for turn in turns(of_the_show(recorder.recording.readings(), ended))
            for at, number in turn.seen
            if number in BEEPS
        ]
    )
    samples = np.fromfile(disk, np.int16)
    beeps = [growth.heard(start * FRAME_BYTES) for start in beeps_in(samples[::2])]
    # Before the first flash that was recorded, and after the last, there may be beeps whose flash was not.
    beeps = [beep for beep in beeps if flashes[0] - 0.4 < beep < flashes[-1] + 0.4]
    offsets = [beep - float(flashes[np.abs(flashes - beep).argmin()]) for beep in beeps]
    print("sound after picture, in ms:", [round(offset * 1000) for offset in offsets])
    assert len(beeps) >= 10
    # A machine that is busy with other things may delay a flash or a beep now and then; sound that is out of step, or
    # drifts, is out of step for good.
    assert sum(EARLIEST <= offset <= LATEST for offset in offsets) >= 0.75 * len(offsets)
    assert all(abs(offset) < 0.4 for offset in offsets)


def test_the_volume_follows_in_mid_film_without_a_click(screen: XServer, show: ShowFolder, tmp_path: Path) -> None:
    # Beep on beep is one note, for a minute.
    make_film(show.media / "note.mp4", 4, 600, 10, (160, 90), beeps=frozenset(range(600)))
    show.write_playlist("main", [{"video": "media/note.mp4", "sound": "on", "for": "10m"}])
    disk = tmp_path / "heard.raw"

    def peaks() -> NDArray[np.float64]:
        """How loud each hundredth of a second was."""
        samples = np.fromfile(disk, np.int16)[::2] if disk.exists() else np.zeros(0, np.int16)
        loudest = np.abs(samples[: len(samples) // 480 * 480].astype(np.float64).reshape(-1, 480)).max(axis=1)
        return np.asarray(loudest / 32768, np.float64)

    def settled(least: float, most: float) -> bool:
        """Whether the last half of a second was as loud as that."""
        last = peaks()[-50:]
        return len(last) == 50 and last.min() > least and last.max() < most

    command = [sys.executable, "-m", "player", "agent", "--once", "--config", str(show.config)]
    subprocess.run(command, env=environment(None), check=True, stderr=subprocess.DEVNULL)
    settings = wallsettings.read(show.state)
    assert settings is not None
    env = {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(disk)}
    with Daemon(show, screen.display, verb="wall", env=env) as daemon:
        # Far from where the film begins anew.
        daemon.wait_for(lambda: 0 < _position(show) % 60 < 50 and settled(0.6, 0.8), "full volume", 60)
        loud = len(peaks())
        night = VolumeTime((Window(),), 0.2)
        wallsettings.write(show.state, replace(settings, sound=Loudness(1.0, (night,))))
        daemon.wait_for(lambda: settled(0.1, 0.2), "low volume")
        daemon.wait_for(lambda: show.wall_says("sound", "volume") == 0.2, "word of it", 10)
        daemon.stop()
    falling = peaks()[loud - 50 :]
    falling = falling[: int(np.argmax(falling < 0.2))]
    # Where sound began anew there would be silence, or a jump.
    assert len(falling) > 50
    assert np.abs(np.diff(falling)).max() < 0.1


def _position(show: ShowFolder) -> float:
    """How far the item on the wall is, in seconds, as the wall says."""
    said = show.wall_says()
    now = said["zones"][0]["now"] if said.get("zones") else None
    if not now:
        return 0
    at, start = (datetime.fromisoformat(text) for text in (said["at"], now["start"]))
    return float((at - start).total_seconds() + now["offset"])


def test_no_sound_card_costs_no_picture(screen: XServer, show: ShowFolder) -> None:
    make_film(show.media / "beeps.mp4", 4, FRAMES, FPS, beeps=BEEPS)
    show.write_playlist("main", [{"video": "media/beeps.mp4", "sound": "on"}])
    with Daemon(show, screen.display, env={"SDL_AUDIODRIVER": "alsa"}) as daemon:
        seen: set[Code | None] = set()

        def _moves() -> bool:
            seen.add(look(screen).top)
            return len(seen) > 30

        daemon.wait_for(_moves, "film that moves")
        daemon.wait_for(lambda: "sound" in daemon.log, "word about the sound")
