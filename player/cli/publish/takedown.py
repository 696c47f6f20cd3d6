"""`gateplayer publish takedown`: something leaves the walls at once."""

import sys
from pathlib import Path

import click

from player.cli.publish.group import key_option, present, publish_verb, site_option
from player.cli.publish.passphrases import unlocked
from player.cli.publish.showing import done, next_step
from player.cli.terminal import bad, coloured, out
from player.config.language import _
from player.core.faults import ContentFault, TrustFault
from player.publish import emergency
from player.publish.lock import locked
from player.publish.site import Site, find_site
from player.trust.directives import Takedown
from player.trust.manifest import EVERY_GATE


@publish_verb("takedown")
@site_option
@key_option
@click.option("--file", "files", multiple=True, metavar="NAME|SHA", help=_("A file, as it is called at the gates."))
@click.option("--blank", multiple=True, metavar="GATE", help=_("Make the wall of this gate black."))
@click.option("--all", "everywhere", is_flag=True, help=_("Make all walls black."))
@click.option("--lift", is_flag=True, help=_("Allow again what is named."))
@click.option("--reason", default="", metavar="TEXT", help=_("Why; kept with it."))
@click.option("--yes", is_flag=True, help=_("Do not ask; for programs."))
def command(
    site: Path | None,
    key: Path,
    passphrase_file: Path | None,
    files: tuple[str, ...],
    blank: tuple[str, ...],
    everywhere: bool,
    lift: bool,
    reason: str,
    yes: bool,
) -> int:
    """Build, sign and release it; one agency is enough."""
    place = find_site(site)
    for gate in blank:
        place.check_gate(gate)
    gates = (*blank, *([EVERY_GATE] if everywhere else []))
    if not files and not gates:
        raise ContentFault(_("say what: --file NAME, --blank GATE or --all"))
    if not lift:
        _ask(place, files, gates, reason, yes)
    signer = unlocked(key, passphrase_file)
    with locked(place):
        if lift:
            takedown = emergency.lift(place, signer, files, gates, present())
        else:
            found = emergency.forbidden(place, files, reason)
            takedown = emergency.take_down(place, signer, found, gates, present())
    _tell(takedown)
    return 0


def _ask(place: Site, files: tuple[str, ...], gates: tuple[str, ...], reason: str, yes: bool) -> None:
    """Show what would leave the walls, and have it confirmed."""
    for one in emergency.forbidden(place, files, reason):
        out(_("to be forbidden: {name}  {sha}").format(name=one.name or "?", sha=one.sha256[:16]))
    for gate in gates:
        out(coloured(_("to be black: {gate}").format(gate=_("all gates") if gate == EVERY_GATE else gate), bad))
    if yes:
        return
    if not sys.stdin.isatty():
        raise ContentFault(_("nobody is there to say yes; say it with --yes"))
    if not click.confirm(_("Off the walls, at once?")):
        raise TrustFault(_("nothing was signed"))


def _tell(takedown: Takedown) -> None:
    done(_("in force: gates act on it when they ask next"))
    for gate in takedown.blank:
        out("  " + _("black wall: {gate}").format(gate=_("all gates") if gate == EVERY_GATE else gate))
    for one in takedown.files:
        out("  " + _("forbidden: {name}").format(name=one.name or one.sha256))
    if takedown.blank or takedown.files:
        out()
        next_step("gateplayer publish takedown --lift … --key FILE")
