"""The group of verbs `gateplayer publish`, and what they have in common."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from player import BUILT
from player.cli.verbs import LazyGroup, log_to_terminal
from player.config.language import _
from player.core.faults import GateplayerFault, TrustFault

_HERE = "player.cli.publish."
VERBS = {
    "init": (_HERE + "init", _("Begin: name the two agencies, make keys and the root of trust.")),
    "key": (_HERE + "key", _("Make a key pair, on the machine of the agency that is to have it.")),
    "add-gate": (_HERE + "addgate", _("Make a gate known.")),
    "stage": (_HERE + "stage", _("Check a folder of playlists and draft it for gates.")),
    "drafts": (_HERE + "drafts", _("List what waits for signatures, or throw it away.")),
    "review": (_HERE + "review", _("Make a page of each draft that shows exactly what is to be signed.")),
    "sign": (_HERE + "sign", _("Sign drafts; also elsewhere, with a carried folder of drafts.")),
    "release": (_HERE + "release", _("Put in force what has all its signatures.")),
    "takedown": (_HERE + "takedown", _("Forbid files or blank walls at once; one agency is enough.")),
    "alert-template": (_HERE + "alerttemplate", _("Check and draft the templates of alerts.")),
    "alert": (_HERE + "alert", _("Raise or end an alert at once; one agency is enough.")),
    "status": (_HERE + "status", _("Tell what is in force, until when, and what waits for signatures.")),
    "verify": (_HERE + "verify", _("Verify the tree as every gate would.")),
    "export": (_HERE + "export", _("Copy the tree onto a stick for gates without a link.")),
    "serve": (_HERE + "serve", _("Serve the tree to gates and take in their reports, until Ctrl-C.")),
    "board": (_HERE + "board", _("Show how all gates are, on one page.")),
    "collect": (_HERE + "collect", _("Take in the play logs that a stick brings from gates.")),
    "renew": (_HERE + "renew", _("Sign again what runs out.")),
    "rotate-key": (_HERE + "rotatekey", _("Put another key in the place of a lost or old one.")),
}


class DiskFault(GateplayerFault):
    """The disk, or a stick, does not do what it should: full, read-only, pulled."""

    exit_code = 4


class PublishGroup(LazyGroup):
    verbs = VERBS


@click.group(
    "publish", cls=PublishGroup, help=_("The central side: what both agencies sign, and what gates fetch from here.")
)
def command() -> None:
    pass


def publish_verb(name: str) -> Callable[[Callable[..., int]], click.Command]:
    """Make a function `(site: Path | None, …) -> exit code` the verb `name`."""

    def decorate(function: Callable[..., int]) -> click.Command:
        def called(verbose: bool, **options: Any) -> int:
            log_to_terminal(verbose)
            try:
                return function(**options)
            except BrokenPipeError:
                # The reader of our output has left; nothing more can be told.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                return 0
            except OSError as error:
                said = f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)
                raise DiskFault(said) from error

        parameters = getattr(function, "__click_params__", [])
        called.__click_params__ = parameters  # type: ignore[attr-defined]
        verbosely = click.option("-v", "--verbose", is_flag=True, help=_("Tell more of what happens."))(called)
        return click.command(name, help=VERBS[name][1])(verbosely)

    return decorate


def site_option(function: Callable[..., int]) -> Callable[..., int]:
    return click.option(
        "--site",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help=_("The folder of what is published (default: this one, or the nearest above it that is one)."),
    )(function)


def passphrase_option(function: Callable[..., int]) -> Callable[..., int]:
    return click.option(
        "--passphrase-file",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help=_("For programs: the passphrase is the first line (or it is in $GATEPLAYER_PASSPHRASE)."),
    )(function)


def key_option(function: Callable[..., int]) -> Callable[..., int]:
    function = passphrase_option(function)
    return click.option(
        "--key",
        required=True,
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help=_("The agency's private key, NAME.key."),
    )(function)


def present() -> datetime:
    """The time to sign with. TrustFault when this computer's clock cannot be right."""
    now = datetime.now(UTC).replace(microsecond=0)
    if now < BUILT:
        raise TrustFault(_("the clock of this computer is wrong ({now}); set it first").format(now=now.isoformat()))
    return now
