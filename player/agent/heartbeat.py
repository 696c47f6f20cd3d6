"""What a gate tells the province of itself each minute: one small JSON object, docs/server/README.md says of what."""

import json
import platform
from dataclasses import dataclass
from typing import Any

from player import __version__
from player.agent.vitals import Vitals
from player.config.settings import Config
from player.library.statusfiles import Report

NAME = "heartbeat.json"
MOST_BYTES = 8192
_ZONES, _FAULTS, _LETTERS = 12, 5, 160


@dataclass(frozen=True, slots=True)
class PlayLog:
    """How far the play log is: numbers of its days, and how many of them the server lacks."""

    sealed: int
    delivered: int
    waiting: int
    by_stick: int


def heartbeat(config: Config, wall: Report, agent: dict[str, Any], vitals: Vitals, log: PlayLog) -> bytes:
    """The report; shorter where it would be larger than a slow link likes. `agent` is what agent.json says."""
    for zones, faults, letters in ((_ZONES, _FAULTS, _LETTERS), (4, 2, 80), (1, 0, 40)):
        said = _said(config, agent, vitals, log) | {
            "wall": _wall(wall, zones, letters),
            "faults": [_fault(one, letters) for one in _list(agent.get("faults"))[:faults]],
        }
        data = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        if len(data) <= MOST_BYTES:
            break
    return data


def _said(config: Config, agent: dict[str, Any], vitals: Vitals, log: PlayLog) -> dict[str, Any]:
    return {
        "format": 1,
        "gate": config.gate,
        "title": config.title[:_LETTERS],
        "timezone": config.timezone,
        "at": vitals.at,
        "uptime": vitals.uptime,
        "every": config.reports.every // 1_000_000,
        "versions": {"player": __version__, "python": platform.python_version(), "kernel": vitals.kernel[:64]},
        "agent": {"state": agent.get("state", ""), "show": agent.get("show", 0)},
        "faults_in_all": len(_list(agent.get("faults"))),
        "sync": _sync(agent.get("central")),
        "disk": {"free": vitals.disk_free, "total": vitals.disk_total},
        "memory": {"free": vitals.memory_free, "total": vitals.memory_total},
        "temperature": vitals.temperature,
        "clock": {"quality": vitals.clock, "doubt": vitals.doubt},
        "playlog": {
            "sealed": log.sealed,
            "delivered": log.delivered,
            "waiting": log.waiting,
            "by_stick": log.by_stick,
        },
    }


def _wall(wall: Report, zones: int, letters: int) -> dict[str, Any]:
    said = wall.said if wall.running else {}
    show = said.get("show") or {}
    frames = said.get("frames") or {}
    return {
        "running": wall.running,
        "fresh": wall.fresh,
        "open": said.get("open"),
        "show": show.get("number", 0),
        "started": said.get("started", ""),
        "output": (said.get("output") or {}).get("name", ""),
        "zones": [_zone(zone, letters) for zone in _list(said.get("zones")) if zone.get("now")][:zones],
        "frames": {"presented": frames.get("presented", 0), "missed": frames.get("missed", 0)},
        "troubles": said.get("troubles_in_all", 0),
    }


def _zone(zone: dict[str, Any], letters: int) -> dict[str, Any]:
    now = zone["now"]
    return {
        "zone": zone["zone"],
        "title": str(now["item"])[:letters],
        "kind": now["kind"],
        "playlist": str(now["playlist"])[:letters],
        "level": now["level"],
        "until": zone["until"],
    }


def _sync(central: dict[str, Any] | None) -> dict[str, Any] | None:
    """What there is to say of the following of the central server; None where none is followed."""
    if not central:
        return None
    release, awaited = central.get("release") or {}, central.get("awaited")
    return {
        "state": central["state"],
        "since": central["since"],
        "checked": central["checked"],
        "reason": str(central["reason"])[:_LETTERS],
        "release": release.get("version", 0),
        "made": release.get("made", ""),
        "awaited": {
            "version": awaited["version"],
            "bytes": awaited["bytes"],
            "bytes_here": awaited["bytes_here"],
        } if awaited else None,
        "alerts": [str(one["template"])[:64] for one in central["alerts"]][:3],
        "blank": central["blank"],
        "warnings": [str(one)[:_LETTERS] for one in central["warnings"]][:3],
    }  # fmt: skip


def _fault(fault: dict[str, Any], letters: int) -> dict[str, Any]:
    # The folder is nobody's business elsewhere.
    name = str(fault["file"]).rsplit("/", 1)[-1]
    return {"file": name[:80], "line": fault["line"], "message": str(fault["message"])[:letters]}


def _list(value: Any) -> list[dict[str, Any]]:
    return value if isinstance(value, list) else []
