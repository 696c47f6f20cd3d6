"""Playlists as they were read, unfolded to those of a show: the part of compiling that every source shares."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from player.config.playlists import PlaylistSpec, zones_of
from player.config.settings import Config
from player.core.faults import Fault
from player.core.model import Film, Item, Playlist, Zone, canvas_of, on_canvas
from player.library.items import Taker, Unfolder, content_id


@dataclass(slots=True)
class Unfolded:
    """`playlists` stand beside what they were read from; `faulty` are those of which something could not be shown.
    `passing`: another try may do better though nobody edits anything. `notes` are advice."""

    playlists: list[tuple[PlaylistSpec, Playlist]] = field(default_factory=list)
    faulty: list[PlaylistSpec] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    passing: bool = False


def unfold_playlists(specs: Iterable[PlaylistSpec], taker: Taker, root: Path, config: Config) -> Unfolded:
    """What of `specs` can be shown at the gate of `config`; their files lie in `root` (resolved), and `taker` gives the
    assets. Raises Cancelled."""
    unfolded = Unfolded()
    for spec in specs:
        for number, zone in enumerate(zones_of(config, spec.zone, spec.canvas)):
            _unfold(unfolded, spec, Unfolder(taker, root, zone, config.fps, config.timezone), silent=number > 0)
    return unfolded


def _unfold(unfolded: Unfolded, spec: PlaylistSpec, unfolder: Unfolder, *, silent: bool) -> None:
    """In one zone. `silent`: its films are heard already, on another canvas."""
    items = unfolder.items(spec.items)
    unfolded.faults += [one for one in (*unfolder.faults, *unfolder.unwanted) if one not in unfolded.faults]
    unfolded.notes += [one for one in unfolder.notes if one not in unfolded.notes]
    unfolded.passing |= unfolder.passing
    if unfolder.faults and spec not in unfolded.faulty:
        unfolded.faulty.append(spec)
    if items:
        items = tuple(map(silenced, items)) if silent else items
        unfolded.playlists.append((spec, _playlist(spec, unfolder.zone, items)))


def silenced(item: Item) -> Item:
    """The same without sound."""
    content = item.content
    if not isinstance(content, Film) or content.volume == 0:
        return item
    content = replace(content, volume=0.0)
    return replace(item, id=content_id(content), content=content)


def source_of(spec: PlaylistSpec) -> str:
    """The file that a playlist was read from."""
    return spec.id.rpartition("#")[0]


def _playlist(spec: PlaylistSpec, zone: Zone, items: tuple[Item, ...]) -> Playlist:
    return Playlist(
        id=on_canvas(spec.id, canvas_of(zone.name)),
        title=spec.title,
        zone=zone.name,
        source=source_of(spec),
        items=items,
        level=spec.level,
        windows=spec.windows,
        start=spec.start,
        every=spec.every,
        tags=spec.tags,
    )
