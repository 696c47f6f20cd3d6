"""Who may sign what, and who has: read from root and targets, those in force or those that are to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from securesystemslib.signer import Signature
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import DelegatedRole, Key, Metadata, Role, Root, Targets

from player.config.language import _
from player.core.faults import TrustFault
from player.publish.keys import name_of
from player.trust.names import ROOT, SNAPSHOT, TARGETS_ROLE, TIMESTAMP

Signatures = Mapping[str, Signature]


@dataclass(frozen=True, slots=True)
class Signer:
    """Who may sign, and whether that has been done."""

    name: str
    keyid: str
    signed: bool


@dataclass(frozen=True, slots=True)
class Demand:
    """So many of these must sign."""

    signers: tuple[Signer, ...]
    needed: int

    @property
    def met(self) -> bool:
        return sum(signer.signed for signer in self.signers) >= self.needed

    def missing(self) -> list[str]:
        """The names of those who have not signed; none when enough have."""
        return [] if self.met else [signer.name for signer in self.signers if not signer.signed]


@dataclass(frozen=True, slots=True)
class Authority:
    """`root` says who signs the upper roles, `targets` who the others. `before` is the root in force, which must agree
    to a new one; None when there is none or it is the same."""

    root: Root
    targets: Targets | None
    before: Root | None = None

    def demands(self, role: str, metadata: Metadata[Any], signatures: Signatures | None = None) -> list[Demand]:
        """What the signatures of `metadata` (and `signatures`) must come to. TrustFault when `role` is unknown."""
        found = {**metadata.signatures, **(signatures or {})}
        return [_demand(over, role, metadata, found) for over in self._over(role)]

    def verifies(self, role: str, metadata: Metadata[Any], signatures: Signatures | None = None) -> bool:
        """Whether enough have signed."""
        try:
            return all(demand.met for demand in self.demands(role, metadata, signatures))
        except TrustFault:
            return False

    def keys(self, role: str) -> dict[str, Key]:
        """Those who may sign `role`, by key id."""
        found: dict[str, Key] = {}
        for over in self._over(role):
            known = _keys(over)
            found |= {keyid: known[keyid] for keyid in _role(over, role).keyids if keyid in known}
        return found

    def knows(self, role: str) -> bool:
        """Whether anybody may sign `role`."""
        if role in (ROOT, TARGETS_ROLE, SNAPSHOT, TIMESTAMP):
            return True
        return bool(self.targets and self.targets.delegations and role in (self.targets.delegations.roles or {}))

    def _over(self, role: str) -> list[Root | Targets]:
        if role == ROOT:
            return [self.before, self.root] if self.before else [self.root]
        if role in (TARGETS_ROLE, SNAPSHOT, TIMESTAMP):
            return [self.root]
        if self.targets is None or not self.knows(role):
            raise TrustFault(_("nobody is named who may sign {role}").format(role=role))
        return [self.targets]


def _demand(over: Root | Targets, role: str, metadata: Metadata[Any], signatures: dict[str, Signature]) -> Demand:
    try:
        result = over.get_verification_result(role, metadata.signed_bytes, signatures)
    except (RepositoryError, ValueError) as error:
        raise TrustFault(_("{role}: who may sign cannot be told: {reason}").format(role=role, reason=error)) from error
    keys = {**result.signed, **result.unsigned}
    order = [keyid for keyid in _role(over, role).keyids if keyid in keys]
    signers = (Signer(name_of(keys[keyid]), keyid, keyid in result.signed) for keyid in order)
    return Demand(tuple(signers), result.threshold)


def _keys(over: Root | Targets) -> dict[str, Key]:
    if isinstance(over, Root):
        return over.keys
    return over.delegations.keys if over.delegations else {}


def _role(over: Root | Targets, role: str) -> Role | DelegatedRole:
    if isinstance(over, Root):
        return over.roles[role]
    assert over.delegations is not None
    assert over.delegations.roles is not None
    return over.delegations.roles[role]
