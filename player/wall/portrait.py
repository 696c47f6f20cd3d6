"""Pictures of single items as the wall draws them, by the wall's own stage and decoders, for people who must see
exactly what they sign."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import pygame

from player.core.calendar import midnight
from player.core.faults import ContentFault
from player.core.geometry import Rect, Size
from player.core.model import Item, Level, Playlist, Show, Start, Transition, Zone
from player.core.pacing import frame_index, frame_instant
from player.core.rundown import Timetable
from player.core.units import Instant, Span, utc
from player.media.nursery import Nursery
from player.wall.assemble import Slates
from player.wall.opening import Opener
from player.wall.screen import OFFSCREEN, Screen
from player.wall.snapshot import settle
from player.wall.stage import Stage


@dataclass(frozen=True, slots=True)
class Portrait:
    """A picture: `pixels` are its rows from the top, three bytes each pixel, red, green, blue."""

    size: Size
    pixels: bytes


class Painter:
    """Draws what `show` has, its assets lying in the folder `blobs` of a store. One nursery of decoders serves all."""

    def __init__(self, show: Show, blobs: Path, title: str) -> None:
        self._show, self._blobs = show, blobs
        self._stack = ExitStack()
        self._nursery = Nursery()
        self._stack.callback(self._nursery.close)
        self._title = title
        self._screen = Screen(OFFSCREEN, show.canvas)
        self._zones = {zone.name: zone for zone in show.zones}
        self._timetable = Timetable(show)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    def item(self, playlist: Playlist, item: Item, day: Instant, offset: Span) -> Portrait:
        """The zone of `playlist` with nothing but `item` on it, `offset` after its beginning, on the local day that
        holds `day`. An offset past its end shows it once more, which is how a banner follows itself.

        Raises ContentFault with the reason when the wall cannot draw it, DisplayFault when decoders do not answer.
        """
        zone = self._zones[playlist.zone]
        alone = _alone(self._show, zone, playlist, item)
        timetable = Timetable(alone)
        begins = timetable.at(zone.name, midnight(utc(day).astimezone(timetable.tz).date(), timetable.tz))
        assert begins is not None
        at = Instant(begins.end + offset)
        # The opener knows the whole show: what lies over this zone decides where captions stand.
        return self._drawn(alone, lambda one: Opener(self._nursery, self._blobs, self._show, Timetable(one)), at, zone)

    def wall(self, at: Instant) -> Portrait:
        """The whole canvas at an instant. DisplayFault when decoders do not answer."""
        return self._drawn(self._show, lambda one: Opener(self._nursery, self._blobs, one, self._timetable), at, None)

    def _drawn(self, show: Show, opener: Callable[[Show], Opener], at: Instant, only: Zone | None) -> Portrait:
        rect = only.rect if only else Rect(0, 0, *show.canvas)
        shown = frame_instant(frame_index(at, show.fps), show.fps)
        with ExitStack() as stack:
            slates = Slates(self._nursery, self._title, show.language)
            stack.callback(slates.close)
            stage = Stage(show, lambda one, _timetable: opener(one), _no_slate if only else slates)
            stack.callback(stage.close)
            settle(stage, shown)
            if only and stage.troubles:
                raise ContentFault(stage.troubles[0].reason)
            surface = self._screen.surface
            stage.paint(surface, [rect], shown)
            part = surface.subsurface(pygame.Rect(rect))
            return Portrait(rect.size, pygame.image.tobytes(part, "RGB"))


def _no_slate(_zone: Zone) -> None:
    return None


def _alone(show: Show, zone: Zone, playlist: Playlist, item: Item) -> Show:
    """A show that is always open and plays one item for ever, without a transition."""
    item = replace(item, first=None, last=None, transition=Transition())
    playlist = replace(
        playlist,
        items=(item,),
        level=Level.NORMAL,
        windows=(),
        start=Start.SOFT,
        every=None,
        since=None,
        until=None,
    )
    return replace(show, zones=(zone,), playlists=(playlist,), hours=())
