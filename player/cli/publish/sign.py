"""`gateplayer publish sign`: drafts get a signature, on the machine where the key is."""

import sys
from contextlib import nullcontext
from pathlib import Path

import click

from player.cli.publish.group import key_option, present, publish_verb, site_option
from player.cli.publish.passphrases import unlocked
from player.cli.publish.showing import counted, day, done, fingerprint, next_step, progress, role_name, waits
from player.cli.terminal import coloured, good, out
from player.config.language import _
from player.core.faults import ContentFault, TrustFault
from player.publish import signing
from player.publish.drafts import Drafts
from player.publish.keys import name_of
from player.publish.lock import locked
from player.publish.releasing import missing_of
from player.publish.signing import Subject
from player.publish.site import find_site


@publish_verb("sign")
@site_option
@key_option
@click.option(
    "--drafts",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help=_("A folder of drafts that was brought from the province (default: that of the site)."),
)
@click.option("--yes", is_flag=True, help=_("Do not ask; for programs."))
@click.argument("roles", nargs=-1, metavar="[DRAFT]...")
def command(
    site: Path | None, key: Path, passphrase_file: Path | None, drafts: Path | None, yes: bool, roles: tuple[str, ...]
) -> int:
    """Verify every byte of what is to be signed, show what it is, ask, and sign."""
    place = None if drafts else find_site(site)
    folder = place.drafts if place else drafts
    assert folder is not None
    signer = unlocked(key, passphrase_file)
    with progress(_("verifying drafts")) as tell:
        found = signing.subjects(folder, signer.public_key, roles, present(), tell)
    fresh = [subject for subject in found if not subject.signed]
    for subject in found:
        _show(subject)
    if not fresh:
        out(_("There is nothing to be signed with this key."))
        return 0
    out()
    _ask(len(fresh), name_of(signer.public_key), yes)
    for subject in fresh:
        with locked(place) if place else nullcontext():
            signing.sign(folder, signer, subject)
        done(_("{what}: signed").format(what=role_name(subject.role)))
    out()
    _tell_next(Drafts(folder), drafts is not None)
    return 0


def _tell_next(drafts: Drafts, carried: bool) -> None:
    if carried:
        next_step(_("carry the folder {folder} back to the province").format(folder=drafts.folder))
    elif names := dict.fromkeys(name for role in drafts.roles() for name in missing_of(drafts.demands(role))):
        next_step(f"{', '.join(names)}: gateplayer publish sign --key FILE")
    else:
        next_step("gateplayer publish release")


def _show(subject: Subject) -> None:
    head = _("{what}, version {version}, good until {day}")
    head = head.format(what=role_name(subject.role), version=subject.version, day=day(subject.expires))
    if subject.signed:
        done(_("{head}: signed with this key already").format(head=head))
        return
    waits(head)
    if subject.files:
        out("  " + counted(subject.files, subject.bytes))
    for change in subject.changes:
        out("  " + change)
    out("  " + _("fingerprint {sha}").format(sha=coloured(fingerprint(subject.sha), good)))


def _ask(count: int, name: str, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise ContentFault(_("nobody is there to say yes; say it with --yes"))
    if not click.confirm(_("Sign these {count} as {name}?").format(count=count, name=name)):
        raise TrustFault(_("nothing was signed"))
