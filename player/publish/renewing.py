"""Signatures run out: the server's own are renewed by themselves, those of the agencies are drafted anew in time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tuf.api.metadata import Root, Targets

from player.config.language import _
from player.core.faults import ContentFault
from player.publish.drafts import Content, Drafts
from player.publish.gates import next_targets
from player.publish.lock import locked
from player.publish.releasing import finish, online_key
from player.publish.site import Site
from player.publish.staging import SOON, any_config
from player.publish.tree import Tree
from player.trust.manifest import EVERY_GATE
from player.trust.names import (
    ALERT,
    BLOBS,
    ROOT,
    SNAPSHOT,
    TAKEDOWN,
    TARGETS_ROLE,
    TIMESTAMP,
    expires,
)

EARLY = timedelta(days=10)
"""So long before they run out people are warned of the server's own signatures."""


@dataclass(frozen=True, slots=True)
class Life:
    """Until when a role in force holds. `due`: something should be done about it."""

    role: str
    version: int
    expires: datetime
    due: bool


def lives(site: Site, now: datetime) -> list[Life]:
    """All roles in force; none when nothing has been released."""
    tree = Tree(site.tree)
    root, snapshot, stamp = tree.trust_root(), tree.snapshot(), tree.timestamp()
    if root is None or snapshot is None or stamp is None:
        return []
    found = [(ROOT, root.signed.version, root.signed.expires)]
    for role, version in sorted(tree.versions().items(), key=lambda one: (one[0] != TARGETS_ROLE, one[0])):
        metadata = tree.role(role)
        if metadata is not None:
            found.append((role, version, metadata.signed.expires))
    online = [(SNAPSHOT, snapshot.signed.version, snapshot.signed.expires)]
    online.append((TIMESTAMP, stamp.signed.version, stamp.signed.expires))
    return [
        *(Life(role, version, until, until - now < SOON) for role, version, until in found),
        *(Life(role, version, until, until - now < EARLY) for role, version, until in online),
    ]


def renew_if_due(site: Site, now: datetime) -> bool:
    """Sign snapshot and timestamp again when a third of their time is over; whether that was so. SyncFault when
    somebody else is at work, ContentFault when the key is not here, TrustFault, OSError."""
    tree = Tree(site.tree)
    if tree.timestamp() is None or not _is_due(tree, now):
        return False
    with locked(site):
        finish(site, now)
        if not _is_due(tree, now):
            return False
        tree.renew(online_key(site, tree.trust_root()), now)
    return True


def draft_due(site: Site, now: datetime) -> list[str]:
    """Draft again, as they are, those roles of the agencies that run out soon; which. TrustFault, OSError."""
    drafts = Drafts(site.drafts)
    due = [life.role for life in lives(site, now) if life.due and life.role not in (SNAPSHOT, TIMESTAMP)]
    fresh = [role for role in due if role not in drafts.roles()]
    for role in fresh:
        draft_again(site, role, now)
    return fresh


def draft_again(site: Site, role: str, now: datetime) -> None:
    """A draft of what is in force, as a new version: to be signed by those who may sign now. TrustFault, OSError."""
    tree, drafts = Tree(site.tree), Drafts(site.drafts)
    if role == ROOT:
        drafts.put(ROOT, next_root(site, now))
    elif role == TARGETS_ROLE:
        drafts.put(TARGETS_ROLE, next_targets(site, now))
    elif (metadata := tree.role(role)) is not None and (data := tree.target(role)) is not None:
        signed = Targets(metadata.signed.version + 1, expires=now + expires(role), targets=metadata.signed.targets)
        drafts.put(role, signed, _content(site, tree, role, data), lambda sha: tree.root / BLOBS / sha)


def next_root(site: Site, now: datetime) -> Root:
    """What root says, or is to say, as a new version to be changed. ContentFault when there is none."""
    drafts, live = Drafts(site.drafts), Tree(site.tree).trust_root()
    drafted = drafts.metadata(ROOT) if ROOT in drafts.roles() else None
    found = drafted or live
    if found is None:
        raise ContentFault(_("nothing has been released yet"))
    signed = Root.from_dict(found.signed.to_dict())
    signed.version = live.signed.version + 1 if live else 1
    signed.expires = now + expires(ROOT)
    return signed


def _is_due(tree: Tree, now: datetime) -> bool:
    snapshot, stamp = tree.snapshot(), tree.timestamp()
    if snapshot is None or stamp is None:
        return False
    pairs = ((SNAPSHOT, snapshot.signed.expires), (TIMESTAMP, stamp.signed.expires))
    return any(until - now < expires(role) * 2 / 3 for role, until in pairs)


def _content(site: Site, tree: Tree, role: str, data: bytes) -> Content:
    if role in (TAKEDOWN, ALERT):
        return Content(data)
    release = tree.release(role)
    assert release is not None
    made, entries = release
    pages = tuple((page.sha256, (tree.root / BLOBS / page.sha256).read_bytes()) for page in made.pages)
    config = any_config(site) if made.gate == EVERY_GATE else (site.gate(made.gate) / "config.yaml").read_bytes()
    return Content(data, entries, pages, entries, config)
