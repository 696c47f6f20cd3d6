"""Drafts: what is to come into force once it is signed. Each is a folder below `drafts/`, and all of them together can
be carried to another machine, signed there, and their signatures carried back.

    drafts/<role>/metadata.json              TUF metadata without signatures
    drafts/<role>/signatures/<keyid>.json    one signature each
    drafts/<role>/target.json                what it signs: a manifest, a takedown, alerts; none for root and targets
    drafts/<role>/config.yaml, live.json     of gates: with what it is pictured, and what is in force now
    drafts/blob/<sha256>                     every file that a draft names
    drafts/trusted/                          root and targets that are in force: who may sign
"""

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from securesystemslib.signer import CryptoSigner, Key, Signature
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, TargetFile, Targets

from player.config.language import _
from player.core.faults import ContentFault, TrustFault
from player.library.files import write_whole
from player.publish.tree import Tree, link
from player.trust.manifest import Entry
from player.trust.names import (
    ALERT,
    ALERT_TARGET,
    ROOT,
    TAKEDOWN,
    TAKEDOWN_TARGET,
    TARGETS_ROLE,
    TEMPLATES,
    TEMPLATES_TARGET,
    expires,
    gate_target,
)

BLOBS, TRUSTED = "blob", "trusted"
METADATA, TARGET, LIVE, CONFIG, SIGNATURES = "metadata.json", "target.json", "live.json", "config.yaml", "signatures"
_FIXED = {TAKEDOWN: TAKEDOWN_TARGET, ALERT: ALERT_TARGET, TEMPLATES: TEMPLATES_TARGET}


@dataclass(frozen=True, slots=True)
class Standing:
    """Who must sign a draft: `needed` of `keys`; `signed` are the ids of those who have."""

    keys: tuple[Key, ...]
    signed: frozenset[str]
    needed: int

    @property
    def complete(self) -> bool:
        return len(self.signed) >= self.needed

    @property
    def waiting(self) -> tuple[Key, ...]:
        """Those whose signature could still be added."""
        return tuple(key for key in self.keys if key.keyid not in self.signed)


class Drafts:
    """The drafts in a folder; on the publishing machine or where they were carried to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def roles(self) -> list[str]:
        """The roles that have a draft: root and targets first."""
        found = [path.parent.name for path in self.folder.glob(f"*/{METADATA}")]
        first = [role for role in (ROOT, TARGETS_ROLE) if role in found]
        return first + sorted(role for role in found if role not in first)

    def metadata(self, role: str) -> Metadata[Any]:
        """A draft's metadata with all the signatures that lie beside it. TrustFault."""
        path = self.folder / role / METADATA
        try:
            metadata = Metadata[Any].from_bytes(path.read_bytes())
            for place in sorted((self.folder / role / SIGNATURES).glob("*.json")):
                signature = Signature.from_dict(json.loads(place.read_bytes()))
                metadata.signatures[signature.keyid] = signature
        except (OSError, RepositoryError, ValueError, KeyError, TypeError, AttributeError) as error:
            said = _("the draft of {role} cannot be used: {reason}")
            raise TrustFault(said.format(role=role, reason=error)) from error
        return metadata

    def target(self, role: str) -> bytes | None:
        """What a draft signs. TrustFault when it is not what the metadata say."""
        metadata = self.metadata(role)
        if not isinstance(metadata.signed, Targets):
            return None
        for info in metadata.signed.targets.values():
            data = (self.folder / role / TARGET).read_bytes()
            try:
                info.verify_length_and_hashes(data)
            except RepositoryError as error:
                said = _("{role}: target.json is not what is to be signed")
                raise TrustFault(said.format(role=role)) from error
            return data
        return None

    def standing(self, role: str) -> tuple[Standing, ...]:
        """Who must sign. A root is signed by those of the root before as well: two standings. TrustFault."""
        metadata = self.metadata(role)
        found = []
        for parent in self._parents(role):
            try:
                result = parent.get_verification_result(role, metadata.signed_bytes, metadata.signatures)
                keys = {**result.signed, **result.unsigned}
                order = (parent.roles[role] if isinstance(parent, Root) else parent.get_delegated_role(role)).keyids
            except (RepositoryError, ValueError) as error:
                said = _("{role}: who may sign cannot be told: {reason}")
                raise TrustFault(said.format(role=role, reason=error)) from error
            listed = tuple(keys[keyid] for keyid in order if keyid in keys)
            found.append(Standing(listed, frozenset(result.signed), result.threshold))
        return tuple(found)

    def is_complete(self, role: str) -> bool:
        return all(one.complete for one in self.standing(role))

    def waiting(self, role: str) -> tuple[Key, ...]:
        """Those whose signature could be added and is of use."""
        keys = {key.keyid: key for one in self.standing(role) if not one.complete for key in one.waiting}
        return tuple(keys.values())

    def sign(self, role: str, signer: CryptoSigner) -> bool:
        """Leave a signature beside a draft; False when this key is none of those that may sign it. OSError."""
        if all(signer.public_key.keyid not in {key.keyid for key in one.keys} for one in self.standing(role)):
            return False
        signature = self.metadata(role).sign(signer)
        place = self.folder / role / SIGNATURES
        place.mkdir(exist_ok=True)
        write_whole(place / f"{signature.keyid}.json", json.dumps(signature.to_dict()).encode())
        return True

    def write(self, role: str, signed: Root | Targets, target: bytes | None = None) -> None:
        """Begin a draft; one that was there before is gone. OSError."""
        place = self.folder / role
        shutil.rmtree(place, ignore_errors=True)
        (place / SIGNATURES).mkdir(parents=True)
        if target is not None:
            write_whole(place / TARGET, target)
        metadata: Metadata[Any] = Metadata(signed)
        write_whole(place / METADATA, metadata.to_bytes())

    def write_beside(self, role: str, config: bytes | None, live: Iterable[Entry] | None) -> None:
        """What a draft of a gate is looked at with. OSError."""
        if config is not None:
            write_whole(self.folder / role / CONFIG, config)
        if live is not None:
            rows = [[entry.name, entry.sha256, entry.size] for entry in live]
            write_whole(self.folder / role / LIVE, json.dumps({"entries": rows}, ensure_ascii=False).encode())

    def put_blobs(self, paths: Iterable[Path]) -> None:
        """Files by their SHA-256. OSError."""
        folder = self.folder / BLOBS
        folder.mkdir(parents=True, exist_ok=True)
        for path in paths:
            link(path, folder / path.name)

    def trust(self, tree: Tree) -> None:
        """Say in the folder who may sign by what is in force. OSError."""
        for role, metadata in ((ROOT, tree.trust_root()), (TARGETS_ROLE, tree.role(TARGETS_ROLE))):
            if metadata is not None:
                (self.folder / TRUSTED).mkdir(parents=True, exist_ok=True)
                write_whole(self.folder / TRUSTED / f"{role}.json", metadata.to_bytes())

    def drop(self, role: str) -> None:
        """There is no such draft any more; files that no other names go too."""
        shutil.rmtree(self.folder / role, ignore_errors=True)
        if not self.roles():
            shutil.rmtree(self.folder / BLOBS, ignore_errors=True)

    def _parents(self, role: str) -> list[Root | Targets]:
        """Who says by whom a role must be signed: as it is drafted, else as it is in force."""
        if role == ROOT:
            return [self.metadata(ROOT).signed, *filter(None, [self._trusted(ROOT)])]
        above = ROOT if role == TARGETS_ROLE else TARGETS_ROLE
        if (self.folder / above / METADATA).exists():
            return [self.metadata(above).signed]
        found = self._trusted(above)
        if found is None:
            said = _("{role}: who may sign cannot be told: {reason}")
            raise TrustFault(said.format(role=role, reason=f"{TRUSTED}/{above}.json"))
        return [found]

    def _trusted(self, role: str) -> Root | Targets | None:
        try:
            data = (self.folder / TRUSTED / f"{role}.json").read_bytes()
            signed: Root | Targets = Metadata[Any].from_bytes(data).signed
        except FileNotFoundError:
            return None
        except (OSError, RepositoryError) as error:
            said = _("{path} cannot be used: {reason}")
            raise TrustFault(said.format(path=f"{TRUSTED}/{role}.json", reason=error)) from error
        return signed


def path_of(role: str) -> str:
    """The one target of a delegated role."""
    return _FIXED.get(role) or gate_target(role.removeprefix("gate-"))


def next_targets(role: str, tree: Tree, data: bytes, now: datetime) -> Targets:
    """The next version of a delegated role, with `data` as its target."""
    path = path_of(role)
    info = TargetFile.from_data(path, data, ["sha256"])
    return Targets(tree.versions().get(role, 0) + 1, expires=now + expires(role), targets={path: info})


def check_name(role: str, roles: Mapping[str, object] | Iterable[str]) -> None:
    """ContentFault when there is no draft of that name."""
    if role not in roles:
        raise ContentFault(_("there is no draft of {role}").format(role=role))
