"""What `gateplayer status` tells as the status page does: why, the computer, the play log; and all of it as values."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from player.cli.terminal import bad, good, line, out, warn
from player.core.units import Instant

if TYPE_CHECKING:
    from player.agent.page.row import Row
    from player.library.gatefacts import Facts, ZoneFacts

_COLOURS = {"good": good, "care": warn, "bad": bad}


def tell_why(facts: "Facts") -> None:
    """Each zone in one line."""
    from player.agent.page.zonewords import zone_cards

    for card in zone_cards(facts):
        out(f"  {card.id}: {card.title}. " + " ".join(card.reasons))


def tell_gate(facts: "Facts") -> None:
    """The computer and the play log."""
    from player.agent.page.lightrows import light_rows
    from player.agent.page.rows import machine_rows, record_rows

    told = {"clock", "disk", "frames", "film", "moving", "refresh"}
    for row in (*light_rows(facts), *record_rows(facts), *(row for row in machine_rows(facts) if row.kind in told)):
        _tell(row)


def _tell(row: "Row") -> None:
    line(_COLOURS.get(row.tone, good), row.label, row.value)


def gate_values(facts: "Facts") -> dict[str, Any]:
    """For machines."""
    from player.agent.page.headline import headline, troubles

    head = headline(facts)
    return {
        "at": _iso(facts.now),
        "show": facts.stored.number if facts.stored else None,
        "open": facts.is_open,
        "opens": _iso(facts.opens),
        "closes": _iso(facts.closes),
        "headline": {"tone": head.tone, "sentence": head.sentence, "advice": head.advice},
        "troubles": [
            {"tone": one.tone, "what": one.what, "reason": one.reason, "advice": one.advice} for one in troubles(facts)
        ],
        "zones": [_zone(zone, facts) for zone in facts.zones],
        "disk": {"total": facts.disk.total, "free": facts.disk.free} if facts.disk else None,
        "clock": {
            "quality": facts.clock.quality.value,
            "off_seconds": facts.clock.off.total_seconds() if facts.clock.off else None,
        },
        "film": facts.wall.said.get("film"),
        "moving": facts.wall.said.get("moving"),
        "frames": {
            "presented": facts.frames.presented,
            "missed": facts.frames.missed,
            "p50_ms": facts.frames.p50,
            "p99_ms": facts.frames.p99,
        },
    }


def _zone(zone: "ZoneFacts", facts: "Facts") -> dict[str, Any]:
    from player.library.whywords import explain

    why, playlist = zone.why, zone.why.playlist
    following = why.next.item if why.next else None
    return {
        "zone": zone.name,
        "item": why.item.title if why.item else None,
        "playlist": playlist.title if playlist else None,
        "level": playlist.level.name.lower() if playlist else None,
        "source": playlist.source if playlist else None,
        "signed": list(why.signed),
        "until": _iso(why.until),
        "open_until": _iso(why.open_until),
        "turns": [one.title for one in why.turns],
        "over": [one.title for one in why.over],
        "stands_in_for": why.missing.title if why.missing else None,
        "carried": why.carried,
        "covered": zone.covered,
        "why": explain(why, facts.clock_zone, facts.now),
        "next": {"item": following.title, "at": _iso(why.next.start)} if following and why.next else None,
    }


def _iso(instant: Instant | None) -> str | None:
    if instant is None:
        return None
    return datetime.fromtimestamp(instant / 1_000_000, UTC).isoformat(timespec="milliseconds")
