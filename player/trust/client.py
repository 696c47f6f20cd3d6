"""A TUF client of the tree: python-tuf decides what is trusted, this says it in our words.

`folder` keeps what was verified, so that nothing older is accepted after a restart. One process at a time uses it.
"""

import logging
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

from tuf.api import exceptions
from tuf.api.metadata import Key, Metadata, Root, Snapshot, TargetFile, Targets
from tuf.ngclient import Updater, UpdaterConfig
from tuf.ngclient.fetcher import FetcherInterface

from player.config.language import _
from player.core.faults import SyncFault, TrustFault
from player.trust.names import (
    EXPIRES,
    ID_FIELD,
    METADATA,
    MOST_TARGET,
    ROOT,
    SNAPSHOT,
    TARGETS_ROLE,
    TIMESTAMP,
    expires,
    target_path,
)
from player.trust.origin import Absent, Origin

log = logging.getLogger(__name__)

_MOST_ROOT, _MOST_TIMESTAMP = 512_000, 16_384
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_CONFIG = UpdaterConfig(root_max_length=_MOST_ROOT, timestamp_max_length=_MOST_TIMESTAMP, max_delegations=8)


class Expired(TrustFault):
    """What was signed was good until a date that has passed."""


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A role as it was verified. `keyids` are those that have really signed, `signers` the ids of their holders."""

    version: int
    expires: datetime
    keyids: tuple[str, ...]
    signers: tuple[str, ...] = ()


class TrustClient:
    """One look at the tree: `refresh`, then `target` as often as wanted. `root` is the root of trust that was handed
    over at enrolment; `now` is the trusted time. `delegates`: the role "targets" signs nothing itself."""

    def __init__(self, folder: Path, root: bytes, origin: Origin, now: datetime, *, delegates: bool = True) -> None:
        self._folder = folder
        self._delegates = delegates
        self._targets = folder / "targets"
        self._fetcher = _Fetcher(origin)
        self._origin = origin
        self._begun = {path: path.stat().st_mtime_ns for path in _kept(folder)}
        with self._said_plainly(ROOT):
            self._targets.mkdir(parents=True, exist_ok=True)
            self._updater = Updater(str(folder), METADATA, fetcher=self._fetcher, config=_CONFIG, bootstrap=root)
            # The library reads the clock by itself; here the time is trusted, not read.
            self._updater._trusted_set.reference_time = now

    def refresh(self) -> None:
        """Fetch and verify root, timestamp, snapshot and targets. SyncFault when they cannot be had, TrustFault when
        they may not be used, Expired among these."""
        with self._said_plainly(TIMESTAMP):
            self._updater.refresh()
            found = self._kept(TARGETS_ROLE)
        if self._delegates and (found.targets or not found.delegations):
            self._refuse_another(TARGETS_ROLE, [TARGETS_ROLE])

    def target(self, path: str) -> bytes | None:
        """The verified bytes of a target, and with them its role's metadata; None when nobody has signed one."""
        with self._said_plainly(path):
            signers = self._signers(path)
            if signers is None:
                return None
            info = self._updater.get_targetinfo(path)
            if info is not None:
                return self._bytes(info)
        if signers:
            self._refuse_another(path, signers)
        return None

    def _refuse_another(self, what: str, roles: Sequence[str]) -> NoReturn:
        """Metadata does not say whose it is, and all gates are signed by the same two: on the way, that of one role
        could be put in the place of another's. It is forgotten, so that the right one is asked for at the next look."""
        for role in roles:
            kept = self._kept(role)
            if kept.targets or kept.delegations:
                (self._folder / f"{quote(role, '')}.json").unlink(missing_ok=True)
        raise TrustFault(_("what was signed for something else comes in the place of {path}").format(path=what))

    def _kept(self, role: str) -> Targets:
        return Metadata[Targets].from_file(str(self._folder / f"{quote(role, '')}.json")).signed

    def _signers(self, path: str) -> list[str] | None:
        """The roles that sign `path`; None when one of them has not signed anything yet: a gate may be known before
        there is a show for it. (That a role does not vanish again, the snapshot's rules see to.)"""
        targets = self._kept(TARGETS_ROLE)
        snapshot = Metadata[Snapshot].from_file(str(self._folder / f"{SNAPSHOT}.json")).signed
        roles = targets.delegations.get_roles_for_target(path) if targets.delegations else ()
        names = [role for role, _terminating in roles]
        return names if all(f"{role}.json" in snapshot.meta for role in names) else None

    def role(self, role: str) -> RoleFacts | None:
        """What is known of a delegated role since its target was asked for; None: it is not among those verified."""
        return role_facts(self._folder, role)

    def settle(self) -> None:
        """Make what was verified survive a power cut. OSError."""
        changed = [path for path in _kept(self._folder) if self._begun.get(path) != path.stat().st_mtime_ns]
        for path in changed:
            _sync(path)
        for parent in {path.parent for path in changed}:
            _sync(parent)

    def _bytes(self, info: TargetFile) -> bytes:
        if info.length > MOST_TARGET:
            said = _("{path} is larger than {limit} bytes").format(path=info.path, limit=MOST_TARGET)
            raise TrustFault(said)
        place = self._targets / quote(info.path, "")
        try:
            data = place.read_bytes()
            info.verify_length_and_hashes(data)
        except (OSError, exceptions.LengthOrHashMismatchError):
            data = self._origin.read(target_path(info.path, next(iter(info.hashes.values()))), info.length)
            info.verify_length_and_hashes(data)
            fresh = place.with_name(f".{place.name}.new")
            fresh.write_bytes(data)
            fresh.replace(place)
        return data

    @contextmanager
    def _said_plainly(self, what: str) -> Iterator[None]:
        try:
            yield
        except exceptions.DownloadError as error:
            raise self._fetcher.fault or SyncFault(_("{what} cannot be had").format(what=what)) from error
        except exceptions.RepositoryError as error:
            log.debug("refused: %r", error)
            raise _refusal(error) from error
        except (KeyError, ValueError) as error:
            raise TrustFault(_("what was signed cannot be read: {reason}").format(reason=error)) from error
        except OSError as error:
            said = _("{folder} cannot be written: {reason}")
            raise SyncFault(said.format(folder=self._folder, reason=error.strerror or error)) from error


def role_facts(folder: Path, role: str) -> RoleFacts | None:
    """A role as it was verified last and is kept in `folder`."""
    try:
        metadata = Metadata[Targets].from_file(str(folder / f"{quote(role, '')}.json"))
        signed = _parent(folder, role).get_verification_result(role, metadata.signed_bytes, metadata.signatures).signed
    except (exceptions.StorageError, exceptions.RepositoryError, ValueError):
        return None
    signers = sorted({_holder(key) for key in signed.values()})
    return RoleFacts(metadata.signed.version, metadata.signed.expires, tuple(sorted(signed)), tuple(signers))


def signed_at(role: str, facts: RoleFacts) -> datetime:
    """When a role was signed, at the latest: it holds for so long, and no longer."""
    return facts.expires - expires(role)


def is_unchanged(folder: Path, origin: Origin) -> bool:
    """Whether the tree says what it said when it was last verified: two small requests, no work and no writing.

    Dates are not looked at. SyncFault when it cannot be had.
    """
    try:
        version = Metadata[Root].from_file(str(folder / "root.json")).signed.version
        known = (folder / f"{TIMESTAMP}.json").read_bytes()
    except (OSError, exceptions.StorageError, exceptions.RepositoryError):
        return False
    try:
        origin.read(f"{METADATA}/{version + 1}.{ROOT}.json", _MOST_ROOT)
    except Absent:
        return origin.read(f"{METADATA}/{TIMESTAMP}.json", _MOST_TIMESTAMP) == known
    return False


def check_root(data: bytes) -> int:
    """The version of a root of trust. TrustFault when it is none, or not signed by those whom it names."""
    try:
        root = Metadata[Root].from_bytes(data)
        root.signed.verify_delegate(ROOT, root.signed_bytes, root.signatures)
    except (exceptions.RepositoryError, ValueError) as error:
        raise TrustFault(_("this is no root of trust: {reason}").format(reason=error)) from error
    return root.signed.version


class _Fetcher(FetcherInterface):
    """Reads the metadata for python-tuf. `fault` is what our own origin said last of what it could not give."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self.fault: SyncFault | None = None

    def _fetch(self, url: str) -> Iterator[bytes]:
        yield self.download_bytes(url, _CONFIG.targets_max_length)

    def download_bytes(self, url: str, max_length: int) -> bytes:
        try:
            return self._origin.read(url, max_length)
        except Absent as fault:
            self.fault = fault
            raise exceptions.DownloadHTTPError(str(fault), 404) from fault
        except SyncFault as fault:
            self.fault = fault
            raise exceptions.DownloadError(str(fault)) from fault


def _refusal(error: exceptions.RepositoryError) -> TrustFault:
    match error:
        case exceptions.ExpiredMetadataError():
            said = _("the signatures are out of date ({reason}); the agencies have to sign again")
            return Expired(said.format(reason=error))
        case exceptions.BadVersionNumberError():
            said = _("the server gives something older than what was seen before ({reason}); it is not used")
            return TrustFault(said.format(reason=error))
        case exceptions.UnsignedMetadataError():
            said = _("not signed by all who must sign ({reason}); it is not used")
            return TrustFault(said.format(reason=error))
        case exceptions.LengthOrHashMismatchError():
            return TrustFault(_("not what was signed ({reason}); it is not used").format(reason=error))
    return TrustFault(_("what the server gives cannot be trusted ({reason}); it is not used").format(reason=error))


def _holder(key: Key) -> str:
    """Whose key it is; one that does not say so goes by the first digits of its own id."""
    said = key.unrecognized_fields.get(ID_FIELD)
    return said if isinstance(said, str) and _ID.fullmatch(said) else key.keyid[:8]


def _parent(folder: Path, role: str) -> Root | Targets:
    """Who says by whom `role` must be signed."""
    if role in EXPIRES:
        return Metadata[Root].from_file(str(folder / f"{ROOT}.json")).signed
    return Metadata[Targets].from_file(str(folder / f"{TARGETS_ROLE}.json")).signed


def _kept(folder: Path) -> list[Path]:
    found: Mapping[str, list[Path]] = {
        place: list((folder / place).iterdir()) if (folder / place).is_dir() else []
        for place in ("", "root_history", "targets")
    }
    return [path for paths in found.values() for path in paths if path.is_file() and not path.is_symlink()]


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
