"""Sees a blackout begin and end, in a thread of its own, and cuts the network meanwhile; has it survive a reboot.

The status page and the folders of the people at the gate go on. What comes from the network does not come into force:
the compiler keeps to what the show before had of it (`library/workshop.py`).
"""

import logging
import threading
import time
from collections.abc import Callable

from player.config.language import _
from player.library.blackout import Blackout, Switches
from player.trust.line import LINE

log = logging.getLogger(__name__)

LOOK = 0.25
"""Seconds between looks at the switches."""

AGAIN = 5.0
"""Seconds between tries to make one last."""

_STOP_WITHIN = 0.5


class BlackoutWatch:
    """`told` is called, from this thread, whenever there is something new to say of it."""

    def __init__(
        self, switches: Switches, told: Callable[[Blackout | None], None], ending: threading.Event, look: float = LOOK
    ) -> None:
        self._switches, self._told, self._ending, self._every = switches, told, ending, look
        self._before: Blackout | None = None
        self._try_at = 0.0
        self._trouble = ""
        self._thread = threading.Thread(target=self._work, name="watch for blackouts", daemon=True)

    def start(self) -> None:
        """After the first look: in a blackout nothing is asked of anybody."""
        self._look()
        self._thread.start()

    def stop(self) -> None:
        """End the thread; half a second at most."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_WITHIN)

    def _work(self) -> None:
        while not self._ending.wait(self._every):
            self._look()

    def _look(self) -> None:
        found = self._switches.look()
        if found and not found.lasting and time.monotonic() >= self._try_at:
            self._make_last()
            found = self._switches.look()
        if found == self._before:
            return
        if found is None:
            LINE.mend()
            log.warning(_("the blackout has ended: the network is used again"))
        elif self._before is None:
            LINE.cut()
            log.warning(_("blackout: the network is cut until it is ended (gateplayer blackout off)"))
        self._before = found
        self._told(found)

    def _make_last(self) -> None:
        self._try_at = time.monotonic() + AGAIN
        try:
            self._switches.make_last()
        except OSError as error:
            trouble = error.strerror or str(error)
            if trouble != self._trouble:
                said = _("a reboot would end the blackout, for {path} cannot be written: {reason}")
                log.error(said.format(path=self._switches.lasting, reason=trouble))
            self._trouble = trouble
        else:
            self._trouble = ""
