"""`gateplayer publish rotate-key`: another key in the place of a lost, stolen or old one."""

from pathlib import Path

import click

from player.cli.publish.group import present, publish_verb, site_option
from player.cli.publish.init import RECOVERY
from player.cli.publish.showing import done, fingerprint, next_step, role_name, waits
from player.cli.terminal import out
from player.config.language import _
from player.core.faults import ContentFault
from player.publish import rotating
from player.publish.keys import read_public
from player.publish.lock import locked
from player.publish.site import Site, find_site


@publish_verb("rotate-key")
@site_option
@click.option("--agency", metavar="ID", help=_("The agency whose key changes; its new one is given with --new."))
@click.option("--new", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.pub", help=_("The new key."))
@click.option(
    "--recovery",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.pub",
    help=_("The new key for the safe."),
)
@click.option("--online", is_flag=True, help=_("Another key for the server itself; it is made here."))
def command(site: Path | None, agency: str | None, new: Path | None, recovery: Path | None, online: bool) -> int:
    """Draft the change; two of the three who sign the root must agree."""
    place = find_site(site)
    if (agency is not None) + (recovery is not None) + online != 1 or (agency is None) != (new is None):
        raise ContentFault(_("say one: --agency ID --new FILE.pub, --recovery FILE.pub, or --online"))
    with locked(place):
        if online:
            roles = rotating.rotate_online(place, present())
        else:
            roles = _rotate(place, agency or RECOVERY, new or recovery)
    _tell(roles)
    return 0


def _rotate(place: Site, party: str, file: Path | None) -> list[str]:
    assert file is not None
    key = read_public(file)
    roles = rotating.rotate_party(place, party, key, present())
    rotating.keep_public(place, party, key)
    done(_("new key of {party}: {fingerprint}").format(party=party, fingerprint=fingerprint(key.keyid)))
    out("  " + _("compare that by telephone before anybody signs"))
    return roles


def _tell(roles: list[str]) -> None:
    for role in roles:
        waits(_("{what}: drafted, to be signed").format(what=role_name(role)))
    out()
    out(_("The root of trust is signed by two of the three keys as they were, and two of the three as they will be:"))
    out(_("when an agency has lost its key, that is the other agency and the key in the safe, and the new key."))
    if len(roles) > 1:
        out(_("All these drafts go together: nothing is released until each has its signatures."))
    out()
    next_step("gateplayer publish sign --key FILE", "gateplayer publish release")
