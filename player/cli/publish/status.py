"""`gateplayer publish status`: what is in force and until when, and what waits."""

from datetime import datetime
from pathlib import Path

from player.cli.publish.drafts import tell_drafts
from player.cli.publish.group import present, publish_verb, site_option
from player.cli.publish.showing import clock, day, next_step, role_name
from player.cli.terminal import bad, coloured, good, out, table, warn
from player.config.language import _
from player.publish.drafts import Drafts
from player.publish.emergency import alerts_in_force, takedown_in_force
from player.publish.renewing import Life, lives
from player.publish.site import Site, find_site
from player.trust.manifest import EVERY_GATE
from player.trust.names import SNAPSHOT, TIMESTAMP


@publish_verb("status")
@site_option
def command(site: Path | None) -> int:
    """Tell it, with warnings in good time."""
    place, now = find_site(site), present()
    found = lives(place, now)
    out(coloured(place.province(), good, bold=True))
    out()
    if found:
        table((_("in force"), _("version"), _("good until"), ""), [_row(life, now) for life in found])
        out()
        _tell_emergencies(place, now)
    else:
        out(_("Nothing has been released yet."))
        out()
    waiting = Drafts(place.drafts).roles()
    tell_drafts(place)
    due = [life for life in found if life.due]
    if due and not waiting:
        next_step("gateplayer publish renew")
    return 0


def _row(life: Life, now: datetime) -> tuple[str, ...]:
    left = (life.expires - now).days
    note = ""
    if life.expires <= now:
        note = coloured(_("has run out: gates take nothing new"), bad)
    elif life.due and life.role in (SNAPSHOT, TIMESTAMP):
        note = coloured(_("runs out in {days} days; is the server running?").format(days=left), warn)
    elif life.due:
        note = coloured(_("runs out in {days} days; both agencies have to sign again").format(days=left), warn)
    return role_name(life.role), str(life.version), day(life.expires), note


def _tell_emergencies(place: Site, now: datetime) -> None:
    takedown, alerts = takedown_in_force(place), alerts_in_force(place, now)
    for gate in takedown.blank:
        name = _("all gates") if gate == EVERY_GATE else gate
        out(coloured(_("black wall: {gate}").format(gate=name), bad))
    for one in takedown.files:
        out(coloured(_("forbidden: {name}").format(name=one.name or one.sha256), warn))
    for alert in alerts:
        gates = _("all gates") if EVERY_GATE in alert.gates else ", ".join(alert.gates)
        said = _("alert {id}: {gates}, until {time}")
        out(coloured(said.format(id=alert.id, gates=gates, time=clock(datetime.fromisoformat(alert.until))), bad))
    if takedown.blank or takedown.files or alerts:
        out()
