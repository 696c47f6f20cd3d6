"""Playlists from the watched folder: the top level and each subfolder is one, what has hours of its own another."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from player.config.language import _, language_in_use
from player.config.settings import Config
from player.core.faults import ContentFault
from player.core.geometry import Size
from player.core.model import (
    SCREEN,
    Banner,
    Content,
    DateRange,
    Item,
    Level,
    Playlist,
    Window,
    Zone,
    canvas_of,
    plain_zone,
)
from player.library import sources
from player.library.feeds import FeedStore
from player.library.filenames import SETTINGS, TEXTS, shown_name
from player.library.inboxbeside import Aside, Beside, caption_trouble, folder_of, own_name
from player.library.inboxentries import Entry, State
from player.library.inboxspecs import spec_of
from player.library.intake import Asset, Intake
from player.library.items import Unfolder
from player.library.naturally import natural_key
from player.library.unfolding import silenced
from player.media.text.troubles import Trouble

SOURCE = sources.FOLDER
"""The source of its playlists."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What has become of one file, for those who ask. `name` is fit to be shown; `reason` says why it does not play,
    or whose caption or settings it is (BESIDE). What it plays is `items` of `playlist` in `zone`."""

    name: str
    state: State
    reason: str = ""
    sha: str = ""
    zone: str = ""
    playlist: str = ""
    items: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Presented:
    """The folder's playlists, and what became of each file, in the order of their names."""

    playlists: tuple[Playlist, ...]
    seen: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class _Places:
    """Where things go."""

    main: Zone
    ticker: Zone | None
    screen: Zone


@dataclass(frozen=True, slots=True)
class _Made:
    items: tuple[Item, ...]
    refusal: str
    notes: tuple[str, ...]


class InboxItems:
    """Makes them, each file once while neither it nor what it depends on changes. Owned by one thread."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._made: dict[tuple[str, str], tuple[tuple[Any, ...], _Made]] = {}
        """By the file's name and the zone."""

    def present(
        self, entries: Iterable[Entry], config: Config, title: str, approved: frozenset[str] | None
    ) -> Presented:
        """The playlists of `entries`; `title` is that of the top level's. `approved` None: everything is."""
        ordered = sorted(entries, key=lambda entry: (folder_of(entry), natural_key(own_name(entry))))
        aside = Aside(ordered)
        seen: list[Seen] = []
        groups: dict[_Key, list[Item]] = {}
        for entry in ordered:
            known = self._seen(entry, aside, approved)
            if known.state is State.GOOD or (entry.content and known.state not in _WITHHELD):
                known = self._placed(entry, known, aside.of(entry, approved), config, groups)
            seen.append(known)
        here = {entry.name for entry in ordered}
        self._made = {key: made for key, made in self._made.items() if key[0] in here}
        levels = {shown_name(folder_of(entry)): entry.level for entry in ordered}
        playlists = (_playlist(key, items, levels[key.folder], title) for key, items in groups.items())
        return Presented(tuple(playlists), tuple(seen))

    def _placed(
        self, entry: Entry, seen: Seen, beside: Beside, config: Config, groups: dict["_Key", list[Item]]
    ) -> Seen:
        """Put the items of a file where they belong."""
        placed = seen
        for number, canvas in enumerate(dict.fromkeys(canvas_of(zone.name) for zone in config.zones)):
            zone = _zone(entry, _places(config, canvas))
            made = self._items(entry, beside, config, zone)
            if not made.items:
                return replace(seen, state=State.REFUSED, reason=made.refusal)
            # What is heard on the first canvas need not be heard on the others.
            items = tuple(map(silenced, made.items)) if number else made.items
            hours = entry.said.hours
            key = _Key(shown_name(folder_of(entry)), zone.name, hours, entry.said.dates if hours else None)
            groups.setdefault(key, []).extend(items)
            if not number:
                ids = tuple(dict.fromkeys(item.id for item in items))
                placed = replace(seen, zone=zone.name, playlist=_id(key), items=ids, notes=made.notes)
        return placed

    def _seen(self, entry: Entry, aside: Aside, approved: frozenset[str] | None) -> Seen:
        seen = Seen(shown_name(entry.name), entry.state, entry.reason, entry.content.sha if entry.content else "")
        if entry.content and approved is not None and entry.content.sha not in approved:
            return replace(seen, state=State.UNAPPROVED)
        owner = aside.owner(entry)
        if owner is not None and entry.state is State.GOOD:
            trouble = caption_trouble(entry)
            if trouble:
                return replace(seen, state=State.REFUSED, reason=trouble)
            return replace(seen, state=State.BESIDE, reason=shown_name(own_name(owner)))
        if entry.said.ending in SETTINGS and entry.state is State.GOOD:
            said = _("there is no file of this name beside it whose settings it could be")
            return replace(seen, state=State.REFUSED, reason=said)
        return seen

    def _items(self, entry: Entry, beside: Beside, config: Config, zone: Zone) -> _Made:
        key = (entry.content, entry.said, beside, zone, config.styles, config.fps, language_in_use())
        known = self._made.get((entry.name, zone.name))
        if known and known[0] == key:
            return known[1]
        try:
            made = self._fresh(entry, beside, config, zone)
        except ContentFault as fault:
            return _Made((), str(fault), ())
        self._made[entry.name, zone.name] = key, made
        return made

    def _fresh(self, entry: Entry, beside: Beside, config: Config, zone: Zone) -> _Made:
        assert entry.content is not None
        spec = spec_of(entry, beside, config, zone)
        unfolder = Unfolder(_Shelf(self._intake, entry.content.asset), Path("/"), zone, config.fps)
        items = unfolder.items((spec,))
        before = f"{spec.name}: "
        if unfolder.faults:
            raise ContentFault("; ".join(fault.message.removeprefix(before) for fault in unfolder.faults))
        return _Made(items, "", tuple(note.message.removeprefix(before) for note in unfolder.notes))


class _Key(NamedTuple):
    """What makes a playlist: its folder and zone, and where files have hours of their own, these and their dates."""

    folder: str
    zone: str
    hours: tuple[int, int] | None
    dates: DateRange | None


_WITHHELD = (State.UNAPPROVED, State.BESIDE, State.REFUSED)


class _Shelf:
    """Hands out what was taken in already."""

    def __init__(self, intake: Intake, asset: Asset | None) -> None:
        self._intake = intake
        self._asset = asset

    @property
    def feeds(self) -> FeedStore:
        return self._intake.feeds

    def file(self, path: Path) -> Asset:
        if self._asset is None:
            raise ContentFault(_("{name}: no such file").format(name=path))
        return self._asset

    def text(self, path: Path) -> tuple[str, list[Trouble]]:
        return self._intake.text(path)

    def measured(self, banner: Banner, size: Size, fps: int) -> Banner:
        return self._intake.measured(banner, size, fps)

    def notes(self, content: Content, size: Size, letters: bool = True) -> list[str]:
        return self._intake.notes(content, size, letters)


def _places(config: Config, canvas: str) -> _Places:
    clocks = {clock.zone for clock in config.clocks}
    here = [zone for zone in config.zones if canvas_of(zone.name) == canvas]
    zones = [zone for zone in here if zone.name not in clocks and plain_zone(zone.name) != SCREEN]
    screen = next(zone for zone in here if plain_zone(zone.name) == SCREEN)
    strips = [zone for zone in zones if zone.hide_when_empty]
    named = [zone for zone in strips if plain_zone(zone.name) == "ticker"]
    solid = [zone for zone in zones if not zone.hide_when_empty]
    return _Places((solid or zones or [screen])[0], next(iter(named or strips), None), screen)


def _zone(entry: Entry, places: _Places) -> Zone:
    if entry.level is Level.EMERGENCY:
        return places.screen
    return places.ticker if places.ticker and entry.said.ending in TEXTS else places.main


def is_in(playlist: Playlist, folder: str) -> bool:
    """Whether a playlist of the watched folder is that of `folder`, or of one in it; all are in ""."""
    own, there = playlist.id.split("#")[1], _quoted(folder)
    return not there or own == there or own.startswith(there + "/")


def _quoted(folder: str) -> str:
    return folder.replace("%", "%25").replace("#", "%23")


def _id(key: _Key) -> str:
    window = f"#{_clock(key.hours)}" if key.hours else ""
    dates = f"#{key.dates.first}..{key.dates.last}" if key.dates else ""
    return f"{SOURCE}#{_quoted(key.folder)}#{key.zone}{window}{dates}"


def _playlist(key: _Key, items: list[Item], level: Level, top: str) -> Playlist:
    title = key.folder or top
    if key.hours is None:
        return Playlist(_id(key), title, key.zone, SOURCE, tuple(items), level)
    window = Window((key.dates,) if key.dates else (), frozenset(), *key.hours)
    return Playlist(_id(key), f"{title} {_clock(key.hours)}", key.zone, SOURCE, tuple(items), level, (window,))


def _clock(hours: tuple[int, int]) -> str:
    start, end = (f"{minute // 60:02}:{minute % 60:02}" for minute in hours)
    return f"{start}-{end}"
