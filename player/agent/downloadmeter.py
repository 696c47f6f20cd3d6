"""What every piece of a download passes: the shared rate, the question whether it is still wanted, the progress."""

import threading
import time
from collections.abc import Callable

from player.agent.downloadevents import Progress, Wanted
from player.agent.downloadlist import DownloadList
from player.agent.downloadpace import Bucket
from player.config.language import _
from player.library.blobs import Cancelled

_SAY_EVERY = 1.0
_GLANCE = 0.2
"""Seconds: how long nobody looks whether something is given up."""


class Metering:
    """What the meters of all connections share. `news` guards the list."""

    def __init__(
        self,
        downloads: DownloadList,
        news: threading.Condition,
        ending: threading.Event,
        bucket: Bucket | None,
        report: Callable[[Progress], None],
    ) -> None:
        self.list, self.news, self.ending, self.bucket = downloads, news, ending, bucket
        self._report = report
        self._said = time.monotonic()

    def say(self) -> None:
        """Tell how far it is, unless that was told a moment ago."""
        now = time.monotonic()
        if now - self._said < _SAY_EVERY:
            return
        with self.news:
            if now - self._said < _SAY_EVERY:
                return
            self._said = now
            progress = self.list.progress()
        self._report(progress)


class DownloadMeter:
    """One file over one connection. `kept` is how many bytes it has brought. One thread uses it."""

    def __init__(self, shared: Metering, wanted: Wanted) -> None:
        self._shared, self._wanted = shared, wanted
        self._asked = time.monotonic()
        self.kept = 0

    def found(self, count: int) -> None:
        self._shared.list.at(self._wanted.sha, count)

    def allow(self, most: int) -> int:
        self.check()
        bucket = self._shared.bucket
        if bucket is None:
            return most
        while wait := bucket.wait():
            self._shared.ending.wait(min(wait, _GLANCE))
            self.check()
        return min(most, bucket.slice)

    def took(self, count: int, *, kept: bool) -> None:
        if self._shared.bucket is not None:
            self._shared.bucket.took(count)
        if kept:
            self.kept += count
            self._shared.list.grew(self._wanted.sha, count)
        self._shared.say()

    def check(self) -> None:
        if self._shared.ending.is_set() or not self._shared.list.wants(self._wanted.sha) or self._is_late():
            raise Cancelled(_("the download was given up"))

    def _is_late(self) -> bool:
        """Whether the hours of heavy files are over; asked once a second."""
        now = time.monotonic()
        if now - self._asked < 1.0:
            return False
        self._asked = now
        with self._shared.news:
            return not self._shared.list.is_open(self._wanted, now)
