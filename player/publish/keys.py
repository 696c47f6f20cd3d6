"""Keys of those who publish: Ed25519, in two files. NAME.key is private and encrypted with a passphrase, NAME.pub may
be given to anybody."""

import json
import os
import unicodedata
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from securesystemslib.signer import CryptoSigner, Key, SSlibKey

from player.config.language import _
from player.config.yamlsource import shown
from player.core.faults import ContentFault, TrustFault
from player.library.files import write_whole
from player.publish.pkcs8 import encrypted

NAME_FIELD = "x-gateplayer-name"
"""Where a public key says whose it is."""

SHORTEST = 10
_MOST_NAME = 80
ROUNDS = 600_000
"""Of PBKDF2 with SHA-256: what OWASP's Password Storage Cheat Sheet asks for."""


def make_key(name: str) -> CryptoSigner:
    """A new pair that belongs to `name`."""
    private = Ed25519PrivateKey.generate()
    public = SSlibKey.from_crypto(private.public_key())
    public.unrecognized_fields[NAME_FIELD] = name
    return CryptoSigner(private, public)


def check_passphrase(passphrase: str) -> None:
    """ContentFault when it is too short to keep anybody out."""
    if len(passphrase) < SHORTEST:
        said = _("a passphrase has at least {limit} letters; four words that do not belong together are good")
        raise ContentFault(said.format(limit=SHORTEST))


def write_key(signer: CryptoSigner, base: Path, passphrase: str | None, rounds: int = ROUNDS) -> None:
    """Write `base`.key and `base`.pub, never over others. Only the server's own key has no passphrase. ContentFault,
    OSError."""
    private, public = base.with_name(base.name + ".key"), base.with_name(base.name + ".pub")
    for path in (private, public):
        if path.exists():
            raise ContentFault(_("{path} is there already; a key is never written over").format(path=path))
    base.parent.mkdir(parents=True, exist_ok=True)
    pem = load_pem_private_key(signer.private_bytes, None)
    if passphrase is not None:
        plain = pem.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        data = encrypted(plain, unicodedata.normalize("NFC", passphrase), rounds)
    else:
        data = pem.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(handle)
    write_public(signer.public_key, public)


def write_public(key: Key, path: Path) -> None:
    """The public half, for people to carry about. OSError."""
    said = {"keyid": key.keyid, "key": key.to_dict()}
    write_whole(path, json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n")


def read_public(path: Path) -> Key:
    """A public key from its file. ContentFault."""
    try:
        said = json.loads(path.read_bytes())
        key = Key.from_dict(said["keyid"], dict(said["key"]))
        if not is_itself(key):
            raise ValueError("keyid")
    except OSError as error:
        raise ContentFault(f"{path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ContentFault(_("{path} is no public key of Gateplayer").format(path=path)) from error
    return key


def read_private(path: Path, passphrase: str | None) -> CryptoSigner:
    """A private key, and beside it its public half. TrustFault when the passphrase is wrong, ContentFault when there is
    no key."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ContentFault(f"{path}: {error.strerror}") from error
    try:
        private = load_pem_private_key(
            data, unicodedata.normalize("NFC", passphrase).encode() if passphrase is not None else None
        )
    except (ValueError, TypeError) as error:
        if b"PRIVATE KEY" in data:
            raise TrustFault(_("{path}: the passphrase is wrong").format(path=path)) from error
        raise ContentFault(_("{path} is no private key of Gateplayer").format(path=path)) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise ContentFault(_("{path} is no private key of Gateplayer").format(path=path))
    public = SSlibKey.from_crypto(private.public_key())
    beside = path.with_suffix(".pub")
    if beside.exists() and (known := read_public(beside)).keyid == public.keyid:
        public.unrecognized_fields |= known.unrecognized_fields
    return CryptoSigner(private, public)


def is_encrypted(path: Path) -> bool:
    """Whether a private key asks for a passphrase."""
    try:
        return b"ENCRYPTED" in path.read_bytes()
    except OSError:
        return False


def name_of(key: Key) -> str:
    """Whose key it is, as it says itself; fit for a terminal, for it may come from a stranger."""
    return shown(str(key.unrecognized_fields.get(NAME_FIELD) or key.keyid[:8]), _MOST_NAME)


def is_itself(key: Key) -> bool:
    """Whether the id of a key is that of the key, so that whoever knows the id knows the key. ValueError when it is no
    key."""
    if not isinstance(key, SSlibKey) or (key.keytype, key.scheme) != ("ed25519", "ed25519"):
        return False
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.keyval["public"]))
    return SSlibKey.from_crypto(public).keyid == key.keyid
