"""A draft, opened and verified, and the show that it would be at its gate: made from the very bytes that are signed, by
the very code that runs at the gate."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Targets

from player.config.language import _
from player.config.playlists import Reading
from player.config.settings import CentralSource, Config, Sources
from player.core.faults import Fault, TrustFault
from player.core.model import Playlist, Show
from player.core.units import MINUTE, Instant, Span, utc
from player.library import centralshow
from player.library.blobs import Blobs
from player.library.central import Active, CentralStore, Raised, Release
from player.library.centralshow import central_show
from player.library.compiler import compile_show
from player.library.intake import Intake
from player.library.templates import Template, read_templates, sample_slots
from player.publish.authority import Signer
from player.publish.drafts import Drafts
from player.trust import manifest
from player.trust.directives import Alert, iso
from player.trust.manifest import EVERY_GATE, Entry, Page
from player.trust.names import MOST_PAGE, MOST_TARGET, TEMPLATES

_CHUNK = 1 << 20
_MOST_METADATA = 4 << 20
Tell = Callable[[int], object]
"""Is told how many more bytes have been verified."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be signed. `sha` is the fingerprint of the signed target; `needed` of the `signers` must sign. `live`
    is what gates have now, None for nothing."""

    role: str
    version: int
    expires: datetime
    sha: str
    release: Release
    live: tuple[Entry, ...] | None
    signers: tuple[Signer, ...]
    needed: int

    @property
    def gate(self) -> str:
        """The gate that it is for; "*" for templates."""
        return EVERY_GATE if self.role == TEMPLATES else self.role.removeprefix("gate-")


def open_draft(drafts: Path, role: str) -> Draft:
    """The draft of `role` in the folder `drafts`. TrustFault when it does not agree with itself."""
    folder = drafts / role
    metadata = _metadata(folder / "metadata.json")
    if not isinstance(metadata.signed, Targets) or len(metadata.signed.targets) != 1:
        raise TrustFault(_("{role}: this draft names no target").format(role=role))
    [target] = metadata.signed.targets.values()
    data = _bytes(folder / "target.json", MOST_TARGET)
    sha = hashlib.sha256(data).hexdigest()
    if (target.hashes.get("sha256"), target.length) != (sha, len(data)):
        raise TrustFault(_("{role}: target.json is not what is to be signed").format(role=role))
    gate = EVERY_GATE if role == TEMPLATES else role.removeprefix("gate-")
    made = manifest.read(data, gate)
    pages = {page.sha256: _page(drafts, page) for page in made.pages}
    entries = manifest.unfold(made, pages)
    signers, needed = signers_of(drafts, role)
    return Draft(
        role=role,
        version=metadata.signed.version,
        expires=metadata.signed.expires,
        sha=sha,
        release=Release(sha, metadata.signed.version, made.made, (), made.pages, entries),
        live=_live(folder / "live.json"),
        signers=signers,
        needed=needed,
    )


def signers_of(drafts: Path, role: str) -> tuple[tuple[Signer, ...], int]:
    """Who may sign the draft of `role`, whose good signature is there, and how many are needed."""
    [demand] = Drafts(drafts).demands(role)
    return demand.signers, demand.needed


@dataclass(frozen=True, slots=True)
class Preview:
    """The show that a draft makes. `built_in` playlists come from the gate's config, not from the draft. `faults` are
    what of the draft its gate cannot show, `notes` advice."""

    show: Show
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]
    folder: Path

    @property
    def playlists(self) -> tuple[Playlist, ...]:
        """Those of the draft."""
        return tuple(one for one in self.show.playlists if one.source in (centralshow.SOURCE, centralshow.ALERTS))


def take_in(drafts: Path, entries: Iterable[Entry], blobs: Blobs, tell: Tell) -> None:
    """Verify every file of a draft and have it in the store. TrustFault when one is not what was listed."""
    for entry in entries:
        path = drafts / "blob" / entry.sha256
        _check_blob(path, entry, tell)
        if not blobs.has(entry.sha256, entry.size) and blobs.admit(path) != entry.sha256:
            raise _tampered(entry.name)


def gate_show(draft: Draft, config: Config, intake: Intake, state: Path) -> Preview:
    """What the gate of `config` would play; the files of the draft must be in the store. `state` is a folder for
    nothing else. Raises Cancelled."""
    active = Active(config.gate, release=draft.release.sha)
    return _shown(draft, config, intake, state, active)


def template_show(
    draft: Draft, config: Config, intake: Intake, state: Path, now: Instant
) -> tuple[Preview, tuple[Template, ...]]:
    """The same of a draft of templates: each as an alert whose slots hold their own names."""
    store = CentralStore(state)
    store.keep(draft.release)
    templates, faults = read_templates(store.lay_out(draft.release, intake.blobs.path))
    alerts = []
    for template in templates:
        begin, end = utc(now), utc(Instant(now + template.longest))
        slots = tuple(sample_slots(template).items())
        alert = Alert(template.name, template.name, slots, (EVERY_GATE,), iso(begin), iso(end))
        alerts.append(Raised(alert, now))
    active = Active(config.gate, templates=draft.release.sha, alerts=tuple(alerts))
    preview = _shown(draft, config, intake, state, active)
    return replace(preview, faults=(*faults, *preview.faults)), templates


def _shown(draft: Draft, config: Config, intake: Intake, state: Path, active: Active) -> Preview:
    store = CentralStore(state)
    store.keep(draft.release)
    store.activate(active)
    # Whatever else the gate may play is not what is signed here.
    central = CentralSource((), Span(MINUTE), state)
    config = replace(config, sources=Sources(central=central))
    found = central_show(config, store, intake)
    made = compile_show(config, Reading((), (), ()), intake, None, None, found)
    return Preview(made.show, made.faults, made.notes, store.files(draft.release.sha))


def _check_blob(path: Path, entry: Entry, tell: Tell) -> None:
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as stream:
            while part := stream.read(_CHUNK):
                digest.update(part)
                size += len(part)
                tell(len(part))
    except OSError as error:
        said = _("{name}: its file is not in the draft ({path}); fetch the whole folder of drafts again")
        raise TrustFault(said.format(name=entry.name, path=path)) from error
    if (digest.hexdigest(), size) != (entry.sha256, entry.size):
        raise _tampered(entry.name)


def _page(drafts: Path, page: Page) -> bytes:
    data = _bytes(drafts / "blob" / page.sha256, MOST_PAGE)
    if (hashlib.sha256(data).hexdigest(), len(data)) != (page.sha256, page.size):
        raise _tampered(_("the list of files"))
    return data


def _tampered(name: str) -> TrustFault:
    return TrustFault(_("{name}: its file is not the one that is to be signed; sign nothing of this").format(name=name))


def _metadata(path: Path) -> Metadata[Any]:
    try:
        return Metadata[Any].from_bytes(_bytes(path, _MOST_METADATA))
    except (RepositoryError, ValueError) as error:
        raise _unreadable(path, error) from error


def _live(path: Path) -> tuple[Entry, ...] | None:
    if not path.exists():
        return None
    try:
        rows = json.loads(_bytes(path, _MOST_METADATA))["entries"]
        return tuple(Entry(str(name), str(sha), int(size)) for name, sha, size in rows)
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(path, error) from error


def _bytes(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except OSError as error:
        raise _unreadable(path, error.strerror or error) from error
    if len(data) > most:
        raise _unreadable(path, _("larger than {limit} bytes").format(limit=most))
    return data


def _unreadable(path: Path, reason: object) -> TrustFault:
    return TrustFault(_("{path} cannot be used: {reason}").format(path=path, reason=reason))
