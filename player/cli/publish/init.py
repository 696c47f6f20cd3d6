"""`gateplayer publish init`: who publishes."""

import re
from pathlib import Path

import click

from player.cli.publish.group import passphrase_option, present, publish_verb, site_option
from player.cli.publish.passphrases import new_passphrase
from player.cli.publish.showing import done, fingerprint, next_step, tell_held
from player.cli.terminal import coloured, out, table, warn
from player.config.language import _
from player.core.faults import ContentFault
from player.publish.founding import Founder, found
from player.publish.keys import make_key, name_of, read_public, write_key
from player.publish.lock import locked
from player.publish.releasing import Released, release
from player.publish.site import NAME, Site
from player.trust.fingerprint import fingerprint_of

RECOVERY = "recovery"
_AGENCY = re.compile(r"(?P<id>[a-z0-9][a-z0-9-]{0,39})(?:=(?P<name>.*?))?(?::(?P<file>[^:]+\.pub))?")


@publish_verb("init")
@site_option
@click.option("--name", required=True, metavar="TEXT", help=_("The province's name."))
@click.option(
    "--agency",
    "agencies",
    multiple=True,
    metavar="ID[=NAME][:FILE.pub]",
    help=_("An agency; twice. With its public key if it has made one itself, else a key is made here."),
)
@click.option(
    "--recovery",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.pub",
    help=_("The public key of the third pair, which lies in a safe (default: made here)."),
)
@passphrase_option
def command(
    site: Path | None, name: str, agencies: tuple[str, ...], recovery: Path | None, passphrase_file: Path | None
) -> int:
    """Make the site: keys, and the first of every role."""
    place = Site((site or Path.cwd()).resolve())
    if place.about.exists():
        raise ContentFault(_("{folder} holds {name} already").format(folder=place.root, name=NAME))
    if len(agencies) != 2:
        raise ContentFault(_("name two agencies: --agency ID=NAME --agency ID=NAME"))
    signing = [_agency(place, text, passphrase_file) for text in agencies]
    safe = _founder(place, RECOVERY, _("the safe"), recovery, passphrase_file)
    place.root.mkdir(parents=True, exist_ok=True)
    now = present()
    with locked(place):
        found(place, name, signing, safe, now)
        released = release(place, now)
    _tell(place, name, [*signing, safe], released)
    return 0


def _agency(place: Site, text: str, passphrase_file: Path | None) -> Founder:
    parts = _AGENCY.fullmatch(text.strip())
    if parts is None or parts["id"] in (RECOVERY, "online"):
        said = _('"{text}" names no agency; write for example so-van-hoa="Sở Văn hóa" or so-van-hoa:so-van-hoa.pub')
        raise ContentFault(said.format(text=text))
    file = Path(parts["file"]) if parts["file"] else None
    return _founder(place, parts["id"], (parts["name"] or "").strip(" \"'"), file, passphrase_file)


def _founder(place: Site, party: str, name: str, file: Path | None, passphrase_file: Path | None) -> Founder:
    if file is not None:
        key = read_public(file)
        return Founder(party, name or name_of(key), key)
    signer = make_key(name or party)
    write_key(signer, place.keys / party, new_passphrase(name or party, passphrase_file))
    return Founder(party, name or party, signer.public_key, signer)


def _tell(place: Site, name: str, founders: list[Founder], released: Released) -> None:
    done(f"{name}: {place.root}")
    out()
    heads = (_("who signs"), _("key"), _("fingerprint, to be compared by telephone"))
    files = [f"keys/{one.id}.key" if one.signer else _("elsewhere") for one in founders]
    rows = [(one.name, file, fingerprint(one.key.keyid)) for one, file in zip(founders, files, strict=True)]
    table(heads, rows)
    out()
    if place.anchor.exists():
        _tell_anchor(place)
    else:
        tell_held(released.held)
        out()
    if any(one.signer for one in founders):
        said = _(
            "Let each agency take its own key to its own machine and delete it here; recovery.key goes into a safe."
        )
        out(coloured(said, warn))
        out()
    if place.anchor.exists():
        next_step("gateplayer publish add-gate ID")
    else:
        next_step("gateplayer publish sign --key FILE", "gateplayer publish release")


def _tell_anchor(place: Site) -> None:
    digits = fingerprint_of(place.anchor.read_bytes())
    half = len(digits) // 2
    out(_("Root of trust, for every gate: {path}").format(path=place.anchor))
    out(_("Its fingerprint, which gateplayer enroll shows at the gate:"))
    out(f"    {digits[:half].strip()}")
    out(f"    {digits[half:].strip()}")
    out()
