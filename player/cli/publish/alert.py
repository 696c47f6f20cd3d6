"""`gateplayer publish alert`: an alert goes over the walls at once, from a template that both agencies have signed."""

import sys
import tempfile
from datetime import datetime
from pathlib import Path

import click

from player.cli.durations import duration
from player.cli.publish.group import passphrase_option, present, publish_verb, site_option
from player.cli.publish.passphrases import unlocked
from player.cli.publish.showing import clock, done, next_step
from player.cli.publish.stage import chosen
from player.cli.terminal import bad, coloured, out, table
from player.config.language import _
from player.core.faults import ContentFault, TrustFault
from player.core.units import Span
from player.publish import emergency
from player.publish.lock import locked
from player.publish.site import Site, find_site
from player.trust.directives import Alert
from player.trust.manifest import EVERY_GATE


@publish_verb("alert")
@site_option
@click.argument("template", required=False, metavar="[TEMPLATE]")
@click.option("--gate", "gates", multiple=True, metavar="ID", help=_("On the wall of this gate; several for several."))
@click.option("--all", "everywhere", is_flag=True, help=_("On every wall."))
@click.option("--slot", "slots", multiple=True, metavar="NAME=TEXT", help=_("What a slot of the template says."))
@click.option("--for", "span", type=duration, metavar="TIME", help=_("How long, such as 2h."))
@click.option("--end", metavar="ID", help=_("End this alert now."))
@click.option("--list", "listing", is_flag=True, help=_("List alerts that are up, and templates."))
@click.option("--key", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=_("The agency's key."))
@passphrase_option
@click.option("--yes", is_flag=True, help=_("Do not ask; for programs."))
def command(
    site: Path | None,
    template: str | None,
    gates: tuple[str, ...],
    everywhere: bool,
    slots: tuple[str, ...],
    span: Span | None,
    end: str | None,
    listing: bool,
    key: Path | None,
    passphrase_file: Path | None,
    yes: bool,
) -> int:
    """Raise one, end one, or list them."""
    place = find_site(site)
    if listing:
        _list(place)
        return 0
    if key is None:
        raise ContentFault(_("an alert is signed by one agency: --key FILE"))
    if end is not None:
        signer = unlocked(key, passphrase_file)
        with locked(place):
            emergency.end_alert(place, signer, end, present())
        done(_("alert {id} has ended; gates act on it when they ask next").format(id=end))
        return 0
    if template is None or span is None:
        raise ContentFault(_("say which template and for how long: alert TEMPLATE --for 2h; --list shows templates"))
    wanted = (EVERY_GATE,) if everywhere and not gates else chosen(place, gates, everywhere)
    words = _slots(slots)
    _ask(template, words, wanted, yes)
    signer = unlocked(key, passphrase_file)
    with locked(place):
        alert = emergency.raise_alert(place, signer, template, wanted, words, span, present())
    _tell(alert)
    return 0


def _slots(texts: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for text in texts:
        name, equals, words = text.partition("=")
        if not equals:
            raise ContentFault(_('"{text}" fills no slot; write NAME=TEXT').format(text=text))
        found[name.strip()] = words.strip()
    return found


def _ask(template: str, slots: dict[str, str], gates: tuple[str, ...], yes: bool) -> None:
    if yes:
        return
    where = _("all gates") if EVERY_GATE in gates else ", ".join(gates)
    out(coloured(_("alert {template} on: {gates}").format(template=template, gates=where), bad))
    for name, text in slots.items():
        out(f"  {name}: {text}")
    if not sys.stdin.isatty():
        raise ContentFault(_("nobody is there to say yes; say it with --yes"))
    if not click.confirm(_("Over the walls, at once?")):
        raise TrustFault(_("nothing was signed"))


def _tell(alert: Alert) -> None:
    until = clock(datetime.fromisoformat(alert.until))
    done(_("alert {id} is up until {time}; gates show it when they ask next").format(id=alert.id, time=until))
    out()
    next_step(f"gateplayer publish alert --end {alert.id} --key FILE")


def _list(place: Site) -> None:
    rows = []
    for alert in emergency.alerts_in_force(place, present()):
        gates = _("all gates") if EVERY_GATE in alert.gates else ", ".join(alert.gates)
        texts = "; ".join(text for _name, text in alert.slots)
        rows.append((alert.id, gates, clock(datetime.fromisoformat(alert.until)), texts))
    if rows:
        table((_("alert"), _("gates"), _("until"), _("texts")), rows)
    else:
        out(_("No alert is up."))
    out()
    with tempfile.TemporaryDirectory(prefix="gateplayer-") as folder:
        templates, _place = emergency.templates_in_force(place, Path(folder))
    if not templates:
        out(_("There are no templates in force; gateplayer publish alert-template FOLDER drafts some."))
        return
    shown = [
        (one.name, one.title, emergency.hours(one.longest), ", ".join(f"{name} ({most})" for name, most in one.slots))
        for one in templates
    ]
    table((_("template"), _("title"), _("longest"), _("slots (most letters)")), shown)
