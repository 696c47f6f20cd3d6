"""A stage whose banners are drawn by the test: every column (or row) of a strip is a colour of its own."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pygame
from numpy.typing import NDArray

from player.core.geometry import Rect, Size
from player.core.model import Banner, Direction, Item, Playlist, Show, Style, Zone
from player.core.pacing import crawl_span, frame_index, frame_instant
from player.core.rundown import Timetable
from player.core.units import Instant, Span
from player.media.channel import Message
from player.media.decoder import Decoder, _layout
from player.media.effort import Effort
from player.media.jobs import Job
from player.media.sharing import SharedMemory
from player.wall.opening import Opener
from player.wall.stage import Stage

FPS = 60
GROUND = 0x00FF00
WIDE = Size(200, 8)
_STYLE = Style(ground="#00FF00")


class PainterDecoder(Decoder):
    """Draws a tile at once when it is asked for one, unless it is `frozen` or the tile is one of `late`."""

    def __init__(self, job: Job) -> None:
        self.layout = _layout(job, 0)
        self.memory = SharedMemory.create(self.layout)
        self.unborn = self.gone = False
        self.frozen = False
        self.late: set[int] = set()
        self._owed: list[tuple[int, int]] = []
        self.asked: list[int] = []
        self._job = job
        self._said: list[Message] = []

    def fileno(self) -> int:
        return 0

    def messages(self) -> Iterator[Message]:
        said, self._said = self._said, []
        yield from said

    def effort(self) -> Effort | None:
        return Effort(1, 0, False)

    def tell(self, *message: object) -> None:
        match message:
            case ["tile", int(index), int(slot)]:
                self.asked.append(index)
                if index in self.late:
                    self._owed.append((index, slot))
                elif not self.frozen:
                    self._deliver(index, slot)

    def catch_up(self) -> None:
        """Draw what was late."""
        owed, self._owed, self.late = self._owed, [], set()
        for index, slot in owed:
            self._deliver(index, slot)

    def _deliver(self, index: int, slot: int) -> None:
        self._draw(index, slot)
        self._said.append(["tile", slot, index])

    def _draw(self, index: int, slot: int) -> None:
        banner = self._job.content
        assert isinstance(banner, Banner)
        width, height = self.layout.slot
        extent, across = (height, width) if banner.direction is Direction.UP else (width, height)
        along = np.arange(extent, dtype=np.uint32) + index * extent
        colours = 0xFF000000 | int(banner.text) << 16 | along
        tile = np.tile(colours, (across, 1))
        pixels = tile.T if banner.direction is Direction.UP else tile
        self.memory.slot(slot)[:] = np.ascontiguousarray(pixels).tobytes()

    def close(self) -> None:
        self.gone = True


class StudioOpener(Opener):
    """Opens painted strips, and remembers their decoders."""

    def __init__(self, show: Show, timetable: Timetable, decoders: list[PainterDecoder], late: set[int]) -> None:
        super().__init__(None, Path(), show, timetable)  # type: ignore[arg-type]
        self._decoders, self._late = decoders, late

    def _decoder(self, item: Item, zone: Zone, offset: Span = Span(0), at: Instant = Instant(0)) -> tuple[Decoder, Job]:
        del offset, at
        job = Job(item.content, "", zone.rect.size)
        self._decoders.append(PainterDecoder(job))
        self._decoders[-1].late = set(self._late)
        return self._decoders[-1], job


class Studio:
    """One zone, `ticker`, that fills the canvas, and a stage for it."""

    def __init__(self, playlists: Sequence[Playlist], size: Size = WIDE) -> None:
        zone = Zone("ticker", Rect(0, 0, *size), hide_when_empty=True)
        self.show = Show("test", "Asia/Ho_Chi_Minh", "en", size, FPS, (zone,), tuple(playlists))
        self.size = size
        self.decoders: list[PainterDecoder] = []
        self.late: set[int] = set()
        """Tiles that decoders made from now on do not draw until they catch up."""
        contents = [item.content for playlist in playlists for item in playlist.items]
        self._upward = any(isinstance(one, Banner) and one.direction is Direction.UP for one in contents)
        self.stage = self.another_wall()

    def another_wall(self) -> Stage:
        return Stage(
            self.show,
            lambda show, timetable: StudioOpener(show, timetable, self.decoders, self.late),
            lambda _zone: None,
        )

    def seen(self, frame: int, stage: Stage | None = None) -> NDArray[np.uint32]:
        """The pixels along the way in an output frame, 0xNNPPPP: strip NN, its pixel PPPP; the rows must agree."""
        stage = stage or self.stage
        now = frame_instant(frame, FPS)
        stage.tick(now)
        surface = pygame.Surface(self.size, 0, 32)
        stage.paint(surface, [Rect(0, 0, *self.size)], now)
        pixels = np.frombuffer(surface.get_buffer().raw, np.uint32).reshape(self.size.height, -1) & 0xFFFFFF
        lines = pixels.T if self._upward else pixels
        assert (lines == lines[0]).all()
        line: NDArray[np.uint32] = lines[0].copy()
        return line

    def settle(self, frame: int, stage: Stage | None = None) -> NDArray[np.uint32]:
        """What is seen once decoders have delivered."""
        for _turn in range(3):
            self.seen(frame, stage)
        return self.seen(frame, stage)


def banner(number: int, width: int, step: int = 2, direction: Direction = Direction.LEFT, across: int = 0) -> Item:
    """Strip `number`, `width` pixels long, a multiple of 3 steps."""
    assert width % (3 * step) == 0
    content = Banner(str(number), width, 8, step, "", _STYLE, direction, across)
    return Item(f"b{number}-{step}", str(number), content, crawl_span(width, step, FPS))


def frame_of(instant: Instant) -> int:
    return frame_index(instant, FPS)
