"""`gateplayer publish verify`: the tree as every gate would see it."""

from pathlib import Path

import click

from player.cli.publish.group import present, publish_verb, site_option
from player.cli.publish.showing import amount, done, progress, waits
from player.cli.terminal import bad, coloured, out
from player.config.language import _
from player.core.faults import ContentFault
from player.publish.proving import prove
from player.publish.site import find_site


@publish_verb("verify")
@site_option
@click.option("--blobs", is_flag=True, help=_("Read every file too, which takes a while."))
def command(site: Path | None, blobs: bool) -> int:
    """Verify it from nothing but the root of trust."""
    place = find_site(site)
    if not place.anchor.exists():
        raise ContentFault(_("nothing has been released yet"))
    with progress(_("verifying files")) as tell:
        proof = prove(place.tree, place.anchor.read_bytes(), present(), tell, blobs=blobs)
    for fault in proof.faults:
        out(f"{coloured('●', bad)} {fault}")
    for gate in proof.silent:
        waits(_("gate {gate}: nothing has been signed for it yet").format(gate=gate))
    if proof.faults:
        out(_("{count} faults: gates do not take this.").format(count=len(proof.faults)))
        return 3
    said = _("gates: {gates}, files: {files}, {amount}: all as signed")
    if not blobs:
        said = _("gates: {gates}, files: {files}, {amount}: all signatures are good and all files are there")
    done(said.format(gates=proof.gates, files=proof.files, amount=amount(proof.bytes)))
    return 0
