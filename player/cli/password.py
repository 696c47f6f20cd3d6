"""`gateplayer password`: by what the status page may be opened to other computers."""

import sys
from pathlib import Path

import click

from player.cli.terminal import coloured, err, good, out
from player.cli.verbs import verb
from player.config.language import _
from player.core.faults import ContentFault, GateplayerFault
from player.library.locate import state_dir
from player.library.pagepassword import PASSWORD, check_password, write_password


class NotStored(GateplayerFault):
    """The password cannot be put on record."""

    exit_code = 4


@verb("password")
@click.option("--remove", is_flag=True, help=_("Have no password any more; the page is then on this computer only."))
def command(config: Path, remove: bool) -> int:
    """Ask for it twice, and keep its hash."""
    state = state_dir(config)
    try:
        if remove:
            (state / PASSWORD).unlink(missing_ok=True)
            out(_("There is no password any more."))
            return 0
        write_password(state, _asked())
    except OSError as error:
        said = _("the password cannot be stored: {reason}").format(reason=error.strerror or error)
        raise NotStored(said) from error
    out(coloured(_("The password is set. Whoever was logged in has to log in again."), good))
    return 0


def _asked() -> str:
    if not sys.stdin.isatty():
        # For set-up programs: one line, which a person has not seen either.
        return sys.stdin.readline().rstrip("\r\n")
    while True:
        asked = _("Password of the status page")
        typed: str = click.prompt(asked, hide_input=True, confirmation_prompt=_("The same once more"), err=True)
        try:
            check_password(typed)
        except ContentFault as fault:
            err(str(fault))
            continue
        return typed
