"""Clips of one colour that are ready when told, for tests of what is shown when."""

import pygame

from player.core.model import Zone
from player.core.plan import Cue
from player.core.units import Instant
from player.media.decoder import Decoder
from player.media.effort import Effort
from player.wall.clips import Showing
from player.wall.steadiness import Steadiness


class Painted(Showing):
    """A clip that paints its colour."""

    def __init__(self, item_id: str, begin: Instant, colour: str, has_picture: bool) -> None:
        super().__init__(item_id, begin)
        self.colour = colour
        self.has_picture = has_picture
        self.closed = False
        self.work = 0
        self.without_decoder = False

    @property
    def ready(self) -> bool:
        return self.has_picture

    @property
    def unborn(self) -> bool:
        return self.without_decoder

    def sockets(self) -> list[Decoder]:
        return []

    def effort(self) -> Effort | None:
        return Effort(1, self.work, False)

    def poll(self) -> None:
        return None

    def advance(self, now: Instant) -> bool:
        del now
        return False

    def paint(self, target: pygame.Surface, origin: tuple[int, int]) -> None:
        target.fill(pygame.Color(self.colour), pygame.Rect(origin, target.get_size()))

    def close(self) -> None:
        self.closed = True


class Studio:
    """Opens painted clips and remembers them: the title of an item is its colour."""

    def __init__(self, at_once: bool = False) -> None:
        self.at_once = at_once
        """Whether clips are ready as soon as they are opened."""
        self.starved = False
        """Whether no decoder can be started."""
        self.opened: list[Painted] = []
        self.figures = Steadiness()

    def __call__(self, zone: Zone, cue: Cue, now: Instant) -> Showing:
        del zone, now
        assert cue.item is not None
        clip = Painted(cue.item.id, Instant(cue.start - cue.offset), cue.item.title, self.at_once and not self.starved)
        clip.without_decoder = self.starved
        self.opened.append(clip)
        return clip

    def finish(self) -> None:
        for clip in self.opened:
            clip.has_picture = True


def no_slate(zone: Zone) -> Showing | None:
    del zone
    return None
