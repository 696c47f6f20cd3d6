"""Gathers what there is to say of the following of the central server, and says it when it is something new."""

import logging
import time
from dataclasses import replace
from typing import Any

from player.agent.adopting import Adopter
from player.agent.downloadevents import Progress, Trouble
from player.agent.status import now
from player.agent.sticks import Stick
from player.agent.syncstate import GOOD, OFF, AlertState, ReleaseState, StickState, SyncState
from player.config.language import _
from player.config.settings import Config
from player.library.central import Release

log = logging.getLogger(__name__)

APART = 1.0
"""Seconds between two reports that differ only in how far the downloads are."""

_WARNINGS_EVERY = 60.0


class SyncReport:
    """Owned by the thread that follows the server."""

    def __init__(self, adopter: Adopter) -> None:
        self._adopter = adopter
        self._state = SyncState()
        self._told: SyncState | None = None
        self._told_at = self._warned_at = 0.0
        self._progress: Progress | None = None
        self._fetching = ""
        self._followed = False
        self.sharing = ""
        """Why nothing is handed to neighbours though it should be."""
        self.owed_at = 0.0
        """When, by the monotonic clock, something is to be told that has waited; 0: nothing has."""

    def begin(self, config: Config) -> None:
        """Another configuration."""
        self._state = SyncState(since=now())
        self._progress, self._fetching = None, ""
        self._followed = config.sources.central is not None
        self._warned_at = 0.0

    def moved(self, state: str, reason: str, server: str = "") -> None:
        """How the last look at the `server` went."""
        before = self._state
        if state == GOOD and before.state not in (GOOD, OFF):
            log.info(_("the central server can be used again"))
        elif state != GOOD and (state, reason) != (before.state, before.reason):
            log.warning(_("central server: %s"), reason)
        since = before.since if state == before.state and before.since else now()
        checked = now() if state == GOOD else before.checked
        self._state = replace(before, state=state, reason=reason, since=since, checked=checked, server=server)

    def heard(self, event: Progress | Trouble | None) -> None:
        """News of the downloads; None: nothing is missing any more."""
        match event:
            case Progress():
                self._progress = event
                self._fetching = "" if event.files == event.of_files else self._fetching
            case Trouble():
                if event.reason != self._fetching:
                    log.warning("%s: %s", event.place or event.sha[:12], event.reason)
                self._fetching = event.reason
            case None:
                self._progress, self._fetching = None, ""

    def recount(self) -> None:
        """What is lost, and what there is to warn of, may be something else now."""
        self._warned_at = 0.0

    def sticks_in(self, sticks: list[Stick]) -> None:
        """These are in, and no others."""
        known = {stick.path: stick for stick in self._state.sticks}
        states = tuple(known.get(str(stick.path), StickState(str(stick.path))) for stick in sticks)
        self._state = replace(self._state, sticks=states)

    def stick_moved(self, stick: Stick, state: str, reason: str) -> None:
        """What came of looking at a stick."""
        if state == GOOD and not self._state.checked:
            self._state = replace(self._state, state=GOOD, checked=now(), since=now())
        if reason:
            log.warning("%s: %s", stick.path, reason)
        self._set(stick, reason=reason)

    def wants_receipt(self, stick: Stick) -> bool:
        """Whether a stick is of use and has none yet."""
        found = next((one for one in self._state.sticks if one.path == str(stick.path)), None)
        return found is not None and not found.reason and not found.written

    def receipt(self, stick: Stick, written: str) -> None:
        self._set(stick, written=written)

    def state(self) -> SyncState | None:
        """What is to be told, if it is another than before."""
        if not self._followed:
            return None
        clock = time.monotonic()
        fresh = self._gathered(clock)
        self.owed_at = 0.0
        if fresh == self._told:
            return None
        if self._told is not None and clock - self._told_at < APART:
            quiet = replace(fresh, awaited=self._told.awaited, checked=self._told.checked)
            if quiet == self._told:
                self.owed_at = self._told_at + APART
                return None
        self._told, self._told_at = fresh, clock
        return fresh

    def log_copied(self, stick: Stick, days: int, reason: str) -> None:
        """The play log is on a stick, as far as there is a reason why it is not."""
        if reason:
            log.warning("%s: %s", stick.path, reason)
        self._set(stick, days=days, log_reason=reason)

    def _set(self, stick: Stick, **changes: Any) -> None:
        states = (replace(one, **changes) if one.path == str(stick.path) else one for one in self._state.sticks)
        self._state = replace(self._state, sticks=tuple(states))

    def _gathered(self, clock: float) -> SyncState:
        active, release = self._adopter.in_force()
        if clock >= self._warned_at:
            self._warned_at = clock + _WARNINGS_EVERY
            warnings = (*self._adopter.warnings(), *filter(None, [self.sharing]))
            self._state = replace(self._state, warnings=warnings, lost=tuple(self._adopter.lost()[:50]))
        alerts = (raised.alert for raised in active.alerts)
        return replace(
            self._state,
            release=_release(release, None) if release else None,
            awaited=_release(awaited, self._progress) if (awaited := self._adopter.awaited()) else None,
            fetching=self._fetching,
            alerts=tuple(AlertState(one.id, one.template, one.until) for one in alerts),
            blank=active.takedown.blanks(active.gate),
            taken_down=len(active.takedown.files),
        )


def _release(release: Release, progress: Progress | None) -> ReleaseState:
    files, size = len(release.entries), sum(entry.size for entry in release.entries)
    if progress is None:
        return ReleaseState(release.version, release.made, files, size, files, size)
    files_here = max(0, files - progress.of_files + progress.files)
    bytes_here = max(0, size - progress.of_bytes + progress.bytes)
    return ReleaseState(release.version, release.made, files, size, files_here, bytes_here)
