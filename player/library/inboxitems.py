"""Playlists from the watched folder: the top level and each subfolder is one, what has hours of its own another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from player.config import units
from player.config.items import ItemReader
from player.config.language import _, language_in_use
from player.config.settings import Config
from player.config.specs import BannerSpec, ItemSpec
from player.config.units import kind_of
from player.config.yamlsource import Document, parse
from player.core.faults import ContentFault
from player.core.geometry import Size
from player.core.model import SCREEN, Content, Item, Level, Playlist, Style, Transition, Window, Zone
from player.library.filenames import SETTINGS, TEXTS, Said, shown_name
from player.library.inboxentries import Entry, State
from player.library.intake import Asset, Intake
from player.library.items import Unfolder
from player.library.naturally import natural_key
from player.media.text.textfiles import read_text

SOURCE = "folder"
"""The source of its playlists."""

_KINDS = {"picture": "image", "film": "video", "pages": "pages"}
_MOST_TITLE = 80


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
        self._made: dict[str, tuple[tuple[Any, ...], _Made]] = {}

    def present(
        self, entries: Iterable[Entry], config: Config, title: str, approved: frozenset[str] | None
    ) -> Presented:
        """The playlists of `entries`; `title` is that of the top level's. `approved` None: everything is."""
        ordered = sorted(entries, key=lambda entry: (_folder(entry), natural_key(_own(entry))))
        aside = _Aside(ordered)
        places = _places(config)
        seen: list[Seen] = []
        levels = {shown_name(_folder(entry)): entry.level for entry in ordered}
        groups: dict[tuple[str, str, tuple[int, int] | None, Any], list[Item]] = {}
        for entry in ordered:
            known = self._seen(entry, aside, approved)
            if known.state is not State.GOOD and not (entry.content and known.state not in _WITHHELD):
                seen.append(known)
                continue
            zone = _zone(entry, places)
            made = self._items(entry, aside.of(entry, approved), config, zone)
            if not made.items:
                seen.append(replace(known, state=State.REFUSED, reason=made.refusal))
                continue
            dates = entry.said.dates if entry.said.hours else None
            key = (shown_name(_folder(entry)), zone.name, entry.said.hours, dates)
            groups.setdefault(key, []).extend(made.items)
            ids = tuple(dict.fromkeys(item.id for item in made.items))
            seen.append(replace(known, zone=zone.name, playlist=_id(*key), items=ids, notes=made.notes))
        for gone in self._made.keys() - {entry.name for entry in ordered}:
            del self._made[gone]
        playlists = (_playlist(key, items, levels[key[0]], title) for key, items in groups.items())
        return Presented(tuple(playlists), tuple(seen))

    def _seen(self, entry: Entry, aside: "_Aside", approved: frozenset[str] | None) -> Seen:
        seen = Seen(shown_name(entry.name), entry.state, entry.reason, entry.content.sha if entry.content else "")
        if entry.content and approved is not None and entry.content.sha not in approved:
            return replace(seen, state=State.UNAPPROVED)
        owner = aside.owner(entry)
        if owner is not None and entry.state is State.GOOD:
            trouble = _text_trouble(entry)
            if trouble:
                return replace(seen, state=State.REFUSED, reason=trouble)
            return replace(seen, state=State.BESIDE, reason=shown_name(_own(owner)))
        if entry.said.ending in SETTINGS and entry.state is State.GOOD:
            said = _("there is no file of this name beside it whose settings it could be")
            return replace(seen, state=State.REFUSED, reason=said)
        return seen

    def _items(self, entry: Entry, beside: "_Beside", config: Config, zone: Zone) -> _Made:
        key = (entry.content, entry.said, beside, zone, config.styles, config.fps, language_in_use())
        known = self._made.get(entry.name)
        if known and known[0] == key:
            return known[1]
        try:
            made = self._fresh(entry, beside, config, zone)
        except ContentFault as fault:
            return _Made((), str(fault), ())
        self._made[entry.name] = key, made
        return made

    def _fresh(self, entry: Entry, beside: "_Beside", config: Config, zone: Zone) -> _Made:
        assert entry.content is not None
        spec = _spec(entry, beside, config, zone)
        unfolder = Unfolder(_Shelf(self._intake, entry.content.asset), Path("/"), zone, config.fps)
        items = unfolder.items((spec,))
        before = f"{spec.name}: "
        if unfolder.faults:
            raise ContentFault("; ".join(fault.message.removeprefix(before) for fault in unfolder.faults))
        return _Made(items, "", tuple(note.message.removeprefix(before) for note in unfolder.notes))


_WITHHELD = (State.UNAPPROVED, State.BESIDE, State.REFUSED)


class _Shelf:
    """Hands out what was taken in already."""

    def __init__(self, intake: Intake, asset: Asset | None) -> None:
        self._intake = intake
        self._asset = asset

    def file(self, path: Path) -> Asset:
        if self._asset is None:
            raise ContentFault(_("{name}: no such file").format(name=path))
        return self._asset

    def banner_width(self, text: str, style: Style, height: int, lang: str) -> int:
        return self._intake.banner_width(text, style, height, lang)

    def notes(self, content: Content, size: Size) -> list[str]:
        return self._intake.notes(content, size)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What lies beside a file: the bytes of its caption and of its settings, and the name of the latter."""

    caption: bytes = b""
    settings: bytes = b""
    name: str = ""


class _Aside:
    """Which files are captions or settings of others: those of the same name, with or without its suffixes."""

    def __init__(self, entries: list[Entry]) -> None:
        media = [entry for entry in entries if entry.said.ending not in TEXTS + SETTINGS]
        self._captions = _by_name(entry for entry in entries if entry.said.ending in TEXTS)
        self._settings = _by_name(entry for entry in entries if entry.said.ending in SETTINGS)
        self._owners: dict[str, Entry] = {}
        for entry in media:
            for other in (_beside(entry, self._captions), _beside(entry, self._settings)):
                if other:
                    self._owners.setdefault(other.name, entry)
        for entry in entries:
            other = _beside(entry, self._settings)
            if entry.said.ending in TEXTS and entry.name not in self._owners and other:
                self._owners.setdefault(other.name, entry)

    def owner(self, entry: Entry) -> Entry | None:
        return self._owners.get(entry.name)

    def of(self, entry: Entry, approved: frozenset[str] | None) -> _Beside:
        """What lies beside `entry`, as far as it has been taken in and approved."""
        caption = None if entry.said.ending in TEXTS else _beside(entry, self._captions)
        settings = _beside(entry, self._settings)
        return _Beside(
            _data(caption, approved), _data(settings, approved), shown_name(settings.name) if settings else ""
        )


def _by_name(entries: Iterable[Entry]) -> dict[tuple[str, str], Entry]:
    found: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        found.setdefault((_folder(entry), entry.said.stem), entry)
    return found


def _beside(entry: Entry, others: dict[tuple[str, str], Entry]) -> Entry | None:
    found = others.get((_folder(entry), entry.said.stem)) or others.get((_folder(entry), entry.said.base))
    return None if found is entry else found


def _data(entry: Entry | None, approved: frozenset[str] | None) -> bytes:
    if entry is None or entry.content is None or entry.state is State.REFUSED:
        return b""
    if approved is not None and entry.content.sha not in approved:
        return b""
    return entry.content.data


def _text_trouble(entry: Entry) -> str:
    """Why a caption cannot be read; settings tell it with the file that they are for."""
    if entry.said.ending not in TEXTS or entry.content is None:
        return ""
    try:
        read_text(entry.content.data)
    except ContentFault as fault:
        return str(fault)
    return ""


def _spec(entry: Entry, beside: _Beside, config: Config, zone: Zone) -> ItemSpec:
    """The item that a file is. ContentFault with all that is wrong in what lies beside it."""
    document, written = _written(beside, entry)
    reader = ItemReader(document, Path("/"), Path("/"), config.styles, Transition())
    kind, given = _given(entry, beside, zone)
    spec, faults = reader.found(kind, _path(entry, kind), given, written)
    if spec is None:
        raise ContentFault("; ".join(str(fault) if beside.settings else fault.message for fault in faults))
    spec = replace(spec, name=shown_name(entry.name))
    if isinstance(spec, BannerSpec):
        # Its lines are told apart by a separator, which the crawl puts in.
        spec = replace(spec, text="\n".join(_lines(_text(entry))))
    return spec


def _written(beside: _Beside, entry: Entry) -> tuple[Document, dict[str, Any]]:
    if not beside.settings:
        return parse(b"{}", shown_name(entry.name)).documents[0], {}
    source = parse(beside.settings, beside.name)
    if source.faults or len(source.documents) != 1:
        said = [str(fault) for fault in source.faults] or [_("{name}: one document only").format(name=beside.name)]
        raise ContentFault("; ".join(said))
    value = source.documents[0].value
    if not isinstance(value, dict):
        said = [_("keys with values are expected here, not {found}").format(found=kind_of(value))]
        raise ContentFault(f"{beside.name}: {said[0]}")
    return source.documents[0], value


def _given(entry: Entry, beside: _Beside, zone: Zone) -> tuple[str, dict[str, Any]]:
    """The kind of the item, and its keys as the file's name and its caption have them."""
    given: dict[str, Any] = dict(_dates(entry.said))
    if entry.said.span:
        given["for"] = units.length(entry.said.span)
    if entry.said.ending in TEXTS:
        lines = _lines(_text(entry))
        if not lines:
            raise ContentFault(_("there is no text in the file"))
        if zone.hide_when_empty and zone.name != SCREEN:
            given.pop("for", None)
            return "banner", given | {"banner": {"text": " ".join(lines)}}
        return "notice", given | {"notice": _notice(lines)}
    assert entry.content is not None
    assert entry.content.asset is not None
    kind = _KINDS[entry.content.asset.facts.kind]
    if beside.caption and (caption := _caption(beside.caption)):
        given["caption"] = {"text": caption}
    return kind, given | {kind: shown_name(_own(entry))}


def _dates(said: Said) -> Iterator[tuple[str, str]]:
    """Of a file with hours the playlist's window has the dates: 22h00-06h00 ends on the morning after the last."""
    if said.dates and not said.hours:
        if said.dates.first:
            yield "from", said.dates.first.isoformat()
        if said.dates.last:
            yield "until", said.dates.last.isoformat()


def _notice(lines: list[str]) -> dict[str, str]:
    """A first line that is short is the title."""
    if len(lines[0]) > _MOST_TITLE:
        return {"text": "\n".join(lines)}
    return {"title": lines[0]} | ({"text": "\n".join(lines[1:])} if lines[1:] else {})


def _caption(data: bytes) -> str:
    try:
        return "\n".join(_lines(read_text(data)))
    except ContentFault:
        return ""


def _text(entry: Entry) -> str:
    assert entry.content is not None
    return read_text(entry.content.data)


def _lines(text: str) -> list[str]:
    return [line for part in text.splitlines() if (line := part.strip())]


def _path(entry: Entry, kind: str) -> Path | None:
    return None if kind in ("banner", "notice") else Path(entry.name)


def _own(entry: Entry) -> str:
    return entry.name.rpartition("/")[2]


def _folder(entry: Entry) -> str:
    return entry.name.rpartition("/")[0]


def _places(config: Config) -> _Places:
    clocks = {clock.zone for clock in config.clocks}
    zones = [zone for zone in config.zones if zone.name not in clocks and zone.name != SCREEN]
    screen = next(zone for zone in config.zones if zone.name == SCREEN)
    strips = [zone for zone in zones if zone.hide_when_empty]
    named = [zone for zone in strips if zone.name == "ticker"]
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


def _id(folder: str, zone: str, hours: tuple[int, int] | None, dates: Any) -> str:
    window = f"#{_clock(hours)}" if hours else ""
    return f"{SOURCE}#{_quoted(folder)}#{zone}{window}" + (f"#{dates.first}..{dates.last}" if dates else "")


def _playlist(key: tuple[str, str, tuple[int, int] | None, Any], items: list[Item], level: Level, top: str) -> Playlist:
    folder, zone, hours, dates = key
    title = folder or top
    windows = (Window((dates,) if dates else (), frozenset(), *hours),) if hours else ()
    titled = f"{title} {_clock(hours)}" if hours else title
    return Playlist(_id(*key), titled, zone, SOURCE, tuple(items), level, windows)


def _clock(hours: tuple[int, int]) -> str:
    start, end = (f"{minute // 60:02}:{minute % 60:02}" for minute in hours)
    return f"{start}-{end}"
