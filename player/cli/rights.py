"""Whose rights the wall is drawn with."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from player.config.language import _

_Command = TypeVar("_Command", bound=Callable[..., Any])

told_as_root: Callable[[_Command], _Command] = click.option(
    "--as-root",
    is_flag=True,
    envvar="GATEPLAYER_AS_ROOT",
    help=_("Draw the wall as root all the same: for a trial on a machine that has no other user."),
)
"""Decorates a verb: the option with which root says that this is meant; the environment may say it, too."""


def forbid_root(meant: bool) -> None:
    """UsageError when this is root, and nobody said that this is `meant`.

    What a damaged or malicious picture could do to the wall, it could do to all of the machine; and what root leaves
    in the state folder, the service may neither write nor remove.
    """
    if os.geteuid() == 0 and not meant:
        raise click.UsageError(
            _(
                "the wall is not drawn as root: a bad picture would have the rights to the whole machine, and the "
                "service could not write to the files of root. Start the service (systemctl start gateplayer.target), "
                "or become an ordinary user; --as-root, if this is meant."
            )
        )
