"""What is in force of the central server's content, as playlists of this gate."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from player.config.language import _
from player.config.playlists import PlaylistSpec, read_playlists
from player.config.settings import Config
from player.config.specs import BannerSpec
from player.core.faults import ContentFault, Fault, Place
from player.core.geometry import Size
from player.core.model import Banner, Content, Playlist
from player.core.units import Instant
from player.library import sources
from player.library.central import Active, CentralStore, Raised, Release
from player.library.feeds import FeedStore
from player.library.intake import Asset, Intake
from player.library.templates import alert_spec, read_templates
from player.library.unfolding import Unfolded, source_of, unfold_playlists
from player.media.text.troubles import Trouble

SOURCE, ALERTS = sources.CENTRAL, sources.ALERTS
"""The sources of these playlists."""


@dataclass(frozen=True, slots=True)
class Central:
    """What the show gets: playlists, the SHA-256 of files that nothing may show, and whether the wall is to be black.
    `faults` are what of it cannot be shown here. `held`: its playlists do not come into force, those of the show before
    stay."""

    playlists: tuple[Playlist, ...]
    forbidden: frozenset[str]
    blank: bool
    faults: tuple[Fault, ...] = ()
    notes: tuple[Fault, ...] = ()
    passing: bool = False
    held: bool = False


def central_show(config: Config, store: CentralStore, intake: Intake) -> Central | None:
    """What is in force for the gate of `config`; None where no central server may say anything. Raises Cancelled."""
    if config.sources.central is None:
        return None
    active = store.active(config.gate)
    forbidden = _forbidden(active)
    release = store.release(active.release)
    # What plays was signed when it came, and plays until there is something else: the next answer of the server puts
    # the files right.
    held = release is None and store.is_damaged(config.gate)
    found = Unfolded()
    signers: tuple[str, ...] = ()
    if release:
        found = _released(config, store, intake, release, forbidden)
        signers = release.signers
    alerts = _alerts(config, store, intake, active)
    # Nor has anybody taken back what cannot be read just now.
    held |= any(fault.passing for fault in (*found.faults, *alerts[1]))
    playlists = [
        *(
            replace(playlist, id=f"{SOURCE}:{playlist.id}", source=SOURCE, signed=signers)
            for _spec, playlist in found.playlists
        ),
        *alerts[0],
    ]
    faults = (*found.faults, *alerts[1])
    blank = active.takedown.blanks(config.gate)
    return Central(tuple(playlists), forbidden, blank, faults, tuple(found.notes), found.passing, held)


def _released(
    config: Config, store: CentralStore, intake: Intake, release: Release, forbidden: frozenset[str]
) -> Unfolded:
    folder = store.lay_out(release, intake.blobs.path)
    reading = read_playlists(folder, config)
    banned = _banned(release, forbidden)
    specs = [spec for spec in reading.playlists if source_of(spec) not in banned]
    specs, unsigned = _without_feeds(specs)
    found = unfold_playlists(specs, _Signed(intake, folder, release), folder.resolve(), config)
    found.faults[:0] = [*reading.faults, *unsigned]
    return found


def _forbidden(active: Active) -> frozenset[str]:
    return frozenset(one.sha256 for one in active.takedown.files)


def _banned(release: Release, forbidden: frozenset[str]) -> set[str]:
    """The names of its playlists that were taken down."""
    return {entry.name for entry in release.texts() if entry.sha256 in forbidden}


def _without_feeds(specs: Iterable[PlaylistSpec]) -> tuple[list[PlaylistSpec], list[Fault]]:
    """What a feed says is signed by nobody, so it is not shown, whoever names it."""
    kept, faults = [], []
    for spec in specs:
        feeds = [item for item in spec.items if isinstance(item, BannerSpec) and item.feed]
        faults += [Fault(item.place, unsigned_feed()) for item in feeds]
        if items := tuple(item for item in spec.items if item not in feeds):
            kept.append(replace(spec, items=items))
    return kept, faults


def unsigned_feed() -> str:
    """Why a banner with a feed is refused in what is to be signed."""
    return _("what a feed says is signed by nobody; write the text itself")


def _alerts(config: Config, store: CentralStore, intake: Intake, active: Active) -> tuple[list[Playlist], list[Fault]]:
    playlists: list[Playlist] = []
    faults: list[Fault] = []
    forbidden = _forbidden(active)
    raised = [one for one in active.alerts if one.alert.is_for(config.gate)]
    release = store.release(active.templates)
    if not raised:
        return playlists, faults
    for one in raised:
        place = Place(f"{ALERTS}/{one.alert.id}")
        try:
            made = _raised(config, store, intake, release, forbidden, one)
        except ContentFault as fault:
            # While templates are on their way, it may be that the alert is one of theirs.
            faults += [] if store.pending().templates else [Fault(place, str(fault))]
            continue
        playlists += [playlist for _spec, playlist in made.playlists]
        faults += [Fault(place, str(fault), fault.passing) for fault in made.faults]
    return playlists, faults


def _raised(
    config: Config,
    store: CentralStore,
    intake: Intake,
    release: Release | None,
    forbidden: frozenset[str],
    raised: Raised,
) -> Unfolded:
    """The playlist of one alert. ContentFault when its template is not here or does not take it."""
    alert = raised.alert
    absent = _("its template {name} is not among those that were signed").format(name=alert.template)
    if release is None:
        raise ContentFault(absent)
    folder = store.lay_out(release, intake.blobs.path)
    banned = _banned(release, forbidden)
    templates, wrong = read_templates(folder)
    template = next((one for one in templates if one.name == alert.template and one.file not in banned), None)
    if template is None and any(fault.passing for fault in wrong):
        return Unfolded(faults=[fault for fault in wrong if fault.passing])
    if template is None:
        raise ContentFault(absent)
    spec, faults = alert_spec(template, dict(alert.slots), alert.id, folder, config)
    made = unfold_playlists([spec] if spec else [], _Signed(intake, folder, release), folder.resolve(), config)
    made.faults[:0] = faults
    since, until = raised.stretch()
    longest = (raised.seen if since is None else since) + template.longest
    until = Instant(min(until, longest))
    made.playlists = [
        (spec, replace(playlist, source=ALERTS, since=since, until=until, signed=raised.signers))
        for spec, playlist in made.playlists
    ]
    return made


class _Signed:
    """Hands out the files of a release: what they are is known from the signed list, not from the folder."""

    def __init__(self, intake: Intake, folder: Path, release: Release) -> None:
        self._intake = intake
        root = folder.resolve()
        self._shas = {root / entry.name: entry.sha256 for entry in release.entries}

    @property
    def feeds(self) -> FeedStore:
        return self._intake.feeds

    def file(self, path: Path) -> Asset:
        return self._intake.asset(self._sha(path))

    def text(self, path: Path) -> tuple[str, list[Trouble]]:
        return self._intake.text(self._intake.blobs.path(self._sha(path)))

    def measured(self, banner: Banner, size: Size, fps: int) -> Banner:
        return self._intake.measured(banner, size, fps)

    def notes(self, content: Content, size: Size, letters: bool = True) -> list[str]:
        return self._intake.notes(content, size, letters)

    def _sha(self, path: Path) -> str:
        sha = self._shas.get(path)
        if sha is None:
            raise ContentFault(_("{name}: no such file").format(name=path.name))
        if not self._intake.blobs.has(sha):
            raise ContentFault(_("was found damaged here and is being fetched again"))
        return sha
