"""From drafts to what is in force: those that all have signed who must, all in one step."""

import hashlib
import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from securesystemslib.signer import CryptoSigner, Key
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Targets

from player.config.language import _
from player.core.faults import ContentFault, TrustFault
from player.library.files import write_whole
from player.publish.drafts import BLOBS, Drafts, path_of
from player.publish.keys import read_private
from player.publish.site import Site
from player.publish.tree import Tree
from player.trust import manifest
from player.trust.manifest import EVERY_GATE
from player.trust.names import ALERT, ROOT, SNAPSHOT, TAKEDOWN, TARGETS_ROLE, TEMPLATES, TIMESTAMP, expires

log = logging.getLogger(__name__)

_CHIEF = (ROOT, TARGETS_ROLE)


@dataclass(frozen=True, slots=True)
class Released:
    """The roles that came into force, and those that wait, each with the keys whose signature is missing."""

    roles: tuple[str, ...]
    waiting: tuple[tuple[str, tuple[Key, ...]], ...]


def release(site: Site, now: datetime, only: Collection[str] | None = None) -> Released:
    """Put in force every draft (of `only` these roles) that is signed as it must be.

    Root and targets come into force only if all that is in force then is signed by those whom they name: otherwise
    gates would be shown a tree that they cannot verify. TrustFault, ContentFault, OSError.
    """
    drafts, tree = Drafts(site.drafts), Tree(site.tree)
    chosen = [role for role in drafts.roles() if only is None or role in only]
    complete = [role for role in chosen if drafts.is_complete(role)]
    waiting = [role for role in chosen if role not in complete]
    if any(role in _CHIEF for role in chosen) and (blocked := _unverifiable(drafts, tree, chosen, complete)):
        waiting += [role for role in complete if role in (*_CHIEF, *blocked) or not _holds_now(drafts, tree, role)]
        complete = [role for role in complete if role not in waiting]
    if complete:
        _put(site, drafts, tree, complete, now)
    missing = tuple((role, drafts.waiting(role)) for role in dict.fromkeys(waiting) if role in drafts.roles())
    return Released(tuple(complete), missing)


def renew_if_due(site: Site, now: datetime) -> bool:
    """Sign the timestamp again when half of its time is over, and the snapshot with it when half of its is; whether it
    was due. ContentFault, TrustFault, OSError."""
    tree = Tree(site.tree)
    stamp = tree.timestamp()
    if stamp is None or stamp.signed.expires - now >= expires(TIMESTAMP) / 2:
        return False
    tree.renew(online_key(site, tree.trust_root()), now)
    return True


def online_key(site: Site, root: Metadata[Root] | None) -> CryptoSigner:
    """The server's own key that `root` names. ContentFault when it is not here."""
    named = root.signed.roles[TIMESTAMP].keyids if root else []
    for path in sorted(site.keys.glob("online*.key")):
        signer = read_private(path, None)
        if signer.public_key.keyid in named:
            return signer
    said = _("the key with which snapshots and timestamps are signed is not in {folder}")
    raise ContentFault(said.format(folder=site.keys))


def expiring(site: Site, now: datetime) -> list[tuple[str, datetime, int]]:
    """Each role with the date until which its signatures hold, and for how many days; the first to end first."""
    tree = Tree(site.tree)
    found: list[Metadata[Any] | None] = [tree.trust_root(), tree.snapshot(), tree.timestamp()]
    names = [ROOT, SNAPSHOT, TIMESTAMP, *tree.versions()]
    found += [tree.role(role) for role in tree.versions()]
    rows = [(name, one.signed.expires) for name, one in zip(names, found, strict=True) if one]
    return sorted(((name, date, (date - now).days) for name, date in rows), key=lambda row: row[1])


def _unverifiable(drafts: Drafts, tree: Tree, chosen: list[str], complete: list[str]) -> list[str]:
    """The roles that would not verify if all of `complete` came into force."""
    root = drafts.metadata(ROOT) if ROOT in chosen else tree.trust_root()
    targets = drafts.metadata(TARGETS_ROLE) if TARGETS_ROLE in chosen else tree.role(TARGETS_ROLE)
    if root is None or targets is None:
        raise TrustFault(_("there is no root and nothing in force; begin with gateplayer publish init"))
    wrong = [role for role in chosen if role in _CHIEF and role not in complete]
    if not _is_signed(root.signed, TARGETS_ROLE, targets):
        wrong.append(TARGETS_ROLE)
    for role in {*tree.versions(), *chosen} - {*_CHIEF}:
        metadata = drafts.metadata(role) if role in chosen else tree.role(role)
        if metadata is None or not _is_signed(targets.signed, role, metadata):
            wrong.append(role)
    return wrong


def _holds_now(drafts: Drafts, tree: Tree, role: str) -> bool:
    """Whether a draft is signed as those want it who are in force now."""
    targets = tree.role(TARGETS_ROLE)
    return targets is not None and role not in _CHIEF and _is_signed(targets.signed, role, drafts.metadata(role))


def _is_signed(parent: Root | Targets, role: str, metadata: Metadata[Any]) -> bool:
    try:
        parent.verify_delegate(role, metadata.signed_bytes, metadata.signatures)
    except (RepositoryError, ValueError):
        return False
    return True


def _put(site: Site, drafts: Drafts, tree: Tree, roles: list[str], now: datetime) -> None:
    """First what nothing points to yet, last the timestamp: whoever reads meanwhile sees the old state or the new."""
    root = drafts.metadata(ROOT) if ROOT in roles else None
    online = online_key(site, root or tree.trust_root())
    versions = tree.versions()
    for role in roles:
        metadata = drafts.metadata(role)
        if isinstance(metadata.signed, Targets):
            _put_target(drafts, tree, role)
            versions[role] = metadata.signed.version
            tree.put_role(role, metadata)
    if root is not None and not site.anchor.exists():
        write_whole(site.anchor, root.to_bytes())
    tree.seal(versions, online, now, root)
    for role in roles:
        drafts.drop(role)
    drafts.trust(tree)


def _put_target(drafts: Drafts, tree: Tree, role: str) -> None:
    data = drafts.target(role)
    if data is None:
        return
    if role not in (TAKEDOWN, ALERT):
        found = manifest.read(data, EVERY_GATE if role == TEMPLATES else role.removeprefix("gate-"))
        folder = drafts.folder / BLOBS
        pages = {page.sha256: (folder / page.sha256).read_bytes() for page in found.pages}
        names = [*pages, *(entry.sha256 for entry in manifest.unfold(found, pages))]
        tree.put_blobs(folder / sha for sha in names)
    tree.put_target(path_of(role), hashlib.sha256(data).hexdigest(), data)
