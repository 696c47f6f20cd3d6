"""The password of the status page: its scrypt hash in `state/page-password`. There is none until somebody sets it."""

import hashlib
import hmac
import json
import os
import secrets
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from player.config.language import _
from player.config.settings import Config
from player.core.faults import ContentFault, Fault, Place
from player.core.plainjson import parsed
from player.library.files import sync_folder
from player.library.serving import is_loopback

PASSWORD = "page-password"
SHORTEST = 10
_MOST = 1000
_N, _R, _P, _LENGTH = 1 << 15, 8, 1, 32
"""What OWASP's Password Storage Cheat Sheet asks of scrypt, at 32 MB and a tenth of a second a try."""


def check_password(password: str) -> None:
    """ContentFault when it is too short to keep anybody out."""
    if len(password) < SHORTEST:
        said = _("a password has at least {limit} letters; four words that do not belong together are good")
        raise ContentFault(said.format(limit=SHORTEST))
    if len(password) > _MOST:
        raise ContentFault(_("a password has at most {limit} letters").format(limit=_MOST))


def write_password(state: Path, password: str) -> None:
    """Make this the password; whoever was logged in no longer is. ContentFault, OSError."""
    check_password(password)
    salt = secrets.token_bytes(16)
    said = {"scrypt": [_N, _R, _P], "salt": salt.hex(), "hash": _hash(password, salt).hex()}
    state.mkdir(parents=True, exist_ok=True)
    fresh = state / f".{PASSWORD}.new"
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(json.dumps(said).encode())
        stream.flush()
        os.fsync(handle)
    fresh.replace(state / PASSWORD)
    sync_folder(state)


def stored_password(state: Path) -> bytes:
    """What tells this password from every other; empty when there is none."""
    try:
        return (state / PASSWORD).read_bytes()
    except OSError:
        return b""


def is_password(stored: bytes, password: str) -> bool:
    """Whether it is the one that is stored. What cannot be read lets nobody in."""
    if not password or len(password) > _MOST:
        return False
    try:
        said = parsed(stored)
        salt, known = bytes.fromhex(said["salt"]), bytes.fromhex(said["hash"])
    except (ValueError, KeyError, TypeError):
        return False
    return hmac.compare_digest(_hash(password, salt), known)


def page_faults(config: Config, state: Path, file: Path) -> Iterator[Fault]:
    """What is wrong with where the status page is to listen."""
    if config.page and not may_listen(config.page, state):
        yield Fault(Place(str(file)), without_password(config.page))


def may_listen(address: tuple[str, int], state: Path) -> bool:
    """Beyond this computer only with a password."""
    return is_loopback(address[0]) or bool(stored_password(state))


def without_password(address: tuple[str, int]) -> str:
    """Why the page stays closed to others."""
    said = _("page: {host}:{port} is open to other computers, which needs a password; set one: gateplayer password")
    return said.format(host=address[0], port=address[1])


def _hash(password: str, salt: bytes) -> bytes:
    text = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(text, salt=salt, n=_N, r=_R, p=_P, maxmem=1 << 26, dklen=_LENGTH)
