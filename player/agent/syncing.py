"""Follows the central server, and sticks that are put in, in a thread of its own: however slow they are, the wall is
fed from what is here, and an alert never waits for a download."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

from player.agent.adopting import Adopter
from player.agent.downloadevents import Arrived, Complete, DownloadEvent, Progress, Trouble, Wanted
from player.agent.downloadpace import Patience
from player.agent.downloads import fetch_now
from player.agent.events import Changed, Event, SyncNews
from player.agent.inboxthread import InboxThread
from player.agent.sharing import Sharing
from player.agent.sticklog import SealNow, StickLogs, sealed_already
from player.agent.sticks import Stick, leave_receipt, sticks_in, unwritten
from player.agent.supply import Supply, server_of
from player.agent.syncreport import SyncReport
from player.agent.syncstate import CUT, GOOD, REFUSED, STUCK, UNREACHABLE
from player.config.settings import CentralSource, Config
from player.core.faults import ContentFault, SyncFault, TrustFault
from player.core.units import SECOND, Instant
from player.library.blobs import Blobs, Cancelled, NoSpace
from player.library.feeds import FeedStore
from player.library.files import write_whole
from player.library.index import Index
from player.library.intake import Intake
from player.library.prober import Prober
from player.library.shows import ShowStore
from player.trust.clock import TrustClock
from player.trust.http import HttpOrigin
from player.trust.line import LINE, LineCut
from player.trust.origin import FolderOrigin, Origin

log = logging.getLogger(__name__)

STICKS_EVERY = 3.0
"""Seconds between looks for sticks."""

LOGS_EVERY = 0.1
"""Seconds between looks at a stick that takes the play log."""

PATIENCE = Patience(first=5.0, longest=120.0)


@dataclass(frozen=True, slots=True)
class _Follow:
    config: Config | None


@dataclass(frozen=True, slots=True)
class _LookNow:
    """Somebody waits, or something was found damaged."""


@dataclass(frozen=True, slots=True)
class _LineNews:
    """The line was cut or mended."""


_Message = _Follow | _LookNow | _LineNews | DownloadEvent


class CentralKeeper(InboxThread[_Message]):
    """`report` gets its events, from its thread; `seal_now` is called from it before a stick takes the play log."""

    def __init__(
        self,
        state: Path,
        report: Callable[[Event], None],
        ending: threading.Event,
        seal_now: SealNow = sealed_already,
    ) -> None:
        super().__init__("follow server", ending)
        self._state, self._report, self._seal_now = state, report, seal_now
        self._random = Random()
        self._config: Config | None = None
        self._origin: HttpOrigin | None = None
        self._sticks: list[Stick] = []
        self._failures = 0
        self._roomed: set[str] = set()
        """The files for which room was made last."""
        self._look_at = self._sticks_at = 0.0

    # From other threads

    def follow(self, config: Config | None) -> None:
        """Do as config.yaml says from now on."""
        self._inbox.put(_Follow(config))

    def recheck(self) -> None:
        """A stored file was found damaged: see whether it is wanted."""
        self._inbox.put(_LookNow())

    def look_now(self) -> None:
        """Ask the server now."""
        self._inbox.put(_LookNow())

    def follow_line(self) -> None:
        """The line was cut: nothing is asked, handed out or put in force until it is mended."""
        self._inbox.put(_LineNews())

    # In its own

    def _work(self) -> None:
        with ExitStack() as stack:
            self._blobs = Blobs(self._state, self._ending)
            index, self._prober = Index(self._state), Prober(self._ending)
            stack.callback(index.close)
            stack.callback(self._prober.close)
            self._intake = Intake(self._blobs, index, self._prober, FeedStore(self._state))
            clock = TrustClock(self._state / "trust", write_whole)
            self._adopter = Adopter(self._state, self._blobs, self._intake, clock, _clock)
            self._news = SyncReport(self._adopter)
            self._logs = StickLogs(self._state / "playlog", self._seal_now, self._news.log_copied)
            self._supply = Supply(self._blobs, self._inbox.put)
            self._sharing = Sharing(self._blobs)
            stack.callback(self._sharing.stop)
            stack.callback(self._leave)
            try:
                while not self._ending.is_set():
                    self._turn()
            except Cancelled:
                return

    def _turn(self) -> None:
        """Do what is due, then hear one message."""
        due = [self._sticks_at, self._look_at] if self._source and not LINE.is_cut else []
        due += [self._news.owed_at] if self._news.owed_at else []
        timeout = max(0.0, min(due) - time.monotonic()) if due else None
        if self._logs.busy:
            timeout = min(timeout or 0.0, LOGS_EVERY)
        try:
            message = self._inbox.get(timeout=timeout)
        except queue.Empty:
            self._do_due()
        else:
            self._hear(message)
        self._tell()

    @property
    def _source(self) -> CentralSource | None:
        return self._config.sources.central if self._config else None

    def _hear(self, message: _Message | None) -> None:
        match message:
            case _Follow(config):
                self._follow(config)
            case _LineNews():
                self._leave()
                self._begin()
            case _LookNow() if self._source and not LINE.is_cut:
                self._look_at = self._sticks_at = 0.0
                self._want()
            case Arrived(sha):
                self._look_into(sha)
            case Complete():
                self._adopt()
            case Progress() | Trouble() if not LINE.is_cut:
                self._news.heard(message)

    def _follow(self, config: Config | None) -> None:
        """Begin anew when config.yaml says something else of what concerns us."""
        if config is None or config == self._config:
            return
        before, self._config = self._config, config
        if before and (before.gate, before.sources) == (config.gate, config.sources):
            return
        self._leave()
        self._news.begin(config)
        self._begin()

    def _begin(self) -> None:
        """Turn to servers, sticks and neighbours, as long as the line is not cut."""
        self._sticks, self._failures = [], 0
        self._logs.sticks_in([])
        self._look_at = self._sticks_at = 0.0
        source = self._source
        if source is not None:
            assert self._config is not None
            try:
                self._adopter.follow(self._config, source)
            except TrustFault as fault:
                self._news.moved(REFUSED, str(fault))
        if source is not None and LINE.is_cut:
            self._news.moved(CUT, str(LineCut()))
        elif source is not None:
            self._origin = server_of(source)
            self._supply_from()
        self._news.sharing = self._sharing.begin(source.share if source and not LINE.is_cut else None)

    def _leave(self) -> None:
        """Let go of servers and sticks."""
        self._supply.stop()
        if self._origin:
            self._origin.close()
        self._origin = None

    def _supply_from(self) -> None:
        if self._config and self._source:
            self._supply.begin(self._source, self._config.timezone, tuple(self._sticks))

    def _do_due(self) -> None:
        now = time.monotonic()
        if self._source is None or LINE.is_cut:
            return
        if self._config and self._logs.turn(self._config.gate):
            self._want()
        if now >= self._sticks_at:
            self._sticks_at = now + STICKS_EVERY
            self._look_for_sticks()
        if now >= self._look_at:
            self._look_at_server()

    def _look_at_server(self) -> None:
        source = self._source
        assert source is not None
        begun = time.monotonic()
        if self._origin is None:
            self._look_at = begun + source.every / SECOND
            return
        origin = self._origin
        if self._look(origin, lambda state, reason: self._news.moved(state, reason, origin.name)):
            self._failures = 0
            wait = source.every / SECOND * self._random.uniform(0.9, 1.0)
        else:
            self._failures += 1
            wait = max(source.every / SECOND, PATIENCE.most(self._failures)) * self._random.uniform(0.5, 1.0)
        self._look_at = begun + wait

    def _look(self, origin: Origin, moved: Callable[[str, str], None]) -> bool:
        """Look at a tree; whether it is one that can be used. `moved` is told the state and the reason."""
        assert self._config is not None
        assert self._source is not None
        before = _stamp(self._adopter.store.signal)
        try:
            self._adopter.follow(self._config, self._source)
            self._adopter.look(origin, self._small)
        except SyncFault as fault:
            if not LINE.is_cut:
                moved(UNREACHABLE, str(fault))
        except TrustFault as fault:
            moved(REFUSED, str(fault))
        except NoSpace as fault:
            moved(STUCK, str(fault))
        else:
            moved(GOOD, "")
            self._want()
            return True
        finally:
            if _stamp(self._adopter.store.signal) != before:
                self._report(Changed(at_once=True))
        return False

    def _small(self, origin: Origin, wanted: Sequence[tuple[str, int]]) -> None:
        fetch_now(self._blobs, origin, [Wanted(sha, size, rank) for rank, (sha, size) in enumerate(wanted)])

    def _want(self) -> None:
        """Have fetched what is missing; nothing waits for it here."""
        missing = self._adopter.missing()
        if missing:
            self._news.recount()
            self._make_room({one.sha: one.size for one in missing})
        if not self._supply.want(missing):
            self._adopt()

    def _make_room(self, missing: dict[str, int]) -> None:
        """What nothing needs leaves for what is to come, the oldest first."""
        source = self._source
        if source is None or missing.keys() <= self._roomed:
            return
        self._roomed, size = set(missing), sum(missing.values())
        keep = self._adopter.store.needed() | ShowStore(self._state).assets()
        if freed := self._blobs.trim(keep, source.cache, size):
            log.info("removed %d MB of files that nothing needs any more", freed >> 20)

    def _look_into(self, sha: str) -> None:
        """One that has come, before all are here: so an alert never waits for three hundred."""
        try:
            self._intake.asset(sha)
        except ContentFault as fault:
            log.debug("%s: %s", sha, fault)

    def _adopt(self) -> None:
        if LINE.is_cut:
            return
        try:
            adopted = self._source is not None and self._adopter.adopt()
        except OSError as error:
            self._news.moved(STUCK, error.strerror or str(error))
            return
        if adopted:
            self._report(Changed(at_once=True))
        self._news.recount()
        if not self._adopter.missing():
            self._news.heard(None)
            # The reader of files may not be wanted for weeks.
            self._prober.close()
            self._leave_receipts()

    # Sticks

    def _look_for_sticks(self) -> None:
        assert self._config is not None
        found = sticks_in(self._config.sources.usb)
        if found == self._sticks:
            return
        fresh = [stick for stick in found if stick not in self._sticks]
        self._sticks = found
        self._news.sticks_in(found)
        self._logs.sticks_in(found)
        self._supply_from()
        for stick in fresh:
            log.info("a stick is in: %s", stick.path)
            with closing(FolderOrigin(stick.path)) as origin:
                self._look(origin, lambda state, reason, at=stick: self._news.stick_moved(at, state, reason))  # type: ignore[misc]
        self._want()

    def _leave_receipts(self) -> None:
        for stick in self._sticks:
            if self._logs.is_served(stick) and self._news.wants_receipt(stick):
                try:
                    written = leave_receipt(stick.path, self._adopter.gate, self._adopter.in_force()[1])
                except OSError as error:
                    self._news.stick_moved(stick, STUCK, unwritten(error))
                else:
                    self._news.receipt(stick, written)

    def _tell(self) -> None:
        if self._source is not None and (state := self._news.state()) is not None:
            self._report(SyncNews(state))


def _clock() -> Instant:
    return Instant(time.time_ns() // 1000)


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
