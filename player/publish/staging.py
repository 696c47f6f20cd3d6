"""From a folder of playlists to drafts: the same checks as at a gate, and exactly the files that they use."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from player.config.language import _
from player.config.playlists import playlist_files, read_playlists
from player.config.settings import Config, Sources, read_config
from player.config.specs import BannerSpec
from player.core.faults import ConfigFault, ContentFault, Fault, Place
from player.core.geometry import Size
from player.core.model import Banner, Content
from player.library.blobs import Blobs
from player.library.centralshow import unsigned_feed
from player.library.feeds import FeedStore
from player.library.index import Index
from player.library.intake import Asset, Intake
from player.library.prober import Prober
from player.library.templates import alert_spec, read_templates, sample_slots
from player.library.unfolding import unfold_playlists
from player.media.text.troubles import Trouble
from player.publish.drafts import Drafts, next_targets
from player.publish.site import Site
from player.publish.tree import Tree
from player.trust import manifest
from player.trust.directives import iso
from player.trust.manifest import EVERY_GATE, Entry
from player.trust.names import TEMPLATES, gate_role

log = logging.getLogger(__name__)

Tell = Callable[[str], object]
"""Is told of each file that is being looked into."""


@dataclass(frozen=True, slots=True)
class Staged:
    """What became of one role: the number of its playlists and files, or `unchanged`: it is in force as it is."""

    role: str
    playlists: int
    files: int
    bytes: int
    unchanged: bool


class Stager:
    """Owned by one thread. Files are looked into once, and known in the site's own store from then on."""

    def __init__(self, site: Site, intake: Intake, tell: Tell) -> None:
        self._site, self._intake, self._tell = site, intake, tell
        self._drafts, self._tree = Drafts(site.drafts), Tree(site.tree)

    def stage(self, folder: Path, gates: Sequence[str], now: datetime) -> list[Staged]:
        """Draft what lies in `folder` for these gates. ConfigFault with everything that is wrong: then nothing is
        drafted. OSError, NoSpace."""
        found = [(gate, *self._gathered(folder, self.config_of(gate))) for gate in gates]
        return [
            self._draft(
                gate_role(gate), gate, entries, count, now, (self._site.gate(gate) / "config.yaml").read_bytes()
            )
            for gate, entries, count in found
        ]

    def stage_templates(self, folder: Path, now: datetime) -> Staged:
        """Draft the templates of alerts in `folder`, tried at every gate. ConfigFault, OSError, NoSpace."""
        entries: tuple[Entry, ...] = ()
        count = 0
        for gate in self._site.gates() or [""]:
            entries, count = self._gathered_templates(folder, self.config_of(gate) if gate else None)
        return self._draft(TEMPLATES, EVERY_GATE, entries, count, now, None)

    def config_of(self, gate: str) -> Config:
        """The gate's, as it was registered. ConfigFault, ContentFault."""
        self._site.check_gate(gate)
        return read_config(self._site.gate(gate) / "config.yaml")

    def _gathered(self, folder: Path, config: Config) -> tuple[tuple[Entry, ...], int]:
        """Every file that the playlists in `folder` need, and how many playlists there are."""
        config = replace(config, sources=Sources(playlists=folder))
        reading = read_playlists(folder, config)
        unsigned = [
            Fault(item.place, unsigned_feed())
            for spec in reading.playlists
            for item in spec.items
            if isinstance(item, BannerSpec) and item.feed
        ]
        taker = _Recorder(self._intake, self._tell)
        unfolded = unfold_playlists(reading.playlists, taker, folder.resolve(), config)
        faults = [*reading.faults, *unsigned, *unfolded.faults]
        if not reading.playlists and not faults:
            faults = [Fault(Place(folder.name), _("there is no playlist in this folder"))]
        if faults:
            raise ConfigFault(sorted(set(faults)))
        return self._entries(folder, taker), len(reading.playlists)

    def _gathered_templates(self, folder: Path, config: Config | None) -> tuple[tuple[Entry, ...], int]:
        templates, faults = read_templates(folder)
        taker = _Recorder(self._intake, self._tell)
        wrong = list(faults)
        for template in templates if config else ():
            assert config is not None
            spec, more = alert_spec(template, sample_slots(template), template.name, folder, config)
            made = unfold_playlists([spec] if spec else [], taker, folder.resolve(), config)
            wrong += [*more, *made.faults]
        if wrong:
            raise ConfigFault(sorted(set(wrong)))
        return self._entries(folder, taker), len(templates)

    def _entries(self, folder: Path, taker: "_Recorder") -> tuple[Entry, ...]:
        root = folder.resolve()
        shas = {path.relative_to(root).as_posix(): sha for path, sha in taker.found.items()}
        for name in playlist_files(folder):
            shas[name] = self._intake.blobs.admit(folder / name)
        return tuple(
            sorted(Entry(name, sha, self._intake.blobs.path(sha).stat().st_size) for name, sha in shas.items())
        )

    def _draft(
        self, role: str, gate: str, entries: tuple[Entry, ...], playlists: int, now: datetime, config: bytes | None
    ) -> Staged:
        live = self._tree.release(role)
        size = sum(entry.size for entry in entries)
        if live is not None and live[1] == entries:
            self._drafts.drop(role)
            return Staged(role, playlists, len(entries), size, unchanged=True)
        data, pages = manifest.build(gate, iso(now), entries)
        blobs = self._intake.blobs
        for sha, page in pages.items():
            _keep_page(blobs, self._site, sha, page)
        self._drafts.put_blobs(blobs.path(sha) for sha in (*pages, *(entry.sha256 for entry in entries)))
        self._drafts.write(role, next_targets(role, self._tree, data, now), data)
        self._drafts.write_beside(role, config, live[1] if live else None)
        self._drafts.trust(self._tree)
        return Staged(role, playlists, len(entries), size, unchanged=False)


@contextmanager
def store_of(site: Site, ending: threading.Event | None = None) -> Iterator[Intake]:
    """The site's own store of files. OSError."""
    ending = ending or threading.Event()
    site.state.mkdir(parents=True, exist_ok=True)
    index, prober = Index(site.state), Prober(ending)
    try:
        yield Intake(Blobs(site.state, ending), index, prober, FeedStore(site.state))
    finally:
        prober.close()
        index.close()


def _keep_page(blobs: Blobs, site: Site, sha: str, data: bytes) -> None:
    if blobs.has(sha, len(data)):
        return
    place = site.state / "page"
    place.write_bytes(data)
    if blobs.admit(place) != sha:
        raise ContentFault(_("{path} cannot be used: {reason}").format(path=place, reason=sha))
    place.unlink()


class _Recorder:
    """An intake that remembers what was asked of it: exactly what the playlists use."""

    def __init__(self, intake: Intake, tell: Tell) -> None:
        self._intake, self._tell = intake, tell
        self.found: dict[Path, str] = {}

    @property
    def feeds(self) -> FeedStore:
        return self._intake.feeds

    def file(self, path: Path) -> Asset:
        self._tell(path.name)
        asset = self._intake.file(path)
        self.found[path] = asset.sha
        return asset

    def text(self, path: Path) -> tuple[str, list[Trouble]]:
        self._tell(path.name)
        said = self._intake.text(path)
        self.found[path] = self._intake.blobs.admit(path)
        return said

    def measured(self, banner: Banner, size: Size, fps: int) -> Banner:
        return self._intake.measured(banner, size, fps)

    def notes(self, content: Content, size: Size, letters: bool = True) -> list[str]:
        return self._intake.notes(content, size, letters)
