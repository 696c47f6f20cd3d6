"""`gateplayer publish key`: a key pair on the agency's own machine."""

from pathlib import Path

import click

from player.cli.publish.group import passphrase_option, publish_verb
from player.cli.publish.passphrases import new_passphrase
from player.cli.publish.showing import done, fingerprint, next_step
from player.cli.terminal import out
from player.config.language import _
from player.publish.keys import make_key, write_key


@publish_verb("key")
@click.argument("name", metavar="NAME")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=_("Where to write the private key (default: NAME.key here); the public one lies beside it, .pub."),
)
@passphrase_option
def command(name: str, output: Path | None, passphrase_file: Path | None) -> int:
    """Make an encrypted key pair."""
    path = output or Path(f"{name}.key")
    base = path.with_suffix("") if path.suffix == ".key" else path
    private, public = base.with_name(base.name + ".key"), base.with_name(base.name + ".pub")
    signer = make_key(name)
    write_key(signer, base, new_passphrase(name, passphrase_file))
    done(_("private key: {path} (stays with the agency; keep a copy in another safe place)").format(path=private))
    done(_("public key:  {path} (for the province)").format(path=public))
    out()
    out(_("Fingerprint, to be compared by telephone:"))
    out(f"    {fingerprint(signer.public_key.keyid)}")
    out()
    next_step(_("send {path} to the province, and read the fingerprint out by telephone").format(path=public.name))
    return 0
