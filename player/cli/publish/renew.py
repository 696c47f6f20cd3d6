"""`gateplayer publish renew`: signatures that run out."""

from pathlib import Path

from player.cli.publish.group import present, publish_verb, site_option
from player.cli.publish.showing import done, next_step, role_name, waits
from player.cli.terminal import out
from player.config.language import _
from player.publish.lock import locked
from player.publish.renewing import draft_due, renew_if_due
from player.publish.site import find_site


@publish_verb("renew")
@site_option
def command(site: Path | None) -> int:
    """The server's own at once; those of the agencies are drafted, to be signed again."""
    place, now = find_site(site), present()
    renewed = renew_if_due(place, now)
    with locked(place):
        due = draft_due(place, now)
    if renewed:
        done(_("the server's own signatures are fresh again"))
    for role in due:
        waits(_("{what}: drafted as it is, to be signed again").format(what=role_name(role)))
    if due:
        out()
        next_step("gateplayer publish sign --key FILE", "gateplayer publish release")
    elif not renewed:
        out(_("Nothing runs out soon."))
    return 0
