"""`gateplayer publish drafts`: what waits for signatures."""

from pathlib import Path

import click

from player.cli.publish.group import publish_verb, site_option
from player.cli.publish.showing import counted, done, next_step, role_name
from player.cli.terminal import coloured, good, out, table, warn
from player.config.language import _
from player.publish import discarding
from player.publish.drafts import Drafts
from player.publish.lock import locked
from player.publish.releasing import missing_of
from player.publish.site import Site, find_site
from player.publish.staging import sha_of_draft
from player.trust.fingerprint import grouped


@publish_verb("drafts")
@site_option
@click.option("--discard", "roles", multiple=True, metavar="DRAFT", help=_("Throw this draft away."))
def command(site: Path | None, roles: tuple[str, ...]) -> int:
    """List them, or throw some away."""
    place = find_site(site)
    if roles:
        with locked(place):
            for role in roles:
                for gone in discarding.discard(place, role):
                    done(_("{what}: the draft is thrown away").format(what=role_name(gone)))
        return 0
    tell_drafts(place)
    return 0


def tell_drafts(place: Site) -> bool:
    """The table of drafts and the next step; whether there are any."""
    drafts = Drafts(place.drafts)
    rows = [row(drafts, role) for role in drafts.roles()]
    if not rows:
        out(_("There are no drafts."))
        return False
    table((_("draft"), _("what"), _("signed"), _("signature missing"), _("fingerprint")), rows)
    out()
    complete = all(not missing_of(drafts.demands(role)) for role in drafts.roles())
    next_step("gateplayer publish release" if complete else "gateplayer publish sign --key FILE")
    return True


def row(drafts: Drafts, role: str) -> tuple[str, ...]:
    files, _pages = drafts.entries(role)
    demands = drafts.demands(role)
    signed = dict.fromkeys(one.name for demand in demands for one in demand.signers if one.signed)
    missing = missing_of(demands)
    what = role_name(role)
    if files:
        what += ", " + counted(len(files), sum(entry.size for entry in files))
    return (
        role,
        what,
        coloured(", ".join(signed), good) if signed else "-",
        coloured(", ".join(missing), warn) if missing else "-",
        grouped(sha_of_draft(drafts, role), 16),
    )
