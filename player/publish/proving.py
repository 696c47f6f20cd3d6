"""A tree looked at as every one of its gates would: what they may not believe is found before they meet it."""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tuf.api.metadata import Metadata, Targets

from player.config.language import _
from player.core.faults import GateplayerFault, TrustFault
from player.publish.contents import Tell
from player.publish.tree import Tree
from player.trust import manifest
from player.trust.client import TrustClient
from player.trust.directives import read_alerts, read_takedown
from player.trust.manifest import EVERY_GATE, Entry
from player.trust.names import (
    ALERT_TARGET,
    MOST_PAGE,
    TAKEDOWN_TARGET,
    TARGETS_ROLE,
    TEMPLATES_TARGET,
    blob_path,
    gate_role,
    gate_target,
)
from player.trust.origin import FolderOrigin


@dataclass(slots=True)
class Proof:
    """What was looked at. `silent` are gates for which nothing has been signed; `faults` are sentences."""

    gates: int = 0
    files: int = 0
    bytes: int = 0
    hashed: bool = False
    silent: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def prove(tree: Path, root: bytes, now: datetime, tell: Tell, *, blobs: bool) -> Proof:
    """Verify all metadata and lists under this root of trust, for each gate from nothing; that every file is there and
    of its size, and with `blobs` every byte of it."""
    origin, proof, files = FolderOrigin(tree), Proof(hashed=blobs), dict[str, Entry]()
    for gate in _gates(tree):
        proof.gates += 1
        try:
            with tempfile.TemporaryDirectory(prefix="gateplayer-") as folder:
                client = TrustClient(Path(folder), root, origin, now)
                client.refresh()
                entries = _everything(client, origin, gate, proof)
        except GateplayerFault as fault:
            proof.faults.append(f"{gate}: {fault}")
            continue
        files |= {entry.sha256: entry for entry in entries}
    proof.files, proof.bytes = len(files), sum(entry.size for entry in files.values())
    for entry in files.values():
        if said := _wrong(tree, entry, tell, proof):
            proof.faults.append(said)
    return proof


def _gates(tree: Path) -> list[str]:
    targets: Metadata[Targets] | None = Tree(tree).role(TARGETS_ROLE)
    if targets is None or targets.signed.delegations is None:
        raise TrustFault(_("{path}: nothing has been released yet").format(path=tree))
    begin = gate_role("")
    roles = targets.signed.delegations.roles or {}
    return [role.removeprefix(begin) for role in roles if role.startswith(begin)]


def _everything(client: TrustClient, origin: FolderOrigin, gate: str, proof: Proof) -> Sequence[Entry]:
    """What the gate would fetch."""
    if (data := client.target(TAKEDOWN_TARGET)) is not None:
        read_takedown(data)
    if (data := client.target(ALERT_TARGET)) is not None:
        read_alerts(data)
    entries: list[Entry] = []
    for path, whose in ((gate_target(gate), gate), (TEMPLATES_TARGET, EVERY_GATE)):
        if (data := client.target(path)) is not None:
            entries += _listed(origin, data, whose)
        elif whose == gate:
            proof.silent.append(gate)
    return entries


def _listed(origin: FolderOrigin, data: bytes, whose: str) -> Iterator[Entry]:
    made = manifest.read(data, whose)
    pages = {}
    for page in made.pages:
        pages[page.sha256] = origin.read(blob_path(page.sha256), MOST_PAGE)
        if hashlib.sha256(pages[page.sha256]).hexdigest() != page.sha256:
            raise TrustFault(_("{path} is damaged").format(path=blob_path(page.sha256)))
    yield from manifest.unfold(made, pages)


def _wrong(tree: Path, entry: Entry, tell: Tell, proof: Proof) -> str:
    """What is the matter with a file; empty when it is good."""
    path, digest, size = tree / blob_path(entry.sha256), hashlib.sha256(), 0
    try:
        if path.stat().st_size != entry.size:
            return _("{name}: {path} is not of its size").format(name=entry.name, path=path)
        if not proof.hashed:
            return ""
        with path.open("rb") as stream:
            while part := stream.read(1 << 20):
                digest.update(part)
                size += len(part)
                tell(len(part), proof.bytes)
    except OSError as error:
        said = _("{name}: {path} cannot be read: {reason}")
        return said.format(name=entry.name, path=path, reason=error.strerror or error)
    good = (digest.hexdigest(), size) == (entry.sha256, entry.size)
    return "" if good else _("{name}: {path} is damaged").format(name=entry.name, path=path)
