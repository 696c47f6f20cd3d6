"""From a tree to what is in force: looks at it, lets nothing in that was not signed, and puts releases in force once
all of them is here. Directives (takedown, alerts) come into force at once, before anything is fetched."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from player.agent.downloadevents import Wanted
from player.config.language import _
from player.config.settings import CentralSource, Config
from player.core.faults import ContentFault, SyncFault, TrustFault
from player.core.units import MINUTE, Instant
from player.library.blobs import Blobs
from player.library.central import Active, CentralStore, Pending, Raised, Release, without_ended
from player.library.intake import Intake
from player.library.soonest import soonest_first
from player.trust import manifest
from player.trust.client import Expired, RoleFacts, TrustClient, is_unchanged, role_facts, signed_at
from player.trust.clock import TrustClock
from player.trust.directives import Alerts, read_alerts, read_takedown
from player.trust.names import (
    ALERT,
    ALERT_TARGET,
    ROOT,
    SNAPSHOT,
    TAKEDOWN,
    TAKEDOWN_TARGET,
    TARGETS_ROLE,
    TEMPLATES,
    TEMPLATES_TARGET,
    TIMESTAMP,
    gate_role,
    gate_target,
)
from player.trust.origin import Origin

log = logging.getLogger(__name__)

Small = Callable[[Origin, Sequence[tuple[str, int]]], None]
"""Brings small files, by SHA-256 and size, into the store, and comes back when they are there. SyncFault, NoSpace."""

_ORDER_HOLDS = 10 * MINUTE
WARN_BEFORE_DAYS = {TIMESTAMP: 7, SNAPSHOT: 14}
_WARN_BEFORE_DAYS = 30


class Adopter:
    """The central content of one gate. Owned by one thread. `clock` says what time it is on this computer."""

    def __init__(
        self, state: Path, blobs: Blobs, intake: Intake, trust_clock: TrustClock, clock: Callable[[], Instant]
    ) -> None:
        self._trust = state / "trust"
        self._blobs = blobs
        self._intake = intake
        self._trust_clock = trust_clock
        self._clock = clock
        self.store = CentralStore(state)
        self._config: Config | None = None
        self._root = b""
        self._settled = False
        self._facts: dict[str, RoleFacts | None] = {}
        self._orders: dict[str, tuple[Instant, tuple[str, ...]]] = {}

    @property
    def gate(self) -> str:
        assert self._config is not None
        return self._config.gate

    @property
    def metadata(self) -> Path:
        """Where what was verified under the present root of trust is kept."""
        return self._trust / sha256(self._root).hexdigest()[:16]

    def follow(self, config: Config, source: CentralSource) -> None:
        """Do this for the gate of `config` from now on. TrustFault when it has no root of trust."""
        before = (self._config.gate if self._config else "", self._root)
        self._config, self._root = config, b""
        self._root = read_root(source.root)
        if (config.gate, self._root) != before:
            self._settled = False

    def look(self, origin: Origin, small: Small) -> None:
        """Look at the tree, and put its directives in force (`CentralStore.signal` changes then).

        SyncFault when it cannot be had, TrustFault when it may not be used: then what was in force stays so.
        """
        now = self._trust_clock.now()
        if self._settled and is_unchanged(self.metadata, origin):
            self._check_dates(now)
            self._learn()
            self._judge_alerts()
            return
        self._settled = False
        self._facts = {}
        client = TrustClient(self.metadata, self._root, origin, now)
        with self._stored():
            client.refresh()
            self._direct(client)
            try:
                self._await(client, origin, small, "templates", TEMPLATES_TARGET, TEMPLATES, manifest.EVERY_GATE)
            finally:
                # Whatever is the matter with the one, the other comes.
                gate = self.gate
                self._await(client, origin, small, "release", gate_target(gate), gate_role(gate), gate)
                client.settle()
        self._settled = True
        self._learn()

    def missing(self) -> list[Wanted]:
        """What is wanted and not here: of releases on their way, and what was lost of those in force."""
        active, pending = self.store.active(self.gate), self.store.pending()
        found: dict[str, Wanted] = {}
        for sha in dict.fromkeys((active.templates, pending.templates, active.release, pending.release)):
            release = self.store.release(sha)
            sizes = dict(release.assets()) if release else {}
            lacking = {asset for asset, size in sizes.items() if not self._blobs.has(asset, size)} - found.keys()
            if release and lacking:
                # A single file is in no order, and to find one all playlists would be read.
                ordered = self._ordered(release) if len(lacking) > 1 else lacking
                for asset in (asset for asset in ordered if asset in lacking):
                    found[asset] = Wanted(asset, sizes[asset], len(found))
        return list(found.values())

    def _ordered(self, release: Release) -> tuple[str, ...]:
        """Pages, then files. Reckoned anew now and then, as what comes next does not stay so; a long list takes seconds
        to read."""
        assert self._config is not None
        known = self._orders.get(release.sha)
        now = self._clock()
        if known and abs(now - known[0]) < _ORDER_HOLDS:
            return known[1]
        folder = self.store.lay_out(release, self._blobs.path)
        pages = [page.sha256 for page in release.pages]
        order = (*pages, *soonest_first(release, folder, self._config, now))
        if len(self._orders) > 3:
            self._orders.clear()
        self._orders[release.sha] = now, order
        return order

    def adopt(self) -> bool:
        """Put in force what is complete; whether anything was. OSError when the disk refuses; Cancelled."""
        active, pending = self.store.active(self.gate), self.store.pending()
        fresh = active
        if self._is_ready(pending.templates):
            fresh = replace(fresh, templates=pending.templates)
        if self._is_ready(pending.release):
            fresh = replace(fresh, release=pending.release)
        if not self.store.activate(fresh):
            return False
        self.store.await_(self._still_pending(pending))
        return True

    def lost(self) -> list[str]:
        """The names of files of what is in force that are not in the store any more."""
        active = self.store.active(self.gate)
        releases = [release for sha in (active.release, active.templates) if (release := self.store.release(sha))]
        return [
            one.name for release in releases for one in release.entries if not self._blobs.has(one.sha256, one.size)
        ]

    def in_force(self) -> tuple[Active, Release | None]:
        """What is in force, and its release."""
        active = self.store.active(self.gate)
        return active, self.store.release(active.release)

    def awaited(self) -> Release | None:
        """The release on its way."""
        return self.store.release(self.store.pending().release)

    def warnings(self) -> Iterator[str]:
        """What will go wrong if nobody does anything, and what is in doubt."""
        now = self._trust_clock.now()
        for role in (TIMESTAMP, SNAPSHOT, gate_role(self.gate), TEMPLATES, TAKEDOWN, ALERT):
            facts = self._facts_of(role)
            if facts and (facts.expires - now).days < WARN_BEFORE_DAYS.get(role, _WARN_BEFORE_DAYS):
                said = _("the signatures of {role} hold until {date}; the province has to sign again")
                yield said.format(role=role, date=facts.expires.date().isoformat())
        if (off := self._doubt()) is not None:
            behind = _("this computer's clock is at least {days} days behind; dates are not believed until it is set")
            ahead = _("this computer's clock is at least {days} days ahead; dates are not believed until it is set")
            yield (ahead if off > timedelta(0) else behind).format(days=max(1, abs(off).days))

    def _doubt(self) -> timedelta | None:
        facts = self._facts_of(TIMESTAMP)
        return self._trust_clock.doubt(facts.expires if facts else None)

    def _direct(self, client: TrustClient) -> None:
        """Take in takedown and alerts. One that nobody has signed for a year stays as it was."""
        active = self.store.active(self.gate)
        takedown, alerts = active.takedown, tuple(raised.alert for raised in active.alerts)
        signers: tuple[str, ...] = ()
        if (data := self._target(client, TAKEDOWN_TARGET)) is not None:
            takedown = read_takedown(data)
        if (data := self._target(client, ALERT_TARGET)) is not None:
            alerts = read_alerts(data).alerts
            facts = client.role(ALERT)
            signers = facts.signers if facts else ()
        self._put_in_force(replace(active, takedown=takedown), Alerts(alerts), signers)

    def _target(self, client: TrustClient, path: str) -> bytes | None:
        try:
            return client.target(path)
        except Expired as fault:
            log.warning("%s: %s", path, fault)
            return None

    def _put_in_force(self, active: Active, alerts: Alerts, signers: tuple[str, ...] = ()) -> None:
        """Whoever signed an alert when it first came has raised it; others may sign the list that still holds it."""
        now, doubted = self._clock(), self._doubt() is not None
        known = {raised.alert: raised for raised in active.alerts}
        raised = [
            replace(known.get(alert, Raised(alert, now, signers=signers)), doubted=doubted)
            for alert in alerts.alerts
            if alert.is_for(self.gate)
        ]
        self.store.activate(replace(active, alerts=without_ended(raised, now)))

    def _judge_alerts(self) -> None:
        """Alerts that are over leave; all are judged by the clock as it is thought of now."""
        active = self.store.active(self.gate)
        if active.alerts:
            self._put_in_force(active, Alerts(tuple(raised.alert for raised in active.alerts)))

    def _await(
        self, client: TrustClient, origin: Origin, small: Small, kind: str, target: str, role: str, gate: str
    ) -> None:
        """Have what a role has signed be what is fetched; `kind` names it among what is pending."""
        sha = self._released(client, target, role, gate, origin, small)
        self.store.await_(self._still_pending(replace(self.store.pending(), **{kind: sha})))

    def _released(self, client: TrustClient, target: str, role: str, gate: str, origin: Origin, small: Small) -> str:
        """The release that a role has signed, its playlists fetched; empty for none."""
        data = client.target(target)
        facts = client.role(role)
        if data is None or facts is None:
            return ""
        sha = sha256(data).hexdigest()
        kept = self.store.release(sha)
        if kept is None:
            found = manifest.read(data, gate)
            self._fetch(small, origin, [(page.sha256, page.size) for page in found.pages])
            pages = {page.sha256: self._blobs.path(page.sha256).read_bytes() for page in found.pages}
            entries = manifest.unfold(found, pages)
            self.store.keep(Release(sha, facts.version, found.made, facts.keyids, found.pages, entries, facts.signers))
        elif kept.signers != facts.signers:
            # The same again, signed by others; or it was kept before it was noted who had signed.
            self.store.keep(replace(kept, keyids=facts.keyids, signers=facts.signers))
        release = self.store.release(sha)
        assert release is not None
        self._fetch(small, origin, [(entry.sha256, entry.size) for entry in release.texts()])
        self.store.lay_out(release, self._blobs.path)
        return sha

    def _fetch(self, small: Small, origin: Origin, wanted: Iterable[tuple[str, int]]) -> None:
        lacking = [(sha, size) for sha, size in dict(wanted).items() if not self._blobs.has(sha, size)]
        if lacking:
            small(origin, lacking)

    def _still_pending(self, pending: Pending) -> Pending:
        active = self.store.active(self.gate)
        return Pending(
            "" if pending.release == active.release else pending.release,
            "" if pending.templates == active.templates else pending.templates,
        )

    def _is_ready(self, sha: str) -> bool:
        """Whether all of a release is here; then it has been looked into, too."""
        release = self.store.release(sha)
        if release is None or not all(self._blobs.has(asset, size) for asset, size in release.assets()):
            return False
        self._probe(release)
        return True

    def _probe(self, release: Release) -> None:
        """Look into the files before the compiler does: it must not take long over an alert. What cannot be shown, the
        compiler says."""
        texts = set(release.texts())
        for entry in release.entries:
            if entry not in texts:
                try:
                    self._intake.asset(entry.sha256)
                except ContentFault as fault:
                    log.debug("%s: %s", entry.name, fault)

    def _check_dates(self, now: datetime) -> None:
        """Expired when what was verified before would not be accepted any more."""
        for role in (TIMESTAMP, SNAPSHOT):
            facts = self._facts_of(role)
            if facts and facts.expires <= now:
                said = _("the signatures are out of date ({reason}); the agencies have to sign again")
                raise Expired(said.format(reason=f"{role}, {facts.expires.date().isoformat()}"))

    def _facts_of(self, role: str) -> RoleFacts | None:
        """What was verified last of a role; signatures are not reckoned again each time."""
        if role not in self._facts:
            self._facts[role] = role_facts(self.metadata, role)
        return self._facts[role]

    def _learn(self) -> None:
        """Of the time, from those whom one stolen key does not make."""
        known = ((role, self._facts_of(role)) for role in (ROOT, TARGETS_ROLE, TEMPLATES, gate_role(self.gate)))
        signed = (signed_at(role, facts) for role, facts in known if facts)
        self._trust_clock.learn(max(signed, default=self._trust_clock.now()))

    @contextmanager
    def _stored(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            said = _("what was verified cannot be stored: {reason}")
            raise SyncFault(said.format(reason=error.strerror or error)) from error


def read_root(path: Path) -> bytes:
    """The root of trust that this gate was enrolled with. TrustFault when there is none."""
    try:
        return path.read_bytes()
    except OSError as error:
        said = _("{path}: there is no root of trust; enrol this gate: gateplayer enroll")
        raise TrustFault(said.format(path=path)) from error
