"""Films: what 20 s of them cost, ours beside the players that there are, on a real X server of 1920 x 1080."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.contest.cost import run
from bench.contest.peers import CHROMIUM, FFPLAY, MPV, MPV_SDL, VLC, Peer, surroundings
from bench.contest.rows import CHEAPEST, OURS, Bound, Row, Settings, alternate, missing
from tests.endtoend.daemon import environment
from tests.endtoend.shows import ShowFolder, write_show
from tests.endtoend.xserver import XServer

SIZE = (1920, 1080)
ALONE = "ffmpeg, decoding and converting alone"
PEERS = (VLC, MPV, CHROMIUM, MPV_SDL, FFPLAY)


@dataclass(frozen=True)
class Clip:
    """A film to be made: `source` is what FFmpeg draws, `codec` how it is written."""

    title: str
    size: str
    fps: int
    codec: tuple[str, ...]
    suffix: str = "mp4"
    bounds: tuple[Bound, ...] = (Bound(1.0, CHEAPEST),)

    def make(self, folder: Path, seconds: float) -> Path:
        path = folder / f"{self.title.replace(' ', '-').replace(',', '')}.{self.suffix}"
        source = f"testsrc2=size={self.size}:rate={self.fps},noise=alls=12:allf=t"
        command = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", source, "-t", str(seconds)]
        subprocess.run([*command, "-pix_fmt", "yuv420p", *self.codec, str(path)], check=True)
        return path


H264 = ("-c:v", "libx264", "-preset", "fast", "-b:v", "8M")
CLIPS = (
    Clip("1080p30 H.264", "1920x1080", 30, H264, bounds=(Bound(1.0, CHEAPEST), Bound(1.15, ALONE))),
    Clip("720p25 H.264", "1280x720", 25, (*H264[:-1], "4M")),
    Clip("1080p30 HEVC", "1920x1080", 30, ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=0")),
    Clip("1080p30 VP9", "1920x1080", 30, ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"), "webm"),
)


def rows(settings: Settings) -> Iterator[Row]:
    seconds = settings.scaled(20, 6)
    with XServer(settings.folder / "screen", SIZE) as screen:
        for clip in CLIPS:
            yield _row(clip, clip.make(settings.folder, seconds), seconds, settings, screen)
        yield _in_a_zone(settings, screen, seconds)


def _row(clip: Clip, film: Path, seconds: float, settings: Settings, screen: XServer) -> Row:
    show = prepared(settings.folder / film.stem, [{"video": str(film.name)}], film)
    late: list[int] = []
    several: dict[str, Callable[[], float]] = {OURS: lambda: _ours(show, screen, seconds, late)}
    for peer in PEERS:
        if peer.here:
            several[peer.name] = _other(peer, film, seconds, screen, settings.folder)
    several[ALONE] = lambda: alone(film)
    values = alternate(settings.runs, several)
    row = Row("Films", f"{clip.title}, {seconds:g} s in real time", "CPU s", values, clip.bounds)
    absent = missing([peer.name for peer in PEERS if not peer.here])
    row.more = "; ".join(filter(None, (f"late or skipped frames of ours: {', '.join(map(str, late))}", absent)))
    return row


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
    command = [sys.executable, "-m", "player", "agent", "--once", "--config", str(show.config)]
    subprocess.run(command, env=environment(None), check=True, stderr=subprocess.DEVNULL)


def wall(show: ShowFolder, seconds: float) -> list[str]:
    """The command that plays it for so long."""
    return [sys.executable, "-m", "player", "wall", "--config", str(show.config), "--for", f"{seconds:g}s"]


def _ours(show: ShowFolder, screen: XServer, seconds: float, late: list[int]) -> float:
    cost = run(wall(show, seconds), environment(screen.display))
    film = json.loads((show.state / "run/wall.json").read_text())["film"]
    late.append(film["late"] + film["skipped"])
    return cost.processor


def _other(peer: Peer, film: Path, seconds: float, screen: XServer, home: Path) -> Callable[[], float]:
    def play() -> float:
        # Chromium does not end by itself; the others are given time to.
        limit = seconds if peer is CHROMIUM else seconds + 10
        return run(peer.play([film]), surroundings(screen.display, home), limit).processor

    return play


def alone(film: Path) -> float:
    """To pixels of the screen's format, as fast as it goes."""
    command = ["ffmpeg", "-v", "error", "-i", str(film), "-an", "-pix_fmt", "bgr0", "-f", "null", "-"]
    return run(command, environment(None)).processor
