"""`gateplayer publish release`: what has all its signatures comes into force."""

from pathlib import Path

import click

from player.cli.publish.group import present, publish_verb, site_option
from player.cli.publish.showing import amount, done, next_step, progress, role_name, tell_held, waits
from player.cli.terminal import out
from player.config.language import _
from player.publish import releasing, signing
from player.publish.drafts import Drafts
from player.publish.lock import locked
from player.publish.releasing import Released
from player.publish.site import find_site


@publish_verb("release")
@site_option
@click.option(
    "--drafts",
    "carried",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help=_("A folder of drafts that has come back from an agency: its signatures are taken over first."),
)
def command(site: Path | None, carried: Path | None) -> int:
    """Put everything that is complete in force together; tell whose signature the rest lacks."""
    place = find_site(site)
    with locked(place):
        if carried:
            count = signing.carry(carried, Drafts(place.drafts))
            done(_("signatures brought from {folder}: {count}").format(folder=carried, count=count))
            if not count:
                waits(_("none of them is new and fits a draft here; has it been drafted anew since?"))
        with progress(_("verifying files")) as tell:
            released = releasing.release(place, present(), tell)
    _tell(released)
    return 3 if released.held and not released.roles else 0


def _tell(released: Released) -> None:
    for role, version in released.roles:
        done(_("{what}: version {version} is in force").format(what=role_name(role), version=version))
    if released.blobs:
        out("  " + _("new files: {count}, {amount}").format(count=released.blobs, amount=amount(released.bytes)))
    tell_held(released.held)
    if not released.roles and not released.held:
        out(_("There is no draft to be released."))
        return
    out()
    if released.held:
        next_step("gateplayer publish sign --key FILE", "gateplayer publish release")
    else:
        next_step("gateplayer publish verify")
