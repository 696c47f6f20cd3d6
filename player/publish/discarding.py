"""Drafts that are thrown away, and what goes with them."""

from player.config.language import _
from player.core.faults import ContentFault
from player.publish.drafts import Drafts
from player.publish.releasing import live_authority
from player.publish.site import Site
from player.publish.staging import sha_of, sha_of_draft
from player.publish.tree import Tree
from player.trust.names import ROOT, TARGETS_ROLE


def discard(site: Site, role: str) -> list[str]:
    """Throw a draft away; with a root everything that was drafted for its sake. ContentFault, OSError."""
    drafts, tree = Drafts(site.drafts), Tree(site.tree)
    if role not in drafts.roles():
        raise ContentFault(_("{role}: there is no such draft").format(role=role))
    if tree.timestamp() is None and role in (ROOT, TARGETS_ROLE):
        raise ContentFault(_("{role}: without it nothing can be released").format(role=role))
    gone = [role]
    if role == ROOT:
        again = [one for one in drafts.roles() if _is_repeated(drafts, tree, one)]
        gone += [one for one in (TARGETS_ROLE, *again) if one in drafts.roles()]
    elif role == TARGETS_ROLE:
        known = live_authority(tree)
        gone += [one for one in drafts.roles() if not known.knows(one)]
    for one in gone:
        drafts.discard(one)
    drafts.tidy()
    return gone


def _is_repeated(drafts: Drafts, tree: Tree, role: str) -> bool:
    """Whether a draft says nothing but what is in force."""
    return sha_of_draft(drafts, role) == sha_of(tree, role)
