"""Whether the lights of the wall are to be on: in opening hours, a while before them, and never in a blackout."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import NamedTuple

from player.core.calendar import closing, holds, opening
from player.core.model import Window
from player.core.units import Instant, Span


class Lights(NamedTuple):
    """On or off, and until when that need not be asked again; None: nothing in sight would change it."""

    on: bool
    until: Instant | None


def lights_at(hours: Sequence[Window], warm_up: Span, now: Instant, tz: tzinfo, *, blackout: bool = False) -> Lights:
    """The lights at an instant. A pause that is no longer than `warm_up` is not worth switching them off."""
    if blackout:
        return Lights(on=False, until=None)
    if holds(hours, now, tz):
        return Lights(on=True, until=closing(hours, now, tz))
    opens = opening(hours, now, tz)
    if opens is None:
        return Lights(on=False, until=None)
    return Lights(True, opens) if opens - warm_up <= now else Lights(False, Instant(opens - warm_up))
