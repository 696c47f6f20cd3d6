"""The nightly chores' timer. Looking at the files has its own deadline in the main loop, which a clock that jumps
cannot move; keeping house may wait for the night that the clock says."""

import logging
from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

log = logging.getLogger(__name__)

HOUR, MINUTE = 3, 40


class Chores:
    """Calls `due` each night, from a thread of its own; `due` must only put something into a queue."""

    def __init__(self, due: Callable[[], None]) -> None:
        self._scheduler = BackgroundScheduler(
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}, daemon=True
        )
        self._scheduler.add_job(due, CronTrigger(hour=HOUR, minute=MINUTE), id="housekeeping")

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
