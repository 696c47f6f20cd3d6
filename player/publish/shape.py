"""What may be put before an agency to be signed: every role in the one form that the design gives it.

Drafts come from the province's machine, which may be in a stranger's hands. Who signs sees gates, files and keys; that
nothing else is hidden in a draft (a lower threshold, a wider path, a signature for a hundred years) is seen to here.
"""

from datetime import datetime, timedelta

from tuf.api.metadata import DelegatedRole, Key, Metadata, Root, Targets

from player.config import fields
from player.config.language import _
from player.config.suggest import WordingError
from player.core.faults import TrustFault
from player.publish.keys import is_itself
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

_SLACK = timedelta(days=7)
"""So much the clocks of two machines may differ."""
_COMMON = {TAKEDOWN: (TAKEDOWN_TARGET, 1), ALERT: (ALERT_TARGET, 1), TEMPLATES: (TEMPLATES_TARGET, AGENCIES)}


def check(role: str, metadata: Metadata[Root] | Metadata[Targets], root: Root, now: datetime) -> None:
    """TrustFault unless what is to be signed has the form that it should have; `root` is the one that is to be."""
    signed = metadata.signed
    if signed.expires > now + expires(role) + _SLACK:
        raise _odd(role, _("it would hold for too long: until {day}").format(day=signed.expires.date().isoformat()))
    if role == ROOT and isinstance(signed, Root):
        _check_root(signed)
    elif role == TARGETS_ROLE and isinstance(signed, Targets):
        _check_targets(signed, root)
    elif isinstance(signed, Targets) and (path := target_of(role)):
        if set(signed.targets) != {path} or signed.delegations is not None:
            raise _odd(role, _("it names something else than {path}").format(path=path))
    else:
        raise _odd(role, type(signed).__name__)


def target_of(role: str) -> str:
    """The one target that a delegated role signs; empty for roles that are none."""
    if role in _COMMON:
        return _COMMON[role][0]
    begin = gate_role("")
    gate = role.removeprefix(begin)
    return gate_target(gate) if role.startswith(begin) and is_gate(gate) else ""


def is_gate(name: str) -> bool:
    """Whether a gate may be called so."""
    try:
        return fields.name(name) == name
    except WordingError:
        return False


def _check_root(root: Root) -> None:
    signers, agencies = root.roles[ROOT], root.roles[TARGETS_ROLE]
    online = [root.roles[role] for role in (SNAPSHOT, TIMESTAMP)]
    good = (
        bool(root.consistent_snapshot)
        and (len(set(signers.keyids)), signers.threshold) == (AGENCIES + 1, ROOT_THRESHOLD)
        and (len(set(agencies.keyids)), agencies.threshold) == (AGENCIES, AGENCIES)
        and set(agencies.keyids) < set(signers.keyids)
        and all((len(role.keyids), role.threshold) == (1, 1) for role in online)
        and not {keyid for role in online for keyid in role.keyids} & set(signers.keyids)
        and _are_themselves(root.keys)
    )
    if not good:
        raise _odd(ROOT, _("not two of three keys for the root, both agencies for the rest, one for the server"))


def _are_themselves(keys: dict[str, Key]) -> bool:
    """Whether no key stands under the id of another."""
    try:
        return all(keyid == key.keyid and is_itself(key) for keyid, key in keys.items())
    except (ValueError, KeyError):
        return False


def _check_targets(targets: Targets, root: Root) -> None:
    delegations = targets.delegations
    if targets.targets or delegations is None or delegations.roles is None or delegations.succinct_roles is not None:
        raise _odd(TARGETS_ROLE, _("it does not name who signs for gates"))
    if list(delegations.roles)[: len(_COMMON)] != list(_COMMON):
        raise _odd(TARGETS_ROLE, _("takedown, alerts and templates do not come first"))
    agencies = root.roles[TARGETS_ROLE].keyids
    if set(delegations.keys) != set(agencies) or not _are_themselves(delegations.keys):
        raise _odd(TARGETS_ROLE, _("its keys are not those of the root"))
    for role in delegations.roles.values():
        _check_delegation(role, agencies)


def _check_delegation(role: DelegatedRole, agencies: list[str]) -> None:
    path = target_of(role.name)
    needed = _COMMON[role.name][1] if role.name in _COMMON else AGENCIES
    good = bool(path) and role.paths == [path] and role.path_hash_prefixes is None and role.terminating
    if not good or set(role.keyids) != set(agencies) or role.threshold != needed:
        raise _odd(role.name, _("it would be signed by others, or for something else, than it must be"))


def _odd(role: str, reason: str) -> TrustFault:
    said = _("{role}: this draft is not as it must be ({reason}); sign nothing of this")
    return TrustFault(said.format(role=role, reason=reason))
