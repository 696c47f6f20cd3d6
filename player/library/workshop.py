"""Everything between config.yaml and a stored show, in one place: what the agent does at each change, and what
`check`, `plan` and `snapshot` do once."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from player.config.playlists import Reading, read_playlists
from player.config.settings import Config, read_config
from player.config.specs import BannerSpec
from player.core.faults import ConfigFault, Fault
from player.core.model import Show
from player.library import wallsettings
from player.library.blobs import Blobs
from player.library.compiler import compile_show
from player.library.feeds import FeedStore
from player.library.index import Index
from player.library.intake import Intake
from player.library.prober import Prober
from player.library.shows import ShowStore
from player.library.wallsettings import WallSettings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Made:
    """What the files are worth.

    `config` is the one in force: the last good one when config.yaml is wrong now (`config_faulty`), None when it has
    never been good; then there is no show either. `faults` are all there are, sorted. `passing`: worth another try
    though nobody edits anything. `notes` are advice on texts, no faults. `feeds` are the addresses of the feeds that
    playlists name.
    """

    config: Config | None
    config_faulty: bool
    show: Show | None
    faults: tuple[Fault, ...]
    passing: bool = False
    notes: tuple[Fault, ...] = ()
    feeds: tuple[str, ...] = ()


class Workshop:
    """Owned by one thread."""

    def __init__(self, config_path: Path, state: Path, blobs: Blobs, intake: Intake, shows: ShowStore) -> None:
        self.config_path = config_path
        self.feeds = intake.feeds
        self._state = state
        self._blobs = blobs
        self._intake = intake
        self._shows = shows
        self._config: Config | None = None
        self._previous: Show | None = None

    def folders(self) -> tuple[Path, ...]:
        """The folders with playlists and media, as the configuration in force has them."""
        playlists = self._config.sources.playlists if self._config else None
        return (playlists,) if playlists else ()

    def make(self) -> Made:
        """Read and compile. Everything wrong in what people wrote is in the result; Cancelled is raised."""
        faults: list[Fault] = []
        try:
            self._config = read_config(self.config_path)
        except ConfigFault as fault:
            faults += fault.faults
        config_faulty = bool(faults)
        if self._config is None:
            return Made(None, config_faulty, None, tuple(sorted(faults)))
        if self._previous is None and (stored := self._shows.current()):
            self._previous = stored.show
        folder = self._config.sources.playlists
        reading = read_playlists(folder, self._config) if folder else Reading((), (), ())
        compilation = compile_show(self._config, reading, self._intake, self._previous)
        faults += [*reading.faults, *compilation.faults]
        show, passing = compilation.show, compilation.passing
        notes = tuple(sorted(set(compilation.notes)))
        return Made(self._config, config_faulty, show, tuple(sorted(set(faults))), passing, notes, _feeds(reading))

    def store(self, made: Made) -> int:
        """Make the show current, and tell the wall its settings; the show's number, 0 without one.

        OSError when the disk refuses: then the wall plays on what it has.
        """
        if made.config is None or made.show is None:
            stored = self._shows.current()
            return stored.number if stored else 0
        wallsettings.write(self._state, _settings(made.config, len(made.faults)))
        number = self._shows.write(made.show)
        self._previous = made.show
        return number

    def tidy(self) -> tuple[str, ...]:
        """Remove assets that no kept show uses; the SHA-256 of those that stay."""
        used = self._shows.assets()
        if freed := self._blobs.discard_unused(used):
            log.info("removed %d MB of files that no show uses any more", freed >> 20)
        return tuple(sorted(sha for sha in used if self._blobs.has(sha)))

    def verify(self, sha: str) -> bool:
        """Is the asset still what it was? A damaged one is removed; the next `make` takes its file in again."""
        return self._blobs.verify(sha)


@contextmanager
def workshop(
    config_path: Path, state: Path, ending: threading.Event, stored_in: Path | None = None
) -> Iterator[Workshop]:
    """A workshop with its store in `state`; shows are stored (and the previous one is looked for) in `stored_in` if
    that is another. OSError when `state` cannot be written."""
    blobs = Blobs(state, ending)
    index = Index(state)
    prober = Prober(ending)
    feeds = FeedStore(stored_in or state)
    try:
        yield Workshop(config_path, state, blobs, Intake(blobs, index, prober, feeds), ShowStore(stored_in or state))
    finally:
        prober.close()
        index.close()


def _feeds(reading: Reading) -> tuple[str, ...]:
    specs = (spec for playlist in reading.playlists for spec in playlist.items)
    return tuple(sorted({spec.feed for spec in specs if isinstance(spec, BannerSpec) and spec.feed}))


def _settings(config: Config, faults: int) -> WallSettings:
    return WallSettings(
        gate=config.gate,
        title=config.title,
        language=config.language,
        timezone=config.timezone,
        output=config.output,
        canvas=config.canvas,
        fps=config.fps,
        volume=config.volume,
        faults=faults,
    )
