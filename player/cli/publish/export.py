"""`gateplayer publish export`: the tree onto a stick."""

from pathlib import Path

import click

from player.cli.publish.group import publish_verb, site_option
from player.cli.publish.showing import amount, done, next_step, progress
from player.cli.terminal import out
from player.config.language import _
from player.publish.exporting import export
from player.publish.lock import locked
from player.publish.site import find_site
from player.publish.tree import Tree


@publish_verb("export")
@site_option
@click.argument("stick", type=click.Path(path_type=Path, file_okay=False), metavar="USB-FOLDER")
@click.option("--gate", "gates", multiple=True, metavar="ID", help=_("Only what this gate needs; several for several."))
def command(site: Path | None, stick: Path, gates: tuple[str, ...]) -> int:
    """Copy what is not there yet."""
    place = find_site(site)
    for gate in gates:
        place.check_gate(gate)
    with locked(place), progress(_("copying")) as tell:
        exported = export(Tree(place.tree), stick, gates, tell)
    said = _("{place}: copied {count} files, {amount}; there already: {kept}")
    size = amount(exported.bytes)
    done(said.format(place=exported.place, count=exported.files, amount=size, kept=exported.kept))
    out()
    next_step(_("eject the stick, and put it into the player at the gate"))
    return 0
