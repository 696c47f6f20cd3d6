"""What there is to know of a gate just now, read from the files that its programs leave: for the status page and for
`gateplayer status`."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from player.core.model import SCREEN, Item, Playlist, Show, canvas_of, plain_zone
from player.core.plan import Cue, Inventory, plan
from player.core.playlog import ClockQuality
from player.core.rundown import Timetable
from player.core.units import Instant, instant_of, seconds
from player.core.why import Why, covering, why
from player.library import wallsettings
from player.library.clockquality import judged
from player.library.files import write_whole
from player.library.locate import run_dir, state_dir
from player.library.shows import ShowStore, StoredShow
from player.library.statusfiles import Report, agent_report, wall_report
from player.library.wallsettings import WallSettings
from player.trust.clock import TrustClock


@dataclass(frozen=True, slots=True)
class ZoneFacts:
    """A zone. `hidden`: it has nothing to show, and what lies below is seen; `covered`: an emergency hides it."""

    name: str
    why: Why
    hidden: bool = False
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes of the disk that the state folder lies on."""

    total: int
    free: int


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """What the computer's clock is worth; `off` is by how much it is wrong at least."""

    quality: ClockQuality
    off: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Frames:
    """How evenly frames reached the screen since the wall began; times in milliseconds, 0 where nothing has moved."""

    presented: int = 0
    missed: int = 0
    p50: int = 0
    p99: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """A gate at `now`. `wall` and `agent` are what the programs say of themselves. `zones` is empty while there is no
    show; `opens` is when a closed wall opens, `closes` when an open one closes, None: not within sight."""

    now: Instant
    settings: WallSettings
    clock_zone: ZoneInfo
    wall: Report
    agent: Report
    stored: StoredShow | None
    zones: tuple[ZoneFacts, ...]
    is_open: bool
    opens: Instant | None
    closes: Instant | None
    disk: Disk | None
    clock: ClockFacts
    frames: Frames
    preview: float
    """When the preview was written, in seconds since 1970; 0: there is none."""

    @property
    def show(self) -> Show | None:
        return self.stored.show if self.stored else None


class FactsReader:
    """Of the gate of one config file. Used by one thread at a time; what is slow to learn is kept."""

    def __init__(self, config_path: Path) -> None:
        self._config = config_path
        self._state, self._run = state_dir(config_path), run_dir(config_path)
        self._store = ShowStore(self._state)
        self._pointer = ""
        self._stored: StoredShow | None = None
        self._timetable: Timetable | None = None
        self._trust = TrustClock(self._state / "trust", write_whole)

    @property
    def preview(self) -> Path:
        return self._run / "preview.jpg"

    @property
    def timetable(self) -> Timetable | None:
        """Of the show that was read last."""
        return self._timetable

    def read(self, now: Instant | None = None) -> Facts:
        """All of it, at `now`."""
        now = Instant(time.time_ns() // 1000) if now is None else now
        self._follow()
        wall, timetable = wall_report(self._config), self._timetable
        settings = wallsettings.read(self._state) or WallSettings()
        zones = tuple(self._zones(timetable, wall, now)) if timetable else ()
        opened = timetable is not None and timetable.is_open(now)
        return Facts(
            now=now,
            settings=settings,
            clock_zone=timetable.tz if timetable else ZoneInfo(settings.timezone),
            wall=wall,
            agent=agent_report(self._config),
            stored=self._stored,
            zones=zones,
            is_open=opened,
            opens=timetable.next_opening(now) if timetable and not opened else None,
            closes=timetable.closing(now) if timetable and opened and timetable.show.hours else None,
            disk=_disk(self._state),
            clock=self._clock(),
            frames=frames_of(wall.said),
            preview=_stamp(self.preview),
        )

    def _follow(self) -> None:
        pointer = self._store.pointer()
        if pointer != self._pointer or self._stored is None:
            self._pointer = pointer
            self._stored = self._store.current()
            self._timetable = Timetable(self._stored.show) if self._stored else None

    def _zones(self, timetable: Timetable, wall: Report, now: Instant) -> Iterator[ZoneFacts]:
        inventory = Inventory(missing_of(wall.said))
        planned = plan(timetable, inventory, now).zones
        shown = self._shown(wall, timetable.show, now)
        reasons = tuple(why(timetable, one, inventory, now, shown.get(one.zone)) for one in planned)
        for zone, found in zip(timetable.show.zones, reasons, strict=True):
            hidden = zone.hide_when_empty and found.item is None and not found.closed
            covered = plain_zone(zone.name) != SCREEN and covering(reasons, canvas_of(zone.name)) is not None
            yield ZoneFacts(zone.name, found, hidden, covered)

    def _shown(self, wall: Report, show: Show, now: Instant) -> dict[str, Cue]:
        """What the wall says that it shows, as far as that still holds."""
        number = (wall.said.get("show") or {}).get("number")
        if not wall.fresh or self._stored is None or number != self._stored.number:
            return {}
        found = ((str(zone.get("zone")), cue_of(show, zone)) for zone in wall.said.get("zones", []))
        return {zone: cue for zone, cue in found if cue is not None and cue.start <= now < cue.end}

    def _clock(self) -> ClockFacts:
        return ClockFacts(*judged(self._trust))


def missing_of(said: dict[str, Any]) -> frozenset[str]:
    """The items that the wall says it cannot show, for good or just now."""
    failed = (str(trouble["id"]) for trouble in said.get("troubles", []) if trouble.get("id"))
    return frozenset((*failed, *map(str, said.get("passed_over", []))))


def cue_of(show: Show, zone: dict[str, Any]) -> Cue | None:
    """The cue that the wall says a zone shows, in terms of the show; None when it is not in it."""
    now = zone.get("now") or {}
    found = _item(show, str(zone.get("zone")), str(now.get("id")), str(now.get("playlist_id")))
    if found is None:
        return None
    try:
        start, end = (instant_of(datetime.fromisoformat(now[key])) for key in ("start", "end"))
        return Cue(found[1], found[0], start, end, seconds(float(now.get("offset", 0))))
    except (KeyError, ValueError, TypeError):
        return None


def frames_of(said: dict[str, Any]) -> Frames:
    """The tally of `wall.json`."""
    told = said.get("frames") or {}
    counts = [int(count) for count in told.get("intervals_ms", [])]
    shares = (_share(counts, 0.5), _share(counts, 0.99))
    return Frames(int(told.get("presented", 0)), int(told.get("missed", 0)), *shares)


def _share(counts: list[int], part: float) -> int:
    """The milliseconds that this share of the intervals does not exceed; the last bucket holds all that is longer."""
    left = part * sum(counts)
    for place, count in enumerate(counts):
        left -= count
        if left <= 0:
            return place + 1 if sum(counts) else 0
    return len(counts)


def _item(show: Show, zone: str, item: str, playlist: str) -> tuple[Playlist, Item] | None:
    """Where the zone has the item: in that playlist, or in any."""
    mine = [one for one in show.playlists if one.zone == zone]
    for one in sorted(mine, key=lambda one: one.id != playlist):
        for each in one.items:
            if each.id == item:
                return one, each
    return None


def _disk(state: Path) -> Disk | None:
    try:
        usage = shutil.disk_usage(state)
    except OSError:
        return None
    return Disk(usage.total, usage.free)


def _stamp(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
