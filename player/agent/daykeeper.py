"""Has days of the play log sealed, in a thread of its own, by a short-lived process of its own: what writes Parquet is
larger than all of the agent."""

import json
import logging
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from player.agent.daystate import DayState
from player.agent.events import DaysNews, Event
from player.agent.inboxthread import InboxThread
from player.config.language import _
from player.config.settings import Config
from player.library.daykeeping import undelivered
from player.library.journal import DAYS

log = logging.getLogger(__name__)

LOOK_EVERY = 3600.0
"""Seconds between looks whether a day is over, by the monotonic clock: the other may jump."""

PATIENCE = 600.0
"""Seconds that the process may take; a month of records takes ten."""

SEALER = ("nice", "-n", "10", sys.executable, "-m", "player.library.daysealing")


@dataclass(frozen=True, slots=True)
class _Wish:
    """`everything`: today's records too; `count`: only tell how many days wait to be delivered. `done` is set when it
    has been done, or could not be."""

    everything: bool = False
    count: bool = False
    done: threading.Event = field(default_factory=threading.Event)


class DayKeeper(InboxThread[_Wish]):
    """Seals on start, hourly, and when asked. `report` gets its events, from its thread."""

    def __init__(self, state: Path, report: Callable[[Event], None], ending: threading.Event) -> None:
        super().__init__("seal days", ending, 0.5)
        self._state, self._report = state, report
        self._said = DayState()
        self._deliver = True
        self._process: subprocess.Popen[bytes] | None = None

    def follow(self, config: Config | None) -> None:
        """What config.yaml says now. As long as it cannot be read nothing leaves that was not delivered."""
        self._deliver = config is None or config.sources.central is not None

    def look_now(self) -> None:
        """Seal what is due, without waiting for the hour to be over."""
        self._inbox.put(_Wish())

    def seal_now(self) -> threading.Event:
        """Have all records sealed, today's too, before a stick leaves; what is returned is set once that was tried."""
        wish = _Wish(everything=True)
        self._inbox.put(wish)
        return wish.done

    def delivered(self) -> None:
        """Some days have been delivered just now: tell how many still wait."""
        self._inbox.put(_Wish(count=True))

    def stop(self) -> None:
        """End the thread; half a second at most. A process that is killed leaves nothing that hurts."""
        self._ending.set()
        if process := self._process:
            process.kill()
        super().stop()

    def _work(self) -> None:
        self._seal(everything=False)
        while not self._ending.is_set():
            try:
                wish = self._inbox.get(timeout=LOOK_EVERY)
            except queue.Empty:
                wish = _Wish()
            if wish is None:
                return
            if wish.count:
                self._count()
            else:
                self._seal(everything=wish.everything)
            wish.done.set()

    def _count(self) -> None:
        try:
            waiting = undelivered(self._state / DAYS)
        except OSError as error:
            log.warning("the days of the play log cannot be counted: %s", error)
            return
        if waiting != self._said.waiting:
            self._tell(replace(self._said, waiting=waiting))

    def _seal(self, *, everything: bool) -> None:
        options = [*(["--now"] if everything else []), *(["--deliver"] if self._deliver else [])]
        command = [*SEALER, str(self._state), *options]
        try:
            said = self._answer(command)
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            said = {"fault": _("the process that seals days failed: {reason}").format(reason=error)}
        if self._ending.is_set():
            return
        if fault := said.get("fault"):
            self._tell(replace(self._said, fault=str(fault)))
            return
        names = {one.name for one in fields(DayState)}
        state = DayState(**{name: value for name, value in said.items() if name in names})
        if said.get("sealed"):
            log.info(_("the play log is sealed up to day {number}").format(number=state.number))
        self._tell(state)

    def _answer(self, command: list[str]) -> dict[str, Any]:
        """What the process says; ValueError when that makes no sense."""
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            self._process = process
            try:
                told, complaint = process.communicate(timeout=PATIENCE)
            finally:
                process.kill()
                self._process = None
        try:
            said = json.loads(told)
            assert isinstance(said, dict)
        except (ValueError, AssertionError) as error:
            last = complaint.decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise ValueError(last or f"exit code {process.returncode}") from error
        return said

    def _tell(self, state: DayState) -> None:
        if state.fault and state.fault != self._said.fault:
            log.error("%s", state.fault)
        if state.warning and state.warning != self._said.warning:
            log.warning("%s", state.warning)
        self._said = state
        self._report(DaysNews(state))
