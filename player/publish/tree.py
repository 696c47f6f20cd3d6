"""The tree that is served, from the side of those who write it: what is in force, and how something else comes so."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import RepositoryError, StorageError
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, Targets, Timestamp

from player.config.language import _
from player.core.faults import ContentFault, TrustFault
from player.library.files import sync_folder, write_whole
from player.trust import manifest
from player.trust.manifest import EVERY_GATE, Entry, Manifest
from player.trust.names import (
    BLOBS,
    METADATA,
    ROOT,
    SNAPSHOT,
    TEMPLATES,
    TIMESTAMP,
    blob_path,
    expires,
    target_path,
)


class Tree:
    """The tree below `root`. One process writes."""

    def __init__(self, root: Path) -> None:
        self.root = root

    # What is in force

    def versions(self) -> dict[str, int]:
        """The version of each role but root, snapshot and timestamp; empty while nothing has been released."""
        snapshot = self.snapshot()
        if snapshot is None:
            return {}
        return {name.removesuffix(".json"): found.version for name, found in snapshot.signed.meta.items()}

    def timestamp(self) -> Metadata[Timestamp] | None:
        found: Metadata[Timestamp] | None = self._read(self.root / METADATA / f"{TIMESTAMP}.json")
        return found

    def snapshot(self) -> Metadata[Snapshot] | None:
        timestamp = self.timestamp()
        if timestamp is None:
            return None
        found: Metadata[Snapshot] | None = self._read(self._path(SNAPSHOT, timestamp.signed.snapshot_meta.version))
        return found

    def trust_root(self) -> Metadata[Root] | None:
        """The newest root."""
        numbers = [int(path.name.split(".")[0]) for path in (self.root / METADATA).glob(f"*.{ROOT}.json")]
        found: Metadata[Root] | None = self._read(self._path(ROOT, max(numbers))) if numbers else None
        return found

    def role(self, role: str) -> Metadata[Targets] | None:
        """What a role says now."""
        version = self.versions().get(role)
        return None if version is None else self._read(self._path(role, version))

    def target(self, role: str) -> bytes | None:
        """The one target of a role as it is now."""
        metadata = self.role(role)
        for path, info in metadata.signed.targets.items() if metadata else ():
            return (self.root / target_path(path, info.hashes["sha256"])).read_bytes()
        return None

    def release(self, role: str) -> tuple[Manifest, tuple[Entry, ...]] | None:
        """The manifest of a gate or of the templates as it is now, and all its files."""
        data = self.target(role)
        if data is None:
            return None
        found = manifest.read(data, EVERY_GATE if role == TEMPLATES else role.removeprefix("gate-"))
        pages = {page.sha256: (self.root / blob_path(page.sha256)).read_bytes() for page in found.pages}
        return found, manifest.unfold(found, pages)

    # What is to be

    def put_blobs(self, paths: Iterable[Path]) -> None:
        """Files by their SHA-256, as hard links where that is possible. OSError."""
        folder = self.root / BLOBS
        folder.mkdir(parents=True, exist_ok=True)
        for path in paths:
            link(path, folder / path.name)
        sync_folder(folder)

    def put_target(self, path: str, sha: str, data: bytes) -> None:
        place = self.root / target_path(path, sha)
        place.parent.mkdir(parents=True, exist_ok=True)
        write_whole(place, data)

    def put_role(self, role: str, metadata: Metadata[Any]) -> None:
        place = self._path(role, metadata.signed.version)
        place.parent.mkdir(parents=True, exist_ok=True)
        write_whole(place, metadata.to_bytes())

    def seal(
        self, versions: Mapping[str, int], online: CryptoSigner, now: datetime, root: Metadata[Root] | None = None
    ) -> None:
        """Put these versions of all roles in force: a snapshot of them, then, as the last thing of all, a timestamp.

        A new `root` comes just before it: from then on a reader refuses what the old one let pass, and goes on with
        what it has until the timestamp is there, a moment later.
        """
        before, stamp = self.snapshot(), self.timestamp()
        snapshot = Metadata(Snapshot((before.signed.version if before else 0) + 1, expires=now + expires(SNAPSHOT)))
        snapshot.signed.meta = {f"{role}.json": self._pinned(role, number) for role, number in sorted(versions.items())}
        snapshot.sign(online)
        self.put_role(SNAPSHOT, snapshot)
        if root is not None:
            self.put_role(ROOT, root)
        self._stamp(snapshot.signed.version, stamp, online, now)

    def renew(self, online: CryptoSigner, now: datetime) -> None:
        """Sign again what is in force, so that it goes on holding. ContentFault when nothing is."""
        snapshot, stamp = self.snapshot(), self.timestamp()
        if snapshot is None or stamp is None:
            raise ContentFault(_("nothing has been released yet"))
        if snapshot.signed.expires - now < expires(SNAPSHOT) / 2:
            self.seal(self.versions(), online, now)
        else:
            self._stamp(snapshot.signed.version, stamp, online, now)

    def _stamp(self, version: int, before: Metadata[Timestamp] | None, online: CryptoSigner, now: datetime) -> None:
        number = (before.signed.version if before else 0) + 1
        timestamp = Metadata(Timestamp(number, expires=now + expires(TIMESTAMP), snapshot_meta=MetaFile(version)))
        timestamp.sign(online)
        path = self.root / METADATA / f"{TIMESTAMP}.json"
        earlier = int(path.stat().st_mtime) if path.exists() else 0
        write_whole(path, timestamp.to_bytes())
        # nginx tells versions of a file by its size and the second of its date: two of one second would be one to it.
        if int(path.stat().st_mtime) <= earlier:
            os.utime(path, (earlier + 1, earlier + 1))

    def _pinned(self, role: str, version: int) -> MetaFile:
        """This version of a role, to the byte: metadata does not say whose it is, and all gates are signed by the same
        two, so on the way one could be put in the place of another."""
        digest = hashlib.sha256(self._path(role, version).read_bytes()).hexdigest()
        return MetaFile(version, hashes={"sha256": digest})

    def _path(self, role: str, version: int) -> Path:
        return self.root / METADATA / f"{version}.{role}.json"

    def _read(self, path: Path) -> Any:
        try:
            return Metadata[Any].from_bytes(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, RepositoryError, StorageError) as error:
            raise TrustFault(_("{path} cannot be used: {reason}").format(path=path, reason=error)) from error


def link(source: Path, place: Path) -> None:
    """Let `place` be the same file as `source`; a copy where links cannot be made. OSError."""
    if place.exists():
        return
    try:
        os.link(source, place)
    except OSError:
        fresh = place.with_name(f".{place.name}.new")
        shutil.copyfile(source, fresh)
        fresh.replace(place)
