"""Drafts that have all their signatures, put in force: everything at once, and whole at every instant for readers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root

from player.config.language import _
from player.core.faults import ContentFault, TrustFault
from player.library.files import write_whole
from player.publish.authority import Authority, Demand
from player.publish.contents import Tell, quiet
from player.publish.drafts import Drafts, by_content, verified
from player.publish.keys import name_of, read_private
from player.publish.site import Party, Site
from player.publish.tree import Tree
from player.trust.names import BLOBS, ID_FIELD, METADATA, ROOT, SNAPSHOT, TARGETS_ROLE, TIMESTAMP


@dataclass(frozen=True, slots=True)
class Held:
    """A draft that is not released: who has not signed, and which drafts must go with it or come before it."""

    role: str
    missing: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()


@dataclass(slots=True)
class Released:
    """What a release did: roles with their new versions, and what was held back."""

    roles: list[tuple[str, int]] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    blobs: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Put:
    """One role that comes into force: its metadata with all signatures, and the target that it signs."""

    role: str
    metadata: Metadata[Any]
    target: bytes | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Which drafts can be released together, and why others cannot."""

    roles: tuple[str, ...]
    held: tuple[Held, ...]


def live_authority(tree: Tree) -> Authority:
    """Who may sign by what is in force. ContentFault when nothing is."""
    root, targets = tree.trust_root(), tree.role(TARGETS_ROLE)
    if root is None or targets is None:
        raise ContentFault(_("nothing has been released yet"))
    return Authority(root.signed, targets.signed)


def plan(site: Site) -> Plan:
    """What `release` would do. TrustFault when a draft cannot be used."""
    drafts, tree = Drafts(site.drafts), Tree(site.tree)
    there = drafts.roles()
    for upper in ((ROOT, TARGETS_ROLE), (ROOT,), (TARGETS_ROLE,), ()):
        if not set(upper) <= set(there) or (ROOT in there and tree.trust_root() is None and ROOT not in upper):
            continue
        if (authority := _authority(drafts, tree, upper)) is None:
            continue
        rest = [role for role in there if role not in (ROOT, TARGETS_ROLE)]
        ready = [role for role in (*upper, *rest) if _is_complete(drafts, role, authority)]
        if set(upper) <= set(ready) and not _left_behind(tree, ready, authority):
            return Plan(tuple(ready), tuple(_held(drafts, tree, set(there) - set(ready))))
    return Plan((), tuple(_held(drafts, tree, set(there))))


def release(site: Site, now: datetime, tell: Tell = quiet) -> Released:
    """Put in force what is complete. What was interrupted is taken up again. `tell` is told how many bytes more have
    been checked. TrustFault, OSError."""
    drafts, tree = Drafts(site.drafts), Tree(site.tree)
    finish(site, now)
    planned = plan(site)
    released = Released(held=list(planned.held))
    if not planned.roles:
        return released
    for role in planned.roles:
        _check_version(drafts, tree, role)
    fresh = list(_fresh(drafts, tree, planned.roles))
    released.blobs, released.bytes = len(fresh), sum(entry.size for entry in fresh)
    for entry in fresh:
        for more in verified(drafts.blob(entry.sha256), entry):
            tell(more, released.bytes)
    tree.put_blobs(drafts.blob(entry.sha256) for entry in fresh)
    put = [Put(role, drafts.signed(role), drafts.target(role)) for role in planned.roles]
    put_in_force(site, put, now)
    released.roles = [(one.role, one.metadata.signed.version) for one in put]
    finish(site, now)
    return released


def put_in_force(site: Site, changes: list[Put], now: datetime) -> None:
    """Write these roles and, as the last thing, a timestamp: until then readers see what was before. TrustFault when
    signatures are missing; OSError."""
    tree = Tree(site.tree)
    root = next((one.metadata for one in changes if one.role == ROOT), None)
    online = online_key(site, root or tree.trust_root())
    _check_signed(tree, changes)
    for one in changes:
        if one.target is not None:
            for path, info in one.metadata.signed.targets.items():
                tree.put_target(path, info.hashes["sha256"], one.target)
        if one.role != ROOT:
            tree.put_role(one.role, one.metadata)
    versions = tree.versions() | {one.role: one.metadata.signed.version for one in changes if one.role != ROOT}
    tree.seal(versions, online, now, root)
    tell_who(site, Drafts(site.drafts))


def tell_who(site: Site, drafts: Drafts) -> None:
    """Have the drafts, publish.yaml and root.json say who may sign now. OSError."""
    tree = Tree(site.tree)
    root, first = tree.trust_root(), site.tree / METADATA / f"1.{ROOT}.json"
    if root is None:
        return
    drafts.trust(root, tree.role(TARGETS_ROLE))
    if not site.anchor.exists():
        write_whole(site.anchor, first.read_bytes())
    agencies, recovery = site.parties()
    holders = {str(key.unrecognized_fields.get(ID_FIELD)): key for key in _signers(root.signed)}
    now = [_with_key(one, holders) for one in (*agencies, recovery)]
    if now != [*agencies, recovery]:
        site.write_about(site.province(), tuple(now[:-1]), now[-1])


def online_key(site: Site, root: Metadata[Root] | None) -> CryptoSigner:
    """The server's own key: the one that `root` names. ContentFault when it is not here."""
    if root is None:
        raise ContentFault(_("nothing has been released yet"))
    wanted = root.signed.roles[TIMESTAMP].keyids
    for path in sorted(site.keys.glob("online*.key")):
        key = read_private(path, None)
        if key.public_key.keyid in wanted:
            return key
    raise ContentFault(_("{path}: the server's own key is not there").format(path=site.online))


def _with_key(party: Party, holders: dict[str, Any]) -> Party:
    key = holders.get(party.id)
    return Party(party.id, name_of(key), key.keyid) if key else party


def _signers(root: Root) -> list[Any]:
    return [root.keys[keyid] for keyid in root.roles[ROOT].keyids]


def _authority(drafts: Drafts, tree: Tree, upper: tuple[str, ...]) -> Authority | None:
    """Who may sign if the drafts of these upper roles came into force; None when nobody could."""
    before, live = tree.trust_root(), tree.role(TARGETS_ROLE)
    root = drafts.metadata(ROOT) if ROOT in upper else before
    targets = drafts.metadata(TARGETS_ROLE) if TARGETS_ROLE in upper else live
    if root is None or targets is None:
        return None
    return Authority(root.signed, targets.signed, before.signed if before and ROOT in upper else None)


def _is_complete(drafts: Drafts, role: str, authority: Authority) -> bool:
    return authority.verifies(role, drafts.metadata(role), drafts.signatures(role))


def _left_behind(tree: Tree, ready: list[str], authority: Authority) -> list[str]:
    """The roles in force that would no longer be believed."""
    found = []
    for role in tree.versions():
        metadata = tree.role(role)
        if role not in ready and metadata is not None and not authority.verifies(role, metadata):
            found.append(role)
    return found


def _held(drafts: Drafts, tree: Tree, roles: set[str]) -> Iterator[Held]:
    authority = drafts.authority()
    upper = tuple(role for role in (ROOT, TARGETS_ROLE) if role in roles)
    for role in drafts.roles():
        if role not in roles:
            continue
        if not authority.knows(role):
            yield Held(role, (), (TARGETS_ROLE,))
            continue
        missing = missing_of(drafts.demands(role, authority))
        others: list[str] = []
        if not missing and role in upper:
            incomplete = [one for one in drafts.roles() if not _is_complete(drafts, one, authority)]
            others = [one for one in incomplete if one in (*upper, *tree.versions())]
        elif not missing:
            others = [one for one in upper if one != role]
        yield Held(role, tuple(missing), tuple(others))


def missing_of(demands: list[Demand]) -> list[str]:
    """The names of those of whom a signature is wanted."""
    return list(dict.fromkeys(name for demand in demands for name in demand.missing()))


def _check_version(drafts: Drafts, tree: Tree, role: str) -> None:
    root = tree.trust_root()
    live = (root.signed.version if root else 0) if role == ROOT else tree.versions().get(role, 0)
    if drafts.metadata(role).signed.version != live + 1:
        said = _("{role}: something else has been released since this was drafted; draft it again")
        raise TrustFault(said.format(role=role))


def _fresh(drafts: Drafts, tree: Tree, roles: tuple[str, ...]) -> Iterator[Any]:
    """The files that the tree does not have yet."""
    entries = (entry for role in roles for part in drafts.entries(role) for entry in part)
    return (one for one in by_content(entries) if not (tree.root / BLOBS / one.sha256).exists())


def finish(site: Site, now: datetime) -> None:
    """Take up what a release that was cut off has left behind: a root whose timestamp is still the old one, drafts that
    are in force already. OSError."""
    drafts, tree = Drafts(site.drafts), Tree(site.tree)
    if not is_sealed(tree):
        tree.seal(tree.versions(), online_key(site, tree.trust_root()), now)
    done = [role for role in drafts.roles() if _is_in_force(drafts, tree, role)]
    for role in done:
        drafts.discard(role)
    if done:
        drafts.tidy()
    tell_who(site, drafts)


def is_sealed(tree: Tree) -> bool:
    """Whether snapshot and timestamp are signed by those whom the root names for that."""
    root, stamp, snapshot = tree.trust_root(), tree.timestamp(), tree.snapshot()
    if root is None or stamp is None or snapshot is None:
        return True
    authority = Authority(root.signed, None)
    return authority.verifies(TIMESTAMP, stamp) and authority.verifies(SNAPSHOT, snapshot)


def _check_signed(tree: Tree, changes: list[Put]) -> None:
    """TrustFault unless everything that is to come into force has its signatures."""
    said = {one.role: one.metadata for one in changes}
    before = tree.trust_root()
    root, targets = said.get(ROOT) or before, said.get(TARGETS_ROLE) or tree.role(TARGETS_ROLE)
    if root is None or targets is None:
        raise ContentFault(_("nothing has been released yet"))
    authority = Authority(root.signed, targets.signed, before.signed if before and ROOT in said else None)
    for role, metadata in said.items():
        if missing := missing_of(authority.demands(role, metadata)):
            wanted = _("{role}: a signature is missing: {names}")
            raise TrustFault(wanted.format(role=role, names=", ".join(missing)))


def _is_in_force(drafts: Drafts, tree: Tree, role: str) -> bool:
    live = tree.trust_root() if role == ROOT else tree.role(role)
    return live is not None and live.signed == drafts.metadata(role).signed
