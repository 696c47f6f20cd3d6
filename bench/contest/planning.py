"""What is up when, worked out; and a show of ten thousand assets that comes while a banner moves."""

import json
import random
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image

from bench.contest.films import admit
from bench.contest.rows import OURS, Bound, Row, Settings
from bench.rundown import DAYS, FIRST, show
from player.core.calendar import midnight, minute_of
from player.core.model import Item, Picture, Show
from player.core.plan import Inventory, plan
from player.core.rundown import Timetable
from player.core.units import Instant, seconds
from player.library.shows import ShowStore
from tests.endtoend.daemon import Daemon
from tests.endtoend.shows import ShowFolder, write_show
from tests.endtoend.xserver import XServer

SIZE = (1920, 1080)
ASSETS = 10_000
STRETCH = 3.0
"""Seconds over which late frames are counted, with another show and without."""

LAYOUT = {
    "main": {"at": [0, 0], "size": ["100%", "100%"]},
    "ticker": {"at": [0, "90%"], "size": ["100%", "10%"], "hide_when_empty": True},
}


def rows(settings: Settings) -> Iterator[Row]:
    yield from _reckoned(settings)
    yield from _adopted(settings)


def _reckoned(settings: Settings) -> Iterator[Row]:
    """In this process; what a plan costs is asked of a week that is known."""
    made, year, first, known = show(), [], [], []
    days = int(settings.scaled(DAYS, 60))
    for _run in range(settings.runs):
        timetable = Timetable(made)
        start, end = (midnight(FIRST + timedelta(days=n), timetable.tz) for n in (0, days))
        year.append(_took(lambda table, since, until: sum(1 for _ in table.segments("main", since, until)),
                          timetable, start, end))  # fmt: skip
        now = minute_of(date(2026, 9, 2), 20 * 60 + 7, timetable.tz)
        first.append(1e3 * _took(plan, timetable, Inventory(), now))
        instants = [Instant(now + 137_000_003 * n) for n in range(200)]
        for instant in instants:
            plan(timetable, Inventory(), instant)
        began = time.process_time()
        for instant in instants:
            plan(timetable, Inventory(), instant)
        known.append(1e6 * (time.process_time() - began) / len(instants))
    title = f"rundown of {days} days, 200 playlists of 50 items"
    slow = "It is Python over every change of a playlist's windows; next: skip weeks in which nothing differs."
    yield Row("Plan", title, "CPU s", {OURS: year}, (Bound(5.0 * days / DAYS),), why=slow)
    yield Row("Plan", "first plan of a week, same show", "CPU ms", {OURS: first})
    yield Row("Plan", "one call of plan, week known", "CPU µs", {OURS: known}, (Bound(50.0),), why=slow)


def _took(what: Any, *arguments: Any) -> float:
    began = time.process_time()
    what(*arguments)
    return time.process_time() - began


def _adopted(settings: Settings) -> Iterator[Row]:
    """On a real wall. `state/current` is changed as the agent changes it; the wall says when it had adopted."""
    kinds = {f"another {ASSETS:,} assets, all of them new": 0, f"{ASSETS:,} assets, one of them new": ASSETS - 1}
    took: dict[str, list[float]] = {kind: [] for kind in kinds}
    late: dict[str, list[float]] = {kind: [] for kind in kinds}
    still: list[float] = []
    with ExitStack() as stack:
        screen = stack.enter_context(XServer(settings.folder / "screen", SIZE))
        folder = _folder(settings.folder / "wall")
        wall = stack.enter_context(_Wall(folder, screen))
        for _run in range(settings.runs):
            for kind, kept in kinds.items():
                still.append(wall.late_over(STRETCH))
                before = wall.missed()
                took[kind].append(wall.adopt(kept))
                late[kind].append(wall.late_over(STRETCH, before))
    for kind in kinds:
        why = "The wall reads between frames, and stops for none: next, make no item before it comes up."
        yield Row("Adopt", f"{kind}: until it is on the wall", "ms", {OURS: took[kind]}, (Bound(200.0),), why=why)
        values = {OURS: late[kind], "the same banner, no new show": still}
        why = "Beside it stands how many are late without a new show; what is more than that is to be looked for."
        yield Row("Adopt", f"{kind}: frames passed over", "frames", values, (Bound(0.0),), why=why)


def _folder(path: Path) -> ShowFolder:
    """A picture that stays for long, and a banner at 60 frames a second."""
    folder = write_show(path, SIZE, LAYOUT)
    Image.effect_noise(SIZE, 40).convert("RGB").save(folder.media / "picture.jpg")
    folder.write_playlist("main", [{"image": "media/picture.jpg", "for": "1h"}])
    text = "Chào mừng quý khách đến cửa khẩu · 欢迎光临老街口岸 · " * 20
    folder.write_playlist("ticker", [{"banner": text, "speed": 120}], zone="ticker")
    admit(folder)
    return folder


class _Wall(Daemon):
    """A wall, and shows that are made for it. All assets are links to one picture: it opens only what is up."""

    def __init__(self, folder: ShowFolder, screen: XServer) -> None:
        super().__init__(folder, screen.display, verb="wall")
        self._store = ShowStore(folder.state)
        stored = self._store.current()
        assert stored is not None
        self._show: Show = stored.show
        self._picture = next(blob for blob in (folder.state / "blobs").glob("??/*") if blob.stat().st_size > 100_000)
        self._made = 0
        self._chance = random.Random(9)

    def adopt(self, kept: int) -> float:
        """Make another show current, `kept` of whose assets are those of the last; ms until it is on the wall."""
        show = self._next(kept)
        if self._made == 1:
            self._adopt(show)
            show = self._next(kept)
        return self._adopt(show)

    def _adopt(self, show: Show) -> float:
        number = self._store.write(show)
        since = (self.show.state / "current").lstat().st_mtime
        status = self.wait_for(lambda: self._status(number), f"show {number} on the wall")
        return 1e3 * (_moment(status["adopted"]) - since)

    def _next(self, kept: int) -> Show:
        self._made += 1
        main, *others = [one for one in self._show.playlists if one.zone == "main"] + [
            one for one in self._show.playlists if one.zone != "main"
        ]
        items = main.items[-kept:] if kept else ()
        fresh = tuple(self._item(number) for number in range(ASSETS - len(items)))
        self._show = replace(self._show, playlists=(replace(main, items=(*fresh, *items)), *others))
        return self._show

    def _item(self, number: int) -> Item:
        asset = f"{self._chance.getrandbits(256):064x}"
        place = self._picture.parents[1] / asset[:2] / asset
        place.parent.mkdir(exist_ok=True)
        place.hardlink_to(self._picture)
        return Item(asset[:16], f"ảnh {self._made}-{number}.jpg", Picture(asset), seconds(3600))

    def _status(self, number: int = 0, since: float = 0.0) -> dict[str, Any] | None:
        """What the wall says of itself, if it has that show, was told after that instant, and has found its pace."""
        try:
            status: dict[str, Any] = json.loads((self.show.state / "run/wall.json").read_text())
        except (OSError, ValueError):
            return None
        there = status["show"]["number"] >= number and _moment(status["at"]) > since
        return status if there and status["frames"]["presented"] > 60 else None

    def missed(self) -> int:
        """Output frames passed over so far, by a status told from now on."""
        now = time.time()
        status = self.wait_for(lambda: self._status(since=now), "another status")
        return int(status["frames"]["missed"])

    def late_over(self, stretch: float, before: int | None = None) -> float:
        """How many more are passed over in that time."""
        since = self.missed() if before is None else before
        self.play(stretch)
        return self.missed() - since


def _moment(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
