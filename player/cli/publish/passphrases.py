"""Passphrases: typed without being seen, or given by a file or the environment for programs."""

import os
import sys
from pathlib import Path

import click
from securesystemslib.signer import CryptoSigner

from player.cli.terminal import err
from player.config.language import _
from player.core.faults import ContentFault, TrustFault
from player.publish.keys import check_passphrase, is_encrypted, read_private

VARIABLE = "GATEPLAYER_PASSPHRASE"
_TRIES = 3


def new_passphrase(name: str, file: Path | None) -> str:
    """One for the new key of `name`, typed twice. ContentFault when it is too short, or nobody is there to type it."""
    given = _given(file)
    if given is not None:
        check_passphrase(given)
        return given
    _check_terminal()
    while True:
        asked = _("Passphrase for the key of {name}").format(name=name)
        typed: str = click.prompt(asked, hide_input=True, confirmation_prompt=_("The same once more"), err=True)
        try:
            check_passphrase(typed)
        except ContentFault as fault:
            err(str(fault))
            continue
        return typed


def unlocked(path: Path, file: Path | None) -> CryptoSigner:
    """The private key at `path`. TrustFault when the passphrase is wrong, ContentFault when there is no key."""
    if path.exists() and not is_encrypted(path):
        return read_private(path, None)
    if not path.is_file():
        raise ContentFault(_("{path}: there is no such key file").format(path=path))
    given = _given(file)
    if given is not None:
        return read_private(path, given)
    _check_terminal()
    for left in range(_TRIES - 1, -1, -1):
        asked = _("Passphrase of {path}").format(path=path)
        try:
            return read_private(path, click.prompt(asked, hide_input=True, err=True))
        except TrustFault as fault:
            if not left:
                raise
            err(str(fault))
    raise AssertionError


def _given(file: Path | None) -> str | None:
    if file is None:
        return os.environ.get(VARIABLE)
    try:
        return file.read_text("utf-8").splitlines()[0]
    except OSError as error:
        raise ContentFault(f"{file}: {error.strerror}") from error
    except (IndexError, UnicodeDecodeError) as error:
        raise ContentFault(_("{path} holds no passphrase").format(path=file)) from error


def _check_terminal() -> None:
    if not sys.stdin.isatty():
        said = _("nobody is there to type a passphrase; give it by --passphrase-file or ${variable}")
        raise ContentFault(said.format(variable=VARIABLE))
