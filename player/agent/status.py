"""`agent.json` in the run folder: what the agent is doing, for `gateplayer status` and whoever looks."""

import json
import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from player.agent.daystate import DayState
from player.agent.light.states import ControllerState, LightsState
from player.agent.page.serving import PageState
from player.agent.syncstate import SyncState
from player.agent.uplinkstate import UplinkState
from player.core.faults import Fault
from player.library.blackout import Blackout
from player.library.feeds import FeedHealth
from player.library.files import write_whole

log = logging.getLogger(__name__)

NAME = "agent.json"
STARTING, GOOD, FAULTY, STUCK = "starting", "good", "faulty", "stuck"
"""What `state` says: good follows without faults; faulty plays what is good of it; stuck cannot make a show (the disk
refuses, or config.yaml has never been good)."""


def now() -> str:
    """This instant in UTC, to the millisecond, as ISO 8601."""
    return datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True, slots=True)
class Status:
    state: str = STARTING
    since: str = field(default_factory=now)
    compiling: bool = False
    show: int = 0
    checked: str = ""
    reason: str = ""
    faults: tuple[Fault, ...] = ()
    flashing: tuple[Fault, ...] = ()
    feeds: tuple[FeedHealth, ...] = ()
    sync: SyncState | None = None
    blackout: Blackout | None = None
    days: DayState | None = None
    uplink: UplinkState | None = None
    page: PageState = field(default_factory=PageState)
    lights: LightsState | None = None
    controller: ControllerState | None = None

    def moved(self, state: str, **changes: Any) -> "Status":
        """With the new state, and its `since` when that differs from the old one."""
        since = self.since if state == self.state else now()
        return replace(self, state=state, since=since, **changes)


class StatusFile:
    """Writes the status whole, and only when it says something new."""

    def __init__(self, folder: Path, pid: int) -> None:
        self._path = folder / NAME
        self._pid = pid
        self._said: Status | None = None

    def write(self, status: Status) -> None:
        """Failing is no reason to stop following the playlists: it is logged."""
        if status == self._said:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, json.dumps(_values(status, self._pid), ensure_ascii=False).encode(), durable=False)
        except OSError as error:
            log.warning("%s cannot be written: %s", self._path, error)
            return
        self._said = status

    def remove(self) -> None:
        """There is no agent any more."""
        self._path.unlink(missing_ok=True)


def listed(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """Faults as JSON values: file, line, column (0 means the whole file), message."""
    return [
        {"file": f.place.file, "line": f.place.line, "column": f.place.column, "message": f.message} for f in faults
    ]


def _values(status: Status, pid: int) -> dict[str, Any]:
    return {
        "format": 1,
        "blackout": status.blackout.values() if status.blackout else None,
        "pid": pid,
        "state": status.state,
        "since": status.since,
        "compiling": status.compiling,
        "show": status.show,
        "checked": status.checked,
        "reason": status.reason,
        "faults": listed(status.faults),
        "flashing": listed(status.flashing),
        "feeds": [asdict(feed) for feed in status.feeds],
        "page": asdict(status.page),
        "central": asdict(status.sync) if status.sync else None,
        "playlog": asdict(status.days) if status.days else None,
        "uplink": asdict(status.uplink) if status.uplink else None,
        "lights": asdict(status.lights) if status.lights else None,
        "controller": asdict(status.controller) if status.controller else None,
    }
