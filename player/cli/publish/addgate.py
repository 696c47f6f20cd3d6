"""`gateplayer publish add-gate`: a gate that is to be known."""

from pathlib import Path

import click

from player.cli.publish.group import present, publish_verb, site_option
from player.cli.publish.showing import done, next_step, waits
from player.cli.terminal import out
from player.config.language import _
from player.publish.gates import add_gate
from player.publish.lock import locked
from player.publish.site import find_site


@publish_verb("add-gate")
@site_option
@click.argument("gate", metavar="ID")
@click.option(
    "--config",
    "config",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help=_("The config.yaml of the gate itself, so that content is checked for its own wall."),
)
def command(site: Path | None, gate: str, config: Path | None) -> int:
    """Make its folder and draft who may sign for it."""
    place = find_site(site)
    with locked(place):
        token = add_gate(place, gate, config, present())
    folder = place.gate(gate).relative_to(place.root)
    done(_("gate {gate}: {folder}").format(gate=gate, folder=f"{folder}/config.yaml"))
    if config is None:
        waits(_("this is a usual wall; put the gate's own config.yaml in its place before you stage"))
    waits(_("that both agencies sign for it is drafted, and is to be signed by both"))
    out()
    out(_("Token with which the gate sends its reports (kept in {path}):").format(path=f"{folder}/token"))
    out(f"    {token}")
    out(_("The technician gives it to the player there: gateplayer enroll ADDRESS --token - asks for it."))
    out()
    next_step(f"gateplayer publish stage FOLDER --gate {gate}")
    return 0
