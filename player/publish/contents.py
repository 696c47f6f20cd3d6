"""A folder of playlists looked at as a gate would: what is wrong with it, and which files it is made of."""

import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from player.config.language import _
from player.config.playlists import PlaylistSpec, playlist_files, read_playlists
from player.config.settings import CentralSource, Config, Sources
from player.config.specs import BannerSpec, FolderSpec
from player.core.faults import ConfigFault, Fault, Place, TrustFault
from player.core.geometry import Size
from player.core.model import Banner, Content
from player.core.units import MINUTE, Span
from player.library.blobs import Blobs, Stamp
from player.library.central import Active, CentralStore, Release
from player.library.centralshow import central_show, unsigned_feed
from player.library.feeds import FeedStore
from player.library.index import Index
from player.library.intake import Asset, Intake
from player.library.prober import Prober
from player.library.templates import alert_spec, read_templates, sample_slots
from player.library.unfolding import unfold_playlists
from player.media.text.troubles import Trouble
from player.publish.site import Site
from player.trust import manifest
from player.trust.manifest import Entry

Tell = Callable[[int, int], object]
"""Is told how many bytes more have been read, and how many there are in all."""


def quiet(_more: int, _total: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a folder is made of. `count` is of playlists, or of templates; `notes` are advice."""

    entries: tuple[Entry, ...]
    count: int
    items: int
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]


@contextmanager
def store(site: Site) -> Iterator[Intake]:
    """The site's own store of files. OSError."""
    ending = threading.Event()
    blobs, index, prober = Blobs(site.state, ending), Index(site.state), Prober(ending)
    try:
        yield Intake(blobs, index, prober, FeedStore(site.state))
    finally:
        prober.close()
        index.close()


def look_at_playlists(folder: Path, config: Config, intake: Intake, tell: Tell) -> Looked:
    """The playlists in `folder`, as the gate of `config` would play them. Raises Cancelled, NoSpace."""
    config = replace(config, sources=Sources(playlists=folder))
    reading = read_playlists(folder, config)
    faults = [*reading.faults, *_feeds(reading.playlists)]
    if not reading.playlists and not faults:
        faults.append(Fault(Place(str(folder)), _("there are no playlists (*.yaml) in it")))
    return _looked(folder, config, reading.playlists, faults, intake, tell, len(reading.playlists))


def look_at_templates(folder: Path, config: Config, intake: Intake, tell: Tell) -> Looked:
    """The templates of alerts in `folder`, each with words that show where its slots are."""
    templates, wrong = read_templates(folder)
    faults, specs = list(wrong), []
    for template in templates:
        spec, found = alert_spec(template, sample_slots(template), template.name, folder, config)
        specs += [spec] if spec else []
        faults += found
    faults += _feeds(specs)
    if not templates and not faults:
        faults.append(Fault(Place(str(folder)), _("there are no templates (*.yaml) in it")))
    return _looked(folder, config, specs, faults, intake, tell, len(templates))


def check_again(entries: tuple[Entry, ...], made: str, config: Config, intake: Intake) -> None:
    """Look once more at exactly what is to be signed, with the code of the gate: files may have been changed while they
    were read. ConfigFault."""
    release = Release("0" * 64, 1, made, (), (), entries)
    with tempfile.TemporaryDirectory(prefix="gateplayer-") as place:
        central = CentralStore(Path(place))
        central.keep(release)
        central.activate(Active(config.gate, release=release.sha))
        source = CentralSource((), Span(MINUTE), Path(place))
        found = central_show(replace(config, sources=Sources(central=source)), central, intake)
    if found and found.faults:
        raise ConfigFault(sorted(found.faults))


def _looked(
    folder: Path,
    config: Config,
    specs: Iterable[PlaylistSpec],
    faults: list[Fault],
    intake: Intake,
    tell: Tell,
    count: int,
) -> Looked:
    specs = list(specs)
    total = sum(_size(path) for path in {path for spec in specs for path in _paths(spec)})
    recorder = _Recorder(intake, lambda more: tell(more, total))
    unfolded = unfold_playlists(specs, recorder, folder.resolve(), config)
    entries: list[Entry] = []
    if not faults and not unfolded.faults:
        entries, faults = _entries(folder, recorder)
    items = sum(len(playlist.items) for _spec, playlist in unfolded.playlists)
    return Looked(tuple(entries), count, items, (*faults, *unfolded.faults), tuple(unfolded.notes))


def _entries(folder: Path, recorder: "_Recorder") -> tuple[list[Entry], list[Fault]]:
    """The files of playlists and all that these use, under the names that they have in the folder."""
    files, unlisted = playlist_files(folder)
    for name in files:
        recorder.admit((folder / name).resolve())
    names = _names(folder)
    entries, faults = [], list(unlisted.values())
    for path, (sha, size) in recorder.used.items():
        for name in names.get(path, [path.relative_to(folder.resolve()).as_posix()]):
            entry = Entry(name, sha, size)
            try:
                manifest.build(manifest.EVERY_GATE, "", [entry])
            except TrustFault as fault:
                faults.append(Fault(Place(f"{folder.name}/{name}"), _("{fault}; rename it").format(fault=fault)))
            entries.append(entry)
    return entries, faults


def _feeds(specs: Iterable[PlaylistSpec]) -> list[Fault]:
    found = (item for spec in specs for item in spec.items if isinstance(item, BannerSpec) and item.feed)
    return [Fault(item.place, unsigned_feed()) for item in found]


def _paths(spec: PlaylistSpec) -> Iterator[Path]:
    for item in spec.items:
        if isinstance(item, FolderSpec):
            yield from (Path(entry.path) for entry in os.scandir(item.path) if entry.is_file())
        elif item.path is not None:
            yield item.path


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _names(folder: Path) -> dict[Path, list[str]]:
    """Every file by where it really lies: its names in the folder, links included."""
    found: dict[Path, list[str]] = {}
    above: dict[str, frozenset[str]] = {}
    for here, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(here)
        seen = above.pop(here, frozenset()) | {real}
        # A link to a folder that we are in leads round and round.
        folders[:] = [one for one in folders if os.path.realpath(os.path.join(here, one)) not in seen]
        above |= {os.path.join(here, one): seen for one in folders}
        for name in names:
            path = Path(here, name)
            found.setdefault(Path(os.path.realpath(path)), []).append(path.relative_to(folder).as_posix())
    return found


class _Recorder:
    """Takes files in, notes which they were, and tells how far it is."""

    def __init__(self, intake: Intake, tell: Callable[[int], object]) -> None:
        self._intake, self._tell = intake, tell
        self.used: dict[Path, tuple[str, int]] = {}

    @property
    def feeds(self) -> FeedStore:
        return self._intake.feeds

    def file(self, path: Path) -> Asset:
        return self._intake.asset(self.admit(path))

    def text(self, path: Path) -> tuple[str, list[Trouble]]:
        return self._intake.text(self._intake.blobs.path(self.admit(path)))

    def measured(self, banner: Banner, size: Size, fps: int) -> Banner:
        return self._intake.measured(banner, size, fps)

    def notes(self, content: Content, size: Size, letters: bool = True) -> list[str]:
        return self._intake.notes(content, size, letters)

    def admit(self, path: Path) -> str:
        """Have the file in the store; read only when it has changed."""
        if path in self.used:
            return self.used[path][0]
        blobs = self._intake.blobs
        stamp = _stamp(path)
        sha = self._intake.known(path, stamp) if stamp else None
        if sha and stamp and blobs.has(sha, stamp.size):
            self._tell(stamp.size)
        else:
            sha = self._copied(path)
            if stamp and _stamp(path) == stamp:
                self._intake.learn(path, stamp, sha)
        self.used[path] = sha, blobs.path(sha).stat().st_size
        return sha

    def _copied(self, path: Path) -> str:
        steps = self._intake.blobs.copying(path)
        left = _size(path)
        while True:
            try:
                next(steps)
            except StopIteration as done:
                return str(done.value)
            step = min(left, 1 << 20)
            left -= step
            self._tell(step)


def _stamp(path: Path) -> Stamp | None:
    try:
        return Stamp.of(path.stat())
    except OSError:
        return None
