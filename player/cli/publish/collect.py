"""`gateplayer publish collect`: the play logs that a stick has brought home."""

from pathlib import Path

import click

from player.cli.publish.group import publish_verb, site_option
from player.cli.publish.showing import done, next_step, waits
from player.cli.terminal import bad, coloured, out
from player.config.language import _
from player.publish.collecting import Brought, collect
from player.publish.site import find_site

NOT_TAKEN = 3


@publish_verb("collect")
@site_option
@click.argument("stick", type=click.Path(path_type=Path, file_okay=False), metavar="USB-FOLDER")
def command(site: Path | None, stick: Path) -> int:
    """Take in what is new; 3 when something was not taken."""
    place = find_site(site)
    complete = True
    for brought in collect(stick, place.root / "reports", place.gates()):
        _tell(brought)
        complete &= not brought.refused
    if complete:
        out()
        next_step(_("eject the stick; what is on it may be deleted"))
    return 0 if complete else NOT_TAKEN


def _tell(brought: Brought) -> None:
    fresh = brought.fresh
    days = f" ({fresh[0]} … {fresh[-1]})" if len(fresh) > 1 else f" ({fresh[0]})" if fresh else ""
    said = _("{gate}: {count} new days of the play log{days}; there already: {known}")
    (done if fresh or brought.known else waits)(
        said.format(gate=brought.gate, count=len(fresh), days=days, known=brought.known)
    )
    for reason in brought.refused:
        out(f"  {coloured(reason, bad)}")
