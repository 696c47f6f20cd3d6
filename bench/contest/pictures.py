"""Banners and still pictures: how evenly they are shown, and what a minute of them costs. The screen: 1920 x 1080."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from bench.banner import LAYOUT, SIZE, TICKER, banner_page, long_text, make_picture
from bench.contest.cost import Living, living
from bench.contest.films import admit, player, prepared
from bench.contest.peers import CHROMIUM, MPV, browser, house, mpv, surroundings, write_page
from bench.contest.rows import OURS, Bound, Row, Settings, alternate
from tests.endtoend.daemon import environment
from tests.endtoend.recorder import Recorder, row
from tests.endtoend.shows import ShowFolder
from tests.endtoend.xserver import XServer

SPEED = 120
WARM_UP = 4.0
"""Seconds of playing that are not measured: starting is another row's matter."""

MINUTES = 2
"""Runs at most, for each is a minute long."""

LIT = 0.5
"""Per cent of a core."""


def rows(settings: Settings) -> Iterator[Row]:
    with XServer(settings.folder / "screen", SIZE) as screen:
        picture = settings.folder / "picture.png"
        make_picture(picture)
        yield from _banner(settings, screen, picture)
        yield _still(settings, screen, picture)
        yield _dark(settings, screen, picture)


def _banner(settings: Settings, screen: XServer, picture: Path) -> Iterator[Row]:
    seconds = settings.scaled(60, 8)
    show = banner_show(settings.folder / "banner", picture)
    page = write_page(house(settings.folder) / "banner.html", banner_page(picture, SPEED))
    intervals: dict[str, list[float]] = {OURS: [], CHROMIUM.name: []}

    def measure(name: str, command: list[str], surroundings: dict[str, str]) -> Callable[[], float]:
        def once() -> float:
            with living(command, surroundings) as program:
                time.sleep(WARM_UP)
                points = row(SIZE[1] - TICKER // 2, SIZE[0] // 4, SIZE[0] // 4 + 800)
                with Recorder(screen, settings.folder / "recorded", points) as recorder:
                    spent = _spent(program, seconds)
            intervals[name].append(float(np.quantile(np.diff(recorder.recording.times) / 1e6, 0.99)))
            return spent

        return once

    several = {OURS: measure(OURS, player(show, "wall"), environment(screen.display))}
    if CHROMIUM.here:
        guests = surroundings(screen.display, house(settings.folder))
        several[CHROMIUM.name] = measure(CHROMIUM.name, browser(page), guests)
    title = f"a banner of 5,000 characters over a picture, 60 a second, {seconds:g} s"
    values = alternate(min(settings.runs, MINUTES), several)
    yield Row("Banner", title, "CPU s", values, (Bound(0.25, CHROMIUM.name),), why=EACH_FRAME)
    yield Row("Banner", "time between two pictures of it on the screen, p99", "ms", intervals)


EACH_FRAME = (
    "Sixty times a second the wall wakes, puts the tiles of the strip together for the whole ticker and has the X "
    "server take all of it. Next: move what is there and draw only the columns that are new."
)


def _spent(program: Living, seconds: float) -> float:
    """The processor time of so many seconds."""
    before = program.processor()
    time.sleep(seconds)
    return program.processor() - before


def banner_show(folder: Path, picture: Path) -> ShowFolder:
    """A picture and, over it, a banner."""
    show = prepared(folder, [{"image": picture.name, "for": "1h"}], picture, layout=LAYOUT)
    show.write_playlist("ticker", [{"banner": long_text(), "speed": SPEED}], zone="ticker")
    admit(show)
    return show


def _still(settings: Settings, screen: XServer, picture: Path) -> Row:
    seconds = settings.scaled(60, 6)
    show = prepared(settings.folder / "still", [{"image": picture.name, "for": "1h"}], picture)
    page = write_page(house(settings.folder) / "still.html", f'<img src="{picture.as_uri()}">')
    several = {
        OURS: _share(player(show, "wall"), environment(screen.display), seconds),
        AGENT: _share(player(show, "run"), environment(screen.display), seconds),
    }
    guests = surroundings(screen.display, house(settings.folder))
    if MPV.here:
        several[MPV.name] = _share(mpv([picture], still="inf"), guests, seconds)
    if CHROMIUM.here:
        several[CHROMIUM.name] = _share(browser(page), guests, seconds)
    values = alternate(min(settings.runs, MINUTES), several)
    return Row("Still picture", f"one of 1920 x 1080, {seconds:g} s", "% of a core", values, (Bound(LIT),), why=IDLE)


IDLE = (
    "The wall looks four times a second whether another show or a blackout has come, and has its status "
    "written once a second, by another process. Next: inotify instead of looks, and a status that is written "
    "when it has changed."
)

AGENT = "gateplayer, wall and agent"


def _dark(settings: Settings, screen: XServer, picture: Path) -> Row:
    seconds = settings.scaled(60, 6)
    hours = [{"days": "mon-sun", "time": _hour_in_half_a_day()}]
    show = prepared(settings.folder / "dark", [{"image": picture.name, "for": "1h"}], picture, hours=hours)
    several = {
        OURS: _share(player(show, "wall"), environment(screen.display), seconds),
        AGENT: _share(player(show, "run"), environment(screen.display), seconds),
    }
    values = alternate(min(settings.runs, MINUTES), several)
    row = Row("Lights out", f"outside the opening hours, {seconds:g} s", "% of a core", values, (Bound(LIT),), why=IDLE)
    if screen.framebuffer.picture().any():
        row.more = "the screen was not black"
    return row


def _hour_in_half_a_day() -> str:
    """Opening hours at the gate (UTC+7) that are far off."""
    hour = (datetime.now(UTC) + timedelta(hours=7 + 12)).hour
    return f"{hour:02}:00-{hour:02}:59"


def _share(command: list[str], surroundings: dict[str, str], seconds: float) -> Callable[[], float]:
    """Per cent of a core."""

    def once() -> float:
        with living(command, surroundings) as program:
            time.sleep(WARM_UP)
            return 100 * _spent(program, seconds) / seconds

    return once
