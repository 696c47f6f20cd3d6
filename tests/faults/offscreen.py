"""A gate whose wall plays offscreen, of pictures of one colour each, and what is seen on it.

`Watch` compares the picture that the wall leaves when it is asked for one with what the show says for the instant of
that picture. The status files lie outside the state folder, as systemd has it: that folder is what is damaged.
"""

import os
import signal
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from PIL import Image

from player.core.model import Picture, Show
from player.core.plan import Inventory, plan
from player.core.rundown import Timetable
from player.core.units import Instant
from player.library.shows import ShowStore
from player.library.statusfiles import read_json
from tests.endtoend.daemon import Daemon
from tests.endtoend.shows import Entry, ShowFolder, write_show

SIZE = (64, 36)
COLOURS = ("#C80000", "#00C800", "#0000C8", "#C8C800", "#C800C8", "#00C8C8")
NEAR = 24
"""How far a channel may be off: what a lossy picture does to a colour."""

TROUBLED = 30.0
"""Seconds after which a wall without its right picture has failed, however busy the machine is."""

CARRIED = 3.0
"""Seconds within which what was on when a new show came has ended."""

LIMIT = 60.0

Colour = tuple[int, int, int]


def rgb(colour: str) -> Colour:
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


def painted(path: Path, colour: str, size: tuple[int, int] = SIZE) -> Path:
    """A picture of one colour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)
    return path


def write_gate(folder: Path, count: int = 4, span: str = "1s", **settings: Any) -> ShowFolder:
    """A gate with one playlist of `count` pictures; nothing is compiled yet."""
    show = write_show(
        folder, canvas=SIZE, display={"canvas": "{}x{}".format(*SIZE), "output": "offscreen", "fps": 30}, **settings
    )
    items: list[Entry] = []
    for number, colour in enumerate(COLOURS[:count]):
        painted(show.media / f"{number}.png", colour)
        items.append({"image": f"media/{number}.png", "for": span})
    show.write_playlist("tranh", items)
    return show


def run_folder(show: ShowFolder) -> Path:
    """Where the programs leave their status."""
    return show.path / "run"


def played(show: ShowFolder, verb: str, *arguments: str, env: Mapping[str, str] | None = None) -> Daemon:
    """One of the programs, with its status outside the state folder."""
    run_folder(show).mkdir(exist_ok=True)
    outside = {"RUNTIME_DIRECTORY": str(run_folder(show))}
    return Daemon(show, None, *arguments, verb=verb, env={**outside, **(env or {})})


@dataclass(frozen=True)
class Seen:
    """A picture of the wall, of one colour, and the instant that it was drawn for."""

    instant: Instant
    colour: Colour


@dataclass
class Watch:
    """A wall that is looked at. A context manager: it takes the program down.

    `spoilt` are items that cannot be shown: what the plan has in their place is right then, too. `lit` is the longest
    that the wall was without its right picture, in seconds, since it was started or last `struck`.
    """

    show: ShowFolder
    verb: str = "wall"
    playing: Show | None = None
    spoilt: Collection[str] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    beyond: tuple[str, ...] = ()
    """Items of the watched folder, by their colours, that may be there, too."""
    lit: float = 0.0

    def __enter__(self) -> Self:
        for name in ("wall.json", "picture.json", "picture.png"):
            (run_folder(self.show) / name).unlink(missing_ok=True)
        self._wrong_since: float | None = time.monotonic()
        self._shows: list[tuple[float, Show]] = []
        """Those that play or have played a moment ago, and until when; 0: still."""
        self.daemon = played(self.show, self.verb, env=self.env)
        self.daemon.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.daemon.__exit__(kind, error, at)

    @property
    def status(self) -> dict[str, Any]:
        return read_json(run_folder(self.show) / "wall.json")

    def look(self) -> Seen:
        """What is on the wall now."""
        folder = run_folder(self.show)
        pid = self.daemon.wait_for(lambda: self.status.get("pid"), "status of the wall")
        before = _stamp(folder / "picture.json")
        os.kill(pid, signal.SIGUSR1)
        end = time.monotonic() + LIMIT
        while _stamp(folder / "picture.json") == before:
            assert time.monotonic() < end, f"the wall left no picture:\n{self.daemon.log_tail()}"
            time.sleep(0.01)
        instant = read_json(folder / "picture.json")["instant"]
        with Image.open(folder / "picture.png") as picture:
            colour = picture.convert("RGB").getpixel((SIZE[0] // 2, SIZE[1] // 2))
        assert isinstance(colour, tuple)
        assert isinstance(instant, int)
        return Seen(Instant(instant), (int(colour[0]), int(colour[1]), int(colour[2])))

    def is_right(self, seen: Seen) -> bool:
        """Whether that is what the show has for its instant."""
        return any(_near(seen.colour, one) for one in self.expected(seen.instant))

    def expected(self, instant: Instant) -> list[Colour]:
        """The colours that may be on at an instant."""
        found = [rgb(colour) for colour in self.beyond]
        for show in [self.playing] if self.playing else self.current():
            timetable = Timetable(show)
            for missing in (frozenset[str](), frozenset(self.spoilt)):
                cue = plan(timetable, Inventory(missing), instant).zones[0].current
                if cue is not None and cue.item is not None:
                    assert isinstance(cue.item.content, Picture)
                    found.append(colour_of(cue.item.title))
        return found

    def current(self) -> list[Show]:
        """The show that plays; and for a moment those before, whose item on the wall plays to its end."""
        stored = ShowStore(self.show.state).current()
        assert stored is not None
        clock = time.monotonic()
        if not self._shows or self._shows[-1][1] != stored.show:
            self._shows = [*[(until or clock, show) for until, show in self._shows], (0.0, stored.show)]
        self._shows = [(until, show) for until, show in self._shows if not until or clock - until < CARRIED]
        return [show for _until, show in self._shows]

    def struck(self) -> None:
        """A fault has just been made: from now on it counts how long the wall is without its right picture."""
        self._wrong_since, self.lit = None, 0.0

    def until_right(self) -> None:
        """Look until the right picture is on."""
        while not self._note(self.look()):
            pass

    def stays_right(self, seconds: float) -> None:
        """Look for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end or not self._note(self.look()):
            self._note(self.look())

    def until(self, condition: Callable[[], object], what: str, seconds: float = LIMIT) -> None:
        """Look until something has come about, and the right picture is on."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"no {what} within {seconds:g} s; the log:\n{self.daemon.log_tail()}"
            self._note(self.look())
        self.until_right()

    def _note(self, seen: Seen) -> bool:
        clock = time.monotonic()
        if self.is_right(seen):
            if self._wrong_since is not None:
                self.lit = max(self.lit, clock - self._wrong_since)
            self._wrong_since = None
            return True
        self._wrong_since = self._wrong_since or clock
        assert clock - self._wrong_since < TROUBLED, (
            f"{seen} is on the wall and not one of {self.expected(seen.instant)}; its log:\n{self.daemon.log_tail()}"
        )
        return False


def colour_of(title: str) -> Colour:
    """What the picture with this title looks like: the name of its file is a number."""
    return rgb(COLOURS[int(Path(title).stem[0])])


def _near(one: Colour, other: Colour) -> bool:
    return all(abs(a - b) <= NEAR for a, b in zip(one, other, strict=True))


def _stamp(path: Path) -> tuple[int, int]:
    """What tells a file from the one that lay there before; the instant does not: two pictures may be of one frame."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return status.st_ino, status.st_mtime_ns


def no_traceback(log: str) -> None:
    """No program may answer a fault with one."""
    assert "Traceback" not in log, log
