"""What waits for signatures. The folder of drafts may be carried to another machine as it is: it holds all that is to
be signed, and who may sign.

<role>/metadata.json       what is signed; <role>/signatures/<key id>.json: one signature each
<role>/target.json         the target of the role, if it has one
<role>/config.yaml         the gate's config, to picture it with
<role>/live.json           what gates have now
blob/<sha256>              every file that a draft names
trusted/                   root.json and targets.json that are in force
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from securesystemslib.signer import CryptoSigner, Signature
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Signed, Targets

from player.config.language import _
from player.core.faults import TrustFault
from player.library.files import sync_folder, write_whole
from player.publish.authority import Authority, Demand
from player.publish.tree import link
from player.trust import manifest
from player.trust.manifest import EVERY_GATE, Entry, Manifest
from player.trust.names import ALERT, MOST_PAGE, MOST_TARGET, ROOT, TAKEDOWN, TARGETS_ROLE, TEMPLATES

_MOST_METADATA = 16 << 20
_TRUSTED, _BLOB = "trusted", "blob"
_FIRST = (ROOT, TARGETS_ROLE, TAKEDOWN, ALERT, TEMPLATES)

Where = Callable[[str], Path]
"""Where a file lies, by its SHA-256."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a draft holds beside its metadata: the bytes of its target, all files that these name, the pages of the list
    of files, what gates have now (None: nothing), and the gate's config."""

    target: bytes
    entries: tuple[Entry, ...] = ()
    pages: tuple[tuple[str, bytes], ...] = ()
    live: tuple[Entry, ...] | None = None
    config: bytes | None = None


class Drafts:
    """The drafts in `folder`. One process writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # What is there

    def roles(self) -> list[str]:
        """The roles that have a draft, those that say who may sign first."""
        found = [path.parent.name for path in self.folder.glob("*/metadata.json") if path.parent.name != _TRUSTED]
        found = [role for role in found if not role.startswith(".")]
        return sorted(found, key=lambda role: (_FIRST.index(role) if role in _FIRST else len(_FIRST), role))

    def metadata(self, role: str) -> Metadata[Any]:
        """What is to be signed. TrustFault when it cannot be read."""
        return _metadata(self.folder / role / "metadata.json")

    def signatures(self, role: str) -> dict[str, Signature]:
        """Those that are there, good or not, by key id. TrustFault."""
        found = {}
        for path in sorted((self.folder / role / "signatures").glob("*.json")):
            signature = _signature(path)
            found[signature.keyid] = signature
        return found

    def signed(self, role: str) -> Metadata[Any]:
        """The draft with its signatures, as it would be released."""
        metadata = self.metadata(role)
        metadata.signatures.update(self.signatures(role))
        return metadata

    def target(self, role: str) -> bytes | None:
        """The bytes of its target, which are those that its metadata name; None when it has none. TrustFault."""
        metadata = self.metadata(role)
        if not isinstance(metadata.signed, Targets) or not metadata.signed.targets:
            return None
        [info] = metadata.signed.targets.values()
        data = _bytes(self.folder / role / "target.json", MOST_TARGET)
        if (info.hashes.get("sha256"), info.length) != (hashlib.sha256(data).hexdigest(), len(data)):
            raise TrustFault(_("{role}: target.json is not what is to be signed").format(role=role))
        return data

    def entries(self, role: str) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """All files that the draft of a gate or of the templates names, and the pages of its list. TrustFault."""
        found = self.listing(role)
        if found is None:
            return (), ()
        made, entries = found
        return entries, tuple(Entry(_("the list of files"), page.sha256, page.size) for page in made.pages)

    def listing(self, role: str) -> tuple[Manifest, tuple[Entry, ...]] | None:
        """The manifest that a draft signs, and all files of its pages, which are verified; None when it signs none.
        TrustFault."""
        data = self.target(role)
        if data is None or role in (TAKEDOWN, ALERT):
            return None
        made = manifest.read(data, EVERY_GATE if role == TEMPLATES else role.removeprefix("gate-"))
        return made, manifest.unfold(made, {page.sha256: self._page(page.sha256, page.size) for page in made.pages})

    def live(self, role: str) -> tuple[Entry, ...] | None:
        """The files that gates have now; None for nothing. TrustFault."""
        path = self.folder / role / "live.json"
        if not path.exists():
            return None
        try:
            rows = json.loads(_bytes(path, _MOST_METADATA))["entries"]
            return tuple(Entry(str(name), str(sha), int(size)) for name, sha, size in rows)
        except (ValueError, KeyError, TypeError) as error:
            raise _unreadable(path, error) from error

    def in_force(self, role: str) -> Signed | None:
        """What root or targets say now; None when nothing has been released."""
        return self._root(_TRUSTED) if role == ROOT else self._targets(_TRUSTED)

    def blob(self, sha: str) -> Path:
        return self.folder / _BLOB / sha

    def authority(self) -> Authority:
        """Who may sign: by the drafts of root and targets where there are such, else by those in force."""
        trusted, drafted = self._root(_TRUSTED), self._root(ROOT)
        root = drafted or trusted
        if root is None:
            raise TrustFault(_("{path}: who may sign cannot be told").format(path=self.folder))
        targets = self._targets(TARGETS_ROLE) or self._targets(_TRUSTED)
        return Authority(root, targets, trusted if drafted else None)

    def demands(self, role: str, authority: Authority | None = None) -> list[Demand]:
        """Who must sign a draft and who has. TrustFault."""
        return (authority or self.authority()).demands(role, self.metadata(role), self.signatures(role))

    # What is to be

    def put(
        self, role: str, signed: Root | Targets, content: Content | None = None, store: Where | None = None
    ) -> None:
        """Write a draft, in the place of an earlier one and its signatures. `store` is where its files lie, by SHA-256.
        OSError."""
        fresh = self.folder / f".{role}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        (fresh / "signatures").mkdir(parents=True)
        (self.folder / _BLOB).mkdir(exist_ok=True)
        (fresh / "metadata.json").write_bytes(Metadata[Any](signed).to_bytes())
        if content is not None:
            self._put_content(fresh, content, store)
        for path in (fresh, *fresh.iterdir()):
            _sync(path)
        self.discard(role)
        fresh.replace(self.folder / role)
        sync_folder(self.folder)

    def sign(self, role: str, signer: CryptoSigner) -> None:
        """Add a signature. OSError."""
        self.keep(role, self.metadata(role).sign(signer))

    def keep(self, role: str, signature: Signature) -> None:
        """Add a signature that was made elsewhere. OSError."""
        folder = self.folder / role / "signatures"
        folder.mkdir(exist_ok=True)
        write_whole(folder / f"{signature.keyid}.json", json.dumps(signature.to_dict()).encode())

    def discard(self, role: str) -> None:
        """Remove a draft, if there is one. OSError."""
        old = self.folder / f".{role}.old"
        shutil.rmtree(old, ignore_errors=True)
        if (self.folder / role).is_dir():
            (self.folder / role).replace(old)
            shutil.rmtree(old)

    def tidy(self) -> None:
        """Remove files that no draft names any more. OSError."""
        named = {entry.sha256 for role in self.roles() for part in self.entries(role) for entry in part}
        folder = self.folder / _BLOB
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name not in named:
                path.unlink()

    def trust(self, root: Metadata[Root], targets: Metadata[Targets] | None) -> None:
        """Say who may sign now. OSError."""
        place = self.folder / _TRUSTED
        place.mkdir(parents=True, exist_ok=True)
        write_whole(place / f"{ROOT}.json", root.to_bytes())
        if targets is not None:
            write_whole(place / f"{TARGETS_ROLE}.json", targets.to_bytes())

    def _put_content(self, fresh: Path, content: Content, store: Where | None) -> None:
        (fresh / "target.json").write_bytes(content.target)
        if content.config is not None:
            (fresh / "config.yaml").write_bytes(content.config)
        if content.live is not None:
            rows = [[entry.name, entry.sha256, entry.size] for entry in content.live]
            (fresh / "live.json").write_text(json.dumps({"entries": rows}, ensure_ascii=False), "utf-8")
        for sha, data in content.pages:
            if not self.blob(sha).exists():
                write_whole(self.blob(sha), data)
        for sha in {entry.sha256 for entry in content.entries}:
            assert store is not None
            link(store(sha), self.blob(sha))
        sync_folder(self.folder / _BLOB)

    def _root(self, place: str) -> Root | None:
        name = f"{ROOT}.json" if place == _TRUSTED else "metadata.json"
        found = self._found(self.folder / place / name)
        return found if isinstance(found, Root) else None

    def _targets(self, place: str) -> Targets | None:
        name = f"{TARGETS_ROLE}.json" if place == _TRUSTED else "metadata.json"
        found = self._found(self.folder / place / name)
        return found if isinstance(found, Targets) else None

    def _found(self, path: Path) -> Signed | None:
        return _metadata(path).signed if path.exists() else None

    def _page(self, sha: str, size: int) -> bytes:
        data = _bytes(self.blob(sha), MOST_PAGE)
        if (hashlib.sha256(data).hexdigest(), len(data)) != (sha, size):
            raise tampered(_("the list of files"))
        return data


def verified(path: Path, entry: Entry) -> Iterator[int]:
    """Read a file of a draft and yield how many bytes more have been seen; TrustFault unless it is `entry`."""
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as stream:
            while part := stream.read(1 << 20):
                digest.update(part)
                size += len(part)
                yield len(part)
    except OSError as error:
        said = _("{name}: its file is not in the draft ({path}); fetch the whole folder of drafts again")
        raise TrustFault(said.format(name=entry.name, path=path)) from error
    if (digest.hexdigest(), size) != (entry.sha256, entry.size):
        raise tampered(entry.name)


def by_content(entries: Iterable[Entry]) -> list[Entry]:
    """One entry for each file, however many names it has."""
    return list({entry.sha256: entry for entry in entries}.values())


def tampered(name: str) -> TrustFault:
    return TrustFault(_("{name}: its file is not the one that is to be signed; sign nothing of this").format(name=name))


def _metadata(path: Path) -> Metadata[Any]:
    try:
        return Metadata[Any].from_bytes(_bytes(path, _MOST_METADATA))
    except (RepositoryError, ValueError) as error:
        raise _unreadable(path, error) from error


def _signature(path: Path) -> Signature:
    try:
        return Signature.from_dict(json.loads(_bytes(path, _MOST_METADATA)))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(path, error) from error


def _bytes(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except OSError as error:
        raise _unreadable(path, error.strerror or error) from error
    if len(data) > most:
        raise _unreadable(path, _("larger than {limit} bytes").format(limit=most))
    return data


def _unreadable(path: Path, reason: object) -> TrustFault:
    return TrustFault(_("{path} cannot be used: {reason}").format(path=path, reason=reason))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
