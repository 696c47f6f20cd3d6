"""Other keys: an agency's key that was lost, stolen or has grown old, the one in the safe, the server's own."""

from collections.abc import Iterable
from datetime import datetime

from tuf.api.metadata import Key, Root

from player.config.language import _
from player.core.faults import ContentFault
from player.publish.drafts import Drafts
from player.publish.founding import mark
from player.publish.gates import next_targets
from player.publish.keys import make_key, name_of, write_key, write_public
from player.publish.renewing import draft_again, next_root
from player.publish.site import Site
from player.publish.tree import Tree
from player.trust.names import ID_FIELD, ROOT, SNAPSHOT, TARGETS_ROLE, TEMPLATES, TIMESTAMP


def rotate_party(site: Site, party: str, key: Key, now: datetime) -> list[str]:
    """Draft that `party` (an agency, or the keeper of the key in the safe) has another key, and, as a new version, all
    that would not hold without the old one; the roles that are to be signed. ContentFault, TrustFault, OSError."""
    drafts, tree = Drafts(site.drafts), Tree(site.tree)
    if tree.timestamp() is None:
        raise ContentFault(_("nothing has been released yet"))
    root = next_root(site, now)
    old = _key_of(root, party)
    if key.keyid in root.keys:
        raise ContentFault(_("this key is in use already, for {name}").format(name=name_of(root.keys[key.keyid])))
    mark(key, party, name_of(old))
    for role in (ROOT, TARGETS_ROLE):
        _replace(root.roles[role].keyids, [old.keyid], key.keyid)
    root.keys[key.keyid] = key
    del root.keys[old.keyid]
    drafts.put(ROOT, root)
    if old.keyid in _agencies(site, now):
        targets = next_targets(site, now)
        assert targets.delegations is not None
        for delegated in (targets.delegations.roles or {}).values():
            _replace(delegated.keyids, [old.keyid], key.keyid)
        keys = targets.delegations.keys
        targets.delegations.keys = {key.keyid: key, **{keyid: one for keyid, one in keys.items() if keyid != old.keyid}}
        drafts.put(TARGETS_ROLE, targets)
        _draft_what_falls(site, drafts, tree, now)
    return drafts.roles()


def keep_public(site: Site, party: str, key: Key) -> None:
    """Have the party's new public key beside the others, under its name. OSError."""
    write_public(key, site.keys / f"{party}.pub")


def rotate_online(site: Site, now: datetime) -> list[str]:
    """Make another key for the server itself and draft that it is the one. ContentFault, OSError."""
    if Tree(site.tree).timestamp() is None:
        raise ContentFault(_("nothing has been released yet"))
    root, drafts = next_root(site, now), Drafts(site.drafts)
    fresh = make_key("online")
    write_key(fresh, site.keys / f"online-{root.version}", None)
    for role in (SNAPSHOT, TIMESTAMP):
        old = list(root.roles[role].keyids)
        _replace(root.roles[role].keyids, old, fresh.public_key.keyid)
        for keyid in old:
            root.keys.pop(keyid, None)
    root.keys[fresh.public_key.keyid] = fresh.public_key
    drafts.put(ROOT, root)
    return [ROOT]


def _key_of(root: Root, party: str) -> Key:
    known = {str(root.keys[keyid].unrecognized_fields.get(ID_FIELD)): keyid for keyid in root.roles[ROOT].keyids}
    if party not in known:
        said = _("there is no {name} among those who sign: {names}")
        raise ContentFault(said.format(name=party, names=", ".join(known)))
    return root.keys[known[party]]


def _agencies(site: Site, now: datetime) -> Iterable[str]:
    """The keys of those who sign what is shown."""
    roles = next_targets(site, now).delegations
    assert roles is not None
    return (roles.roles or {})[TEMPLATES].keyids


def _replace(keyids: list[str], old: list[str], new: str) -> None:
    """In its place, so that the order in which the agencies are named stays."""
    found = [keyid for keyid in keyids if keyid in old]
    if found:
        keyids[keyids.index(found[0])] = new
        keyids[:] = [keyid for keyid in keyids if keyid not in old]


def _draft_what_falls(site: Site, drafts: Drafts, tree: Tree, now: datetime) -> None:
    """What is in force and would no longer be believed is to be signed again."""
    authority = drafts.authority()
    for role in tree.versions():
        metadata = tree.role(role)
        if role in (TARGETS_ROLE, *drafts.roles()) or metadata is None:
            continue
        if not authority.verifies(role, metadata):
            draft_again(site, role, now)
