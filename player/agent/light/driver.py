"""What sets the brightness of the LED modules, whatever kind it is."""

import threading
from pathlib import Path
from typing import Protocol

from player.agent.light.coex import CoexDriver
from player.agent.light.commands import CommandFault, run
from player.agent.light.faults import ControllerFault
from player.agent.light.novastar import NovaStarDriver
from player.config.controller import LEVEL, PERCENT, ByCommand, Coex, Controller, NovaStar
from player.config.language import _

FULL = 255


class Driver(Protocol):
    """Brightness is a share of full light, 0 to 1. Every connection is closed again; none takes more than seconds."""

    @property
    def name(self) -> str:
        """For people."""

    def set(self, share: float) -> float | None:
        """Set the brightness; what the controller then says that it is, None where it cannot be asked.
        ControllerFault."""

    def read(self) -> float | None:
        """What the controller says that the brightness is; None where it cannot be asked. ControllerFault."""


class CommandDriver:
    """Any controller for which somebody has written a program. It is believed when it ends with 0."""

    def __init__(self, controller: ByCommand, folder: Path, ending: threading.Event) -> None:
        self._command, self._folder, self._ending = controller.command, folder, ending

    @property
    def name(self) -> str:
        return self._command[0]

    def set(self, share: float) -> float | None:
        percent, level = str(_whole(share, 100)), str(_whole(share, FULL))
        words = [word.replace(PERCENT, percent).replace(LEVEL, level) for word in self._command]
        try:
            run(words, self._ending, self._folder)
        except CommandFault as fault:
            raise ControllerFault(str(fault)) from fault
        return None

    def read(self) -> float | None:
        return None


def _whole(share: float, full: int) -> int:
    """Only no light at all is 0."""
    return max(round(share * full), 1) if share > 0 else 0


def driver_of(controller: Controller, folder: Path, ending: threading.Event) -> Driver:
    """The one for what config.yaml names; commands run in `folder`, its own."""
    match controller:
        case NovaStar():
            return NovaStarDriver(controller)
        case Coex():
            return CoexDriver(controller)
        case ByCommand():
            return CommandDriver(controller, folder, ending)


def amiss(found: float | None, wanted: float) -> str:
    """What is wrong with what a controller says that it has, in words; empty when it is what was wanted."""
    if found is None or abs(found - wanted) <= 0.01:
        return ""
    return _("was set to {wanted} %, and says {found} %").format(wanted=round(100 * wanted), found=round(100 * found))
