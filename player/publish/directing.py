"""What one agency alone may do, and does at once: take something down, raise an alert that both have signed ahead."""

import secrets
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from securesystemslib.signer import CryptoSigner

from player.config.language import _
from player.config.suggest import nearest
from player.core.faults import ContentFault, TrustFault
from player.core.units import SECOND, Span
from player.library.templates import Template, check_slots, read_templates
from player.publish.drafts import Drafts, next_targets
from player.publish.keys import name_of
from player.publish.releasing import Released, release
from player.publish.site import Site
from player.publish.tree import Tree
from player.trust import directives
from player.trust.directives import Alert, Alerts, Forbidden, Takedown, iso, read_alerts, read_takedown
from player.trust.manifest import EVERY_GATE, Entry
from player.trust.names import ALERT, TAKEDOWN, TEMPLATES, blob_path, gate_role


def takedown_in_force(site: Site) -> Takedown:
    data = Tree(site.tree).target(TAKEDOWN)
    return read_takedown(data) if data else Takedown()


def alerts_in_force(site: Site) -> Alerts:
    data = Tree(site.tree).target(ALERT)
    return read_alerts(data) if data else Alerts()


def put_in_force(site: Site, value: Takedown | Alerts, signer: CryptoSigner, now: datetime) -> Released:
    """Sign and release it at once. TrustFault when that key may not."""
    role = TAKEDOWN if isinstance(value, Takedown) else ALERT
    drafts, tree = Drafts(site.drafts), Tree(site.tree)
    data = directives.dump(value)
    drafts.write(role, next_targets(role, tree, data, now), data)
    drafts.trust(tree)
    if not drafts.sign(role, signer):
        drafts.drop(role)
        raise TrustFault(_("the key of {name} may not sign this").format(name=name_of(signer.public_key)))
    return release(site, now, only=(role,))


def forbidden(site: Site, named: Iterable[str], reason: str) -> list[Forbidden]:
    """Files to take down: each named by its SHA-256, by its name in what is in force anywhere, or by the last part of
    it. ContentFault when there is none."""
    known = _files(site)
    found: list[Forbidden] = []
    for name in named:
        if len(name) == 64 and set(name) <= set("0123456789abcdef"):
            matches = [entry for entry in known if entry.sha256 == name] or [Entry("", name, 0)]
        else:
            matches = [entry for entry in known if entry.name == name or entry.name.rpartition("/")[2] == name]
        if not matches:
            near = nearest(name, {entry.name for entry in known})
            said = _("no gate has {name}; did you mean {near}?") if near else _("no gate has {name}")
            raise ContentFault(said.format(name=name, near=near))
        found += [Forbidden(entry.sha256, entry.name, reason) for entry in matches]
    return list({one.sha256: one for one in found}.values())


def with_files(takedown: Takedown, files: Iterable[Forbidden]) -> Takedown:
    """`takedown` and these files besides."""
    known = {one.sha256: one for one in (*takedown.files, *files)}
    return replace(takedown, files=tuple(known.values()))


def without_files(takedown: Takedown, files: Iterable[Forbidden]) -> Takedown:
    """`takedown` without these files."""
    gone = {one.sha256 for one in files}
    return replace(takedown, files=tuple(one for one in takedown.files if one.sha256 not in gone))


def templates_in_force(site: Site) -> tuple[Template, ...]:
    """The templates that both agencies have signed."""
    found = Tree(site.tree).release(TEMPLATES)
    if found is None or not found[1]:
        return ()
    with TemporaryDirectory(prefix="gateplayer-") as place:
        for entry in found[1]:
            path = Path(place) / entry.name
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(site.tree / blob_path(entry.sha256), path)
        return read_templates(Path(place))[0]


def new_alert(
    site: Site, template: str, slots: Mapping[str, str], gates: Iterable[str], span: Span, now: datetime
) -> Alert:
    """An alert that the gates will take. ContentFault with what is wrong with it."""
    known = {one.name: one for one in templates_in_force(site)}
    chosen = known.get(template)
    if chosen is None:
        said = _("both agencies have signed no template {name}; there are {known}")
        raise ContentFault(said.format(name=template, known=", ".join(known) or "-"))
    check_slots(chosen, slots)
    if span > chosen.longest:
        said = _("this template allows at most {hours:g} hours")
        raise ContentFault(said.format(hours=chosen.longest / SECOND / 3600))
    gates = tuple(gates)
    for gate in gates:
        if gate != EVERY_GATE:
            site.check_gate(gate)
    until = now + timedelta(microseconds=span)
    return Alert(secrets.token_hex(4), template, tuple(sorted(slots.items())), gates, iso(now), iso(until))


def still_on(alerts: Alerts, now: datetime) -> Alerts:
    """Without those that are over."""
    return replace(alerts, alerts=tuple(one for one in alerts.alerts if datetime.fromisoformat(one.until) > now))


def _files(site: Site) -> list[Entry]:
    tree = Tree(site.tree)
    found: list[Entry] = []
    for role in (*(gate_role(gate) for gate in site.gates()), TEMPLATES):
        release = tree.release(role)
        found += release[1] if release else ()
    return list(dict.fromkeys(found))
