"""`gateplayer publish stage`: a folder of playlists becomes drafts."""

from pathlib import Path

import click

from player.cli.publish.group import present, publish_verb, site_option
from player.cli.publish.showing import counted, done, fingerprint, next_step, progress, waits
from player.cli.terminal import coloured, out, warn
from player.config.language import _
from player.core.faults import ContentFault
from player.publish import staging
from player.publish.lock import locked
from player.publish.site import Site, find_site
from player.publish.staging import Staged


@publish_verb("stage")
@site_option
@click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER")
@click.option("--gate", "gates", multiple=True, metavar="ID", help=_("For this gate; several times for several."))
@click.option("--all", "everywhere", is_flag=True, help=_("For every gate."))
def command(site: Path | None, folder: Path, gates: tuple[str, ...], everywhere: bool) -> int:
    """Check everything, then draft it; nothing is drafted while anything is wrong."""
    place = find_site(site)
    wanted = chosen(place, gates, everywhere)
    with locked(place), progress(_("reading files")) as tell:
        staged = staging.stage(place, folder, wanted, present(), tell)
    for note in sorted({note for one in staged for note in one.notes}):
        out(f"{coloured(str(note.place), warn)}: {note.message}")
    for one in staged:
        _tell(one)
    out()
    if any(one.state != staging.LIVE for one in staged):
        next_step("gateplayer publish review", "gateplayer publish sign --key FILE")
    else:
        next_step("gateplayer publish status")
    return 0


def chosen(place: Site, gates: tuple[str, ...], everywhere: bool) -> tuple[str, ...]:
    """The gates that were named. ContentFault when none were, or one is not known."""
    if everywhere == bool(gates):
        raise ContentFault(_("say for which gate: --gate ID, or --all"))
    for gate in gates:
        place.check_gate(gate)
    found = tuple(place.gates()) if everywhere else tuple(dict.fromkeys(gates))
    if not found:
        raise ContentFault(_("there is no gate yet; gateplayer publish add-gate makes one"))
    return found


def _tell(one: Staged) -> None:
    what = _("playlists: {playlists}, items: {items}").format(playlists=one.count, items=one.items)
    what = f"{what}, {counted(one.files, one.bytes)}"
    if one.state == staging.LIVE:
        done(_("gate {gate}: nothing changed, it has just this: {what}").format(gate=one.gate, what=what))
        return
    if one.state == staging.DRAFTED:
        waits(_("gate {gate}: drafted already: {what}").format(gate=one.gate, what=what))
    else:
        said = _("gate {gate}: version {version} drafted: {what}")
        waits(said.format(gate=one.gate, version=one.version, what=what))
    out("  " + _("fingerprint {sha}").format(sha=fingerprint(one.sha)))
