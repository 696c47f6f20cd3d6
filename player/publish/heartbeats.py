"""Heartbeats as they lie in the reports of gates. Whoever has a gate's token may have written anything: what makes no
sense is not taken, and what is taken is short."""

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from player.core.playlog import ClockQuality
from player.publish import wording

MOST_BYTES = 32_768
"""Gates send 8 kB at most."""

_LETTERS, _ZONES, _LINES = 200, 16, 5
_MOST_NUMBER = 2**53
_LEVELS = ("normal", "priority", "emergency")


class NoHeartbeat(ValueError):
    """What lies there is none."""


@dataclass(frozen=True, slots=True)
class ZoneNow:
    """What one zone shows."""

    zone: str
    title: str
    playlist: str
    level: str


@dataclass(frozen=True, slots=True)
class Synced:
    """How the gate's following of the central server goes."""

    state: str
    reason: str
    checked: datetime | None
    release: int
    awaited: int | None
    alerts: tuple[str, ...]
    blank: bool


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What a gate said last. None, 0 or empty where it did not say. `open` None: nobody knows whether the wall should
    show anything."""

    title: str
    at: datetime | None
    every: float
    running: bool
    fresh: bool
    open: bool | None
    show: int
    zones: tuple[ZoneNow, ...]
    troubles: int
    agent: str
    faults: tuple[str, ...]
    faults_in_all: int
    sync: Synced | None
    disk_free: float | None
    disk_total: float | None
    temperature: float | None
    clock: str
    doubt: float | None
    waiting: int
    sealed: int
    version: str
    uptime: float | None
    timezone: str


def read_heartbeat(data: bytes) -> Heartbeat:
    """NoHeartbeat when it is none."""
    try:
        said = json.loads(data) if len(data) <= MOST_BYTES else None
    except (ValueError, RecursionError) as error:
        raise NoHeartbeat from error
    if not isinstance(said, dict) or said.get("format") != 1:
        raise NoHeartbeat
    wall, disk, clock, playlog = (_group(said, key) for key in ("wall", "disk", "clock", "playlog"))
    return Heartbeat(
        title=_text(said, "title"),
        at=_moment(said, "at"),
        every=_number(said, "every") or 60.0,
        running=wall.get("running") is True,
        fresh=wall.get("fresh") is True,
        open=wall["open"] if isinstance(wall.get("open"), bool) else None,
        show=_whole(wall, "show"),
        zones=tuple(_zone(one) for one in _groups(wall, "zones")[:_ZONES]),
        troubles=_whole(wall, "troubles"),
        agent=_text(_group(said, "agent"), "state"),
        faults=tuple(_fault(one) for one in _groups(said, "faults")[:_LINES]),
        faults_in_all=_whole(said, "faults_in_all"),
        sync=_sync(said["sync"]) if isinstance(said.get("sync"), dict) else None,
        disk_free=_number(disk, "free"),
        disk_total=_number(disk, "total"),
        temperature=_number(said, "temperature"),
        clock=_text(clock, "quality") or ClockQuality.FREE.value,
        doubt=_number(clock, "doubt"),
        waiting=_whole(playlog, "waiting"),
        sealed=_whole(playlog, "sealed"),
        version=_text(_group(said, "versions"), "player")[:20],
        uptime=_number(said, "uptime"),
        timezone=_zone_name(said),
    )


def _zone(said: dict[str, Any]) -> ZoneNow:
    level = said.get("level")
    return ZoneNow(
        _text(said, "zone"), _text(said, "title"), _text(said, "playlist"), level if level in _LEVELS else "normal"
    )


def _sync(said: dict[str, Any]) -> Synced:
    awaited = _group(said, "awaited")
    size, here = _number(awaited, "bytes"), _number(awaited, "bytes_here")
    share = round(100 * min(1.0, max(0.0, here / size))) if size and here is not None else None
    alerts = said.get("alerts")
    return Synced(
        state=_text(said, "state"),
        reason=_text(said, "reason"),
        checked=_moment(said, "checked"),
        release=_whole(said, "release"),
        awaited=share,
        alerts=tuple(wording.plain(one, 60) for one in alerts[:_LINES] if isinstance(one, str))
        if isinstance(alerts, list)
        else (),
        blank=said.get("blank") is True,
    )


def _fault(said: dict[str, Any]) -> str:
    name, line = _text(said, "file"), _whole(said, "line")
    place = f"{name}:{line}" if line else name
    return ": ".join(part for part in (place, _text(said, "message")) if part)


def _zone_name(said: dict[str, Any]) -> str:
    name = _text(said, "timezone")
    try:
        ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
    return name


def _group(said: dict[str, Any], key: str) -> dict[str, Any]:
    value = said.get(key)
    return value if isinstance(value, dict) else {}


def _groups(said: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = said.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(said: dict[str, Any], key: str) -> str:
    value = said.get(key)
    return wording.plain(value, _LETTERS) if isinstance(value, str) else ""


def _number(said: dict[str, Any], key: str) -> float | None:
    value = said.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < _MOST_NUMBER and math.isfinite(value) else None


def _whole(said: dict[str, Any], key: str) -> int:
    return max(0, int(_number(said, key) or 0))


def _moment(said: dict[str, Any], key: str) -> datetime | None:
    value = said.get(key)
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        return moment.astimezone(UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
