"""Films: what 20 s of them cost, ours beside the players that there are, on a real X server of 1920 x 1080."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.banner import LAYOUT, banner_page, long_text, make_picture
from bench.contest.cost import Cost, run
from bench.contest.peers import (
    CHROMIUM,
    FFPLAY,
    MPV,
    MPV_SDL,
    VLC,
    Peer,
    browser,
    film_tag,
    house,
    mpv,
    surroundings,
    vlc,
    write_page,
)
from bench.contest.rows import CHEAPEST, OURS, Bound, Row, Settings, alternate, missing
from player.core.rundown import Timetable
from player.core.units import SECOND, Instant
from player.library.shows import ShowStore
from tests.endtoend.daemon import environment
from tests.endtoend.shows import ShowFolder, write_show
from tests.endtoend.xserver import XServer

SIZE = (1920, 1080)
ALONE = "ffmpeg, decoding and converting alone"
CHEAPER = (VLC, MPV, CHROMIUM)
PEERS = (*CHEAPER, MPV_SDL, FFPLAY)
ZONE = (1200, 80, 640, 360)
MPV_ZONE = Peer(
    "mpv, the film alone", "mpv", lambda files: mpv(files, geometry="{2}x{3}+{0}+{1}".format(*ZONE)), late=MPV.late
)


@dataclass(frozen=True)
class Clip:
    """A film to be made: `source` is what FFmpeg draws, `codec` how it is written."""

    title: str
    size: str
    fps: int
    codec: tuple[str, ...]
    suffix: str = "mp4"
    bounds: tuple[Bound, ...] = (Bound(1.0, CHEAPEST),)
    cannot: tuple[str, ...] = ()
    """Peers that show nothing of it."""

    @property
    def zoom(self) -> float:
        """How many times larger it is shown."""
        return SIZE[0] / int(self.size.partition("x")[0])

    def make(self, folder: Path, seconds: float) -> Path:
        path = folder / f"{self.title.replace(' ', '-').replace(',', '')}.{self.suffix}"
        source = f"testsrc2=size={self.size}:rate={self.fps},noise=alls=12:allf=t"
        command = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", source, "-t", str(seconds)]
        # A keyframe a second: ours joins a film where the clock says, and is not to pay for what comes before.
        coded = ["-pix_fmt", "yuv420p", "-g", str(self.fps), *self.codec]
        subprocess.run([*command, *coded, str(path)], check=True)
        return path


H264 = ("-c:v", "libx264", "-preset", "fast", "-b:v", "8M")
CLIPS = (
    Clip("1080p30 H.264", "1920x1080", 30, H264, bounds=(Bound(1.0, CHEAPEST), Bound(1.15, ALONE))),
    Clip("720p25 H.264", "1280x720", 25, (*H264[:-1], "4M")),
    Clip(
        "1080p30 HEVC",
        "1920x1080",
        30,
        ("-c:v", "libx265", "-preset", "ultrafast", "-b:v", "5M", "-x265-params", "log-level=0"),
        # Debian's: its page stays black.
        cannot=(CHROMIUM.name,),
    ),
    Clip(
        "1080p30 VP9",
        "1920x1080",
        30,
        ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "5M"),
        "webm",
    ),
)


def rows(settings: Settings) -> Iterator[Row]:
    seconds = settings.scaled(20, 5)
    with XServer(settings.folder / "screen", SIZE) as screen:
        for number, clip in enumerate(CLIPS):
            # The dearer ones are dearer with every film; one tells.
            peers = [peer for peer in (PEERS if number == 0 else CHEAPER) if peer.name not in clip.cannot]
            yield from _rows_of(clip, clip.make(settings.folder, seconds), peers, seconds, settings, screen)
        yield _in_a_zone(settings, screen, seconds)


DEAR = (
    "Decoding and converting cost what they cost FFmpeg. Beside them there are the start (the rows of starts have it "
    "apart); each picture is copied into the window's memory, by Python; and the next play's decoder is open some "
    "seconds before the end, with the film's first pictures, so that there is no gap. Next: one decoder that goes on "
    "where a film follows itself; the window's own memory handed to the decoder where a film fills the screen."
)


class Players:
    """Who plays, what each costs, and how many frames each had too late to show, run by run. `steady`: what each costs
    a second while it plays, in CPU ms."""

    def __init__(self, screen: XServer, folder: Path, seconds: float) -> None:
        self.steady: dict[str, list[float]] = {}
        self._stretch = (seconds / 2 - 1, seconds - 0.5)
        self._screen = screen
        self._home = house(folder)
        self._said = folder / "said"
        self._seconds = seconds
        self._late: dict[str, list[int | None]] = {}
        self._shown: list[int] = []
        self._retries = 0
        self.measured: dict[str, Callable[[], float]] = {}

    def ours(self, show: ShowFolder) -> None:
        def play() -> float:
            _until_a_beginning(show)
            cost = run(wall(show, self._seconds), environment(self._screen.display), stretch=self._stretch)
            self._note(OURS, cost)
            status = json.loads((show.state / "run/wall.json").read_text())
            film = status["film"]
            self._late.setdefault(OURS, []).append(film["repeats"] + film["drops"])
            self._shown.append(film["shown"])
            self._retries += status["retries"]
            return cost.processor

        self.measured[OURS] = play

    def peer(self, peer: Peer, command: list[str]) -> None:
        # Chromium does not end by itself; the others are given time to.
        limit = self._seconds if peer is CHROMIUM else self._seconds + 10

        def play() -> float:
            cost = run(command, surroundings(self._screen.display, self._home), limit, self._said, self._stretch)
            self._note(peer.name, cost)
            self._late.setdefault(peer.name, []).append(peer.late(self._said.read_text(errors="replace")))
            return cost.processor

        if peer.here:
            self.measured[peer.name] = play

    def _note(self, name: str, cost: Cost) -> None:
        begin, end = self._stretch
        self.steady.setdefault(name, []).append(1000 * cost.amid / (end - begin))

    def late(self) -> str:
        """In words, once all have played."""
        told = [
            f"{name} {', '.join('?' if one is None else str(one) for one in late)}" for name, late in self._late.items()
        ]
        shown = ", ".join(map(str, self._shown))
        again = f"; decoders of ours started again: {self._retries}" if self._retries else ""
        return f"frames late or left out: {'; '.join(told)}; shown by ours: {shown}{again}"


def _rows_of(
    clip: Clip, film: Path, peers: Sequence[Peer], seconds: float, settings: Settings, screen: XServer
) -> Iterator[Row]:
    players = Players(screen, settings.folder, seconds)
    players.ours(prepared(settings.folder / film.stem, [{"video": film.name}], film))
    for peer in peers:
        players.peer(peer, vlc([film], clip.zoom) if peer is VLC else peer.play([film]))
    values = alternate(settings.runs, {**players.measured, ALONE: lambda: alone(film)})
    title = f"{clip.title}, {seconds:g} s in real time"
    row = Row("Films", title, "CPU s", values, clip.bounds, why=DEAR, floors=(ALONE,))
    absent = missing([peer.name for peer in peers if not peer.here])
    cannot = f"shows nothing of it: {', '.join(clip.cannot)}" if clip.cannot else ""
    row.more = "; ".join(filter(None, (players.late(), absent, cannot)))
    yield row
    steady = {**players.steady, ALONE: [1000 * one / seconds for one in values[ALONE]]}
    title = f"{clip.title}, its second half, without start and end"
    yield Row("Films", title, "CPU ms a second", steady, clip.bounds, why=DEAR, floors=(ALONE,))


def _in_a_zone(settings: Settings, screen: XServer, seconds: float) -> Row:
    """The same page by Chromium; mpv has the film alone to play, in a window of the zone's size."""
    folder = settings.folder
    film = Clip("720p25 for a zone", "1280x720", 25, (*H264[:-1], "4M")).make(folder, seconds)
    picture = folder / "picture.png"
    make_picture(picture)
    players = Players(screen, folder, seconds)
    players.ours(_zones(folder, film, picture))
    page = write_page(house(folder) / "zone.html", _zone_page(film, picture))
    players.peer(CHROMIUM, browser(page))
    players.peer(MPV_ZONE, MPV_ZONE.play([film]))
    values = alternate(settings.runs, players.measured)
    title = f"720p25 H.264 in a zone of 640 x 360 beside a picture and a banner, {seconds:g} s"
    row = Row("Films", title, "CPU s", values, (Bound(1.0, CHEAPEST),), why=DEAR, floors=(MPV_ZONE.name,))
    row.more = players.late()
    return row


def _zones(folder: Path, film: Path, picture: Path) -> ShowFolder:
    left, top, width, height = ZONE
    layout = {**LAYOUT, "film": {"at": [left, top], "size": [width, height]}}
    show = prepared(folder / "zones", [{"image": picture.name, "for": "1h"}], picture, layout=layout)
    (show.media / film.name).hardlink_to(film)
    show.write_playlist("film", [{"video": f"media/{film.name}"}], zone="film")
    show.write_playlist("ticker", [{"banner": long_text(), "speed": 120}], zone="ticker")
    admit(show)
    return show


def _zone_page(film: Path, picture: Path) -> str:
    left, top, width, height = ZONE
    style = f"left: {left}px; top: {top}px; width: {width}px; height: {height}px"
    return banner_page(picture, 120) + film_tag(film, style)


def prepared(folder: Path, items: list[Mapping[str, Any]], *media: Path, **settings: Any) -> ShowFolder:
    """A show with these items in `main`, admitted and stored, so that the wall alone can play it."""
    show = write_show(folder, SIZE, **settings)
    for file in media:
        (show.media / file.name).hardlink_to(file)
    named = [
        {key: f"media/{value}" if key in ("video", "image") else value for key, value in one.items()} for one in items
    ]
    show.write_playlist("main", named)
    admit(show)
    return show


def admit(show: ShowFolder) -> None:
    """Have the agent look once."""
    subprocess.run(player(show, "agent", "--once"), env=environment(None), check=True, stderr=subprocess.DEVNULL)


def player(show: ShowFolder, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "player", *arguments, "--config", str(show.config)]


def _until_a_beginning(show: ShowFolder) -> None:
    """Ours joins what is on where the clock says, others begin at the beginning: so ours is started when a film
    begins."""
    stored = ShowStore(show.state).current()
    assert stored is not None
    zone = "film" if "film" in {zone.name for zone in stored.show.zones} else "main"
    segment = Timetable(stored.show).at(zone, Instant(time.time_ns() // 1000))
    assert segment is not None
    time.sleep(max(0.0, segment.end / SECOND - time.time()))


def wall(show: ShowFolder, seconds: float) -> list[str]:
    """The command that plays it for so long."""
    return player(show, "wall", "--for", f"{seconds:g}s")


def alone(film: Path) -> float:
    """To pixels of the screen's format, as fast as it goes."""
    command = ["ffmpeg", "-v", "error", "-i", str(film), "-an", "-pix_fmt", "bgr0", "-f", "null", "-"]
    return run(command, environment(None)).processor
