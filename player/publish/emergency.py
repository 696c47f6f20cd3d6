"""What one agency alone may do, at once: take down, blank, raise an alert that both have signed before, end it."""

import hashlib
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Targets

from player.config.language import _
from player.config.suggest import nearest
from player.core.faults import ConfigFault, ContentFault, Fault, TrustFault
from player.core.units import Span, utc
from player.library.central import CentralStore, Release
from player.library.templates import Template, alert_spec, check_slots, read_templates
from player.publish.drafts import Content, Drafts
from player.publish.founding import role_saying
from player.publish.gates import gate_config
from player.publish.releasing import Put, finish, live_authority, put_in_force
from player.publish.site import Site
from player.publish.tree import Tree
from player.trust.directives import Alert, Alerts, Forbidden, Takedown, dump, iso, read_alerts, read_takedown
from player.trust.manifest import EVERY_GATE, Entry
from player.trust.names import (
    ALERT,
    ALERT_TARGET,
    BLOBS,
    MOST_TARGET,
    TAKEDOWN,
    TAKEDOWN_TARGET,
    TEMPLATES,
    expires,
    gate_role,
)

_SHA = re.compile(r"[0-9a-f]{64}")
_SHORTEST_SHA = 8
_TEXT = ".txt"


def takedown_in_force(site: Site) -> Takedown:
    """What may not be shown now."""
    data = Tree(site.tree).target(TAKEDOWN)
    return read_takedown(data) if data else Takedown()


def alerts_in_force(site: Site, now: datetime) -> tuple[Alert, ...]:
    """The alerts that are not over."""
    data = Tree(site.tree).target(ALERT)
    found = read_alerts(data).alerts if data else ()
    return tuple(alert for alert in found if utc(alert.stretch()[1]) > now)


def forbidden(site: Site, words: Iterable[str], reason: str) -> list[Forbidden]:
    """The files that are meant by these names (as gates have them), SHA-256s or their beginnings, or files here.
    ContentFault when one means nothing."""
    known = _known(site)
    found: dict[str, Forbidden] = {}
    for word in words:
        for entry in _meant(word, known):
            found.setdefault(entry.sha256, Forbidden(entry.sha256, entry.name, reason))
    return list(found.values())


def take_down(
    site: Site, signer: CryptoSigner, files: Iterable[Forbidden], blank: Iterable[str], now: datetime
) -> Takedown:
    """Forbid these files, and have the walls of these gates ("*": all) black. TrustFault, OSError."""
    before = takedown_in_force(site)
    more = {one.sha256: one for one in (*before.files, *files)}
    takedown = Takedown(tuple(more.values()), tuple(dict.fromkeys((*before.blank, *blank))))
    put_takedown(site, signer, takedown, now)
    return takedown


def lift(site: Site, signer: CryptoSigner, words: Iterable[str], blank: Iterable[str], now: datetime) -> Takedown:
    """Allow again. ContentFault when something of it is not forbidden."""
    before = takedown_in_force(site)
    taken = [Entry(one.name, one.sha256, 0) for one in before.files]
    allowed = {entry.sha256 for word in words for entry in _meant(word, taken, elsewhere=False)}
    for gate in blank:
        if gate not in before.blank:
            said = _("{gate} is not blanked; blanked are: {gates}")
            gates = ", ".join(_gate(one) for one in before.blank) or "-"
            raise ContentFault(said.format(gate=_gate(gate), gates=gates))
    files = tuple(one for one in before.files if one.sha256 not in allowed)
    takedown = Takedown(files, tuple(one for one in before.blank if one not in set(blank)))
    put_takedown(site, signer, takedown, now)
    return takedown


def put_takedown(site: Site, signer: CryptoSigner, takedown: Takedown, now: datetime) -> None:
    """Sign and release it. TrustFault when the key may not, OSError."""
    _put(site, TAKEDOWN, TAKEDOWN_TARGET, dump(takedown), signer, now)


def templates_in_force(site: Site, folder: Path) -> tuple[tuple[Template, ...], Path]:
    """The templates of alerts that both agencies have signed, and where they lie now, in `folder`. TrustFault."""
    tree = Tree(site.tree)
    found = tree.release(TEMPLATES)
    if found is None:
        return (), folder
    made, entries = found
    release = Release("0" * 64, 1, made.made, (), made.pages, entries)
    place = CentralStore(folder).lay_out(release, lambda sha: tree.root / BLOBS / sha)
    return read_templates(place)[0], place


def raise_alert(
    site: Site,
    signer: CryptoSigner,
    name: str,
    gates: Sequence[str],
    slots: Mapping[str, str],
    span: Span,
    now: datetime,
) -> Alert:
    """Put the template `name` on the walls of these gates ("*": all) for `span`. ContentFault, ConfigFault when it
    cannot be shown as it is, TrustFault, OSError."""
    slots = {key: unicodedata.normalize("NFC", text) for key, text in slots.items()}
    with tempfile.TemporaryDirectory(prefix="gateplayer-") as place:
        templates, folder = templates_in_force(site, Path(place))
        template = _template(templates, name)
        check_slots(template, slots)
        if span > template.longest:
            said = _("{name} may last {longest} at most: that is what was signed")
            raise ContentFault(said.format(name=name, longest=hours(template.longest)))
        _check_walls(site, template, slots, gates, folder)
    alert = Alert(
        id=_fresh_id(site, name, now),
        template=name,
        slots=tuple(slots.items()),
        gates=tuple(gates),
        since=iso(now),
        until=iso(now + timedelta(microseconds=span)),
    )
    _put(site, ALERT, ALERT_TARGET, dump(Alerts((*alerts_in_force(site, now), alert))), signer, now)
    return alert


def end_alert(site: Site, signer: CryptoSigner, alert: str, now: datetime) -> None:
    """Take an alert off the walls. ContentFault when there is none of that id."""
    before = alerts_in_force(site, now)
    after = tuple(one for one in before if one.id != alert)
    if len(after) == len(before):
        said = _("there is no alert {id}; those that are up: {ids}")
        raise ContentFault(said.format(id=alert, ids=", ".join(one.id for one in before) or "-"))
    _put(site, ALERT, ALERT_TARGET, dump(Alerts(after)), signer, now)


def _put(site: Site, role: str, path: str, data: bytes, signer: CryptoSigner, now: datetime) -> None:
    finish(site, now)
    tree, drafts = Tree(site.tree), Drafts(site.drafts)
    if signer.public_key.keyid not in live_authority(tree).keys(role):
        raise TrustFault(_("this key may not sign {roles}").format(roles=role))
    if len(data) > MOST_TARGET:
        raise ContentFault(_("{path} is larger than {limit} bytes").format(path=path, limit=MOST_TARGET))
    version = tree.versions().get(role, 0) + 1
    metadata: Metadata[Targets] = Metadata(role_saying(path, data, version, now + expires(role)))
    metadata.sign(signer)
    put_in_force(site, [Put(role, metadata, data)], now)
    if role in drafts.roles():
        _draft_anew(drafts, role, path, data, signer, metadata, now)


def _draft_anew(
    drafts: Drafts, role: str, path: str, data: bytes, signer: CryptoSigner, live: Metadata[Targets], now: datetime
) -> None:
    """What waited for signatures under other keys is out of date now: it must say what is in force."""
    authority = drafts.authority()
    if authority.verifies(role, live):
        drafts.discard(role)
        return
    drafts.put(role, role_saying(path, data, live.signed.version + 1, now + expires(role)), Content(data))
    if signer.public_key.keyid in authority.keys(role):
        drafts.sign(role, signer)


def _known(site: Site) -> list[Entry]:
    """Every file that gates have now."""
    tree = Tree(site.tree)
    found: dict[tuple[str, str], Entry] = {}
    for role in tree.versions():
        if role != TEMPLATES and not role.startswith(gate_role("")):
            continue
        if (release := tree.release(role)) is not None:
            found |= {(entry.name, entry.sha256): entry for entry in release[1]}
    return list(found.values())


def _meant(word: str, known: Sequence[Entry], *, elsewhere: bool = True) -> list[Entry]:
    wanted = _plain(word)
    found = [entry for entry in known if wanted in (_plain(entry.name), _plain(entry.name.rsplit("/", 1)[-1]))]
    if not found and len(wanted) >= _SHORTEST_SHA:
        found = [entry for entry in known if entry.sha256.startswith(wanted)]
    if found:
        if elsewhere and any(entry.name.lower().endswith(_TEXT) for entry in found):
            said = _("{name} is a text; take down the playlist (.yaml) that shows it")
            raise ContentFault(said.format(name=word))
        return found
    if elsewhere and _SHA.fullmatch(wanted):
        return [Entry("", wanted, 0)]
    if elsewhere and Path(word).is_file():
        with Path(word).open("rb") as stream:
            return [Entry(Path(word).name, hashlib.file_digest(stream, "sha256").hexdigest(), 0)]
    names = [entry.name.rsplit("/", 1)[-1] for entry in known]
    if near := nearest(word.rsplit("/", 1)[-1], names):
        raise ContentFault(_("{name}: no gate has such a file; did you mean {near}?").format(name=word, near=near))
    raise ContentFault(_("{name}: no gate has such a file; name it as it is called there").format(name=word))


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip()).casefold()


def _template(templates: Sequence[Template], name: str) -> Template:
    for template in templates:
        if template.name == name:
            return template
    said = _("there is no template {name}; both agencies have signed: {names}")
    raise ContentFault(said.format(name=name, names=", ".join(one.name for one in templates) or "-"))


def _check_walls(site: Site, template: Template, slots: Mapping[str, str], gates: Sequence[str], folder: Path) -> None:
    faults: list[Fault] = []
    for gate in site.gates() if EVERY_GATE in gates else gates:
        _spec, found = alert_spec(template, slots, template.name, folder, gate_config(site, gate))
        faults += found
    if faults:
        raise ConfigFault(sorted(set(faults)))


def _fresh_id(site: Site, name: str, now: datetime) -> str:
    """Short enough to be typed, and never used twice: gates remember when they saw it first."""
    data = Tree(site.tree).target(ALERT)
    used = {alert.id for alert in read_alerts(data).alerts} if data else set()
    stem = f"{name}-{now.astimezone():%m%d-%H%M}"
    numbers = (f"{stem}-{number}" for number in range(2, 1000))
    return stem if stem not in used else next(one for one in numbers if one not in used)


def _gate(gate: str) -> str:
    return _("all gates") if gate == EVERY_GATE else gate


def hours(span: Span) -> str:
    """A span of hours and minutes: 2h30."""
    minutes = span // 60_000_000
    return f"{minutes // 60}h{minutes % 60:02}" if minutes % 60 else f"{minutes // 60}h"
