"""What the wall says of itself, for `wall.json`."""

import os
from collections.abc import Iterator

from player import __version__
from player.config.language import _
from player.core.plan import Cue, ZonePlan
from player.core.units import SECOND, Instant, iso
from player.library.shows import StoredShow
from player.wall.stage import Stage

TROUBLES = 50
"""How many items that cannot be shown are named: a status must fit one message to the scribe."""


def describe(stage: Stage, stored: StoredShow | None, now: Instant) -> dict[str, object]:
    """What is up in each zone and until when, the show, and what could not be shown."""
    plan = stage.plan
    return {
        "blackout": stage.blackout.values() if stage.blackout else None,
        "version": __version__,
        "pid": os.getpid(),
        "at": iso(now),
        "gate": stage.show.gate,
        "show": {"number": stored.number, "made": iso(stored.made)} if stored else None,
        "open": stage.open,
        "zones": [_zone(zone) for zone in plan.zones] if plan else [],
        "film": stage.figures.values(),
        "moving": [*_moving(stage)],
        "retries": stage.retries,
        "troubles": [
            {"zone": trouble.zone, "id": item, "item": trouble.title, "reason": trouble.reason}
            for item, trouble in list(stage.quarantined.items())[:TROUBLES]
        ],
        "passed_over": list(stage.benched[:TROUBLES]),
        "troubles_in_all": len(stage.quarantined),
    }


def headline(stage: Stage, stored: StoredShow | None) -> str:
    """The same in one line."""
    if stage.easel.shown is not None:
        return _("a test card is on the wall: {card}").format(card=stage.easel.shown.sheet.card.value)
    if stored is None:
        return _("no show yet")
    if not stage.open:
        return _("show {number}: lights out").format(number=stored.number)
    zones = stage.plan.zones if stage.plan else ()
    said = [f"{zone.zone}: {zone.current.item.title}" for zone in zones if zone.current and zone.current.item]
    return _("show {number}: {items}").format(number=stored.number, items="; ".join(said) or "–")


def _zone(plan: ZonePlan) -> dict[str, object]:
    return {"zone": plan.zone, "until": iso(plan.until), "now": _cue(plan.current), "next": _cue(plan.next)}


def _cue(cue: Cue | None) -> dict[str, object] | None:
    if cue is None or cue.item is None:
        return None
    playlist = cue.playlist
    return {
        "item": cue.item.title,
        "id": cue.item.id,
        "kind": type(cue.item.content).__name__.lower(),
        "start": iso(cue.start),
        "end": iso(cue.end),
        "offset": cue.offset / SECOND,
        "playlist": playlist.title if playlist else "",
        "playlist_id": playlist.id if playlist else "",
        "source": playlist.source if playlist else "",
        "level": playlist.level.name.lower() if playlist else "",
    }


def _moving(stage: Stage) -> Iterator[dict[str, object]]:
    """Of what moves on the wall now."""
    for layer in stage.layers:
        figures = layer.front.steadiness if layer.front is not None else None
        if figures is not None and figures.shown:
            item = layer.cue.item if layer.cue is not None else None
            yield {"zone": layer.zone.name, "item": item.title if item else "", **figures.values()}
