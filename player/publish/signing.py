"""Signing drafts, on the machine where the key is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Key, Root, Signed, Targets

from player.config.language import _
from player.config.yamlsource import shown
from player.core.faults import TrustFault
from player.publish import shape
from player.publish.contents import Tell
from player.publish.drafts import Drafts, by_content, verified
from player.publish.keys import name_of
from player.publish.staging import sha_of_draft
from player.trust.directives import Takedown, read_alerts, read_takedown
from player.trust.fingerprint import grouped
from player.trust.manifest import EVERY_GATE, Entry
from player.trust.names import ALERT, ROOT, TAKEDOWN, TARGETS_ROLE


@dataclass(frozen=True, slots=True)
class Subject:
    """What a signature under one draft would mean. `sha` is the fingerprint of what is signed, `changes` says in
    sentences what a draft of root or targets changes; `signed` by this key already."""

    role: str
    version: int
    expires: datetime
    sha: str
    files: int
    bytes: int
    changes: tuple[str, ...]
    signed: bool


def subjects(folder: Path, key: Key, roles: Sequence[str], now: datetime, tell: Tell) -> list[Subject]:
    """The drafts (of these `roles`, if any are given) that `key` may sign, each looked at byte by byte. TrustFault when
    one is not what it says, or a role that was asked for is not for this key."""
    drafts = Drafts(folder)
    there = drafts.roles()
    for role in roles:
        if role not in there:
            raise TrustFault(_("{role}: there is no such draft").format(role=role))
    authority = drafts.authority()
    mine = [role for role in there if authority.knows(role) and key.keyid in authority.keys(role)]
    if foreign := [role for role in roles if role not in mine]:
        raise TrustFault(_("this key may not sign {roles}").format(roles=", ".join(foreign)))
    wanted = [role for role in mine if not roles or role in roles]
    if there and not mine:
        raise TrustFault(_("this key may not sign any of the drafts; is it the right one?"))
    for role in wanted:
        shape.check(role, drafts.metadata(role), authority.root, now)
    _verify(drafts, wanted, tell)
    return [_subject(drafts, role, key) for role in wanted]


def sign(folder: Path, signer: CryptoSigner, subject: Subject) -> None:
    """Sign what `subjects` has shown. TrustFault when it has become another since; OSError."""
    drafts = Drafts(folder)
    shown = (subject.version, subject.sha)
    if (drafts.metadata(subject.role).signed.version, sha_of_draft(drafts, subject.role)) != shown:
        raise TrustFault(_("{role}: the draft was changed in the meantime").format(role=subject.role))
    drafts.sign(subject.role, signer)


def carry(origin: Path, drafts: Drafts) -> int:
    """Take over the good signatures that lie in another folder of drafts, for the same drafts; how many. TrustFault."""
    other, count = Drafts(origin), 0
    authority = drafts.authority()
    for role in drafts.roles():
        if role not in other.roles() or not authority.knows(role):
            continue
        metadata = drafts.metadata(role)
        if other.metadata(role).signed_bytes != metadata.signed_bytes:
            continue
        known, here = authority.keys(role), drafts.signatures(role)
        for keyid, signature in other.signatures(role).items():
            if keyid in known and keyid not in here:
                found = authority.demands(role, metadata, {keyid: signature})
                if any(one.signed for demand in found for one in demand.signers if one.keyid == keyid):
                    drafts.keep(role, signature)
                    count += 1
    return count


def _verify(drafts: Drafts, roles: Sequence[str], tell: Tell) -> None:
    entries: list[Entry] = []
    for role in roles:
        drafts.target(role)
        files, pages = drafts.entries(role)
        entries += [*files, *pages]
    entries = by_content(entries)
    total = sum(entry.size for entry in entries)
    for entry in entries:
        for more in verified(drafts.blob(entry.sha256), entry):
            tell(more, total)


def _subject(drafts: Drafts, role: str, key: Key) -> Subject:
    metadata = drafts.metadata(role)
    files, _pages = drafts.entries(role)
    signed = any(one.signed for demand in drafts.demands(role) for one in demand.signers if one.keyid == key.keyid)
    return Subject(
        role=role,
        version=metadata.signed.version,
        expires=metadata.signed.expires,
        sha=sha_of_draft(drafts, role),
        files=len(files),
        bytes=sum(entry.size for entry in files),
        changes=tuple(_changes(drafts, role)),
        signed=signed,
    )


def _changes(drafts: Drafts, role: str) -> Iterator[str]:
    """What becomes otherwise in who may sign, or what an order says."""
    if role in (TAKEDOWN, ALERT):
        yield from _orders(role, drafts.target(role) or b"")
        return
    new, old = drafts.metadata(role).signed, drafts.in_force(role)
    if role == ROOT and isinstance(new, Root):
        for upper, title in ((ROOT, _("agencies and safe")), ("timestamp", _("server"))):
            yield from _keys_changed(title, _of_root(old, upper), _of_root(new, upper))
    elif role == TARGETS_ROLE and isinstance(new, Targets):
        before, after = _of_targets(old), _of_targets(new)
        yield from _keys_changed(_("agencies"), before[1], after[1])
        known = before[0]
        for name in after[0]:
            if name not in known and name.startswith("gate-"):
                yield _("new gate: {gate}").format(gate=name.removeprefix("gate-"))
        for name in known:
            if name not in after[0]:
                yield _("no longer: {role}").format(role=name)


def _orders(role: str, data: bytes) -> Iterator[str]:
    """What a takedown or alerts say, all of it."""
    if role == TAKEDOWN:
        takedown = read_takedown(data)
        for gate in takedown.blank:
            yield _("black wall: {gate}").format(gate=_("all gates") if gate == EVERY_GATE else shown(gate))
        for one in takedown.files:
            yield _("forbidden: {name}").format(name=f"{shown(one.name)} {one.sha256[:16]}".strip())
        if takedown == Takedown():
            yield _("nothing is taken down")
        return
    alerts = read_alerts(data).alerts
    for alert in alerts:
        gates = _("all gates") if EVERY_GATE in alert.gates else ", ".join(alert.gates)
        said = _("alert {id}: {gates}, until {time}").format(id=alert.id, gates=gates, time=alert.until)
        yield ": ".join((shown(said), "; ".join(shown(text, 500) for _name, text in alert.slots)))
    if not alerts:
        yield _("no alert is up")


def _keys_changed(title: str, before: dict[str, Key], after: dict[str, Key]) -> Iterator[str]:
    for keyid, key in after.items():
        if keyid not in before:
            said = _("{title}: new key of {name}, {fingerprint}")
            yield said.format(title=title, name=name_of(key), fingerprint=grouped(keyid, 32))
    for keyid, key in before.items():
        if keyid not in after:
            said = _("{title}: no longer the key of {name}, {fingerprint}")
            yield said.format(title=title, name=name_of(key), fingerprint=grouped(keyid, 32))


def _of_root(root: Signed | None, role: str) -> dict[str, Key]:
    return {keyid: root.keys[keyid] for keyid in root.roles[role].keyids} if isinstance(root, Root) else {}


def _of_targets(targets: Signed | None) -> tuple[list[str], dict[str, Key]]:
    if not isinstance(targets, Targets) or targets.delegations is None:
        return [], {}
    return list(targets.delegations.roles or {}), targets.delegations.keys
