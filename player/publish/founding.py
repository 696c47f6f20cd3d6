"""The beginning: who publishes, and the first of every role."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import DelegatedRole, Delegations, Key, Root, TargetFile, Targets

from player.config.language import _
from player.core.faults import ContentFault
from player.publish.drafts import Content, Drafts
from player.publish.keys import NAME_FIELD, make_key, write_key, write_public
from player.publish.site import Party, Site
from player.trust import directives, manifest
from player.trust.directives import Alerts, Takedown, iso
from player.trust.manifest import EVERY_GATE
from player.trust.names import (
    AGENCIES,
    ALERT,
    ALERT_TARGET,
    ID_FIELD,
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

_ALONE = 1
"""How many must sign a takedown or an alert."""


@dataclass(frozen=True, slots=True)
class Founder:
    """One of the three who sign: an agency, or the keeper of the key in the safe. `signer` None: the private key is
    on another machine."""

    id: str
    name: str
    key: Key
    signer: CryptoSigner | None = None

    @property
    def party(self) -> Party:
        return Party(self.id, self.name, self.key.keyid)


def found(site: Site, province: str, agencies: Sequence[Founder], recovery: Founder, now: datetime) -> None:
    """Draft the first root, targets, takedown, alert and templates, signed with the keys that are here; `release` puts
    them in force once they are complete. Makes the server's own key. ContentFault, OSError."""
    if site.about.exists():
        raise ContentFault(_("{folder} holds {name} already").format(folder=site.root, name=site.about.name))
    founders = (*agencies, recovery)
    if len(agencies) != AGENCIES or len({one.id for one in founders}) != len(founders):
        raise ContentFault(_("two agencies are needed, each with an id of its own"))
    if len({one.key.keyid for one in founders}) != len(founders):
        raise ContentFault(_("each of the three must have a key of its own"))
    for folder in (site.root, site.drafts, site.keys):
        folder.mkdir(parents=True, exist_ok=True)
    online = make_key("online")
    write_key(online, site.online.with_suffix(""), None)
    for one in founders:
        mark(one.key, one.id, one.name)
        write_public(one.key, site.keys / f"{one.id}.pub")
    drafts = Drafts(site.drafts)
    drafts.put(ROOT, _root([one.key for one in agencies], recovery.key, online.public_key, now))
    drafts.put(TARGETS_ROLE, _targets([one.key for one in agencies], now))
    for role, path, data in _beginnings(now):
        drafts.put(role, role_saying(path, data, 1, now + expires(role)), Content(data))
    site.write_about(province, tuple(one.party for one in agencies), recovery.party)
    sign_with(drafts, [one.signer for one in founders if one.signer])


def mark(key: Key, party: str, name: str) -> None:
    """Have a key say whose it is."""
    key.unrecognized_fields |= {NAME_FIELD: name, ID_FIELD: party}


def sign_with(drafts: Drafts, signers: Sequence[CryptoSigner]) -> None:
    """Sign every draft with every one of these keys that may."""
    authority = drafts.authority()
    for role in drafts.roles():
        for signer in signers:
            if signer.public_key.keyid in authority.keys(role):
                drafts.sign(role, signer)


def role_saying(path: str, data: bytes, version: int, until: datetime) -> Targets:
    """The metadata of a role whose one target is `data`."""
    return Targets(version=version, expires=until, targets={path: TargetFile.from_data(path, data, ["sha256"])})


def gate_delegation(gate: str, keyids: Sequence[str]) -> DelegatedRole:
    """Let both agencies together say what `gate` plays, and nothing else."""
    return _delegation(gate_role(gate), gate_target(gate), AGENCIES, keyids)


def _delegation(role: str, path: str, needed: int, keyids: Sequence[str]) -> DelegatedRole:
    return DelegatedRole(role, list(keyids), needed, terminating=True, paths=[path])


def _root(agencies: Sequence[Key], recovery: Key, online: Key, now: datetime) -> Root:
    root = Root(expires=now + expires(ROOT), consistent_snapshot=True)
    for role, keys, needed in (
        (ROOT, [*agencies, recovery], ROOT_THRESHOLD),
        (TARGETS_ROLE, agencies, AGENCIES),
        (SNAPSHOT, [online], 1),
        (TIMESTAMP, [online], 1),
    ):
        for key in keys:
            root.add_key(key, role)
        root.roles[role].threshold = needed
    return root


def _targets(agencies: Sequence[Key], now: datetime) -> Targets:
    keyids = [key.keyid for key in agencies]
    rows = (
        (TAKEDOWN, TAKEDOWN_TARGET, _ALONE),
        (ALERT, ALERT_TARGET, _ALONE),
        (TEMPLATES, TEMPLATES_TARGET, AGENCIES),
    )
    roles = {role: _delegation(role, path, needed, keyids) for role, path, needed in rows}
    delegations = Delegations({key.keyid: key for key in agencies}, roles)
    return Targets(expires=now + expires(TARGETS_ROLE), delegations=delegations)


def _beginnings(now: datetime) -> list[tuple[str, str, bytes]]:
    """Nothing is taken down, no alert is raised, there are no templates."""
    nothing, _pages = manifest.build(EVERY_GATE, iso(now), ())
    return [
        (TAKEDOWN, TAKEDOWN_TARGET, directives.dump(Takedown())),
        (ALERT, ALERT_TARGET, directives.dump(Alerts())),
        (TEMPLATES, TEMPLATES_TARGET, nothing),
    ]
