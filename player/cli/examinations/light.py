"""Does the controller of the brightness answer, are the programs there that switch the lights?"""

import threading
from collections.abc import Iterator

from player.agent.light.driver import driver_of
from player.agent.light.faults import ControllerFault
from player.cli.examinations.finding import Finding, Gate, bad, good, warning
from player.config.commands import program_missing
from player.config.controller import ByCommand
from player.config.language import _


def controller(gate: Gate) -> Iterator[Finding]:
    """It answers; it is only asked. Nothing where config.yaml names none."""
    config, what = gate.config, _("controller")
    if config is None or config.controller is None:
        return
    if isinstance(config.controller, ByCommand):
        yield _program(what, config.controller.command)
        return
    driver = driver_of(config.controller, config.file.parent, threading.Event())
    try:
        found = driver.read()
    except ControllerFault as fault:
        advice = _(
            "is it switched on, its cable in, its address in config.yaml right? The wall dims its picture meanwhile"
        )
        yield bad(what, f"{driver.name}: {fault}", advice)
        return
    said = _("{name} answers") if found is None else _("{name} answers: {percent} % of full light")
    yield good(what, said.format(name=driver.name, percent=round(100 * (found or 0.0))))


def lights(gate: Gate) -> Iterator[Finding]:
    """The programs that are run when lights go on and off."""
    config = gate.config
    if config is not None and config.lights is not None:
        for command in (config.lights.on, config.lights.off):
            if command:
                yield _program(_("command for the lights"), command)


def _program(what: str, command: tuple[str, ...]) -> Finding:
    if program_missing(command):
        found = _("{program}: there is no such program on this computer, or it may not be run")
        return warning(what, found.format(program=command[0]), _("install it, or correct config.yaml"))
    return good(what, command[0])
