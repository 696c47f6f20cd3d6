"""From the start of a program to its first picture on the screen, and its memory when it has settled."""

import time
from collections.abc import Callable, Iterator

from bench.banner import banner_page, make_picture
from bench.contest.cost import living
from bench.contest.films import CLIPS, SIZE, player, prepared
from bench.contest.peers import CHROMIUM, MPV, Peer, browser, film_tag, house, mpv, surroundings, write_page
from bench.contest.pictures import AGENT, SPEED, banner_show
from bench.contest.rows import OURS, Bound, Row, Settings, alternate
from tests.endtoend.daemon import environment
from tests.endtoend.films import make_picture as make_coded
from tests.endtoend.recorder import look
from tests.endtoend.xserver import XServer

ITEM = 77
PATIENCE = 60.0
STARTS = 3
"""In a quick run; they are short."""


SPAN = 3.0
"""Seconds from a start in which all has been started that a player starts."""


def rows(settings: Settings) -> Iterator[Row]:
    with XServer(settings.folder / "screen", SIZE) as screen:
        yield from _first_picture(settings, screen)
        yield _picture_and_banner(settings, screen)
        yield _film(settings, screen)


def _first_picture(settings: Settings, screen: XServer) -> Iterator[Row]:
    picture = make_coded(settings.folder / "coded.png", ITEM, SIZE)
    show = prepared(settings.folder / "first", [{"image": picture.name, "for": "1h"}], picture)
    home = house(settings.folder)
    page = write_page(home / "first.html", f'<img src="{picture.as_uri()}">')
    ours, guests = environment(screen.display), surroundings(screen.display, home)
    starts = {OURS: _Start(screen, player(show, "wall"), ours)}
    if MPV.here:
        starts[MPV.name] = _Start(screen, mpv([picture], still="inf"), guests)
    if CHROMIUM.here:
        starts[CHROMIUM.name] = _Start(screen, browser(page), guests)
    values = alternate(max(STARTS, settings.runs), {name: start.once for name, start in starts.items()})
    yield Row("Start", "to the first picture on the screen", "s", values, (Bound(1.0),), why=LATE_START)
    spent = {name: start.spent for name, start in starts.items()}
    yield Row("Start", f"processor time of its first {SPAN:g} s, with a still picture", "CPU s", spent)


LATE_START = (
    "What is waited for is the loading of Python's libraries: those that the wall shares with the process that "
    "decoders are born of, then those of both at the same time. Next: fewer of pygame's, which loads all its modules."
)


class _Start:
    """A program that is started again and again; `spent` is the processor time of its first seconds, each time."""

    def __init__(self, screen: XServer, command: list[str], surroundings: dict[str, str]) -> None:
        self._screen, self._command, self._surroundings = screen, command, surroundings
        self.spent: list[float] = []

    def once(self) -> float:
        """Seconds until its picture is seen."""
        _wait(lambda: not _is_seen(self._screen), "the screen to be empty")
        began = time.monotonic()
        with living(self._command, self._surroundings) as program:
            _wait(lambda: _is_seen(self._screen), f"a picture by {self._command}")
            took = time.monotonic() - began
            time.sleep(max(0.0, SPAN - took))
            self.spent.append(program.processor())
        return took


def _is_seen(screen: XServer) -> bool:
    codes = look(screen)
    return all(code is not None and code.item == ITEM for code in (codes.top, codes.bottom))


def _wait(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited in vain for {what}")
        time.sleep(0.002)


def _picture_and_banner(settings: Settings, screen: XServer) -> Row:
    picture = settings.folder / "picture.png"
    make_picture(picture)
    show = banner_show(settings.folder / "banner", picture)
    home = house(settings.folder)
    page = write_page(home / "banner.html", banner_page(picture, SPEED))
    ours, guests = environment(screen.display), surroundings(screen.display, home)
    several = {OURS: _memory(player(show, "wall"), ours), AGENT: _memory(player(show, "run"), ours)}
    if CHROMIUM.here:
        several[CHROMIUM.name] = _memory(browser(page), guests)
    if MPV.here:
        several[MPV_STILL] = _memory(mpv([picture], still="inf"), guests)
    values = alternate(settings.runs, several)
    return Row("Memory", "a picture and a banner", "MB", values, (Bound(150),), floors=(MPV_STILL,), why=PYTHONS)


PYTHONS = (
    "Most of it is pixels: the picture, the tiles of the banner, the window. Wall, nursery, scribe and log writer are "
    "forks of one process and share what none of them has written to since, which is half of what each has."
)
MPV_STILL = "mpv, the picture alone"


def _film(settings: Settings, screen: XServer) -> Row:
    film = CLIPS[0].make(settings.folder, 12)
    show = prepared(settings.folder / "film", [{"video": film.name}], film)
    home = house(settings.folder)
    page = write_page(home / "film.html", film_tag(film))
    ours, guests = environment(screen.display), surroundings(screen.display, home)
    several = {OURS: _memory(player(show, "wall"), ours), AGENT: _memory(player(show, "run"), ours)}
    commands: list[tuple[Peer, list[str]]] = [(MPV, mpv([film])), (CHROMIUM, browser(page))]
    for peer, command in commands:
        if peer.here:
            several[peer.name] = _memory(command, guests)
    values = alternate(settings.runs, several)
    return Row("Memory", f"a film of {CLIPS[0].title}", "MB", values, (Bound(260),), why=TWO_DECODERS)


TWO_DECODERS = (
    "Before one film's end the decoder of the next is open, with three pictures of its own in hand; the most is what "
    "counts here. Next: one decoder that goes on where a film follows itself."
)


def _memory(command: list[str], surroundings: dict[str, str]) -> Callable[[], float]:
    """The most of several looks, in MB: a film has more in hand at one moment than at another."""

    def once() -> float:
        most = 0
        with living(command, surroundings) as program:
            time.sleep(3)
            for _ in range(3):
                most = max(most, program.memory())
                time.sleep(0.4)
        return most / 1e6

    return once
