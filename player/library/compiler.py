"""Playlists as written to a show: complete, immutable, everything in it admitted and probed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath

from player.config.language import _
from player.config.playlists import Reading
from player.config.settings import Config
from player.core.faults import ContentFault, Fault
from player.core.geometry import Size
from player.core.model import Banner, Clock, DateRange, Direction, Item, Playlist, Show, Window, Zone, arranged
from player.core.pacing import crawl_span, seamless_width, whole_step
from player.core.units import MINUTE
from player.library import centralshow
from player.library.centralshow import Central
from player.library.inboxitems import SOURCE, is_in
from player.library.intake import Intake
from player.library.items import content_id
from player.library.unfolding import source_of, unfold_playlists

_NEVER = (Window((DateRange(date.min, date.min),)),)
"""Opening hours of a wall that is to be black."""


@dataclass(frozen=True, slots=True)
class Compilation:
    """A show, and what is wrong with the media that it was to have. The faults of the reading are not repeated.

    `passing`: another compile may do better though nobody edits anything. `notes` are advice, no faults."""

    show: Show
    faults: tuple[Fault, ...]
    passing: bool
    notes: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Watched:
    """What the watched folder gives. Of the folders in it that are `away` (of all when that has "") nobody has
    withdrawn anything."""

    playlists: tuple[Playlist, ...]
    away: tuple[str, ...] = ()


def compile_show(
    config: Config,
    reading: Reading,
    intake: Intake,
    previous: Show | None,
    watched: Watched | None = None,
    central: Central | None = None,
) -> Compilation:
    """The show of `config`, the playlists read, the watched folder and the central server.

    A file with a fault, in what it says or in a file that it names, keeps the playlists that it had in `previous`;
    without such, what is good of it plays. Raises Cancelled.
    """
    zones = {zone.name: zone for zone in config.zones}
    root = config.sources.playlists
    made: dict[str, list[Playlist]] = {}
    unfolded = unfold_playlists(reading.playlists, intake, root.resolve() if root else Path("/"), config)
    for _spec, playlist in unfolded.playlists:
        made.setdefault(playlist.source, []).append(playlist)
    faulty = {*reading.files, *map(source_of, unfolded.faulty)}
    if reading.unlisted:
        # A drive that is not there, a folder being replaced, no file handles left: nobody has withdrawn anything.
        files = _sources(previous) - {clock_source(config), SOURCE, centralshow.SOURCE, centralshow.ALERTS}
        faulty |= {file for file in files if not {"", *_above(file)}.isdisjoint(reading.unlisted)}
    if central and central.held:
        faulty |= {centralshow.SOURCE, centralshow.ALERTS}
    for source in sorted(faulty):
        kept = _kept(previous, source, zones, config.fps, intake)
        if kept:
            made[source] = kept
    if watched:
        made[SOURCE] = [*watched.playlists, *_away(previous, watched, zones, config.fps, intake)]
    if central and not central.held:
        made[centralshow.SOURCE] = list(central.playlists)
    playlists = [playlist for source in made.values() for playlist in source]
    playlists = [_running_out(playlist, zones, config.fps) for playlist in _allowed(playlists, central)]
    show = _show(config, [*playlists, *_clocks(config)], blank=central is not None and central.blank)
    more = central or Central((), frozenset(), blank=False)
    return Compilation(
        show,
        (*unfolded.faults, *more.faults),
        unfolded.passing or more.passing,
        (*unfolded.notes, *more.notes),
    )


def _allowed(playlists: list[Playlist], central: Central | None) -> Iterator[Playlist]:
    """Without what was taken down, wherever it came from."""
    forbidden = central.forbidden if central else frozenset()
    for playlist in playlists:
        items = tuple(item for item in playlist.items if getattr(item.content, "asset", "") not in forbidden)
        if items:
            yield playlist if len(items) == len(playlist.items) else replace(playlist, items=items)


def clock_source(config: Config) -> str:
    """The source of the built-in playlists."""
    return config.file.name


def _show(config: Config, playlists: list[Playlist], *, blank: bool) -> Show:
    return arranged(
        Show(
            gate=config.gate,
            timezone=config.timezone,
            language=config.language,
            canvas=config.canvas,
            fps=config.fps,
            zones=config.zones,
            playlists=tuple(playlists),
            hours=_NEVER if blank else config.hours,
        )
    )


def _sources(show: Show | None) -> set[str]:
    return {playlist.source for playlist in show.playlists} if show else set()


def _above(file: str) -> Iterator[str]:
    """The folders that a file of playlists lies in."""
    return (path.as_posix() for path in PurePosixPath(file).parents)


def _clocks(config: Config) -> list[Playlist]:
    """One playlist of a minute for each zone that shows the time."""
    playlists = []
    for clock in config.clocks:
        content = Clock(clock.style)
        item = Item(content_id(content), _("clock"), content, MINUTE)
        playlists.append(Playlist(f"clock#{clock.zone}", _("clock"), clock.zone, clock_source(config), (item,)))
    return playlists


def _kept(previous: Show | None, source: str, zones: dict[str, Zone], fps: int, intake: Intake) -> list[Playlist]:
    """The last good playlists of a source, as far as they still can be shown in the zones that there are now."""
    kept = []
    for playlist in previous.playlists if previous else ():
        zone = zones.get(playlist.zone)
        if playlist.source != source or zone is None:
            continue
        assert previous is not None
        items = (_refitted(item, zone, previous.fps, fps, intake) for item in playlist.items)
        present = tuple(item for item in items if item and _is_here(item, intake))
        if present:
            kept.append(replace(playlist, items=present))
    return kept


def _away(previous: Show | None, watched: Watched, zones: dict[str, Zone], fps: int, intake: Intake) -> list[Playlist]:
    """What the folders that cannot be looked at just now had to show."""
    here = {playlist.id for playlist in watched.playlists}
    return [
        playlist
        for playlist in _kept(previous, SOURCE, zones, fps, intake)
        if playlist.id not in here and any(is_in(playlist, folder) for folder in watched.away)
    ]


def _refitted(item: Item, zone: Zone, old_fps: int, fps: int, intake: Intake) -> Item | None:
    """A banner measured anew when its zone's size or the frame rate is another."""
    banner, size = item.content, zone.rect.size
    if not isinstance(banner, Banner):
        return item
    if banner.height == size.height and banner.across in (0, size.width) and old_fps == fps:
        return item
    try:
        content = intake.measured(replace(banner, step=whole_step(banner.step * old_fps, fps)), size, fps)
    except ContentFault:
        return None
    return replace(item, id=content_id(content), content=content, span=crawl_span(content.width, content.step, fps))


def _running_out(playlist: Playlist, zones: dict[str, Zone], fps: int) -> Playlist:
    """With more time for each banner that another kind of item follows: until the last of it has left the zone."""
    size = zones[playlist.zone].rect.size
    following = (*playlist.items[1:], playlist.items[0])
    items = [_with_time_to_leave(*pair, size, fps) for pair in zip(playlist.items, following, strict=True)]
    return replace(playlist, items=tuple(items))


def _with_time_to_leave(item: Item, following: Item, size: Size, fps: int) -> Item:
    banner, after = item.content, following.content
    if not isinstance(banner, Banner) or (isinstance(after, Banner) and after.direction is banner.direction):
        return item
    extent = size.height if banner.direction is Direction.UP else size.width
    length = seamless_width(banner.width + extent, banner.step, fps)
    return replace(item, span=crawl_span(length, banner.step, fps))


def _is_here(item: Item, intake: Intake) -> bool:
    asset = getattr(item.content, "asset", "")
    return not asset or intake.blobs.has(asset)
