"""Does the plan say that a zone's picture moves?"""

from player.core.model import Banner, Film
from player.core.plan import ZonePlan
from player.core.units import Instant, seconds
from player.wall.layer import Layer

SOON = seconds(1)


def moves(layer: Layer, plan: ZonePlan, now: Instant) -> bool:
    """Whether the picture of `layer` is to be another one a moment from `now`: a banner always moves, and a film unless
    its next picture is at hand and comes later."""
    item = plan.current.item if plan.current is not None else None
    match item.content if item is not None else None:
        case Banner():
            return True
        case Film():
            following = layer.front.deadline(now) if layer.front is not None else None
            return following is None or following <= now + SOON
        case _:
            return False
