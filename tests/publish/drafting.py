"""Drafts made by hand, as one agency carries them to the other."""

import hashlib
import json
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import DelegatedRole, Delegations, Key, Metadata, Root, TargetFile, Targets

from player.trust import manifest
from player.trust.manifest import EVERY_GATE, Entry
from player.trust.names import (
    ROOT,
    SNAPSHOT,
    TARGETS_ROLE,
    TEMPLATES,
    TEMPLATES_TARGET,
    TIMESTAMP,
    gate_role,
    gate_target,
)

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


class Drafts:
    """The folder `path`, with who may sign in it."""

    def __init__(self, path: Path, gate: str) -> None:
        self.path, self.gate = path, gate
        self.keys = [CryptoSigner.generate_ed25519() for _number in range(2)]
        keyids = [signer.public_key.keyid for signer in self.keys]
        keys: dict[str, Key] = {signer.public_key.keyid: signer.public_key for signer in self.keys}
        for key, name in zip(keys.values(), ("Sở Văn hóa", "Bộ đội Biên phòng"), strict=True):
            key.unrecognized_fields["x-gateplayer-name"] = name
        roles = {
            role: DelegatedRole(role, keyids, 2, True, paths=[target])
            for role, target in ((gate_role(gate), gate_target(gate)), (TEMPLATES, TEMPLATES_TARGET))
        }
        root = Root(expires=NOW + timedelta(days=1000))
        for role in (ROOT, TARGETS_ROLE, SNAPSHOT, TIMESTAMP):
            for signer in self.keys:
                root.add_key(signer.public_key, role)
        targets = Targets(expires=NOW + timedelta(days=1000), delegations=Delegations(keys, roles))
        (path / "trusted").mkdir(parents=True)
        (path / "blob").mkdir()
        self._trust(ROOT, Metadata(root))
        self._trust(TARGETS_ROLE, Metadata(targets))

    def _trust(self, name: str, metadata: Metadata[Any]) -> None:
        for signer in self.keys:
            metadata.sign(signer, append=True)
        (self.path / f"trusted/{name}.json").write_bytes(metadata.to_bytes())

    def entries(self, folder: Path) -> list[Entry]:
        """All files of `folder`, and a copy of each among the draft's."""
        found = []
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            data = path.read_bytes()
            found.append(Entry(path.relative_to(folder).as_posix(), self.blob(data), len(data)))
        return found

    def blob(self, data: bytes) -> str:
        sha = hashlib.sha256(data).hexdigest()
        (self.path / "blob" / sha).write_bytes(data)
        return sha

    def stage(
        self, folder: Path, config: Path, role: str = "", live: Iterable[Entry] | None = None, version: int = 12
    ) -> str:
        """A draft of what lies in `folder`; the role that is to sign it."""
        role = role or gate_role(self.gate)
        gate = EVERY_GATE if role == TEMPLATES else self.gate
        target = TEMPLATES_TARGET if role == TEMPLATES else gate_target(self.gate)
        data, pages = manifest.build(gate, NOW.isoformat(timespec="seconds"), self.entries(folder))
        for page in pages.values():
            self.blob(page)
        place = self.path / role
        (place / "signatures").mkdir(parents=True)
        (place / "target.json").write_bytes(data)
        shutil.copy(config, place / "config.yaml")
        signed = Targets(version=version, expires=NOW + timedelta(days=365))
        signed.targets[target] = TargetFile.from_data(target, data)
        (place / "metadata.json").write_bytes(Metadata(signed).to_bytes())
        if live is not None:
            rows = [[entry.name, entry.sha256, entry.size] for entry in live]
            (place / "live.json").write_text(json.dumps({"entries": rows}), "utf-8")
        return role

    def sign(self, role: str, number: int) -> None:
        """Agency `number` signs, into a file that can be carried back."""
        metadata = Metadata[Targets].from_file(str(self.path / role / "metadata.json"))
        signature = metadata.sign(self.keys[number])
        place = self.path / role / "signatures" / f"{signature.keyid}.json"
        place.write_text(json.dumps(signature.to_dict()), "utf-8")
