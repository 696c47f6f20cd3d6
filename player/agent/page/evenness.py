"""How evenly films come up, and whether the display's refresh goes with the show: rows of the status."""

from collections.abc import Iterator
from typing import Any

from player.agent.page.row import CARE, GOOD, Row
from player.agent.page.zonewords import zone_name
from player.config.language import _
from player.library import wording
from player.library.gatefacts import Facts
from player.library.refresh import misfit

_FEW = 0.01
"""The share of pictures that may be held too long or not be shown before it is to be looked into."""
_LEAST = 100
"""So many may be whatever the share: a wall that has just been started has shown little yet."""


def evenness_rows(facts: Facts) -> Iterator[Row]:
    """What the running wall says."""
    said = facts.wall.said
    unlike = misfit(said.get("output") or {}, facts.show.fps) if facts.show else ""
    if unlike:
        yield Row(_("refresh"), unlike, CARE, kind="refresh")
    film = said.get("film") or {}
    if film.get("shown"):
        yield Row(_("films"), _words(film), _tone(film), kind="film")
    for moving in said.get("moving") or []:
        label = _("{zone} just now").format(zone=zone_name(str(moving.get("zone", ""))))
        yield Row(label, f"{moving.get('item', '')}: {_words(moving)}", _tone(moving), kind="moving")


def _words(told: dict[str, Any]) -> str:
    said = _("{shown} pictures; {repeats} frames too long, {drops} never shown; judder {judder} ms, worst {worst} ms")
    return said.format(
        shown=wording.number(told.get("shown", 0)),
        repeats=wording.number(told.get("repeats", 0)),
        drops=wording.number(told.get("drops", 0)),
        judder=round(told.get("judder_ms", 0), 1),
        worst=round(told.get("worst_ms", 0)),
    )


def _tone(told: dict[str, Any]) -> str:
    off = told.get("repeats", 0) + told.get("drops", 0)
    return GOOD if off <= max(_LEAST, _FEW * told.get("shown", 0)) else CARE
