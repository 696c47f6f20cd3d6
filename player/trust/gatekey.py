"""The gate's own key: with it the gate signs what it has shown. It never leaves the gate; its fingerprint is told to
the province by telephone, so that whoever has that can tell this gate's play log from any other."""

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from player.config.language import _
from player.core.faults import TrustFault
from player.trust.fingerprint import fingerprint_of

NAME = "gate.key"


@dataclass(frozen=True, slots=True)
class GateKey:
    """One gate's pair of keys."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> str:
        """The public half, in 64 hexadecimal digits."""
        return self.private.public_key().public_bytes_raw().hex()

    @property
    def fingerprint(self) -> str:
        return fingerprint_of_key(self.public)

    def sign(self, data: bytes) -> str:
        """The signature of `data`, in hexadecimal digits."""
        return self.private.sign(data).hex()


def fingerprint_of_key(public: str) -> str:
    """The fingerprint of a public key given in hexadecimal digits, as it is read out by telephone."""
    return fingerprint_of(bytes.fromhex(public))


def is_signed(public: str, signature: str, data: bytes) -> bool:
    """Whether `signature` of `data` was made with the private half of `public`; False for what is no key at all."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), data)
    except (ValueError, InvalidSignature):
        return False
    return True


def gate_key(state: Path) -> GateKey:
    """The key of the gate whose state folder this is, made at the first call. TrustFault when what is there is no key,
    for a new one would be a stranger to the province; OSError when the disk says no."""
    path = state / NAME
    if not path.exists():
        _make(path)
    return read_key(path)


def read_key(path: Path) -> GateKey:
    """The key in a file. TrustFault, OSError."""
    try:
        private = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise TrustFault(_no_key(path)) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise TrustFault(_no_key(path))
    return GateKey(private)


def _no_key(path: Path) -> str:
    said = _(
        "{path} is damaged: put it back from a copy; if there is none, delete it, and tell the province the "
        "fingerprint of the new key that is made then"
    )
    return said.format(path=path)


def _make(path: Path) -> None:
    """Written aside and linked to its name, which fails when another process was faster: one key and no other."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    aside.unlink(missing_ok=True)
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(pem)
            stream.flush()
            os.fsync(handle)
        try:
            os.link(aside, path)
        except FileExistsError:
            return
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        aside.unlink(missing_ok=True)
