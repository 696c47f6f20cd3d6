"""The downloads as config.yaml and the sticks that are in want them: from sticks, then neighbours, then the server."""

import time
from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from player.agent.downloadevents import DownloadEvent, Wanted
from player.agent.downloads import Downloads
from player.agent.sticks import Stick
from player.config.settings import CentralSource
from player.core import calendar
from player.core.units import Instant
from player.library.blobs import Blobs
from player.trust.http import HttpOrigin, Link
from player.trust.origin import FolderOrigin, Origin

_ASK_AGAIN = 60.0


class Supply:
    """Owned by one thread; `report` is called from those of the downloads."""

    def __init__(self, blobs: Blobs, report: Callable[[DownloadEvent], None]) -> None:
        self._blobs, self._report = blobs, report
        self._downloads: Downloads | None = None

    def begin(
        self, source: CentralSource, timezone: str, sticks: Sequence[Stick], *, at_any_hour: bool = False
    ) -> None:
        """Fetch from these from now on; what is under way is taken up again where it was. Large files wait for their
        hours, unless somebody waits for them."""
        self.stop()
        if not (source.url or sticks):
            return

        def may_run(_size: int) -> float | None:
            now = Instant(time.time_ns() // 1000)
            return None if at_any_hour or calendar.holds(source.hours, now, ZoneInfo(timezone)) else _ASK_AGAIN

        self._downloads = Downloads(
            self._blobs,
            lambda: _origins(source, sticks),
            self._report,
            connections=source.connections,
            rate=source.rate_limit,
            may_run=may_run,
        )
        self._downloads.start()

    def want(self, wanted: Sequence[Wanted]) -> bool:
        """Fetch these and no others; False when there is nowhere to fetch from."""
        if self._downloads is None:
            return False
        self._downloads.want(wanted)
        return True

    def stop(self) -> None:
        if self._downloads:
            self._downloads.stop()
        self._downloads = None


def server_of(source: CentralSource) -> HttpOrigin | None:
    """The tree on the web, if there is one."""
    return HttpOrigin(source.url, _link(source)) if source.url else None


def _origins(source: CentralSource, sticks: Sequence[Stick]) -> Sequence[Origin]:
    servers = [[url] for url in source.mirrors] + ([list(source.url)] if source.url else [])
    return [
        *(FolderOrigin(stick.path) for stick in sticks),
        *(HttpOrigin(urls, _link(source)) for urls in servers),
    ]


def _link(source: CentralSource) -> Link:
    return Link(ca=source.ca, proxy=source.proxy)
