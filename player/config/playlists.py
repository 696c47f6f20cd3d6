"""playlists/*.yaml: playlists with their items, and what is wrong with them."""

import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema

from player.config import fields, units
from player.config.checking import Part, check, found_in
from player.config.fields import Name, Title
from player.config.itementries import Changing, Tags
from player.config.items import ItemReader
from player.config.language import _
from player.config.settings import Config
from player.config.specs import ItemSpec
from player.config.suggest import unknown
from player.config.units import kind_of
from player.config.when import When, windows_of
from player.config.yamlsource import Document, read_source, shown
from player.core.faults import Fault, Place
from player.core.model import Level, Start, Transition, Window, Zone, canvas_of, plain_zone
from player.core.units import Span, seconds

LEVELS = {level.name.lower(): level for level in Level}
STARTS = {start.value: start for start in Start}
SUFFIXES = (".yaml", ".yml")
_MOST_ITEMS = 5000

_Level = Annotated[
    Level, PlainValidator(lambda value: units.choice(value, LEVELS)), WithJsonSchema(fields.one_of(*LEVELS))
]
_Start = Annotated[
    Start, PlainValidator(lambda value: units.choice(value, STARTS)), WithJsonSchema(fields.one_of(*STARTS))
]
_Every = Annotated[
    Span | None,
    PlainValidator(lambda value: units.duration(value, least=seconds(10))),
    WithJsonSchema(fields.DURATION),
]


_Canvas = Annotated[str, PlainValidator(fields.name), WithJsonSchema(fields.pattern(units.SLUG))]


class PlaylistEntry(Part):
    """Items for one zone, and when they may play."""

    # `items` are read by themselves, one by one.
    title: Title = Field(..., description="Its name; no two playlists have the same")
    zone: Name = Field(..., description="A zone of the layout in config.yaml")
    canvas: _Canvas = Field(default="", description="Only on this one of several canvases; on all that have the zone")
    level: _Level = Field(default=Level.NORMAL, description="A higher level takes over at once")
    when: When = Field(default=[], description="When it may play; always when left out")
    start: _Start = Field(default=Start.SOFT, description="soft lets the item on screen end, hard does not")
    every: _Every = Field(default=None, description="Makes it a spot: one pass at each such interval")
    tags: Tags = ()
    transition: Changing = Field(default=None, description="For items that name none")
    items: Any = Field(..., description="What it plays, in this order")


@dataclass(frozen=True, slots=True)
class PlaylistSpec:
    """A playlist, checked. `id` is the file's name and the number of the document in it: "le-hoi.yaml#1"."""

    id: str
    title: str
    zone: str
    level: Level
    windows: tuple[Window, ...]
    start: Start
    every: Span | None
    tags: tuple[tuple[str, str], ...]
    items: tuple[ItemSpec, ...]
    place: Place
    canvas: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a folder of playlists holds. `files` are the files with faults, named as in the ids; `unlisted` the folders,
    "" the whole one, of which nobody knows which files are in them."""

    playlists: tuple[PlaylistSpec, ...]
    faults: tuple[Fault, ...]
    files: tuple[str, ...]
    unlisted: tuple[str, ...] = ()


def zones_of(config: Config, zone: str, canvas: str = "") -> list[Zone]:
    """The zones that people mean by the name `zone`: one on each canvas that has it, or the one on `canvas`."""
    first = config.faces[0].name if config.faces else ""
    found = [known for known in config.zones if plain_zone(known.name) == zone]
    return [known for known in found if canvas in ("", canvas_of(known.name) or first)]


def read_playlists(folder: Path, config: Config) -> Reading:
    """All playlists in `folder` and below that can be played at the gate of `config`, and every fault.

    An item with a fault is left out; so is a playlist whose head has one, or which has no item left. Nothing is
    raised for what the folder may hold.
    """
    if not folder.is_dir():
        return Reading((), (Fault(Place(str(folder)), _("there is no such folder of playlists")),), (), ("",))
    playlists: list[PlaylistSpec] = []
    names, unlisted = playlist_files(folder)
    faults = list(unlisted.values())
    files: list[str] = []
    titles: dict[str, Place] = {}
    for name in names:
        wrong: list[Fault] = []
        for reader in _readers(folder, name, config, wrong):
            playlist, found = reader.read()
            clash = reader.title_clash(titles)
            # A faulty playlist of the same title is no reason to leave out this one.
            if playlist and _alike(playlist.title) not in map(_alike, (other.title for other in playlists)):
                playlists.append(playlist)
            wrong += found + clash
        faults += sorted(wrong)
        files += [name] if wrong else []
    return Reading(tuple(playlists), tuple(faults), tuple(files), tuple(unlisted))


def read_document(
    document: Document, value: Any, known_as: str, base: Path, root: Path, config: Config
) -> tuple[PlaylistSpec | None, list[Fault]]:
    """The playlist `value`, which stands for what `document` says. Its id is `known_as`; files are named as from `base`
    and lie within `root` (resolved)."""
    return _Reader(document, value, known_as, base, root, config).read()


def playlist_files(folder: Path) -> tuple[list[str], dict[str, Fault]]:
    """The YAML files in `folder` and below, relative, in natural order (le-2 before le-10); hidden ones left out. And
    the folders that could not be listed, with the fault of each; "" is `folder` itself."""
    unlisted: dict[str, Fault] = {}

    def note(error: OSError) -> None:
        name = Path(error.filename).relative_to(folder).as_posix()
        name = "" if name == "." else name
        place = Place(shown(f"{folder.name}/{name}".rstrip("/"), 300))
        unlisted[name] = Fault(place, _("cannot be read: {reason}").format(reason=error.strerror), passing=True)

    return sorted(_found(folder, note), key=_natural), unlisted


def _found(folder: Path, failed: Callable[[OSError], None]) -> Iterator[str]:
    for here, folders, names in os.walk(folder, onerror=failed):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                yield (Path(here) / name).relative_to(folder).as_posix()


def _natural(name: str) -> list[tuple[int, str]]:
    parts = re.split(r"([0-9]+)", name)
    return [(int(part) if part.isdigit() else -1, part) for part in parts if part]


def _readers(folder: Path, name: str, config: Config, faults: list[Fault]) -> Iterator["_Reader"]:
    """One reader for each document of the file; what is wrong with the file itself is added to `faults`."""
    root, path = folder.resolve(), folder / name
    known_as = shown(f"{folder.name}/{name}", 300)
    if not name.isprintable():
        faults.append(Fault(Place(known_as), _("the file's name holds what is no letter; rename the file")))
    elif not path.resolve().is_relative_to(root):
        said = _("a link that leads out of the playlists folder; copy the file there")
        faults.append(Fault(Place(known_as), said))
    else:
        source = read_source(path, known_as)
        faults += source.faults
        for number, document in enumerate(source.documents, 1):
            yield _Reader(document, document.value, f"{name}#{number}", path.parent, root, config)


def _alike(title: str) -> str:
    return unicodedata.normalize("NFC", title.strip()).casefold()


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one document of a playlist file."""

    document: Document
    value: Any
    id: str
    base: Path
    root: Path
    config: Config

    def read(self) -> tuple[PlaylistSpec | None, list[Fault]]:
        if not isinstance(self.value, dict):
            said = _("keys with values are expected here, not {found}").format(found=kind_of(self.value))
            return None, [self.document.fault([], said)]
        entry, faults = check(PlaylistEntry, self.document, [], self.value)
        faults += self._zone_faults(self.value.get("zone"))
        faults += self._canvas_faults(entry) if entry and not faults else []
        items, wrong = self._items((entry.transition if entry else None) or Transition())
        if entry is None or faults or not items:
            return None, faults + wrong
        return self._spec(entry, items), wrong

    def title_clash(self, titles: dict[str, Place]) -> list[Fault]:
        """The fault of a title that is among `titles` already; else it is put there."""
        title = found_in(self.value, "title")
        if not isinstance(title, str):
            return []
        place = self.document.place(["title"])
        first = titles.setdefault(_alike(title), place)
        if first == place:
            return []
        said = _('"{title}" is the title of {place} too; give each playlist its own')
        return [self.document.fault(["title"], said.format(title=shown(title), place=first))]

    def _zone_faults(self, zone: Any) -> list[Fault]:
        clocks = {plain_zone(clock.zone) for clock in self.config.clocks}
        names = dict.fromkeys(plain_zone(known.name) for known in self.config.zones)
        zones = [name for name in names if name not in clocks]
        if not isinstance(zone, str) or not units.matches(units.SLUG, zone.strip()) or zone.strip() in zones:
            return []
        if zone.strip() in clocks:
            said = _("the zone {name} is a clock; choose from {zones}")
            return [self.document.fault(["zone"], said.format(name=zone, zones=", ".join(zones)))]
        return [self.document.fault(["zone"], str(unknown(zone, zones)))]

    def _canvas_faults(self, entry: PlaylistEntry) -> list[Fault]:
        faces = [face.name for face in self.config.faces]
        if not entry.canvas or (entry.canvas in faces and zones_of(self.config, entry.zone, entry.canvas)):
            return []
        if not faces:
            said = _("this gate has one canvas only; delete the key")
        elif entry.canvas not in faces:
            said = str(unknown(entry.canvas, faces))
        else:
            said = _("there is no zone {zone} on this canvas").format(zone=entry.zone)
        return [self.document.fault(["canvas"], said)]

    def _items(self, transition: Transition) -> tuple[list[ItemSpec], list[Fault]]:
        written = self.value.get("items")
        if "items" not in self.value:
            return [], []
        if not isinstance(written, list) or not written:
            said = _("a list of items is expected, each after a dash, not {found}").format(found=kind_of(written))
            said = _("must not be empty") if written == [] else said
            return [], [self.document.fault(["items"], said)]
        if len(written) > _MOST_ITEMS:
            said = _("at most {limit} items; make it several playlists").format(limit=_MOST_ITEMS)
            return [], [self.document.fault(["items"], said)]
        reader = ItemReader(self.document, self.base, self.root, self.config.styles, transition)
        items: list[ItemSpec] = []
        faults: list[Fault] = []
        for number, part in enumerate(written):
            item, wrong = reader.read(number, part)
            items += [item] if item else []
            faults += wrong
        return items, faults

    def _spec(self, entry: PlaylistEntry, items: list[ItemSpec]) -> PlaylistSpec:
        return PlaylistSpec(
            id=self.id,
            title=entry.title,
            zone=entry.zone,
            level=entry.level,
            windows=windows_of(entry.when),
            start=entry.start,
            every=entry.every,
            tags=entry.tags,
            items=tuple(items),
            place=self.document.place(["title"]),
            canvas=entry.canvas,
        )
