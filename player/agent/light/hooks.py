"""Runs the commands of `lights:` when the lights go on and off, in a thread of its own: they may take half a minute."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from player.agent.events import Event, LightsNews
from player.agent.inboxthread import InboxThread
from player.agent.light.commands import CommandFault, run
from player.agent.light.pace import Pace
from player.agent.light.states import LightsState
from player.agent.status import now
from player.config.language import _
from player.config.lights import LightsPlan
from player.config.settings import Config
from player.core.lights import lights_at
from player.core.units import SECOND, Instant
from player.library.blackout import Blackout

log = logging.getLogger(__name__)

LIGHTS = "GATEPLAYER_LIGHTS"
"""What the command finds in its environment: on or off."""

LOOK = 10.0
"""Seconds between looks at the clock at most, for it may be set."""

PACE = Pace(5.0, 300.0)


class HookKeeper(InboxThread[Config | Blackout | bool]):
    """`report` gets its events, from its thread; so does the test that gives another `clock`, in microseconds."""

    def __init__(
        self,
        report: Callable[[Event], None],
        ending: threading.Event,
        pace: Pace = PACE,
        clock: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        super().__init__("switch lights", ending)
        self._report, self._pace, self._clock = report, pace, clock
        self._config: Config | None = None
        self._blackout = False
        self._state: LightsState | None = None
        self._failures = 0
        self._due = 0.0
        """When to run the command, by the monotonic clock, if it has not been done."""

    def follow(self, config: Config | None) -> None:
        """Do as config.yaml says from now on."""
        if config is not None:
            self._inbox.put(config)

    def look_now(self) -> None:
        """Somebody waits: what has failed is tried again."""
        self._inbox.put(True)

    def follow_blackout(self, blackout: Blackout | None) -> None:
        """One has begun, or ended."""
        self._inbox.put(blackout or False)

    def _work(self) -> None:
        while not self._ending.is_set():
            wait = self._turn()
            try:
                heard = self._inbox.get(timeout=wait)
            except queue.Empty:
                continue
            match heard:
                case None:
                    return
                case Config():
                    self._take(heard)
                case Blackout() | False:
                    self._blackout = bool(heard)
                case _:
                    self._due = 0.0

    def _take(self, config: Config) -> None:
        before, self._config = self._config, config
        if config.lights is None and self._state is not None:
            self._tell(None)
        if before is None or before.lights != config.lights:
            # Another command has its first run, though nothing else changes.
            self._state = None

    def _turn(self) -> float | None:
        """Do what is due; seconds until there is something to do."""
        config = self._config
        if config is None or config.lights is None:
            return None
        lights = lights_at(
            config.hours, config.lights.warm_up, self._now(), ZoneInfo(config.timezone), blackout=self._blackout
        )
        if self._state is None or self._state.on != lights.on:
            self._failures, self._due = 0, 0.0
            self._tell(LightsState(lights.on, now()))
        assert self._state is not None
        if not self._state.done and time.monotonic() >= self._due:
            self._switch(config.lights, self._state, config.file.parent)
        waits = [LOOK] if self._state.done else [LOOK, self._due - time.monotonic()]
        if lights.until is not None:
            waits.append((lights.until - self._now()) / SECOND)
        return max(0.0, min(waits))

    def _now(self) -> Instant:
        return Instant(self._clock())

    def _switch(self, plan: LightsPlan, state: LightsState, folder: Path) -> None:
        word = "on" if state.on else "off"
        command = plan.on if state.on else plan.off
        try:
            if command:
                run(command, self._ending, folder, {LIGHTS: word})
        except CommandFault as fault:
            if self._ending.is_set():
                return
            self._failures += 1
            self._due = time.monotonic() + self._pace.wait(self._failures)
            if state.fault != str(fault):
                log.warning(_("lights {word}: {fault}").format(word=word, fault=fault))
            self._tell(replace(state, fault=str(fault)))
            return
        if command:
            log.info(_("lights {word}").format(word=word))
        self._tell(replace(state, done=True, fault=""))

    def _tell(self, state: LightsState | None) -> None:
        if state != self._state:
            self._state = state
            self._report(LightsNews(state))
