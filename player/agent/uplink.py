"""Tells the province how the gate is, and brings it the days of the play log, in a thread of its own.

A heartbeat is about now: one that cannot be sent is forgotten, and nothing is kept in memory. What must arrive is the
play log, whose queue is its files on disk: they go in the order of their numbers, each once, however long it takes.
"""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from player.agent import heartbeat
from player.agent.downloadpace import Bucket, Patience
from player.agent.heartbeat import PlayLog
from player.agent.smallpicture import NAME as PICTURE
from player.agent.smallpicture import SmallPicture
from player.agent.status import NAME as AGENT
from player.agent.status import now
from player.agent.uplinkstate import GOOD, OFF, REFUSED, STUCK, UNREACHABLE, UplinkState
from player.agent.vitals import read_vitals
from player.config.language import _
from player.config.settings import CentralSource, Config
from player.core import calendar
from player.core.faults import SyncFault
from player.core.units import SECOND, Instant
from player.library.blobs import Cancelled
from player.library.delivery import BY_STICK, RECORDS, SEAL, delivered_through, mark_delivered, sealed_days
from player.library.locate import run_dir
from player.library.statusfiles import read_json, wall_report
from player.trust.http import Link
from player.trust.uploading import Mailbox, NotTaken, TokenRefused

log = logging.getLogger(__name__)

PATIENCE = Patience(first=60.0, longest=300.0)
SLOWLY = 900.0
"""Seconds until what the server has answered no to is tried again: that takes a person."""
MOST_DAYS = 30
"""Days of the play log that go after one heartbeat at most; over a slow link, those that fit between two of them."""

_MOST_TOKEN = 1000
_GLANCE = 0.2


class Uplink:
    """One gate's reports. One thread uses it; `report` hears how it goes. `clock` gives seconds that never go back."""

    def __init__(
        self,
        state: Path,
        report: Callable[[UplinkState], None],
        ending: threading.Event,
        clock: Callable[[], float] = time.monotonic,
        chance: Random | None = None,
    ) -> None:
        self._playlog, self._root = state / "playlog", state
        self._report, self._ending, self._clock = report, ending, clock
        self._chance = chance or Random()
        self._config: Config | None = None
        self._mailbox: tuple[str, Mailbox] | None = None
        """With the token that it shows."""
        self._picture: SmallPicture | None = None
        self._bucket: Bucket | None = None
        self._failures = 0
        self._due = self._days_at = self._picture_at = 0.0
        self._held = ""
        """Why days of the play log are not taken, if so."""
        self._told = UplinkState()

    def follow(self, config: Config) -> None:
        """Do as config.yaml says from now on."""
        before, self._config = self._config, config
        if before and _concerns(before) == _concerns(config):
            return
        self.close()
        rate = config.sources.central.rate_limit if config.sources.central else None
        self._bucket = Bucket(rate, self._clock) if rate else None
        self._picture = SmallPicture(run_dir(config.file) / PICTURE)
        self._failures, self._held = 0, ""
        self._due = self._days_at = self._picture_at = 0.0

    def look_now(self) -> None:
        """Somebody waits: try again what has failed."""
        self._due = self._days_at = 0.0

    def turn(self) -> float | None:
        """Do what is due; the seconds until something is due again, None: not before config.yaml says so. Cancelled."""
        config = self._config
        if config is None:
            return None
        if self._clock() < self._due:
            return self._due - self._clock()
        begun = self._clock()
        wait = self._attempt(config, begun)
        # Gates that were all switched on by the same power do not all come in the same second.
        self._due = begun + wait * self._chance.uniform(0.9, 1.0)
        return max(0.0, self._due - self._clock())

    def close(self) -> None:
        """Let go of the connection."""
        if self._mailbox:
            self._mailbox[1].close()
        self._mailbox = None

    def _attempt(self, config: Config, begun: float) -> float:
        """One heartbeat and what else there is; in how many seconds the next is due."""
        usual = config.reports.every / SECOND
        try:
            mailbox = self._open(config)
            if mailbox is None:
                return usual
            self._send(config, mailbox, begun)
        except TokenRefused as fault:
            self._moved(REFUSED, str(fault))
            self._failures = 0
            return max(usual, SLOWLY)
        except SyncFault as fault:
            self._moved(STUCK if isinstance(fault, NotTaken) else UNREACHABLE, str(fault))
            self._failures += 1
            return max(usual, PATIENCE.most(self._failures)) * self._chance.uniform(0.5, 1.0)
        except OSError as error:
            self._moved(STUCK, _disk(error))
            return usual
        self._failures = 0
        return usual

    def _open(self, config: Config) -> Mailbox | None:
        """Where to leave reports; None when there is no token, or no such place."""
        reports, central = config.reports, config.sources.central
        places = places_of(config)
        token = _token(reports.token) if places else ""
        if not token:
            lacking = _("there is no token in {path}; the province gives one: gateplayer enroll --token -")
            self._moved(OFF, lacking.format(path=reports.token) if places else "")
            self.close()
            return None
        if self._mailbox is None or self._mailbox[0] != token:
            self.close()
            link = Link(central.ca, central.proxy, connect=20.0) if central else Link(connect=20.0)
            self._mailbox = token, Mailbox(places, token, link, reports.header)
        return self._mailbox[1]

    def _send(self, config: Config, mailbox: Mailbox, begun: float) -> None:
        wall = wall_report(config.file)
        agent = read_json(run_dir(config.file) / AGENT)
        said = heartbeat.heartbeat(config, wall, agent, read_vitals(self._root), self._log())
        mailbox.put(heartbeat.NAME, said)
        self._moved(STUCK if self._held else GOOD, self._held, mailbox.name, now())
        if wall.fresh:
            self._send_picture(config, mailbox, begun)
        if self._clock() >= self._days_at and _may_run(config):
            self._deliver(mailbox, begun + config.reports.every / SECOND / 2)
            self._moved(STUCK if self._held else GOOD, self._held, mailbox.name)

    def _send_picture(self, config: Config, mailbox: Mailbox, begun: float) -> None:
        apart = config.reports.picture
        assert self._picture is not None
        if apart is None or begun < self._picture_at:
            return
        if (changed := self._picture.changed()) is not None:
            mailbox.put(PICTURE, changed[0])
            self._picture.sent(changed[1])
            self._picture_at = begun + apart / SECOND

    def _deliver(self, mailbox: Mailbox, until: float) -> None:
        """Days of the play log, the oldest first. What the server does not take holds up those that follow: their
        order is the proof."""
        after = delivered_through(self._playlog)
        for day in sealed_days(self._playlog, after)[:MOST_DAYS]:
            files = [self._playlog / f"{day.stem}{kind}" for kind in (RECORDS, SEAL)]
            try:
                mailbox.deliver(files, self._pace)
            except NotTaken as fault:
                self._held = str(fault)
                self._days_at = self._clock() + SLOWLY
                return
            mark_delivered(self._playlog, day.number)
            self._held = ""
            if self._clock() > until:
                return

    def _pace(self, count: int) -> None:
        """Waits until so many bytes may be sent. Cancelled."""
        while True:
            wait = self._bucket.wait() if self._bucket else 0.0
            if self._ending.wait(min(max(wait, 0.001), _GLANCE)) if wait else self._ending.is_set():
                raise Cancelled
            if not wait:
                break
        if self._bucket:
            self._bucket.took(count)

    def _log(self) -> PlayLog:
        through, by_stick = delivered_through(self._playlog), delivered_through(self._playlog, BY_STICK)
        days = sealed_days(self._playlog)
        return PlayLog(
            sealed=max((day.number for day in days), default=through),
            delivered=through,
            waiting=sum(day.number > through for day in days),
            by_stick=by_stick,
        )

    def _moved(self, state: str, reason: str, server: str = "", last: str = "") -> None:
        """Tell what is new, and the log what is another state."""
        before = self._told
        through = delivered_through(self._playlog)
        told = UplinkState(
            state=state,
            since=before.since if state == before.state and before.since else now(),
            server=server or before.server,
            last=last or before.last,
            delivered=through,
            waiting=len(sealed_days(self._playlog, through)),
            reason=reason,
        )
        if state == GOOD and before.state not in (GOOD, OFF):
            log.info(_("reports reach the province again"))
        elif reason and state != OFF and (state, reason) != (before.state, before.reason):
            log.warning(_("reports to the province: %s"), reason)
        if told != before:
            self._told = told
            self._report(told)


def places_of(config: Config) -> tuple[str, ...]:
    """Where reports go, as addresses with `{name}` in them; none where nothing is said of that."""
    if config.reports.url:
        return (config.reports.url.replace("{gate}", config.gate),)
    urls = config.sources.central.url if config.sources.central else ()
    return tuple(f"{url.rstrip('/')}/reports/{config.gate}/{{name}}" for url in urls)


def _concerns(config: Config) -> tuple[object, ...]:
    """What of config.yaml makes a difference to the connection."""
    return config.file, config.gate, config.reports, config.sources.central


def _may_run(config: Config) -> bool:
    """Whether days of the play log may go now: they keep to the hours of large files."""
    source: CentralSource | None = config.sources.central
    instant = Instant(time.time_ns() // 1000)
    return source is None or calendar.holds(source.hours, instant, ZoneInfo(config.timezone))


def _token(path: Path) -> str:
    """What is in the file; empty when there is none. OSError."""
    try:
        with path.open("rb") as stream:
            token = stream.read(_MOST_TOKEN).strip()
    except FileNotFoundError:
        return ""
    # What is no token would break the request, and the library would show it in its complaint.
    return token.decode("ascii") if token.isascii() and token.decode("ascii").isprintable() else ""


def _disk(error: OSError) -> str:
    said = _("{path} cannot be used: {reason}")
    return said.format(path=error.filename or "?", reason=error.strerror or error)
