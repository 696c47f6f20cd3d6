"""From a cue to a clip: which decoder to ask for what."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path

from player.core.cadence import Cadence
from player.core.model import Banner, Direction, Film, Item, Notice, Page, Picture, Show, Zone
from player.core.pacing import frame_index
from player.core.plan import Cue
from player.core.rundown import Timetable
from player.core.units import SECOND, Instant, Span
from player.media.decoder import Decoder
from player.media.jobs import Job
from player.media.nursery import Nursery
from player.wall.clips import FilmClip, Showing, StillClip
from player.wall.crawl import CrawlClip
from player.wall.steadiness import Steadiness


class Opener:
    """Opens the clips of one show. `figures`: how evenly films have come up so far."""

    def __init__(
        self, nursery: Nursery, blobs: Path, show: Show, timetable: Timetable, figures: Steadiness | None = None
    ) -> None:
        self._nursery, self._blobs, self._show, self._timetable = nursery, blobs, show, timetable
        self.figures = figures or Steadiness()
        self._slowest = min(_steps(show), default=1)
        self._bands = {zone.name: band_of(zone, show) for zone in show.zones}

    def __call__(self, zone: Zone, cue: Cue, now: Instant) -> Showing:
        """The clip of `cue`, begun so that it can be shown from `now`."""
        assert cue.item is not None
        begin = Instant(cue.start - cue.offset)
        size = zone.rect.size
        match cue.item.content:
            case Banner():
                return CrawlClip(lambda item: self._decoder(item, zone), self._crawl(zone, cue), size, self._show.fps)
            case Film():
                fps = self._show.fps
                reached = Cadence.of(begin, fps).reached(frame_index(now, fps))
                decoder, job = self._decoder(cue.item, zone, offset=reached)
                return FilmClip(decoder, job, cue.item.id, begin, fps, self.figures)
            case _:
                decoder, job = self._decoder(cue.item, zone, at=cue.start)
                return StillClip(decoder, job, cue.item.id, begin)

    def _crawl(self, zone: Zone, cue: Cue) -> list[Cue]:
        """`cue`, after the banners without a break before it whose tails are still on the wall when it begins."""
        assert cue.item is not None
        assert isinstance(cue.item.content, Banner)
        direction = cue.item.content.direction
        extent = zone.rect.height if direction is Direction.UP else zone.rect.width
        frames = -(-extent // self._slowest)
        since = Instant(cue.start - Span(frames * SECOND // self._show.fps))
        found = deque([cue])
        for segment in reversed([*self._timetable.segments(zone.name, since, cue.start)]):
            banner = segment.item.content if segment.item is not None else None
            if segment.start >= cue.start:
                continue
            if segment.end != found[0].start or not isinstance(banner, Banner) or banner.direction is not direction:
                break
            found.appendleft(segment)
        return [*found]

    def _decoder(self, item: Item, zone: Zone, offset: Span = Span(0), at: Instant = Instant(0)) -> tuple[Decoder, Job]:
        show = self._show
        path = self._path(item)
        band = self._bands[zone.name]
        job = Job(item.content, path, zone.rect.size, offset, at, show.timezone, show.language, band)
        return Decoder(self._nursery, job), job

    def _path(self, item: Item) -> str:
        match item.content:
            case Picture(asset=asset) | Film(asset=asset) | Page(asset=asset) | Notice(asset=asset) if asset:
                return str(self._blobs / asset[:2] / asset)
            case _:
                return ""


def _steps(show: Show) -> Iterator[int]:
    contents = (item.content for playlist in show.playlists for item in playlist.items)
    return (content.step for content in contents if isinstance(content, Banner))


def band_of(zone: Zone, show: Show) -> tuple[int, int]:
    """How many rows at the top and at the bottom of `zone` lie under wider zones that have something to show."""
    mine = zone.rect
    top = bottom = 0
    for other in show.zones[show.zones.index(zone) + 1 :]:
        rect = other.rect
        wide = rect.x <= mine.x and rect.right >= mine.right
        if not wide or rect.height * 2 > mine.height or not any(one.zone == other.name for one in show.playlists):
            continue
        if rect.y < mine.bottom <= rect.bottom:
            bottom = max(bottom, mine.bottom - rect.y)
        elif rect.y <= mine.y < rect.bottom:
            top = max(top, rect.bottom - mine.y)
    return top, bottom
