"""Tokens as people hand them over: in a file, typed where nobody sees it, or on the command line."""

import os
import re
import sys
from pathlib import Path

import click

from player.config.language import _
from player.core.faults import ContentFault
from player.library.files import sync_folder

_TOKEN = re.compile(r"[!-~]{16,512}")
_MOST = 4096


def read_token(given: str | None) -> str:
    """The token that `given` names: a file, `-` for what is typed, or the token itself; empty for none. ContentFault
    when it cannot be one. Nothing of it is repeated."""
    if given is None:
        return ""
    token = _typed() if given == "-" else _in_file(Path(given)) if _is_file(given) else given.strip()
    if token and not _TOKEN.fullmatch(token):
        said = _("that is no token: 16 letters or more without spaces, as gateplayer publish add-gate gave it")
        raise ContentFault(said)
    if not token and given != "-":
        raise ContentFault(_("there is no token in {path}").format(path=given))
    return token


def keep_token(place: Path, token: str, state: Path) -> None:
    """Write it whole, for nobody to read but the owner of the folder `state`, which is the agent. OSError."""
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.with_name(f".{place.name}.{os.getpid()}.new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "w") as stream:
            stream.write(token + "\n")
            if os.geteuid() == 0 and state.is_dir():
                os.fchown(handle, state.stat().st_uid, state.stat().st_gid)
            stream.flush()
            os.fsync(handle)
        temporary.replace(place)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(place.parent)


def _typed() -> str:
    if sys.stdin.isatty():
        asked = _("Token for reports to the province (nothing for none)")
        return str(click.prompt(asked, default="", hide_input=True, show_default=False)).strip()
    return sys.stdin.read(_MOST).strip()


def _is_file(given: str) -> bool:
    try:
        return Path(given).is_file()
    except (OSError, ValueError):
        return False


def _in_file(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(_MOST).decode("utf-8", "replace").strip()
    except OSError as error:
        raise ContentFault(f"{path}: {error.strerror}") from error
