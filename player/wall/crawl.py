"""A zone in which banners crawl, one after another without a gap.

The strip of a cue enters at the right edge at the cue's start and moves `step` pixels an output frame, so where it is
follows from the clock alone. Its tail is still on the wall while the next strip enters. Strips come in tiles, which a
decoder draws ahead of their time.
"""

from collections import deque
from collections.abc import Callable, Iterable

import pygame

from player.core.geometry import Size
from player.core.model import Banner, Item
from player.core.pacing import crawl_x, next_frame
from player.core.plan import Cue
from player.core.units import Instant
from player.media.channel import Message
from player.media.decoder import TILE_WIDTH, Decoder
from player.media.effort import Effort
from player.media.jobs import Job
from player.wall.clips import Clip, Showing, State, surface_of

Opening = Callable[[Item], tuple[Decoder, Job]]


class StripClip(Clip):
    """The tiles of one strip that are near the zone."""

    def __init__(self, decoder: Decoder, job: Job, item_id: str) -> None:
        super().__init__(decoder, job, item_id, Instant(0))
        assert isinstance(job.content, Banner)
        self.banner = job.content
        self.opaque = _alpha(self.banner.style.ground) == 255
        self._free = list(range(decoder.layout.slots))
        self._tiles: dict[int, int | None] = {}
        """Slot of each tile that is drawn; None while it is asked for."""
        self._asked: dict[int, int] = {}

    def take(self, message: Message) -> None:
        match message:
            case ["tile", int(slot), int(index)] if self._asked.get(index) == slot:
                del self._asked[index]
                if index in self._tiles:
                    self._tiles[index] = slot
                    self.state = State.READY
                else:
                    self._free.append(slot)

    def want(self, indices: set[int]) -> None:
        """Keep just these tiles, nearest first; ask for those that are not there."""
        for index in [index for index in self._tiles if index not in indices]:
            slot = self._tiles.pop(index)
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

    def blit(self, target: pygame.Surface, x: int, y: int, indices: Iterable[int]) -> None:
        """Draw these tiles of the strip whose left edge is at `x`."""
        for index in indices:
            slot = self._tiles.get(index)
            if slot is not None:
                surface = surface_of(self.decoder.memory.slot(slot), self.decoder.layout.slot, self.opaque)
                width = min(TILE_WIDTH, self.banner.width - index * TILE_WIDTH)
                target.blit(surface, (x + index * TILE_WIDTH, y), (0, 0, width, self.banner.height))

    def advance(self, now: Instant) -> bool:
        del now
        return False


class CrawlClip(Showing):
    """All the strips on the zone; stays while one banner follows another."""

    def __init__(self, opening: Opening, cues: list[Cue], size: Size, fps: int) -> None:
        super().__init__("", Instant(0))
        self._opening, self._size, self._fps = opening, size, fps
        self._cues: deque[Cue] = deque()
        self._strips: dict[str, StripClip] = {}
        self._spans: list[tuple[StripClip, int, range]] = []
        self._frame: Instant | None = None
        for cue in cues:
            self.follow(cue)

    def follow(self, cue: Cue) -> None:
        """The banner of `cue` is the one that enters now."""
        assert cue.item is not None
        self.item_id, self.begin = cue.item.id, Instant(cue.start - cue.offset)
        self._cues.append(cue)
        self.prepare(cue.item)

    def prepare(self, item: Item) -> None:
        """Have the first tiles of a coming banner drawn."""
        strip = self._strips.get(item.id)
        if strip is None or strip.state is State.FAILED:
            decoder, job = self._opening(item)
            strip = self._strips[item.id] = StripClip(decoder, job, item.id)
            strip.want({0})

    @property
    def ready(self) -> bool:
        return self._frame is not None and all(strip.has(span) for strip, _, span in self._spans)

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
        self._spans = []
        needed: dict[str, set[int]] = {}
        for cue in list(self._cues):
            assert cue.item is not None
            strip = self._strips[cue.item.id]
            x = crawl_x(now, Instant(cue.start - cue.offset), self._size.width, strip.banner.step, self._fps)
            if x + strip.banner.width <= 0 and cue is not self._cues[-1]:
                self._cues.remove(cue)
                continue
            span = _visible(x, strip.banner.width, self._size.width)
            self._spans.append((strip, x, span))
            last = -(-strip.banner.width // TILE_WIDTH) - 1
            needed.setdefault(cue.item.id, set()).update(span, {min(span.stop, last)})
        for item_id, indices in needed.items():
            self._strips[item_id].want(indices)
        self._drop_idle(needed)
        self._frame = now
        if self.state is State.OPENING and self.ready:
            self.state = State.READY
        return True

    def _drop_idle(self, needed: dict[str, set[int]]) -> None:
        # A strip that was prepared but has not entered yet has its first tile only: keep the newest such one.
        idle = [item_id for item_id in self._strips if item_id not in needed]
        for item_id in idle[:-1]:
            self._strips.pop(item_id).close()

    @property
    def hides(self) -> bool:
        return all(strip.opaque for strip, _, _ in self._spans)

    def deadline(self, now: Instant) -> Instant | None:
        return next_frame(now, self._fps)

    def paint(self, target: pygame.Surface, origin: tuple[int, int]) -> None:
        x, y = origin
        area = pygame.Rect(x, y, *self._size)
        if self._spans:
            _fill(
                target, area, self._spans[-1][0].banner.style.ground, [self._covered(x, span) for span in self._spans]
            )
        for strip, left, span in self._spans:
            strip.blit(target, x + left, y, span)

    def _covered(self, x: int, span: tuple[StripClip, int, range]) -> tuple[int, int]:
        strip, left, indices = span
        if not strip.has(indices):
            return (x, x)
        return x + max(0, left), x + min(self._size.width, left + strip.banner.width)

    def close(self) -> None:
        for strip in self._strips.values():
            strip.close()


def _visible(x: int, strip_width: int, zone_width: int) -> range:
    """Which tiles of a strip at `x` lie in the zone."""
    first, end = max(0, -x), min(strip_width, zone_width - x)
    return range(first // TILE_WIDTH, -(-end // TILE_WIDTH)) if end > first else range(0)


def _alpha(colour: str) -> int:
    return int(colour[7:9], 16) if len(colour) == 9 else 255


def _fill(target: pygame.Surface, area: pygame.Rect, ground: str, covered: list[tuple[int, int]]) -> None:
    """Lay the ground where no strip lies: between and around the covered stretches of the row."""
    left = area.x
    for start, end in [*sorted(covered), (area.right, area.right)]:
        if start > left:
            _lay(target, pygame.Rect(left, area.y, start - left, area.height), ground)
        left = max(left, end)


def _lay(target: pygame.Surface, area: pygame.Rect, ground: str) -> None:
    colour = pygame.Color(ground)
    if colour.a == 255:
        target.fill(colour, area)
    elif colour.a:
        pane = pygame.Surface(area.size, pygame.SRCALPHA)
        pane.fill(colour)
        target.blit(pane, area)
