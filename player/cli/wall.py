"""`gateplayer wall`: the program that draws."""

from pathlib import Path

import click

from player.cli.durations import duration
from player.cli.rights import forbid_root, told_as_root
from player.cli.verbs import verb
from player.config.language import _
from player.core.units import Span


@verb("wall")
@click.option("--for", "span", type=duration, metavar="TIME", help=_("End after this long (30s, 5m, 1h30m)."))
@click.option("--attached", is_flag=True, hidden=True)
@told_as_root
def command(config: Path, span: Span | None, attached: bool, as_root: bool) -> int:
    """Draw until told to end."""
    forbid_root(as_root)
    if attached:
        from player.cli.attached import die_with_parent

        die_with_parent()
    from player.wall.beginning import main

    return main(config, span)
