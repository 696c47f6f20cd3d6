"""Has the stage go dark, and light up again, as the switches of the blackout say."""

import logging
from collections.abc import Callable

from player.config.language import _
from player.core.units import Instant, seconds
from player.library.blackout import Blackout, Switches
from player.wall.stage import Stage

log = logging.getLogger(__name__)

AGAIN = seconds(5)
"""How often a blackout that would not survive a reboot is asked to be made one that does."""


class Dimmer:
    """Looks at the switches for the wall; it writes nothing itself."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._asked = Instant(0)

    def look(self, stage: Stage) -> bool:
        """Have the stage follow the switches; whether the lights go out or on by that."""
        before, found = stage.blackout, self._switches.look()
        stage.blackout = found
        if (found is None) == (before is None):
            return False
        if found is not None:
            log.warning(_("blackout: the wall is black until it is ended (gateplayer blackout off)"))
        else:
            log.warning(_("the blackout has ended"))
        return True

    def see_to(self, blackout: Blackout | None, now: Instant, make_last: Callable[[], None]) -> None:
        """Have a blackout that would not survive a reboot made one that does, now and then until that is done."""
        if blackout is None or blackout.lasting or 0 <= now - self._asked < AGAIN:
            return
        self._asked = now
        make_last()
