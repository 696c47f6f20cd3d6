"""What systemd hears of the wall: nothing but of frames that were really presented, and moved where they should."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from player.agent import assemble
from player.core.geometry import Rect
from player.core.model import Banner, Film, Item, Level, Zone
from player.core.units import Span, seconds
from player.wall.heartbeat import STILL, UNLIT, Heartbeat
from player.wall.stage import Stage
from tests.endtoend.shows import ShowFolder, write_show
from tests.wall.studio import Studio
from tests.wall.test_stage import MAIN, MONDAY, RED, TICKER, after, item, playlist, show, stage_of

ALLOWED = seconds(20)
PATIENCE = 20.0


class Heard:
    """A heartbeat, and what systemd heard of it."""

    def __init__(self, allowed: Span = ALLOWED) -> None:
        self.said: list[str] = []
        self.heart = Heartbeat(self.said.append, allowed, Span(0))

    def beat(self, now: float, *, lit: bool = True, moving: bool = False, tries: int = 0) -> list[str]:
        """What a beat says."""
        before = len(self.said)
        self.heart.beat(seconds(now), lit=lit, moving=moving, tries=tries)
        return self.said[before:]


def test_a_frame_that_was_presented_counts_once() -> None:
    heard = Heard()
    assert heard.beat(0, lit=False) == []
    heard.heart.presented(seconds(1), moved=True)
    assert heard.beat(1.1) == ["READY=1", "WATCHDOG=1"]
    assert heard.beat(1.2) == [], "the loop goes round, but nothing was presented"
    heard.heart.presented(seconds(2), moved=True)
    assert heard.beat(2.1) == ["WATCHDOG=1"]


def test_a_still_picture_is_healthy_for_an_hour() -> None:
    heard, last, longest = Heard(), 0.0, 0.0
    heard.heart.presented(seconds(0), moved=True)
    for quarter in range(4 * 3600):
        now = quarter / 4
        if heard.heart.wants_frame(seconds(now)):
            heard.heart.presented(seconds(now), moved=False)
        if heard.beat(now):
            longest, last = max(longest, now - last), now
    assert longest <= 6, "it is presented again a few times in what systemd allows"
    assert last > 3590


def test_a_picture_that_should_move_and_does_not_is_not_healthy() -> None:
    heard = Heard()
    still = STILL // seconds(1)
    for second in range(still + 1):
        heard.heart.presented(seconds(second), moved=False)
        assert "WATCHDOG=1" in heard.beat(second, moving=True)
    heard.heart.presented(seconds(still + 1), moved=False)
    assert heard.beat(still + 1, moving=True) == []
    heard.heart.presented(seconds(still + 2), moved=True)
    assert heard.beat(still + 2, moving=True) == ["WATCHDOG=1"]


def test_a_stage_that_tries_again_and_again_is_alive() -> None:
    heard = Heard()
    for second in range(200):
        heard.heart.presented(seconds(second), moved=False)
        assert "WATCHDOG=1" in heard.beat(second, moving=True, tries=second // 10)


def test_a_wall_without_even_a_slate_is_not_started_again_for_ever() -> None:
    heard = Heard()
    assert heard.beat(1, lit=False) == []
    assert heard.beat(UNLIT / seconds(1) + 1, lit=False) == ["READY=1"]


def test_without_a_watchdog_no_frame_is_presented_for_its_sake() -> None:
    heard = Heard(Span(0))
    heard.heart.presented(seconds(0), moved=True)
    assert heard.beat(100) == ["READY=1"]
    assert not heard.heart.wants_frame(seconds(1000))


def test_a_title_cannot_say_anything_else_to_systemd() -> None:
    heard = Heard()
    heard.heart.status("show 3: main: a\nWATCHDOG=1\r\x00\x1b[31m" + "ạ" * 1000)
    assert len(heard.said) == 1
    assert heard.said[0].startswith("STATUS=show 3: main: a WATCHDOG=1")
    assert heard.said[0].isprintable()
    assert len(heard.said[0]) < 600


BANNER = Item("banner", "#0000FF", Banner("chào", width=40, height=2, step=2), seconds(10))
FILM = Item("film", "#00FF00", Film("1" * 64, natural=seconds(10)), seconds(10))


def moving(*playlists: object, zones: tuple[Zone, ...] = (MAIN, TICKER), at_once: bool = True) -> bool:
    stage = stage_of(show(*playlists, zones=zones), Studio(at_once))  # type: ignore[arg-type]
    stage.tick(MONDAY)
    stage.tick(after(1))
    assert stage.lit is at_once
    return stage.moving(after(1))


def test_what_the_plan_says_to_move() -> None:
    assert not moving(playlist("a", item(RED)))
    assert moving(playlist("a", FILM))
    assert moving(playlist("a", item(RED)), playlist("b", BANNER, zone="ticker"))
    assert moving(playlist("a", FILM), at_once=False), "a film that does not come is to move"


def test_what_lies_behind_an_alert_may_move_or_not() -> None:
    screen = Zone("screen", Rect(0, 0, 16, 10), hide_when_empty=True)
    alert = playlist("b", item(RED), zone="screen", level=Level.EMERGENCY)
    assert not moving(playlist("a", FILM), alert, zones=(MAIN, screen))


def test_outside_the_opening_hours_nothing_has_to_move() -> None:
    stage = Stage(show(playlist("a", FILM), hours=()), lambda *_: Studio(), lambda _zone: None)  # type: ignore[arg-type]
    assert not stage.moving(MONDAY), "before the first plan"


class Systemd:
    """A notification socket, and a wall that knows it: `python CODE` that runs the program."""

    def __init__(self, gate: ShowFolder, code: str = "", allowed: float = 0.8) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(gate.path / "notify"))
        self.log = gate.path / "log"
        program = f"import sys\n{code}\nfrom player.cli import main\nsys.exit(main(sys.argv[1:]))"
        ours = {"NOTIFY_SOCKET": str(gate.path / "notify"), "WATCHDOG_USEC": str(int(allowed * 1e6))}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", program, "wall", "--config", str(gate.config)],
                stderr=log,
                env=os.environ | {"RUNTIME_DIRECTORY": "", "SDL_AUDIODRIVER": "dummy"} | ours,
            )
        self.allowed = allowed

    def hear(self, patience: float) -> str:
        """The next message; empty when there is none for so long."""
        self.socket.settimeout(patience)
        try:
            return self.socket.recv(4096).decode()
        except TimeoutError:
            return ""

    def until(self, wanted: Callable[[str], bool]) -> list[str]:
        heard: list[str] = []
        end = time.monotonic() + PATIENCE
        while not (heard and wanted(heard[-1])):
            assert time.monotonic() < end, (heard, self.log.read_text())
            if said := self.hear(0.5):
                heard.append(said)
        return heard

    def beats(self, count: int) -> None:
        """That many in a row, none later than is allowed, but for a machine that is busy."""
        for _ in range(count):
            self.until("WATCHDOG=1".__eq__)

    def falls_silent(self) -> bool:
        """Whether it says nothing any more for twice the time that is allowed; what was said before is passed over."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if not self.hear(2 * self.allowed):
                return True
        return False


@contextlib.contextmanager
def started(gate: ShowFolder, code: str = "") -> Iterator[Systemd]:
    systemd = Systemd(gate, code)
    try:
        yield systemd
    finally:
        systemd.process.kill()
        systemd.process.wait()
        systemd.socket.close()


@pytest.fixture
def gate(tmp_path: Path) -> ShowFolder:
    gate = write_show(tmp_path, canvas=(160, 90), display={"canvas": "160x90", "output": "offscreen", "fps": 60})
    Image.new("RGB", (160, 90), "teal").save(gate.media / "Ruộng bậc thang.png")
    gate.write_playlist("a", [{"image": "media/Ruộng bậc thang.png", "for": "1h"}])
    return gate


def test_a_wall_with_a_still_picture_goes_on_saying_that_it_lives(gate: ShowFolder) -> None:
    assert assemble.once(gate.config) == 0
    with started(gate) as systemd:
        heard = systemd.until("WATCHDOG=1".__eq__) + systemd.until("WATCHDOG=1".__eq__)
        assert heard.count("READY=1") == 1
        assert "STATUS=show 1: main: media/Ruộng bậc thang.png" in heard
        systemd.beats(5)
        systemd.process.send_signal(signal.SIGTERM)
        systemd.until("STOPPING=1".__eq__)
        assert systemd.process.wait(PATIENCE) == 0


def test_without_any_show_the_slate_is_a_start_too(gate: ShowFolder) -> None:
    with started(gate) as systemd:
        assert "READY=1" in systemd.until("WATCHDOG=1".__eq__)


def test_in_the_dark_it_lives(gate: ShowFolder) -> None:
    later = datetime.now(UTC) + timedelta(hours=7 + 3)
    window = f"{later:%H}:00-{later:%H}:30"
    text = gate.config.read_text() + f'hours: [{{days: mon-sun, time: "{window}"}}]\n'
    gate.config.write_text(text)
    assert assemble.once(gate.config) == 0
    with started(gate) as systemd:
        systemd.until(lambda said: "lights out" in said)
        systemd.beats(5)


def test_a_wall_that_was_stopped_is_silent_and_can_be_ended_and_says_where_it_hung(gate: ShowFolder) -> None:
    assert assemble.once(gate.config) == 0
    with started(gate) as systemd:
        systemd.beats(2)
        systemd.process.send_signal(signal.SIGSTOP)
        assert systemd.falls_silent()
        # As systemd does: WatchdogSignal=, then SIGCONT.
        systemd.process.send_signal(signal.SIGHUP)
        systemd.process.send_signal(signal.SIGCONT)
        assert systemd.process.wait(PATIENCE) == -signal.SIGHUP
        assert "in play" in systemd.log.read_text()


HANGS = """
import os, time
from player.wall.screen import Screen
present = Screen.present
def hang(self, damage):
    while os.path.exists(HANG):
        time.sleep(3600)
    present(self, damage)
Screen.present = hang
"""


def test_a_display_that_hangs_is_noticed(gate: ShowFolder) -> None:
    assert assemble.once(gate.config) == 0
    flag = gate.path / "hang"
    with started(gate, f"HANG = {str(flag)!r}\n{HANGS}") as systemd:
        systemd.beats(2)
        flag.touch()
        assert systemd.falls_silent()
        systemd.process.send_signal(signal.SIGHUP)
        assert systemd.process.wait(PATIENCE) == -signal.SIGHUP
        assert "in hang" in systemd.log.read_text()
