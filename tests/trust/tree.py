"""A signed tree, made by hand: what a province publishes, and whatever an attacker may make of it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Key,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from player.trust import directives, manifest
from player.trust.directives import Alerts, Takedown
from player.trust.manifest import Entry
from player.trust.names import (
    ALERT,
    ALERT_TARGET,
    ID_FIELD,
    ROOT,
    SNAPSHOT,
    TAKEDOWN,
    TAKEDOWN_TARGET,
    TARGETS_ROLE,
    TEMPLATES,
    TEMPLATES_TARGET,
    TIMESTAMP,
    blob_path,
    expires,
    gate_role,
    gate_target,
    target_path,
)

GATE = "kim-thanh-2"
A, B, SAFE, ONLINE = "agency-a", "agency-b", "safe", "online"
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)


class Tree:
    """Everything in memory until `publish` writes it below `root`. `now` is when things are signed."""

    def __init__(self, root: Path, gates: Iterable[str] = (GATE,), now: datetime = NOW) -> None:
        self.path = root
        self.now = now
        self.keys = {name: _key_of(name) for name in (A, B, SAFE, ONLINE)}
        self.gates = list(gates)
        self.signed: dict[str, Any] = {}
        self.signers: dict[str, Sequence[str]] = {}
        self.files: dict[str, bytes] = {}
        self.changed: set[str] = set()
        self._found()

    # What people do

    def release(self, files: Mapping[str, bytes], gate: str = GATE) -> None:
        """What `gate` is to play."""
        self._folder(gate_role(gate), gate_target(gate), gate, files)

    def templates(self, files: Mapping[str, bytes]) -> None:
        """The templates of alerts."""
        self._folder(TEMPLATES, TEMPLATES_TARGET, manifest.EVERY_GATE, files)

    def takedown(self, takedown: Takedown) -> None:
        self.target(TAKEDOWN, TAKEDOWN_TARGET, directives.dump(takedown))

    def alerts(self, alerts: Alerts) -> None:
        self.target(ALERT, ALERT_TARGET, directives.dump(alerts))

    def target(self, role: str, path: str, data: bytes) -> None:
        """Have `role` sign `data` as `path`, and nothing else."""
        info = TargetFile.from_data(path, data, ["sha256"])
        self.files[target_path(path, info.hashes["sha256"])] = data
        self._targets_of(role).targets = {path: info}
        self.bump(role)

    def bump(self, role: str) -> None:
        """Another version of a role, signed now."""
        signed = self.signed[role]
        signed.version += 1
        signed.expires = self.now + expires(role)
        self.changed.add(role)

    def publish(self) -> None:
        """Write all of it: what has changed, a snapshot and a timestamp of it."""
        snapshot, timestamp = self.signed[SNAPSHOT], self.signed[TIMESTAMP]
        listed = [role for role in self.signed if role not in (ROOT, SNAPSHOT, TIMESTAMP)]
        snapshot.meta = {f"{role}.json": MetaFile(self.signed[role].version) for role in listed}
        self.bump(SNAPSHOT)
        timestamp.snapshot_meta = MetaFile(snapshot.version)
        self.bump(TIMESTAMP)
        for role in [*listed, ROOT, SNAPSHOT, TIMESTAMP]:
            self.write(role)
        for path, data in self.files.items():
            self.put(path, data)
        self.changed.clear()

    def exchange(self, name: str, *roles: str) -> CryptoSigner:
        """Another key for `name` in these roles of root, and wherever else it may sign; the old one, which is believed
        no longer."""
        old, root, targets = self.keys[name], self.signed[ROOT], self._targets_of(TARGETS_ROLE)
        self.keys[name] = _key_of(name)
        for role in roles:
            root.revoke_key(old.public_key.keyid, role)
            root.add_key(self.key(name), role)
        assert targets.delegations is not None
        assert targets.delegations.roles is not None
        for delegated in targets.delegations.roles.values():
            if old.public_key.keyid in delegated.keyids:
                targets.revoke_key(old.public_key.keyid, delegated.name)
                targets.add_key(self.key(name), delegated.name)
                self.changed |= {TARGETS_ROLE, delegated.name}
        self.changed.add(ROOT)
        for role in [
            role for role in self.changed if role in (ROOT, TARGETS_ROLE) or role in targets.delegations.roles
        ]:
            self.bump(role)
        return old

    # What attackers do, too

    def write(self, role: str, signers: Sequence[str] | None = None, version: int | None = None) -> None:
        """Write the metadata of one role as it is now, signed by these and nobody else."""
        signed = self.signed[role]
        data = self.bytes_of(role, signers)
        number = signed.version if version is None else version
        name = f"{role}.json" if role == TIMESTAMP else f"{number}.{role}.json"
        self.put(f"metadata/{name}", data)

    def bytes_of(self, role: str, signers: Sequence[str] | None = None) -> bytes:
        """The metadata of a role, signed by these or by those who should."""
        metadata = Metadata(self.signed[role])
        for name in self.signers[role] if signers is None else signers:
            metadata.sign(self.keys[name], append=True)
        return metadata.to_bytes()

    def put(self, path: str, data: bytes) -> None:
        """Write a file of the tree."""
        place = self.path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

    def key(self, name: str) -> Key:
        return self.keys[name].public_key

    @property
    def root(self) -> bytes:
        """The root of trust as it is handed to gates: the first."""
        return (self.path / "metadata/1.root.json").read_bytes()

    # The beginning

    def _found(self) -> None:
        root = Root(expires=self.now + expires(ROOT), consistent_snapshot=True)
        for role, names, threshold in (
            (ROOT, (A, B, SAFE), 2),
            (TARGETS_ROLE, (A, B), 2),
            (SNAPSHOT, (ONLINE,), 1),
            (TIMESTAMP, (ONLINE,), 1),
        ):
            for name in names:
                root.add_key(self.key(name), role)
            root.roles[role].threshold = threshold
            self.signers[role] = names
        self.signed[ROOT] = root
        self.signed[TARGETS_ROLE] = Targets(expires=self.now + expires(TARGETS_ROLE))
        self.signed[SNAPSHOT] = Snapshot(expires=self.now + expires(SNAPSHOT))
        self.signed[TIMESTAMP] = Timestamp(expires=self.now + expires(TIMESTAMP))
        self.delegate([(TAKEDOWN, TAKEDOWN_TARGET, 1), (ALERT, ALERT_TARGET, 1), (TEMPLATES, TEMPLATES_TARGET, 2)])
        self.delegate([(gate_role(gate), gate_target(gate), 2) for gate in self.gates])
        self.takedown(Takedown())
        self.alerts(Alerts())
        self.templates({})

    def delegate(self, rows: Iterable[tuple[str, str, int]]) -> None:
        """Let both agencies sign these roles: (role, its one target, how many must sign)."""
        targets = self._targets_of(TARGETS_ROLE)
        if targets.delegations is None:
            targets.delegations = Delegations({}, {})
        assert targets.delegations.roles is not None
        for role, path, threshold in rows:
            keys = [self.key(A), self.key(B)]
            for key in keys:
                targets.delegations.keys[key.keyid] = key
            ids = [key.keyid for key in keys]
            targets.delegations.roles[role] = DelegatedRole(role, ids, threshold, terminating=True, paths=[path])
            self.signed.setdefault(role, Targets(expires=self.now + expires(role)))
            self.signers.setdefault(role, (A, B) if threshold == 2 else (A,))

    def _targets_of(self, role: str) -> Targets:
        signed = self.signed[role]
        assert isinstance(signed, Targets)
        return signed

    def _folder(self, role: str, path: str, gate: str, files: Mapping[str, bytes]) -> None:
        entries = []
        for name, data in files.items():
            sha = hashlib.sha256(data).hexdigest()
            self.files[blob_path(sha)] = data
            entries.append(Entry(name, sha, len(data)))
        signed, pages = manifest.build(gate, self.now.isoformat(), entries)
        self.files |= {blob_path(sha): data for sha, data in pages.items()}
        self.target(role, path, signed)


def _key_of(name: str) -> CryptoSigner:
    signer = CryptoSigner.generate_ed25519()
    signer.public_key.unrecognized_fields[ID_FIELD] = name
    return signer


def later(days: float) -> datetime:
    """So many days after the tree was signed."""
    return NOW + timedelta(days=days)
