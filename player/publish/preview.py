"""A draft, opened and verified, and the show that it would be at its gate: made from the very bytes that are signed, by
the very code that runs at the gate."""

import hashlib
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

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
from player.publish.drafts import Drafts, tampered, verified
from player.trust.directives import Alert, iso
from player.trust.manifest import EVERY_GATE, Entry
from player.trust.names import TEMPLATES

Tell = Callable[[int], object]
"""Is told how many more bytes have been verified."""

Progress = Callable[[str, int], AbstractContextManager[Tell]]
"""Is told what is being done and how much of it there is; gives what to tell of each step."""


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


def open_draft(folder: Path, role: str) -> Draft:
    """The draft of `role` in a folder of drafts. TrustFault when it does not agree with itself."""
    drafts = Drafts(folder)
    signed, found, data = drafts.metadata(role).signed, drafts.listing(role), drafts.target(role)
    if found is None or data is None:
        raise TrustFault(_("{role}: this draft names no target").format(role=role))
    made, entries = found
    sha = hashlib.sha256(data).hexdigest()
    [demand] = drafts.demands(role)
    return Draft(
        role=role,
        version=signed.version,
        expires=signed.expires,
        sha=sha,
        release=Release(sha, signed.version, made.made, (), made.pages, entries),
        live=drafts.live(role),
        signers=demand.signers,
        needed=demand.needed,
    )


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
        path = Drafts(drafts).blob(entry.sha256)
        for more in verified(path, entry):
            tell(more)
        if not blobs.has(entry.sha256, entry.size) and blobs.admit(path) != entry.sha256:
            raise tampered(entry.name)


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
