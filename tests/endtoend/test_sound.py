"""Sound in step with the picture: beeps that begin with white frames."""

import threading
import time
from pathlib import Path

import numpy as np

from tests.endtoend.barcode import Code
from tests.endtoend.daemon import Daemon
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
    offsets = [beep - float(flashes[np.abs(flashes - beep).argmin()]) for beep in beeps]
    print("sound after picture, in ms:", [round(offset * 1000) for offset in offsets])
    assert len(beeps) >= 10
    # A machine that is busy with other things may delay a flash or a beep now and then; sound that is out of step, or
    # drifts, is out of step for good.
    assert sum(EARLIEST <= offset <= LATEST for offset in offsets) >= 0.75 * len(offsets)
    assert all(abs(offset) < 0.4 for offset in offsets)


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
