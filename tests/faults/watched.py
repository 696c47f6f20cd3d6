"""A gate whose pictures say which they are, and a screen that is compared with what the plan says for each instant.

Not "something is to be seen", but: the item that is due, and of a film the frame that is due.
"""

import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from player.agent import assemble
from player.core.model import Film, Item, Picture
from player.core.rundown import Segment, Timetable
from player.core.units import SECOND, Instant, Span, seconds
from player.library.shows import ShowStore
from tests.endtoend.barcode import Code
from tests.endtoend.films import make_film, make_picture, sha256
from tests.endtoend.recorder import Reading, Recorder, Recording, look
from tests.endtoend.shows import ShowFolder, write_show
from tests.endtoend.turns import HALF_WRITTEN
from tests.endtoend.xserver import XServer

FPS = 30
EARLY = seconds(0.02)
LATE = seconds(0.25)
"""A picture that is on for so long beyond its time is not yet called wrong; one that is on longer was wrong from the
beginning."""

LIMIT = 60.0
"""Seconds after which what does not come is missed, on a machine that is busy with other things."""

Condition = Callable[[], object]


def until(true: Condition, what: str, alive: Condition = lambda: True) -> None:
    """Wait for a condition; `alive` must hold meanwhile."""
    end = time.monotonic() + LIMIT
    while not true():
        assert alive(), f"no {what}: the program has ended"
        assert time.monotonic() < end, f"no {what}"
        time.sleep(0.005)


@dataclass(frozen=True)
class Entry:
    """One item of a gate's playlist: a film of so many numbered frames, or a picture that is shown for so long. A film
    may have `sound`."""

    code: int
    frames: int = 0
    span: float = 0.0
    sound: bool = False

    def make(self, folder: Path) -> Path:
        if self.frames:
            # The frames of beeps are flashes, with their code all the same.
            beeps = frozenset(range(5, self.frames, 15)) if self.sound else None
            return make_film(folder / f"{self.code}.mp4", self.code, self.frames, FPS, beeps=beeps)
        return make_picture(folder / f"{self.code}.png", self.code)

    def written(self, name: str) -> dict[str, Any]:
        if self.frames:
            return {"video": f"media/{name}", "sound": "on" if self.sound else "off"}
        return {"image": f"media/{name}", "for": f"{self.span:g}s"}


FILMS_AND_PICTURES = (Entry(1, frames=96), Entry(2, span=1), Entry(3, frames=75), Entry(4, span=1.5))


class Watched(NamedTuple):
    """A gate, compiled, and which blob shows what."""

    show: ShowFolder
    codes: Mapping[str, int]
    """By the SHA-256 of the file."""

    def timetable(self) -> Timetable:
        """Of the show that is current."""
        stored = ShowStore(self.show.state).current()
        assert stored is not None
        return Timetable(stored.show)

    def blob(self, code: int) -> str:
        return next(sha for sha, one in self.codes.items() if one == code)


def watched(folder: Path, entries: Sequence[Entry] = FILMS_AND_PICTURES, **settings: Any) -> Watched:
    """A gate with these items, one after the other, on a screen of 320 x 180."""
    show = write_show(folder, **settings)
    paths = [entry.make(show.media) for entry in entries]
    show.write_playlist("main", [entry.written(path.name) for entry, path in zip(entries, paths, strict=True)])
    assert assemble.once(show.config) == 0
    return Watched(show, {sha256(path): entry.code for entry, path in zip(entries, paths, strict=True)})


class Stretch(NamedTuple):
    """A stretch of time, in nanoseconds of the monotonic clock."""

    begin: int
    end: int

    @property
    def seconds(self) -> float:
        return (self.end - self.begin) / 1e9


class Rundown:
    """What is due when, and so which of the pictures that were seen were right. Times are in nanoseconds of the
    monotonic clock."""

    def __init__(self, timetable: Timetable, codes: Mapping[str, int], zone: str = "main") -> None:
        self._timetable, self._codes, self._zone = timetable, codes, zone
        self._ahead = time.time_ns() - time.monotonic_ns()

    def instant(self, at: int) -> Instant:
        return Instant((at + self._ahead) // 1000)

    def _monotonic(self, instant: Instant) -> int:
        return instant * 1000 - self._ahead

    def due(self, at: int) -> tuple[int, float]:
        """The code of the item that is due, and how many seconds of it are over."""
        segment = self._timetable.at(self._zone, self.instant(at))
        assert segment is not None
        assert segment.item is not None
        return self._code(segment.item), (self.instant(at) - segment.start + segment.offset) / SECOND

    def right_until(self, reading: Reading) -> int | None:
        """Until when the picture that came with `reading` is the right one; None: it is not, or will be later."""
        code = reading.top if reading.top is not None else reading.bottom
        now = self.instant(reading.at)
        current = self._timetable.at(self._zone, now)
        if code is None or current is None:
            return None
        before = self._timetable.at(self._zone, Instant(current.start - 1))
        ends = [_right_until(code, segment, now, self._code) for segment in (current, before) if segment is not None]
        found = [end for end in ends if end is not None]
        return self._monotonic(max(found)) if found else None

    def is_right(self, reading: Reading) -> bool:
        end = self.right_until(reading)
        return end is not None and reading.at <= end + LATE * 1000

    def wrong(self, readings: Sequence[Reading]) -> list[Stretch]:
        """When there was no right picture. The last reading has no length."""
        found: list[Stretch] = []
        for now, after in pairwise(_whole(readings)):
            end = self.right_until(now)
            begin = now.at if end is None else end
            if after.at - begin <= (0 if end is None else LATE * 1000):
                continue
            if found and begin <= found[-1].end:
                found[-1] = Stretch(found[-1].begin, after.at)
            else:
                found.append(Stretch(begin, after.at))
        # An X server that is kept from writing the rest of a picture has shown no wrong one.
        return [one for one in found if one.end - one.begin > HALF_WRITTEN]

    def while_due(self, stretches: Sequence[Stretch], codes: Collection[int]) -> list[Stretch]:
        """The parts of these stretches in which one of these items was due."""
        found = []
        for stretch in stretches:
            since, end = self.instant(stretch.begin), self.instant(stretch.end)
            for one in self._timetable.segments(self._zone, since, end):
                if one.item is not None and self._code(one.item) in codes:
                    begin, stop = self._monotonic(max(since, one.start)), self._monotonic(min(end, one.end))
                    found.append(Stretch(begin, stop))
        return found

    def longest_held(self, readings: Sequence[Reading]) -> float:
        """How long a picture that was right has stood beyond its time, in seconds."""
        ends = [(self.right_until(now), after.at) for now, after in pairwise(_whole(readings))]
        return max(0, *(after - end for end, after in ends if end is not None)) / 1e9

    def _code(self, item: Item) -> int:
        assert isinstance(item.content, Picture | Film)
        return self._codes[item.content.asset]


def _right_until(code: Code, segment: Segment, now: Instant, code_of: Callable[[Item], int]) -> Instant | None:
    """Until when `code`, seen from `now` on, is what `segment` shows."""
    item = segment.item
    if item is None or code_of(item) != code.item or now < segment.start - EARLY:
        return None
    if not isinstance(item.content, Film):
        return segment.end
    frame = Span(code.number * SECOND // FPS)
    begin = segment.start - segment.offset + frame
    # A film that lasts longer than it is shows itself again.
    turn = (now + EARLY - begin) // item.content.natural
    if turn < 0:
        return None
    return Instant(min(begin + turn * item.content.natural + SECOND // FPS, segment.end))


def _whole(readings: Sequence[Reading]) -> list[Reading]:
    """Without pictures that were half drawn, or half read."""
    found: list[Reading] = []
    for now, after in pairwise(readings):
        split = now.top != now.bottom and after.at - now.at <= HALF_WRITTEN
        if not split or not found:
            found.append(now)
    return [*found, *readings[-1:]]


def bare(recording: Recording) -> list[Stretch]:
    """When nothing at all was to be seen: not a black and a white block, not half of a picture."""
    same = (recording.values.max(axis=1) - recording.values.min(axis=1)).max(axis=1) < 8
    times = [*(int(at) for at in recording.times), recording.ended]
    found: list[Stretch] = []
    for place, nothing in enumerate(same):
        if nothing and found and found[-1].end == times[place]:
            found[-1] = Stretch(found[-1].begin, times[place + 1])
        elif nothing:
            found.append(Stretch(times[place], times[place + 1]))
    return found


class Watch:
    """A screen that is recorded, and what is due on it."""

    def __init__(self, gate: Watched, screen: XServer, recorder: Recorder) -> None:
        self.rundown = Rundown(gate.timetable(), gate.codes)
        self._screen, self._recorder = screen, recorder

    @cached_property
    def _recording(self) -> Recording:
        return self._recorder.recording

    @cached_property
    def _readings(self) -> list[Reading]:
        return self._recording.readings()

    @cached_property
    def _bare(self) -> list[Stretch]:
        return bare(self._recording)

    def is_right(self) -> bool:
        """Whether what is to be seen now is what is due."""
        return self.rundown.is_right(look(self._screen))

    def wait_right(self, alive: Condition = lambda: True) -> int:
        """Until it is; when that was."""
        until(self.is_right, "right picture", alive)
        return time.monotonic_ns()

    def wait_due(self, code: int, alive: Condition = lambda: True) -> None:
        """Until the turn of this item."""
        until(lambda: self.rundown.due(time.monotonic_ns())[0] == code, "its turn", alive)

    def readings(self, since: int, end: int) -> list[Reading]:
        """What was seen between two instants, once the recorder has been left."""
        first = bisect_right(self._readings, since, key=lambda one: one.at)
        last = bisect_left(self._readings, end, key=lambda one: one.at)
        standing = [self._readings[first - 1]._replace(at=since)] if first else []
        return [*standing, *self._readings[first:last], Reading(end, None, None)]

    def wrong(self, since: int, end: int) -> list[Stretch]:
        return self.rundown.wrong(self.readings(since, end))

    def bare(self, since: int, end: int) -> list[Stretch]:
        """When nothing was to be seen between two instants. The recorder may be late to see that there is a picture."""
        cut = [Stretch(max(one.begin, since), min(one.end, end)) for one in self._bare]
        least = {True: HALF_WRITTEN, False: LATE * 1000}
        return [one for one in cut if one.end - one.begin > least[one.begin > since]]


@contextmanager
def watching(gate: Watched, screen: XServer, folder: Path) -> Iterator[Watch]:
    """The screen is recorded meanwhile."""
    with Recorder(screen, folder) as recorder:
        yield Watch(gate, screen, recorder)


def longest(stretches: Sequence[Stretch]) -> float:
    """In seconds."""
    return max((one.seconds for one in stretches), default=0.0)
