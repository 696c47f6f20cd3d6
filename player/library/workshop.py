"""Everything between config.yaml and a stored show, in one place: what the agent does at each change, and what
`check`, `plan` and `snapshot` do once."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from player.config.playlists import Reading, read_playlists
from player.config.settings import Config, read_config
from player.config.specs import BannerSpec
from player.core.faults import ConfigFault, Fault
from player.core.model import Show
from player.library import wallsettings
from player.library.blackout import Switches
from player.library.blobs import Blobs
from player.library.central import CentralStore
from player.library.centralshow import central_show
from player.library.compiler import compile_show
from player.library.displayfps import told_refresh, with_fps
from player.library.examiner import WATCHED, Examiner, Known, Tell
from player.library.feeds import FeedStore
from player.library.inboxentries import Tended
from player.library.index import Index
from player.library.intake import Intake
from player.library.locate import run_dir
from player.library.pagepassword import PASSWORD, page_faults
from player.library.prober import Prober
from player.library.safety import Judged, judged, seen_so, told_of
from player.library.shows import ShowStore, assets_of
from player.library.wallsettings import WallSettings
from player.library.watching import FolderView, Watching

log = logging.getLogger(__name__)

_IN_FOLDER = "folder/"
_MOST_SETTLING = 30.0


@dataclass(frozen=True, slots=True)
class Made:
    """What the files are worth.

    `config` is the one in force: the last good one when config.yaml is wrong now (`config_faulty`), None when it has
    never been good; then there is no show either. `faults` are all there are, sorted. `passing`: worth another try
    though nobody edits anything. `notes` are advice on texts, no faults. `feeds` are the addresses of the feeds that
    playlists name. `folder` is what became of each file of the watched folder, if there is one. Made `in_blackout`,
    nothing new of the central server's is in it. `flashing` is what there is to say of films that flash and are not
    refused for it, among the notes too; `unexamined` are the films that are still to be watched for that.
    """

    config: Config | None
    config_faulty: bool
    show: Show | None
    faults: tuple[Fault, ...]
    passing: bool = False
    notes: tuple[Fault, ...] = ()
    feeds: tuple[str, ...] = ()
    folder: FolderView | None = None
    in_blackout: bool = False
    flashing: tuple[Fault, ...] = ()
    unexamined: tuple[str, ...] = ()


class Workshop:
    """Owned by one thread."""

    def __init__(
        self,
        config_path: Path,
        state: Path,
        blobs: Blobs,
        intake: Intake,
        shows: ShowStore,
        watching: Watching,
        central: CentralStore,
        switches: Switches,
        examiner: Examiner,
    ) -> None:
        self.config_path = config_path
        self.feeds = intake.feeds
        self._state = state
        self._blobs = blobs
        self._intake = intake
        self._shows = shows
        self._watching = watching
        self._central = central
        self._switches = switches
        self._examiner = examiner
        self._judged: Judged | None = None
        self._unjudged: frozenset[str] = frozenset()
        self._config: Config | None = None
        self._previous: Show | None = None

    def folders(self) -> tuple[Path, ...]:
        """The folders with playlists and media, as the configuration in force has them, and that of approvals; but
        not the watched folder."""
        playlists = self._config.sources.playlists if self._config else None
        return tuple(folder for folder in (playlists, self._watching.approvals) if folder)

    @property
    def signal(self) -> Path:
        """The file that changes when something else of the central server's comes into force."""
        return self._central.signal

    @property
    def watched(self) -> Path:
        """The file that changes when films have been watched for flashes."""
        return self._state / WATCHED

    @property
    def switches(self) -> tuple[Path, ...]:
        """The files that begin and end a blackout."""
        return self._switches.lasting, self._switches.passing

    @property
    def password(self) -> Path:
        """The file that says by what the status page may be opened to others."""
        return self._state / PASSWORD

    @property
    def refresh(self) -> int:
        """The display's, where the show is made for it; else 0."""
        follows = self._config is not None and self._config.fps_of_display
        return told_refresh(self.config_path) if follows else 0

    @property
    def inbox(self) -> Path | None:
        """The watched folder."""
        return self._watching.folder

    def tend(self) -> Tended:
        """Look at the watched folder, and take in for a second what has settled in it. Raises Cancelled."""
        return self._watching.tend()

    def is_urgent(self) -> bool:
        """Whether an emergency in the watched folder waits for the next `tend`."""
        return self._watching.is_urgent()

    def view(self) -> FolderView | None:
        """What has become of each file of the watched folder by now."""
        view = self._watching.view(self._config) if self._config else None
        return seen_so(view, self._judged.verdicts) if view and self._judged else view

    def make(self) -> Made:
        """Read and compile. Everything wrong in what people wrote is in the result; Cancelled is raised."""
        faults: list[Fault] = []
        if self._previous is None and (stored := self._shows.current()):
            self._previous = stored.show
        try:
            self._config = with_fps(read_config(self.config_path), told_refresh(self.config_path), self._previous)
        except ConfigFault as fault:
            faults += fault.faults
        config_faulty = bool(faults)
        if self._config is None:
            return Made(None, config_faulty, None, tuple(sorted(faults)))
        folder = self._config.sources.playlists
        reading = read_playlists(folder, self._config) if folder else Reading((), (), ())
        watched = self._watching.present(self._config)
        in_blackout = self._switches.look() is not None
        central = central_show(self._config, self._central, self._intake)
        if central is not None and in_blackout:
            central = replace(central, held=True)
        compilation = compile_show(self._config, reading, self._intake, self._previous, watched, central)
        self._unjudged = frozenset(assets_of(compilation.show))
        safe = self._judged = judged(compilation.show, self._config, self._examiner.known.findings)
        before = self._watching.view(self._config)
        view = seen_so(before, safe.verdicts) if before else None
        flashing = {*safe.told, *(told_of(before, safe.verdicts) if before else ())}
        faults += [*reading.faults, *compilation.faults, *safe.faults, *(view.faults() if view else ())]
        faults += page_faults(self._config, self._state, self.config_path)
        notes = {*self._config.notes, *compilation.notes, *flashing, *(view.notes() if view else ())}
        return Made(
            self._config,
            config_faulty,
            safe.show,
            faults=tuple(sorted(set(faults))),
            passing=compilation.passing or any(fault.passing for fault in faults),
            notes=tuple(sorted(notes)),
            feeds=_feeds(reading),
            folder=view,
            in_blackout=in_blackout,
            flashing=tuple(sorted(flashing)),
            unexamined=safe.unexamined,
        )

    def examine(self, shas: tuple[str, ...], seconds: float = float("inf"), tell: Tell = lambda _at: None) -> None:
        """Watch these films for flashes, for so many seconds at most, as commands do that have no agent beside them.
        The next `make` knows what was found. Raises Cancelled."""
        until = time.monotonic() + seconds
        for sha in shas:
            self._examiner.examine(sha, until, tell)

    def store(self, made: Made) -> int:
        """Make the show current, and tell the wall its settings; the show's number, 0 without one. What was made before
        a blackout began does not become current in it.

        OSError when the disk refuses: then the wall plays on what it has.
        """
        late = not made.in_blackout and self._switches.look() is not None
        if made.config is None or made.show is None or late:
            stored = self._shows.current()
            return stored.number if stored else 0
        wallsettings.write(self._state, _settings(made.config, len(made.faults)))
        number = self._shows.write(made.show)
        self._previous = made.show
        return number

    def tidy(self) -> tuple[str, ...]:
        """Remove assets that no kept show uses; what there is to `verify`. With a central server they stay as long as
        there is room: what was taken back may come again, and links are slow."""
        self._central.prune()
        # What the policy holds back today may be shown when it has been watched, or by another policy.
        used = self._shows.assets() | self._central.needed() | self._unjudged
        central = self._config.sources.central if self._config else None
        if freed := self._blobs.trim(used, central.cache) if central else self._blobs.discard_unused(used):
            log.info("removed %d MB of files that no show uses any more", freed >> 20)
        doubtful = (f"{_IN_FOLDER}{name}" for name in self._watching.doubtful())
        return (*sorted(sha for sha in used if self._blobs.has(sha)), *doubtful)

    def verify(self, what: str) -> bool:
        """Is an asset, or a file of the watched folder, still what it was? A damaged asset is removed; the next `make`
        takes its file in again, and a file that has changed unseen."""
        if what.startswith(_IN_FOLDER):
            return self._watching.verify(what.removeprefix(_IN_FOLDER))
        if self._blobs.verify(what):
            return True
        self._watching.lose(what)
        return False

    def settle(self) -> None:
        """Wait for what is just being copied into the watched folder; half a minute at most."""
        self._watching.settle(_MOST_SETTLING)


@contextmanager
def workshop(
    config_path: Path, state: Path, ending: threading.Event, stored_in: Path | None = None, *, once: bool = True
) -> Iterator[Workshop]:
    """A workshop with its store in `state`; shows are stored (and the previous one is looked for) in `stored_in` if
    that is another. `once` is for commands that compile and end: all of the watched folder is taken in at once.
    OSError when `state` cannot be written."""
    blobs = Blobs(state, ending)
    index = Index(state)
    prober = Prober(ending)
    intake = Intake(blobs, index, prober, FeedStore(stored_in or state))
    watching = Watching(stored_in or state, intake, ending, once=once)
    if not once:
        blobs.urgent = prober.urgent = watching.is_urgent
    central = CentralStore(stored_in or state)
    examiner = Examiner(blobs, Known(index), ending)
    try:
        if stored_in is not None:
            blobs.borrow(stored_in, central.needed())
        switches = Switches(stored_in or state, run_dir(config_path))
        shows = ShowStore(stored_in or state)
        yield Workshop(config_path, state, blobs, intake, shows, watching, central, switches, examiner)
    finally:
        watching.close()
        examiner.close()
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
        mapping=config.mapping,
        faces=config.faces,
        light=config.light,
        fps=config.fps,
        sound=config.sound,
        faults=faults,
    )
