"""`/metrics` in the text format of Prometheus, and `/healthz`."""

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from player.core.playlog import ClockQuality
from player.core.units import SECOND
from player.library.gatefacts import Facts
from player.library.statusfiles import memory_of

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
GAUGE = "gauge"
Sample = tuple[dict[str, str], float]
Metric = tuple[str, str, str, Iterable[Sample]]


def exposition(facts: Facts) -> str:
    """All figures. Nothing that anybody wrote stands in a label but the names of zones."""
    lines = [
        line
        for name, kind, what, samples in (*_of_wall(facts), *_of_gate(facts))
        for line in _metric(f"gateplayer_{name}", kind, what, samples)
    ]
    return "\n".join(lines) + "\n"


def _of_wall(facts: Facts) -> Iterator[Metric]:
    frames, zones = facts.frames, facts.zones
    yield "wall_up", GAUGE, "Whether the wall draws.", [({}, facts.wall.fresh)]
    yield "open", GAUGE, "Whether it is within the opening hours.", [({}, facts.is_open)]
    if facts.stored:
        yield "show_number", GAUGE, "Number of the current show.", [({}, facts.stored.number)]
    yield "frames_presented_total", "counter", "Frames presented.", [({}, frames.presented)]
    yield "frames_missed_total", "counter", "Frames passed over in motion.", [({}, frames.missed)]
    yield "frame_interval_p99_seconds", GAUGE, "99 % of frames came no later.", [({}, frames.p99 / 1000)]
    yield from _of_films(facts.wall.said.get("film") or {})
    up = [({"zone": one.name}, one.why.item is not None) for one in zones]
    yield "zone_up", GAUGE, "Whether a zone shows an item.", up
    failed = int(facts.wall.said.get("troubles_in_all", 0))
    yield "items_failed", GAUGE, "Items that the wall cannot show.", [({}, failed)]


def _of_films(film: dict[str, Any]) -> Iterator[Metric]:
    if not film.get("shown"):
        return
    yield "film_pictures_total", "counter", "Pictures of films shown.", [({}, film["shown"])]
    yield "film_repeats_total", "counter", "Frames by which pictures stood too long.", [({}, film["repeats"])]
    yield "film_drops_total", "counter", "Pictures of films never shown.", [({}, film["drops"])]
    yield "film_judder_seconds", GAUGE, "Standard deviation of lateness.", [({}, film["judder_ms"] / 1000)]


def _of_gate(facts: Facts) -> Iterator[Metric]:
    agent = facts.agent
    yield "agent_up", GAUGE, "Whether the agent runs.", [({}, agent.running)]
    yield "faults", GAUGE, "Faults in what people wrote.", [({}, len(agent.said.get("faults", [])))]
    checked = (agent.said.get("central") or {}).get("checked")
    yield "sync_age_seconds", GAUGE, "Since the central server was last in touch.", _age(checked, facts)
    if facts.disk:
        yield "disk_free_bytes", GAUGE, "Room on the disk of the state folder.", [({}, facts.disk.free)]
        yield "disk_size_bytes", GAUGE, "Size of that disk.", [({}, facts.disk.total)]
    worth = [({"quality": one.value}, one is facts.clock.quality) for one in ClockQuality]
    yield "clock_quality", GAUGE, "What the clock is worth.", worth
    yield "process_resident_memory_bytes", GAUGE, "Memory of each program.", _memory(facts)


def health(facts: Facts) -> tuple[dict[str, Any], bool]:
    """Whether the gate does its work, and why not; no words that anybody wrote."""
    reasons = [] if facts.wall.fresh else ["wall"]
    reasons += [] if facts.stored else ["show"]
    reasons += ["agent"] if facts.agent.said.get("state") == "stuck" else []
    said = {
        "healthy": not reasons,
        "failing": reasons,
        "wall": facts.wall.fresh,
        "open": facts.is_open,
        "show": facts.stored.number if facts.stored else None,
        "faults": len(facts.agent.said.get("faults", [])),
        "clock": facts.clock.quality.value,
    }
    return said, not reasons


def _metric(name: str, kind: str, what: str, samples: Iterable[Sample]) -> Iterator[str]:
    found = list(samples)
    if found:
        yield f"# HELP {name} {what}"
        yield f"# TYPE {name} {kind}"
    for labels, value in found:
        told = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        yield f"{name}{{{told}}} {_number(value)}" if told else f"{name} {_number(value)}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _age(text: object, facts: Facts) -> list[Sample]:
    try:
        then = datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return []
    return [({}, max(0.0, round(facts.now / SECOND - then, 3)))]


def _memory(facts: Facts) -> list[Sample]:
    wall = facts.wall.said.get("pid") if facts.wall.running else None
    programs = {"agent": os.getpid(), "wall": wall if isinstance(wall, int) else 0}
    return [({"program": name}, held) for name, pid in programs.items() if pid and (held := memory_of(pid))]
