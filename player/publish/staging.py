"""From a folder of playlists, or of templates, to drafts that can be signed."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from player.config.language import _
from player.config.settings import Config
from player.core.faults import ConfigFault, ContentFault, Fault, TrustFault
from player.library.intake import Intake
from player.publish import contents
from player.publish.contents import Looked, Tell, quiet
from player.publish.drafts import Content, Drafts
from player.publish.founding import role_saying
from player.publish.gates import gate_config
from player.publish.site import Site
from player.publish.tree import Tree
from player.trust import manifest
from player.trust.directives import iso
from player.trust.manifest import EVERY_GATE
from player.trust.names import TEMPLATES, TEMPLATES_TARGET, expires, gate_role, gate_target

SOON = timedelta(days=60)
"""So long before it runs out a signature of the agencies may be renewed without anything else being changed."""

LIVE, DRAFTED, NEW = "live", "drafted", "new"


@dataclass(frozen=True, slots=True)
class Staged:
    """What became of a folder for one gate ("*" for templates). `state` is LIVE when gates have just this already,
    DRAFTED when it waits for signatures already, else NEW. `sha` is the fingerprint of what is to be signed."""

    gate: str
    role: str
    state: str
    sha: str
    version: int
    count: int
    items: int
    files: int
    bytes: int
    notes: tuple[Fault, ...]


def stage(site: Site, folder: Path, gates: Sequence[str], now: datetime, tell: Tell) -> list[Staged]:
    """Draft the playlists in `folder` for each of these gates: all or none. ConfigFault with everything that is wrong,
    NoSpace, Cancelled, OSError."""
    configs = [gate_config(site, gate) for gate in gates]
    _check_folder(folder)
    with contents.store(site) as intake:
        looked = _all_good(
            configs,
            lambda config, number: contents.look_at_playlists(folder, config, intake, tell if not number else quiet),
        )
        for config, one in zip(configs, looked, strict=True):
            contents.check_again(one.entries, iso(now), config, intake)
        return [
            _drafted(site, gate_role(config.gate), config.gate, gate_target(config.gate), one, now, intake)
            for config, one in zip(configs, looked, strict=True)
        ]


def stage_templates(site: Site, folder: Path, now: datetime, tell: Tell) -> Staged:
    """Draft the templates of alerts in `folder`; they must be good at every gate. ConfigFault, NoSpace, OSError."""
    configs = [gate_config(site, gate) for gate in site.gates()]
    if not configs:
        raise ContentFault(_("there is no gate yet; gateplayer publish add-gate makes one"))
    _check_folder(folder)
    with contents.store(site) as intake:
        looked = _all_good(
            configs,
            lambda config, number: contents.look_at_templates(folder, config, intake, tell if not number else quiet),
        )
        return _drafted(site, TEMPLATES, EVERY_GATE, TEMPLATES_TARGET, looked[0], now, intake)


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise ContentFault(_("{folder}: there is no such folder").format(folder=folder))


def _all_good(configs: Sequence[Config], look: Callable[[Config, int], Looked]) -> list[Looked]:
    looked = [look(config, number) for number, config in enumerate(configs)]
    if faults := sorted({fault for one in looked for fault in one.faults}):
        raise ConfigFault(faults)
    return looked


def _drafted(site: Site, role: str, gate: str, path: str, looked: Looked, now: datetime, intake: Intake) -> Staged:
    tree, drafts = Tree(site.tree), Drafts(site.drafts)
    live = tree.release(role)
    version = tree.versions().get(role, 0) + 1
    size = sum(entry.size for entry in looked.entries)
    entries = tuple(sorted(looked.entries))

    def staged(state: str, sha: str, number: int) -> Staged:
        return Staged(gate, role, state, sha, number, looked.count, looked.items, len(entries), size, looked.notes)

    drafted = role in drafts.roles() and drafts.metadata(role).signed.version == version
    if live and live[1] == entries and _holds(tree, drafts, role, now):
        drafts.discard(role)
        drafts.tidy()
        return staged(LIVE, sha_of(tree, role), version - 1)
    if drafted and tuple(sorted(drafts.entries(role)[0])) == entries and not _is_stale(drafts, role, now):
        return staged(DRAFTED, sha_of_draft(drafts, role), version)
    try:
        data, pages = manifest.build(gate, iso(now), entries)
    except TrustFault as fault:
        raise ContentFault(str(fault)) from fault
    config = (site.gate(gate) / "config.yaml").read_bytes() if gate != EVERY_GATE else any_config(site)
    content = Content(data, entries, tuple(pages.items()), live[1] if live else None, config)
    drafts.put(role, role_saying(path, data, version, now + expires(role)), content, intake.blobs.path)
    drafts.tidy()
    return staged(NEW, sha_of_draft(drafts, role), version)


def sha_of(tree: Tree, role: str) -> str:
    """The fingerprint of what is in force."""
    metadata = tree.role(role)
    return next((info.hashes["sha256"] for info in metadata.signed.targets.values()), "") if metadata else ""


def sha_of_draft(drafts: Drafts, role: str) -> str:
    """The fingerprint of what is to be signed: of its target, or, where there is none, of what it says itself."""
    metadata = drafts.metadata(role)
    shas = (str(info.hashes["sha256"]) for info in getattr(metadata.signed, "targets", {}).values())
    return next(shas, "") or hashlib.sha256(metadata.signed_bytes).hexdigest()


def _holds(tree: Tree, drafts: Drafts, role: str, now: datetime) -> bool:
    """Whether what is in force goes on holding: for long enough, and under those who are to sign from now on."""
    metadata = tree.role(role)
    if metadata is None or metadata.signed.expires - now < SOON:
        return False
    return drafts.authority().verifies(role, metadata)


def _is_stale(drafts: Drafts, role: str, now: datetime) -> bool:
    """Whether a draft has lain about for so long that it is better made anew."""
    until: datetime = drafts.metadata(role).signed.expires
    return until - now < SOON


def any_config(site: Site) -> bytes:
    """Templates are pictured with the wall of the first gate."""
    return (site.gate(site.gates()[0]) / "config.yaml").read_bytes()
