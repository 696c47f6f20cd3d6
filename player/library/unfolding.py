"""Playlists as they were read, unfolded to those of a show: the part of compiling that every source shares."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from player.config.playlists import PlaylistSpec
from player.config.settings import Config
from player.core.faults import Fault
from player.core.model import Item, Playlist
from player.library.items import Taker, Unfolder


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
    zones = {zone.name: zone for zone in config.zones}
    unfolded = Unfolded()
    for spec in specs:
        unfolder = Unfolder(taker, root, zones[spec.zone], config.fps, config.timezone)
        items = unfolder.items(spec.items)
        unfolded.faults += [*unfolder.faults, *unfolder.unwanted]
        unfolded.notes += unfolder.notes
        unfolded.passing |= unfolder.passing
        if unfolder.faults:
            unfolded.faulty.append(spec)
        if items:
            unfolded.playlists.append((spec, _playlist(spec, items)))
    return unfolded


def source_of(spec: PlaylistSpec) -> str:
    """The file that a playlist was read from."""
    return spec.id.rpartition("#")[0]


def _playlist(spec: PlaylistSpec, items: tuple[Item, ...]) -> Playlist:
    return Playlist(
        id=spec.id,
        title=spec.title,
        zone=spec.zone,
        source=source_of(spec),
        items=items,
        level=spec.level,
        windows=spec.windows,
        start=spec.start,
        every=spec.every,
        tags=spec.tags,
    )
