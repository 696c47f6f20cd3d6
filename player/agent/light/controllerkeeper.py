"""Has the controller follow the brightness that the wall wants, in a thread of its own: controllers may be slow.

The wall says what it wants in `wall.json`, under `light`. What has come of it lies in `controller.json` beside it, for
the wall to know whether it must darken its picture itself:

    {"at": "2026-11-26T01:02:03.456+00:00", "confirmed": 0.53, "fault": ""}

`at` is when the controller was last asked, at least once a minute; `confirmed` the share of full light that it has said
it has, null before it ever did; `fault` why it does not do as it is told, empty when it does. There is no such file
where config.yaml names no controller.
"""

import json
import logging
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path

from player.agent.events import ControllerNews, Event
from player.agent.inboxthread import InboxThread
from player.agent.light.driver import Driver, amiss, driver_of
from player.agent.light.faults import ControllerFault
from player.agent.light.pace import Pace
from player.agent.light.states import ControllerState
from player.agent.status import now
from player.config.controller import Controller
from player.config.language import _
from player.config.settings import Config
from player.library.files import write_whole
from player.library.statusfiles import CONTROLLER, read_json

log = logging.getLogger(__name__)

LOOK = 1.0
"""Seconds between looks at what the wall wants, and so between two changes."""

AGAIN = 60.0
"""Seconds after which it is told again: somebody may have turned a knob, or switched it off and on."""

PACE = Pace(2.0, 60.0)


class ControllerKeeper(InboxThread[Config | bool]):
    """`report` gets its events, from its thread."""

    def __init__(
        self,
        run: Path,
        report: Callable[[Event], None],
        ending: threading.Event,
        pace: Pace = PACE,
        look: float = LOOK,
    ) -> None:
        super().__init__("set brightness", ending, 0.5)
        self._run, self._report, self._pace, self._look = run, report, pace, look
        self._controller: Controller | None = None
        self._driver: Driver | None = None
        self._state: ControllerState | None = None
        self._sent: float | None = None
        self._due = 0.0
        """When to send again what was sent, by the monotonic clock."""
        self._not_before = 0.0
        self._failures = 0
        self._unwritten = ""

    def follow(self, config: Config | None) -> None:
        """Do as config.yaml says from now on."""
        if config is not None:
            self._inbox.put(config)

    def look_now(self) -> None:
        """Somebody waits for it."""
        self._inbox.put(True)

    def _work(self) -> None:
        self._forget()
        while not self._ending.is_set():
            if self._driver is not None:
                self._turn(self._driver)
            try:
                heard = self._inbox.get(timeout=None if self._driver is None else self._look)
            except queue.Empty:
                continue
            if heard is None:
                return
            if isinstance(heard, Config):
                self._take(heard)
            else:
                self._due = self._not_before = 0.0

    def _take(self, config: Config) -> None:
        if config.controller == self._controller:
            return
        self._controller, self._sent, self._failures, self._not_before = config.controller, None, 0, 0.0
        if config.controller is None:
            self._driver = None
            self._tell(None)
            self._forget()
            return
        self._driver = driver_of(config.controller, config.file.parent, self._ending)
        self._tell(ControllerState(self._driver.name))

    def _turn(self, driver: Driver) -> None:
        """Send what the wall wants, if it is another than before, or it is time."""
        wanted, clock = wanted_of(read_json(self._run / "wall.json")), time.monotonic()
        if wanted is None or clock < self._not_before or (wanted == self._sent and clock < self._due):
            return
        assert self._state is not None
        confirmed, fault = self._state.confirmed, ""
        try:
            found = driver.set(wanted)
            confirmed, fault = (wanted, "") if not (said := amiss(found, wanted)) else (found, said)
        except ControllerFault as error:
            fault = str(error)
        if self._ending.is_set():
            return
        if fault:
            self._failures, self._sent = self._failures + 1, None
            self._not_before = time.monotonic() + self._pace.wait(self._failures)
        else:
            self._failures, self._sent, self._due = 0, wanted, time.monotonic() + AGAIN
        self._heard(driver.name, confirmed, fault)

    def _heard(self, name: str, confirmed: float | None, fault: str) -> None:
        assert self._state is not None
        moment, before = now(), self._state
        if fault and fault != before.fault:
            log.warning(_("controller {name}: {fault}").format(name=name, fault=fault))
        elif not fault and before.fault:
            log.warning(_("controller {name}: does as it is told again").format(name=name))
        self._leave(moment, confirmed, fault)
        failing = (before.failing or moment) if fault else ""
        self._tell(ControllerState(name, confirmed, failing, fault))

    def _leave(self, moment: str, confirmed: float | None, fault: str) -> None:
        said = {"at": moment, "confirmed": confirmed, "fault": fault}
        trouble = ""
        try:
            self._run.mkdir(parents=True, exist_ok=True)
            write_whole(self._run / CONTROLLER, json.dumps(said, ensure_ascii=False).encode(), durable=False)
        except OSError as error:
            trouble = error.strerror or str(error)
            if trouble != self._unwritten:
                log.warning("%s cannot be written: %s", self._run / CONTROLLER, trouble)
        self._unwritten = trouble

    def _forget(self) -> None:
        """What is left of a controller that is named no more would be believed."""
        try:
            (self._run / CONTROLLER).unlink(missing_ok=True)
        except OSError as error:
            log.warning("%s cannot be removed: %s", self._run / CONTROLLER, error.strerror or error)

    def _tell(self, state: ControllerState | None) -> None:
        if state != self._state:
            self._state = state
            self._report(ControllerNews(state))


def wanted_of(said: dict[str, object]) -> float | None:
    """The share of full light that the wall says it wants; None where it says nothing that makes sense."""
    light = said.get("light")
    target = light.get("target") if isinstance(light, dict) else None
    if isinstance(target, bool) or not isinstance(target, int | float) or not 0 <= target <= 1:
        return None
    return float(target)
