"""A zone in which banners crawl, to the left or upwards, one after another without a gap.

The strip of a cue enters at the zone's far edge at the cue's start and moves `step` pixels an output frame; what was
on before it goes ahead of it. So where everything is follows from the clock alone. Strips come in tiles, which a
decoder draws ahead of their time.
"""

from collections import deque
from collections.abc import Callable, Iterable
from typing import NamedTuple

import pygame

from player.core.geometry import Size
from player.core.model import Banner, Direction, Item
from player.core.pacing import frame_index, next_frame
from player.core.plan import Cue
from player.core.units import Instant
from player.media.channel import Message
from player.media.decoder import TILE_HEIGHT, TILE_WIDTH, Decoder
from player.media.effort import Effort
from player.media.jobs import Job
from player.wall.clips import Clip, Showing, State
from player.wall.pixels import surface_of
from player.wall.steadiness import Observer, Steadiness

Opening = Callable[[Item], tuple[Decoder, Job]]


class StripClip(Clip):
    """The tiles of one strip that are near the zone."""

    def __init__(self, decoder: Decoder, job: Job, item_id: str) -> None:
        super().__init__(decoder, job, item_id, Instant(0))
        assert isinstance(job.content, Banner)
        self.banner = job.content
        self.opaque = _alpha(self.banner.style.ground) == 255
        self.upward = self.banner.direction is Direction.UP
        self.tile = TILE_HEIGHT if self.upward else TILE_WIDTH
        self._count = -(-self.banner.width // self.tile)
        self._free = list(range(decoder.layout.slots))
        self._tiles: dict[int, int | None] = {}
        """Slot of each tile that is drawn; None while it is asked for."""
        self._asked: dict[int, int] = {}
        self._surfaces: dict[int, pygame.Surface] = {}
        """Those of drawn tiles, in the target's own format, in which they are copied soonest."""
        self._wanted: frozenset[int] = frozenset()

    def take(self, message: Message) -> None:
        match message:
            case ["tile", int(slot), int(index)] if self._asked.get(index) == slot:
                del self._asked[index]
                if index in self._tiles:
                    self._tiles[index] = slot
                    self.state = State.READY
                else:
                    self._free.append(slot)

    def tiles(self, start: int, end: int) -> range:
        """The tiles in which the pixels `start` to `end` of the strip lie."""
        if end <= start:
            return range(0)
        return range(max(0, start // self.tile), min(self._count, -(-end // self.tile)))

    def want(self, indices: frozenset[int]) -> None:
        """Keep just these tiles; ask for those that are not there."""
        if indices == self._wanted and len(self._tiles) == len(indices):
            return
        self._wanted = indices
        for index in [index for index in self._tiles if index not in indices]:
            slot = self._tiles.pop(index)
            self._surfaces.pop(index, None)
            if slot is not None:
                self._free.append(slot)
        for index in sorted(indices):
            if index not in self._tiles and self._free and not self.decoder.gone and index not in self._asked:
                slot = self._free.pop()
                self._tiles[index] = None
                self._asked[index] = slot
                self.decoder.tell("tile", index, slot)

    def has(self, indices: Iterable[int]) -> bool:
        return all(self._tiles.get(index) is not None for index in indices)

    def blit(self, target: pygame.Surface, corner: tuple[int, int], part: "Part", across: int) -> None:
        """Draw a part of the strip in the zone whose top left corner is given, `across` pixels across its way."""
        x, y = corner
        for index in part.tiles:
            surface = self._surface(index, target)
            if surface is None:
                continue
            begin = part.origin + index * self.tile
            skipped = max(0, part.start - begin)
            length = min(part.end - begin, self.banner.width - index * self.tile, self.tile) - skipped
            if self.upward:
                target.blit(surface, (x, y + begin + skipped), (0, skipped, across, length))
            else:
                target.blit(surface, (x + begin + skipped, y), (skipped, 0, length, across))

    def _surface(self, index: int, target: pygame.Surface) -> pygame.Surface | None:
        slot = self._tiles.get(index)
        if slot is not None and index not in self._surfaces:
            surface = surface_of(self.decoder.memory.slot(slot), self.decoder.layout.slot, self.opaque)
            self._surfaces[index] = surface.convert(target) if self.opaque else surface
        return self._surfaces.get(index)

    def advance(self, now: Instant) -> bool:
        del now
        return False


class Part(NamedTuple):
    """What is seen of a strip: its beginning lies at `origin`, and it is seen from `start` to `end`, in pixels of the
    zone along the way."""

    strip: StripClip
    origin: int
    start: int
    end: int
    tiles: range

    def within(self, frames: int) -> range:
        """The tiles that are seen until `frames` from now."""
        ahead = frames * self.strip.banner.step
        return self.strip.tiles(self.start - self.origin, self.end - self.origin + ahead) if frames else self.tiles

    @property
    def covered(self) -> tuple[int, int]:
        """The stretch of the zone that its tiles cover; an empty one while any is missing."""
        if not self.strip.has(self.tiles):
            return self.start, self.start
        return self.start, min(self.end, self.origin + self.strip.banner.width)


class _Passage(NamedTuple):
    """A cue on its way, in output frames: it enters at `entry`, with what it would show `entered` pixels in."""

    strip: StripClip
    entry: int
    entered: int


class CrawlClip(Showing):
    """All the strips on the zone; stays while one banner follows another."""

    def __init__(self, opening: Opening, cues: list[Cue], size: Size, fps: int) -> None:
        super().__init__("", Instant(0))
        assert cues[-1].item is not None
        assert isinstance(cues[-1].item.content, Banner)
        self._upward = cues[-1].item.content.direction is Direction.UP
        self._extent, self._across = (size.height, size.width) if self._upward else size
        self._opening, self._size, self._fps = opening, size, fps
        self._passages: deque[_Passage] = deque()
        self._strips: dict[str, StripClip] = {}
        self._coming: StripClip | None = None
        """The strip that is to enter next; it may be one that is on already."""
        self._parts: list[Part] = []
        self._frame: int | None = None
        self.steadiness = Steadiness()
        self._observer = Observer(fps, (self.steadiness,))
        for cue in cues:
            self.follow(cue)

    def takes(self, item: Item) -> bool:
        """Whether `item` can follow on what crawls here."""
        return isinstance(item.content, Banner) and (item.content.direction is Direction.UP) == self._upward

    def follow(self, cue: Cue) -> None:
        """The banner of `cue` is the one that enters now."""
        assert cue.item is not None
        self.item_id, self.begin = cue.item.id, Instant(cue.start - cue.offset)
        strip = self._strip(cue.item)
        self._coming = None
        entry = frame_index(cue.start, self._fps)
        entered = (entry - frame_index(self.begin, self._fps)) * strip.banner.step
        self._passages.append(_Passage(strip, entry, entered))

    def prepare(self, item: Item) -> None:
        """Have the first tiles of a coming banner drawn."""
        self._coming = self._strip(item)

    def _strip(self, item: Item) -> StripClip:
        strip = self._strips.get(item.id)
        if strip is None or strip.state is State.FAILED:
            decoder, job = self._opening(item)
            strip = self._strips[item.id] = StripClip(decoder, job, item.id)
            strip.want(frozenset({0}))
        return strip

    @property
    def ready(self) -> bool:
        """Whether all that is seen is drawn; before it is first seen, also what comes into sight in half a second, so
        that no letters appear in mid-way."""
        if self._frame is None:
            return False
        runway = self._fps // 2 if self.state is State.OPENING else 0
        return all(part.strip.has(part.within(runway)) for part in self._parts)

    @property
    def unborn(self) -> bool:
        entering = self._strips.get(self.item_id)
        return entering is not None and entering.unborn

    def sockets(self) -> list[Decoder]:
        return [strip.decoder for strip in self._strips.values() if not strip.decoder.gone]

    def effort(self) -> Effort | None:
        entering = self._strips.get(self.item_id)
        return entering.effort() if entering else None

    def poll(self) -> None:
        for strip in self._strips.values():
            strip.poll()
        failed = self._strips.get(self.item_id)
        if failed is not None and failed.state is State.FAILED:
            self.state, self.reason, self.deliberate = State.FAILED, failed.reason, failed.deliberate

    def advance(self, now: Instant) -> bool:
        """Place the strips for `now`, ask for tiles ahead, drop what has left."""
        frame = frame_index(now, self._fps)
        self._place(frame)
        while len(self._passages) > len(self._parts):
            self._passages.popleft()
        needed: dict[StripClip, set[int]] = {}
        for part in self._parts:
            wanted = part.strip.tiles(part.start - part.origin, part.end - part.origin + self._ahead(part.strip))
            needed.setdefault(part.strip, set()).update(wanted)
        if self._coming is not None:
            needed.setdefault(self._coming, set()).update(self._coming.tiles(0, self._ahead(self._coming)))
        for strip, indices in needed.items():
            strip.want(frozenset(indices))
        if len(needed) < len(self._strips):
            self._drop_idle(needed)
        for passed in range(frame if self._frame is None else max(self._frame + 1, frame - self._fps), frame + 1):
            self._observer.take(passed, frame)
        self._frame = frame
        if self.state is State.OPENING and self.ready:
            self.state = State.READY
        return True

    def presented(self, at: Instant) -> None:
        self._observer.presented(at)

    def _ahead(self, strip: StripClip) -> int:
        """How far ahead tiles are drawn: one, or half a second's."""
        return max(strip.tile, strip.banner.step * self._fps // 2)

    def _place(self, frame: int) -> None:
        """Where the strips are: the one that entered last by its own step, those before it ahead of it, in its way."""
        parts: list[Part] = []
        end, left = self._extent, frame
        for passage in reversed(self._passages):
            if end <= 0 and parts:
                break
            strip = passage.strip
            start = end - strip.banner.step * (left - passage.entry)
            origin = start - passage.entered
            seen = max(0, start)
            parts.append(Part(strip, origin, seen, end, strip.tiles(seen - origin, end - origin)))
            end, left = start, passage.entry
        parts.reverse()
        self._parts = parts

    def _drop_idle(self, needed: Iterable[StripClip]) -> None:
        kept = set(needed)
        for item_id in [item_id for item_id, strip in self._strips.items() if strip not in kept]:
            self._strips.pop(item_id).close()

    @property
    def hides(self) -> bool:
        return all(part.strip.opaque for part in self._parts)

    def deadline(self, now: Instant) -> Instant | None:
        return next_frame(now, self._fps)

    def paint(self, target: pygame.Surface, origin: tuple[int, int]) -> None:
        if not self._parts:
            return
        ground = self._parts[-1].strip.banner.style.ground
        for start, end in gaps([part.covered for part in self._parts], self._extent):
            _lay(target, self._area(origin, start, end), ground)
        for part in self._parts:
            part.strip.blit(target, origin, part, self._across)

    def _area(self, origin: tuple[int, int], start: int, end: int) -> pygame.Rect:
        """The stretch of the zone from `start` to `end` along the way."""
        x, y = origin
        if self._upward:
            return pygame.Rect(x, y + start, self._across, end - start)
        return pygame.Rect(x + start, y, end - start, self._across)

    def close(self) -> None:
        for strip in self._strips.values():
            strip.close()


def gaps(covered: Iterable[tuple[int, int]], extent: int) -> list[tuple[int, int]]:
    """What the stretches `covered`, in order, leave free of 0 to `extent`."""
    found = []
    reached = 0
    for start, end in [*covered, (extent, extent)]:
        if start > reached:
            found.append((reached, min(start, extent)))
        reached = max(reached, end)
    return found


def _alpha(colour: str) -> int:
    return int(colour[7:9], 16) if len(colour) == 9 else 255


def _lay(target: pygame.Surface, area: pygame.Rect, ground: str) -> None:
    colour = pygame.Color(ground)
    if colour.a == 255:
        target.fill(colour, area)
    elif colour.a:
        pane = pygame.Surface(area.size, pygame.SRCALPHA)
        pane.fill(colour)
        target.blit(pane, area)
