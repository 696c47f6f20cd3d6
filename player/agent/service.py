"""The agent's main loop: it hears events, sends one thread to look and compile, and keeps the status file true."""

import logging
import queue
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from player.agent.events import (
    Began,
    BlackoutNews,
    Changed,
    ControllerNews,
    Crashed,
    DaysNews,
    Event,
    FeedsNews,
    HousekeepingDue,
    Kept,
    LightsNews,
    Looked,
    News,
    PageNews,
    Stop,
    SyncNews,
    SyncNow,
    UplinkNews,
)
from player.agent.settling import Settling
from player.agent.status import FAULTY, GOOD, STUCK, Status, StatusFile, now
from player.agent.worker import Housekeep, Look, Task
from player.config.language import _
from player.config.settings import Config
from player.core.faults import Fault
from player.library.workshop import Made

log = logging.getLogger(__name__)

LOOK_EVERY = 30.0
"""Seconds between looks at all files, whatever was heard of them."""

OUR_FAULT = 70


class Taker(Protocol):
    """Whoever does the tasks: it answers each with one event, `Looked` or `Kept`."""

    def give(self, task: Task) -> None: ...


class Keeper(Protocol):
    """Whoever does something of its own as config.yaml says; these only put a wish into a queue."""

    def follow(self, config: Config | None) -> None: ...

    def look_now(self) -> None: ...


class Service:
    """Runs in the main thread. `longest` is how long the loop may be silent, in seconds; `want_feeds` is told which
    feeds the playlists name, `want_watched` which films flash perhaps, `keepers` what config.yaml says,
    and `recheck` is called when an asset was damaged."""

    def __init__(
        self,
        events: "queue.SimpleQueue[Event]",
        worker: Taker,
        status_file: StatusFile,
        notify: Callable[[str], None],
        *,
        longest: float = LOOK_EVERY,
        want_feeds: Callable[[tuple[str, ...]], None] = lambda _urls: None,
        want_watched: Callable[[Made], None] = lambda _made: None,
        keepers: Sequence[Keeper] = (),
        recheck: Callable[[], None] = lambda: None,
    ) -> None:
        self._events = events
        self._worker = worker
        self._status_file = status_file
        self._notify = notify
        self._longest = longest
        self._want_feeds, self._want_watched = want_feeds, want_watched
        self._keepers = tuple(keepers)
        self._recheck = recheck
        self._status = Status()
        self._settling = Settling()
        self._look_at = 0.0
        self._tasks: list[Task] = []
        self._busy = False
        self._said: tuple[Fault, ...] = ()
        self._ready = False

    def run(self) -> int:
        """Until told to stop, or until a thread crashes; the exit code."""
        self._status_file.write(self._status)
        while True:
            self._send(time.monotonic())
            code = self._hear(self._next_event())
            self._status_file.write(self._status)
            if code is not None:
                return code

    def _next_event(self) -> Event | None:
        clock = time.monotonic()
        moments = [self._look_at, self._settling.due(), clock + self._longest]
        # While the worker is busy nothing can be sent to it; its answer is an event.
        soonest = clock + self._longest if self._busy else min(moment for moment in moments if moment is not None)
        try:
            return self._events.get(timeout=max(soonest - clock, 0.0))
        except queue.Empty:
            return None

    def _send(self, clock: float) -> None:
        """Give the idle worker what is due. One task at a time: edits meanwhile wait and become one look."""
        self._notify("WATCHDOG=1")
        if self._busy:
            return
        if self._settling.take(clock) or clock >= self._look_at:
            self._look_at = clock + LOOK_EVERY
            self._tasks.insert(0, Look())
        if self._tasks:
            self._busy = True
            self._worker.give(self._tasks.pop(0))

    def _hear(self, event: Event | None) -> int | None:
        match event:
            case Crashed(thread, error):
                log.critical("the thread %s ended by an error: %s", thread, error)
                return OUR_FAULT
            case Stop():
                return 0
            case Began() | Looked() | Kept():
                self._hear_worker(event)
            case Changed(at_once):
                self._look_at = 0.0 if at_once else self._look_at
                self._settling.stir(time.monotonic())
            case HousekeepingDue():
                self._tasks.append(Housekeep())
            case BlackoutNews():
                self._status = _told(self._status, event)
                self._look_at = 0.0
            case SyncNow():
                for keeper in self._keepers:
                    keeper.look_now()
            case None:
                pass
            case _:
                self._status = _told(self._status, event)
        return None

    def _hear_worker(self, event: Began | Looked | Kept) -> None:
        match event:
            case Began():
                self._status = replace(self._status, compiling=True)
            case Looked():
                self._busy = False
                self._status = replace(self._status, compiling=False)
                self._take(event)
                if event.due is not None:
                    self._look_at = min(self._look_at, event.due)
            case Kept(rest, damaged):
                self._busy = False
                self._tasks += [Housekeep(rest)] if rest else []
                if damaged:
                    self._recheck()

    def _take(self, looked: Looked) -> None:
        made = looked.made
        if made is not None:
            self._want_feeds(made.feeds)
            self._want_watched(made)
            for keeper in self._keepers:
                keeper.follow(made.config)
            self._say(made, 0 if looked.failure else looked.number)
        if looked.failure:
            self._status = self._status.moved(STUCK, reason=looked.failure, checked=now())
            log.error("%s", looked.failure)
        elif made is not None:
            state = STUCK if made.show is None else FAULTY if made.faults else GOOD
            self._status = self._status.moved(
                state, reason="", checked=now(), show=looked.number, faults=tuple(made.faults), flashing=made.flashing
            )
        else:
            self._status = self._status.moved(self._status.state, checked=now())
        if not self._ready:
            self._ready = True
            self._notify("READY=1")

    def _say(self, made: Made, number: int) -> None:
        """The log tells of a new show, and of faults that were not there last time."""
        faults = tuple(made.faults)
        if faults != self._said:
            known = set(self._said)
            for fault in faults:
                if fault not in known:
                    log.warning("%s", fault)
            if not faults and self._said:
                log.info(_("no faults any more"))
        self._said = faults
        if number and number != self._status.show and made.show:
            said = _("show {number} is ready, playlists: {count}")
            log.info(said.format(number=number, count=len(made.show.playlists)))
        self._notify(f"STATUS=show {number}, {len(faults)} faults")


def _told(status: Status, news: News) -> Status:
    """The status with what a thread has said of its own work."""
    match news:
        case BlackoutNews(blackout):
            return replace(status, blackout=blackout)
        case ControllerNews(controller):
            return replace(status, controller=controller)
        case DaysNews(days):
            return replace(status, days=days)
        case FeedsNews(feeds):
            return replace(status, feeds=feeds)
        case LightsNews(lights):
            return replace(status, lights=lights)
        case PageNews(page):
            return replace(status, page=page)
        case SyncNews(sync):
            return replace(status, sync=sync)
        case UplinkNews(uplink):
            return replace(status, uplink=uplink)
