"""The central server: can it be reached, whom is believed, and how long do their signatures hold?"""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from player.agent.adopting import WARN_BEFORE_DAYS, read_root
from player.cli.examinations.asking import may, player_of
from player.cli.examinations.finding import Finding, Gate, bad, good, warning
from player.cli.terminal import local_moment
from player.config.language import _
from player.config.settings import CentralSource
from player.core.faults import SyncFault, TrustFault
from player.library.blackout import Switches
from player.library.files import write_whole
from player.library.statusfiles import agent_report
from player.library.wallsettings import clock_of
from player.trust.client import role_facts
from player.trust.clock import TrustClock
from player.trust.fingerprint import fingerprint_of
from player.trust.http import HttpOrigin, Link
from player.trust.names import METADATA, SNAPSHOT, TIMESTAMP, gate_role

_PATIENCE = 4.0
_MOST = 100_000
_WARN_BEFORE_DAYS = 30


def reach(gate: Gate) -> Iterator[Finding]:
    """The server answers. Nothing is asked where config.yaml names none."""
    what, central = _("server"), _central(gate)
    if central is None:
        if gate.config is not None:
            yield good(what, _("config.yaml names none; nothing comes from a network"))
        return
    if not central.url:
        yield good(what, _("no address; what is signed comes on sticks"))
        return
    if Switches(gate.state, gate.run).look():
        return
    link = Link(central.ca, central.proxy, connect=_PATIENCE, read=_PATIENCE, whole=2 * _PATIENCE)
    with closing(HttpOrigin(central.url[:1], link)) as origin:
        try:
            origin.read(f"{METADATA}/{TIMESTAMP}.json", _MOST)
        except SyncFault as fault:
            yield warning(
                what, str(fault), _("what is here plays on; look at the cable, the network and url: in config.yaml")
            )
        else:
            yield good(what, _("{place} answers").format(place=origin.name))


def root(gate: Gate) -> Iterator[Finding]:
    """Whom this gate believes."""
    what, central = _("root of trust"), _central(gate)
    if central is None:
        return
    try:
        data = read_root(central.root)
    except TrustFault as fault:
        yield bad(what, str(fault), _("enrol this gate: gateplayer enroll"))
        return
    if not may(player_of(gate), central.root, 4):
        found = _("{user} may not read {path}").format(user=player_of(gate), path=central.root)
        yield bad(what, found, f"chmod a+r {central.root}")
        return
    yield good(what, fingerprint_of(data))


def signatures(gate: Gate) -> Iterator[Finding]:
    """How long what was verified last still holds."""
    what, central = _("signatures"), _central(gate)
    if central is None or gate.config is None or not central.root.is_file():
        return
    folder = gate.state / "trust" / sha256(central.root.read_bytes()).hexdigest()[:16]
    now = TrustClock(gate.state / "trust", write_whole).now()
    facts = {role: role_facts(folder, role) for role in (TIMESTAMP, SNAPSHOT, gate_role(gate.config.gate))}
    ends = {role: known.expires for role, known in facts.items() if known}
    if not ends:
        advice = _("nothing has come from the server yet; fetch it: gateplayer sync --once")
        yield warning(what, _("none have been verified here"), advice)
        return
    yield _soonest(what, ends, now)


def _soonest(what: str, ends: dict[str, datetime], now: datetime) -> Finding:
    """By the role that needs somebody first."""
    role = min(ends, key=lambda one: (ends[one] - now).days - WARN_BEFORE_DAYS.get(one, _WARN_BEFORE_DAYS))
    day, left = ends[role].date().isoformat(), (ends[role] - now).days
    if left < 0:
        found = _("those of {role} held until {date}; nothing new comes into force").format(role=role, date=day)
        return bad(what, found, _("the agencies have to sign again"))
    found = _("those of {role} hold until {date}").format(role=role, date=day)
    if left < WARN_BEFORE_DAYS.get(role, _WARN_BEFORE_DAYS):
        return warning(what, found, _("the agencies have to sign again"))
    return good(what, found)


def last_sync(gate: Gate) -> Iterator[Finding]:
    """When the agent was in touch last."""
    what = _("last in touch")
    agent, central = agent_report(gate.config_path), _central(gate)
    said = agent.said.get("central") if agent.running else None
    if central is None or not isinstance(said, dict):
        return
    when = local_moment(str(said.get("checked", "")), clock_of(gate.state))
    state = said.get("state")
    if state == "good":
        yield good(what, when)
    elif state != "cut":
        found = _("{moment}; since then: {reason}").format(moment=when, reason=said.get("reason") or state)
        yield warning(what, found, _("what is here plays on; see: gateplayer status"))


def token(gate: Gate) -> Iterator[Finding]:
    """The token by which reports are left with the server, where config.yaml has them sent."""
    what = _("token for reports")
    path = getattr(getattr(gate.config, "reports", None), "token", None)
    if _central(gate) is None or not isinstance(path, Path):
        return
    if not path.is_file():
        advice = _("have the province give one, then: gateplayer enroll --token -")
        yield warning(what, _("there is none in {path}: no report is sent").format(path=path), advice)
    elif path.stat().st_mode & 0o007:
        yield warning(what, _("everybody may read {path}").format(path=path), f"chmod o= {path}")
    else:
        yield good(what, _("is there"))


def _central(gate: Gate) -> CentralSource | None:
    return gate.config.sources.central if gate.config else None
