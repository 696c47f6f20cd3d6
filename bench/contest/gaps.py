"""What is seen between two items of a playlist: films and pictures that say in every frame which they are."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from bench.contest.cost import living
from bench.contest.films import SIZE, player, prepared
from bench.contest.peers import MPV, STILL, VLC, house, surroundings
from bench.contest.rows import OURS, Bound, Row, Settings
from tests.endtoend.daemon import environment
from tests.endtoend.films import make_film, make_picture
from tests.endtoend.recorder import Reading, Recorder
from tests.endtoend.turns import bare, turns
from tests.endtoend.xserver import XServer

FPS = 30
FRAME = 1e9 / 60
"""Nanoseconds of an output frame."""

FILMS = (1, 2, 4)
"""Of the items, in their order; the others are pictures."""

ITEMS = 5


@dataclass
class Seen:
    """Of one player: the frames without any item, and those that a film's last picture stayed too long, at each change
    from one item to the next, the longest of each run."""

    bare: list[float] = field(default_factory=list)
    held: list[float] = field(default_factory=list)
    changes: int = 0


def rows(settings: Settings) -> Iterator[Row]:
    files = [_item(settings.folder, number) for number in range(1, ITEMS + 1)]
    show = prepared(settings.folder / "show", [_entry(number, file) for number, file in enumerate(files, 1)], *files)
    home = house(settings.folder)
    with XServer(settings.folder / "screen", SIZE) as screen:
        guests = surroundings(screen.display, home)
        several = {OURS: (player(show, "wall"), environment(screen.display))}
        several |= {peer.name: (peer.play(files), guests) for peer in (MPV, VLC) if peer.here}
        seen = {name: Seen() for name in several}
        for _ in range(settings.runs):
            for name, (command, surround) in several.items():
                _watch(command, surround, screen, settings.folder / "recorded", seen[name])
    changes = ", ".join(f"{name} {one.changes}" for name, one in seen.items())
    title = "between two items of films and pictures: nothing of either, longest"
    values = {name: one.bare for name, one in seen.items()}
    yield Row("Gaps", title, "frames", values, (Bound(0),), more=f"changes seen: {changes}")
    title = "the last picture of a film stays beyond its time, longest"
    yield Row("Gaps", title, "frames", {name: one.held for name, one in seen.items()})


def _item(folder: Path, number: int) -> Path:
    if number in FILMS:
        return make_film(folder / f"{number}.mp4", number, STILL * FPS, FPS, SIZE)
    return make_picture(folder / f"{number}.png", number, SIZE)


def _entry(number: int, file: Path) -> dict[str, str]:
    return {"video": file.name} if number in FILMS else {"image": file.name, "for": f"{STILL}s"}


def _watch(command: list[str], surround: dict[str, str], screen: XServer, folder: Path, seen: Seen) -> None:
    """All of the items once: peers begin with the first, ours where the clock says."""
    with Recorder(screen, folder) as recorder, living(command, surround) as _program:
        time.sleep(ITEMS * STILL + 2)
        until = time.monotonic_ns()
    readings = _between(recorder.recording.readings(), until)
    there = turns(readings)
    seen.changes += len(there) - 1
    seen.bare.append(max((length / FRAME for _reading, length in bare(readings)), default=0.0))
    stays = [
        (after.start - before.seen[-1][0]) / FRAME - 60 / FPS
        for before, after in pairwise(there)
        if before.item in FILMS
    ]
    seen.held.append(max([0.0, *stays]))


def _between(readings: Sequence[Reading], until: int) -> list[Reading]:
    """From the first item to the last one: what comes before and after is another matter."""
    coded = [place for place, reading in enumerate(readings) if reading.top and reading.bottom and reading.at < until]
    return list(readings[coded[0] : coded[-1] + 1]) if coded else []
