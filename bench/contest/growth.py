"""How cost grows with what there is to play. It is processor time, the least of several: what else the machine does can
only add to it. What counts is the last step from one size to the next, where nothing that is paid once hides it."""

import math
import os
import resource
import select
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pygame
from PIL import Image

import bench.rundown
from bench.contest.plots import plot
from bench.contest.rows import OURS, Bound, Row, Settings
from player.core.calendar import midnight
from player.core.geometry import Rect, Size
from player.core.model import Film, Item, Picture, Playlist, Show, Style, Zone
from player.core.plan import Inventory, plan
from player.core.rundown import Timetable
from player.core.units import Instant, seconds
from player.library.shows import ShowStore
from player.media.decoder import TILE_WIDTH, Decoder
from player.media.jobs import Job
from player.media.nursery import Nursery
from player.media.text.crawl import Strip
from player.wall.pixels import surface_of
from player.wall.shade import Shade
from tests.library.gate import Gate

_CODEC = ("-c:v", "libx264", "-preset", "ultrafast", "-tune", "fastdecode", "-g", "12")
_RATE = 25
LINEAR = Bound(1.15)
"""The slope of the last step, by logarithms: 1 is linear, and what is above it by so little may be noise."""

SENTENCE = "Chào mừng quý khách · 欢迎光临 · ຍິນດີຕ້ອນຮັບ · សូមស្វាគមន៍ · "
NOW = Instant(1_790_000_000_000_000)

_DIMMED = 25_000_000
"""Pixels that are dimmed in one go, at any resolution: a single small picture takes less time than what disturbs it."""


class Grown(NamedTuple):
    """A curve, and how many times each of its points was measured."""

    name: str
    points: list[tuple[float, float]]
    why: str = ""


def rows(settings: Settings) -> Iterator[Row]:
    for title, across, up, curves in (
        ("Assets", "assets", "CPU s", _assets),
        ("Playlists", "playlists of 10 items", "CPU s", _playlists),
        ("Banner", "characters", "CPU s", _banner),
        ("Resolution", "megapixels", "CPU s a second", _resolution),
    ):
        grown = list(curves(settings))
        name = f"growth-{title.lower()}.svg"
        drawn = plot(f"How cost grows: {title.lower()}", across, up, {one.name: one.points for one in grown})
        (settings.folder / name).write_text(drawn, "utf-8")
        for one in grown:
            yield _row(title, across, up, one)


def _row(title: str, across: str, up: str, grown: Grown) -> Row:
    (size, cost), (larger, dearer) = grown.points[-2:]
    exponent = math.log(dearer / cost) / math.log(larger / size)
    told = ", ".join(f"{size:,.3g}: {cost:.3g}" for size, cost in grown.points)
    more = f"{up} by {across}: {told}"
    return Row("Growth", f"{title}: {grown.name}", "exponent", {OURS: [exponent]}, (LINEAR,), more, grown.why)


def _least(times: int, what: Callable[[], object]) -> float:
    """Seconds of processor time of this process and of the children that it waited for."""
    taken = []
    for _turn in range(times):
        before = _used()
        what()
        taken.append(_used() - before)
    return max(min(taken), 1e-6)


def _used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _times(settings: Settings) -> int:
    return int(settings.scaled(5, 2))


def _assets(settings: Settings) -> Iterator[Grown]:
    sizes = (100, 300, 1000) if settings.quick else (100, 1000, 10_000)
    first, again = [], []
    for size in sizes:
        gate = Gate(settings.folder / f"assets-{size}")
        _pictures(gate, size)
        gate.playlist("all.yaml", "{folder: media/, for: 8s}")
        first.append((float(size), _least(1, gate.make)))
        again.append((float(size), _least(_times(settings), gate.make)))
        shutil.rmtree(gate.folder)
    yield Grown("first compiled, all taken in", first, "Each file costs the same: it is the disk that is asked more.")
    yield Grown("compiled again", again)
    yield Grown("adopted", [(float(size), _adopting(settings, _show(1, size))) for size in (100, 1000, 10_000)])


def _pictures(gate: Gate, count: int) -> None:
    for number in range(count):
        colour = (number % 256, number // 256 % 256, 80)
        Image.new("RGB", (16, 9), colour).save(gate.playlists / f"media/anh-{number:05}.png")


def _show(playlists: int, items: int) -> Show:
    """Playlists that differ, of items that differ."""
    main = Zone("main", Rect(0, 0, 1920, 1080))
    made = [
        Playlist(f"{place:05}", f"danh sách {place}", "main", "playlists", _items(place, items))
        for place in range(playlists)
    ]
    return Show("bench", "Asia/Ho_Chi_Minh", "vi", Size(1920, 1080), 60, (main,), tuple(made))


def _items(place: int, count: int) -> tuple[Item, ...]:
    numbers = range(place * count, (place + 1) * count)
    return tuple([Item(f"{n:016x}", f"ảnh {n}.jpg", Picture(f"{n:064x}"), seconds(8)) for n in numbers])


def _adopting(settings: Settings, show: Show) -> float:
    """What the wall does with a show that is new to it, in one go."""
    ShowStore(settings.folder / "shows").write(show)

    def adopt() -> None:
        stored = ShowStore(settings.folder / "shows").current()
        assert stored is not None
        plan(Timetable(stored.show), Inventory(), NOW)

    return _least(_times(settings), adopt)


def _playlists(settings: Settings) -> Iterator[Grown]:
    sizes = (10, 50, 250) if settings.quick else (10, 100, 1000)
    compiled = []
    for size in sizes:
        gate = Gate(settings.folder / f"playlists-{size}")
        _pictures(gate, 10)
        items = [f"{{image: media/anh-{number:05}.png, for: 8s}}" for number in range(10)]
        for number in range(size):
            gate.playlist(f"so-{number:04}.yaml", *items, more='when: [{time: "07:00-18:30"}]')
        gate.make()
        compiled.append((float(size), _least(_times(settings), gate.make)))
        shutil.rmtree(gate.folder)
    yield Grown("compiled again", compiled)
    yield Grown("adopted", [(float(size), _adopting(settings, _show(size, 10))) for size in (10, 100, 1000)])
    mixed = {size: bench.rundown.show(size) for size in (10, 100, 1000)}
    times = _times(settings)
    yield Grown("a week planned", [(float(size), _least(times, partial(_week, show))) for size, show in mixed.items()])


def _week(show: Show) -> int:
    """All that changes in a zone in a week, whose playlists have the windows that editors write."""
    timetable = Timetable(show)
    start, end = (midnight(bench.rundown.FIRST + timedelta(days=days), timetable.tz) for days in (4, 11))
    return sum(1 for _strip in timetable.strips("main", start, end))


def _banner(settings: Settings) -> Iterator[Grown]:
    """In this process, as the child does it that measures banners, and the decoder that draws them."""
    texts = {size: (SENTENCE * (size // len(SENTENCE) + 1))[:size] for size in (100, 1000, 10_000, 100_000)}
    height = 108
    Strip(texts[100], Style(), height).tile(0, TILE_WIDTH)
    measured, drawn = [], []
    for size, text in texts.items():
        measured.append((float(size), _least(_times(settings), partial(Strip, text, Style(), height))))
        drawn.append((float(size), _least(_times(settings), partial(_tiles, Strip(text, Style(), height)))))
    yield Grown("measured", measured, "Each stretch of one script is shaped once. Next: measure in pieces, keep them.")
    yield Grown("its first tiles drawn", drawn)


def _tiles(strip: Strip) -> None:
    """As many as a wall of full width shows."""
    for x in range(0, min(strip.width, 1920), TILE_WIDTH):
        strip.tile(x, TILE_WIDTH)


def _resolution(settings: Settings) -> Iterator[Grown]:
    films, shades = [], []
    with closing(Nursery()) as nursery:
        for size in (Size(960, 540), Size(1280, 720), Size(1920, 1080), Size(3840, 2160)):
            pixels = size.width * size.height / 1e6
            films.append((pixels, min(_film(settings.folder, nursery, size) for _turn in range(_times(settings)))))
            shades.append((pixels, _dimmed(size, 5 * _times(settings))))
    yield Grown(f"film, {_RATE} frames a second", films, "The decoder's own cost, one copy and one conversion a frame.")
    yield Grown("whole picture dimmed", shades, "Beyond the processor's cache each row comes from memory.")


def _film(folder: Path, nursery: Nursery, size: Size) -> float:
    """A second of a film of this size, decoded by a child of the wall's kind and copied as the wall copies it."""
    film, source = folder / f"film-{size.height}.mp4", f"testsrc2=size={size.width}x{size.height}:rate={_RATE}"
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        source,
        "-t",
        "6",
        "-pix_fmt",
        "yuv420p",
        *_CODEC,
        str(film),
    ]
    subprocess.run(command, check=True)
    decoder = Decoder(nursery, Job(Film("", seconds(6)), str(film), size))
    screen, count = pygame.Surface(size, depth=32), 0
    before = time.process_time()
    while count < 5 * _RATE:
        ready, _, _ = select.select([decoder.fileno()], [], [], 60)
        if not ready or decoder.gone:
            raise RuntimeError(f"no pictures of {film}")
        for message in decoder.messages():
            if message[0] != "frame":
                continue
            count += 1
            screen.blit(surface_of(decoder.memory.slot(int(message[1])), size, opaque=True), (0, 0))
            decoder.tell("free", message[1])
    effort = decoder.effort()
    used = time.process_time() - before + (effort.ticks if effort else 0) / os.sysconf("SC_CLK_TCK")
    decoder.close()
    film.unlink()
    return used * _RATE / count


def _dimmed(size: Size, times: int) -> float:
    source, target = (pygame.Surface(size, depth=32) for _ in range(2))
    source.fill((200, 120, 40))
    shade, turns = Shade(size), max(1, round(_DIMMED / (size.width * size.height)))

    def dim() -> None:
        for _turn in range(turns):
            shade.copy(source, target, [Rect(0, 0, *size)], 128)

    return _least(times, dim) / turns
