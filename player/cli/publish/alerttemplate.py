"""`gateplayer publish alert-template`: alerts that both agencies sign ahead."""

from pathlib import Path

import click

from player.cli.publish.group import present, publish_verb, site_option
from player.cli.publish.showing import done, fingerprint, next_step, progress, waits
from player.cli.terminal import coloured, out, warn
from player.config.language import _
from player.publish import staging
from player.publish.lock import locked
from player.publish.site import find_site


@publish_verb("alert-template")
@site_option
@click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER")
def command(site: Path | None, folder: Path) -> int:
    """Check all templates in the folder for every gate, then draft them."""
    place = find_site(site)
    with locked(place), progress(_("reading files")) as tell:
        staged = staging.stage_templates(place, folder, present(), tell)
    for note in sorted(set(staged.notes)):
        out(f"{coloured(str(note.place), warn)}: {note.message}")
    if staged.state == staging.LIVE:
        done(_("nothing changed: gates have just these templates ({count})").format(count=staged.count))
        return 0
    said = _("templates of alerts: version {version} drafted, templates: {count}, files: {files}")
    waits(said.format(version=staged.version, count=staged.count, files=staged.files))
    out("  " + _("fingerprint {sha}").format(sha=fingerprint(staged.sha)))
    out()
    next_step("gateplayer publish review", "gateplayer publish sign --key FILE")
    return 0
