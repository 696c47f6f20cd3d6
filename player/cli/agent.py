"""`gateplayer agent`: the program that feeds the wall."""

import os
from pathlib import Path

import click

from player.cli.verbs import verb
from player.config.language import _

NICENESS = 10
"""Following files can wait; the wall and its decoders cannot."""


@verb("agent")
@click.option("--once", is_flag=True, help=_("Compile the show, store it and end."))
@click.option("--attached", is_flag=True, hidden=True)
def command(config: Path, once: bool, attached: bool) -> int:
    """Follow the playlists until told to end."""
    if attached:
        from player.cli.attached import die_with_parent

        die_with_parent()
    from player.agent import assemble

    if once:
        return assemble.once(config)
    os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
    return assemble.main(config, must_start=attached)
