"""The beginning of a site, and its gates: who may sign what."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from securesystemslib.signer import CryptoSigner, Key
from tuf.api.metadata import DelegatedRole, Delegations, Root, Targets

from player.config.language import _
from player.core.faults import ContentFault
from player.library.files import write_whole
from player.publish.drafts import Drafts, next_targets
from player.publish.keys import make_key, write_key, write_public
from player.publish.site import Party, Site
from player.publish.tree import Tree
from player.trust import directives, manifest
from player.trust.directives import Alerts, Takedown, iso
from player.trust.manifest import EVERY_GATE
from player.trust.names import (
    AGENCIES,
    ALERT,
    ALERT_TARGET,
    ROOT,
    ROOT_THRESHOLD,
    SNAPSHOT,
    TAKEDOWN,
    TAKEDOWN_TARGET,
    TARGETS_ROLE,
    TEMPLATES,
    TEMPLATES_TARGET,
    TIMESTAMP,
    expires,
    gate_role,
    gate_target,
)

_ONE_OF_TWO, _BOTH = 1, AGENCIES


def found_site(site: Site, province: str, agencies: tuple[Party, ...], keys: dict[str, Key], now: datetime) -> None:
    """Make the site's folder and the drafts of its beginning. `keys` are the public ones by id: the agencies', and the
    one in the safe under "recovery". ContentFault when there is a site already; OSError."""
    if site.about.exists():
        raise ContentFault(_("{path} is there already").format(path=site.about))
    online = make_key("online")
    write_key(online, site.online.with_suffix(""), None)
    for name, key in keys.items():
        if not (place := site.keys / f"{name}.pub").exists():
            write_public(key, place)
    ours = [keys[agency.id] for agency in agencies]
    drafts = Drafts(site.drafts)
    drafts.write(ROOT, _root(ours, keys["recovery"], online, now))
    drafts.write(TARGETS_ROLE, _targets(ours, now))
    tree = Tree(site.tree)
    nothing, pages = manifest.build(EVERY_GATE, iso(now), ())
    assert not pages
    for role, data in (
        (TAKEDOWN, directives.dump(Takedown())),
        (ALERT, directives.dump(Alerts())),
        (TEMPLATES, nothing),
    ):
        drafts.write(role, next_targets(role, tree, data, now), data)
    site.write_about(province, agencies, Party("recovery", "", keys["recovery"].keyid))


def add_gate(site: Site, gate: str, config: bytes, now: datetime) -> str:
    """Make a gate known: its folder, and a draft of targets by which both agencies together may sign for it. Its new
    token, with which it may send reports. ContentFault, OSError."""
    if gate in site.gates():
        raise ContentFault(_("the gate {gate} is there already").format(gate=gate))
    drafts, tree = Drafts(site.drafts), Tree(site.tree)
    targets = newest_targets(drafts, tree)
    if targets is None:
        raise ContentFault(_("nothing has been released yet; sign and release what init has drafted, then add gates"))
    delegate(targets, [(gate_role(gate), gate_target(gate), _BOTH)], agency_keys(targets))
    folder = site.gate(gate)
    folder.mkdir(parents=True, exist_ok=True)
    token = secrets.token_urlsafe(32)
    write_whole(folder / "token", token.encode())
    (folder / "token").chmod(0o600)
    draft_targets(drafts, tree, targets, now)
    write_whole(folder / "config.yaml", config)
    return token


def agency_keys(targets: Targets) -> list[Key]:
    """The keys of the agencies: those that may take down."""
    if targets.delegations is None:
        return []
    return [targets.delegations.keys[keyid] for keyid in targets.get_delegated_role(TAKEDOWN).keyids]


def newest_targets(drafts: Drafts, tree: Tree) -> Targets | None:
    """The targets that are drafted, else those in force."""
    if TARGETS_ROLE in drafts.roles():
        drafted: Targets = drafts.metadata(TARGETS_ROLE).signed
        return drafted
    found = tree.role(TARGETS_ROLE)
    return found.signed if found else None


def draft_targets(drafts: Drafts, tree: Tree, targets: Targets, now: datetime) -> None:
    """Another version of targets."""
    targets.version = tree.versions().get(TARGETS_ROLE, 0) + 1
    targets.expires = now + expires(TARGETS_ROLE)
    drafts.write(TARGETS_ROLE, targets)
    drafts.trust(tree)


def delegate(targets: Targets, rows: Iterable[tuple[str, str, int]], keys: Iterable[Key]) -> None:
    """Let `keys` sign these roles: (role, its one target, how many must sign)."""
    keys = list(keys)
    if targets.delegations is None:
        targets.delegations = Delegations({}, {})
    assert targets.delegations.roles is not None
    for key in keys:
        targets.delegations.keys[key.keyid] = key
    for role, path, threshold in rows:
        ids = [key.keyid for key in keys]
        targets.delegations.roles[role] = DelegatedRole(role, ids, threshold, terminating=True, paths=[path])


def _root(agencies: list[Key], recovery: Key, online: CryptoSigner, now: datetime) -> Root:
    root = Root(expires=now + expires(ROOT), consistent_snapshot=True)
    for role, keys, threshold in (
        (ROOT, [*agencies, recovery], ROOT_THRESHOLD),
        (TARGETS_ROLE, agencies, _BOTH),
        (SNAPSHOT, [online.public_key], 1),
        (TIMESTAMP, [online.public_key], 1),
    ):
        for key in keys:
            root.add_key(key, role)
        root.roles[role].threshold = threshold
    return root


def _targets(agencies: list[Key], now: datetime) -> Targets:
    targets = Targets(expires=now + expires(TARGETS_ROLE))
    delegate(
        targets,
        [
            (TAKEDOWN, TAKEDOWN_TARGET, _ONE_OF_TWO),
            (ALERT, ALERT_TARGET, _ONE_OF_TWO),
            (TEMPLATES, TEMPLATES_TARGET, _BOTH),
        ],
        agencies,
    )
    return targets
