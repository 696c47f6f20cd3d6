"""`gateplayer blackout`: the wall black and the network cut, now, and until somebody ends it."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import click

from player.cli.statusblackout import blackout_of, switches_of, tell_blackout
from player.cli.terminal import bad, good, line, out, warn
from player.cli.verbs import verb
from player.config.language import _
from player.core.faults import ContentFault, GateplayerFault
from player.core.units import Instant
from player.library.blackout import Switches
from player.library.locate import state_dir
from player.library.statusfiles import Report, agent_report, wall_report
from player.library.wallsettings import clock_of

PATIENCE = 3.0
"""Seconds that wall and agent are given to say that they have seen it; they look four times a second."""

_LOOK = 0.05


class NotSwitched(GateplayerFault):
    """The switch cannot be moved, or nobody follows it."""

    exit_code = 4


@verb("blackout")
@click.argument("wanted", metavar="[on|off]", type=click.Choice(["on", "off"]), required=False)
def command(config: Path, wanted: str | None) -> int:
    """Switch it on or off and see that it is so; without either, say how it is."""
    if not config.is_file():
        # A misspelt name would leave the true wall as it is.
        raise ContentFault(_("{path}: no such file; the blackout is that of a config file's gate").format(path=config))
    if wanted != "on" and not os.access(config, os.R_OK):
        # Where the state folder is stands in it; `on` does without, by the switch in the run folder.
        said = _("{path} cannot be read: do it as the technician: {command}")
        raise NotSwitched(said.format(path=config, command=f"sudo gateplayer blackout {wanted or ''}".strip()))
    switches = switches_of(config)
    if wanted == "on":
        _switch_on(switches)
    elif wanted == "off":
        _switch_off(switches)
    found = blackout_of(switches, wall_report(config), agent_report(config)) if wanted is None else switches.look()
    if found is not None:
        tell_blackout(found, switches, clock_of(state_dir(config)))
    else:
        line(good, _("blackout"), _("has ended") if wanted == "off" else _("there is none"))
    return _confirm(config, found is not None, PATIENCE if wanted else 0.0)


def _switch_on(switches: Switches) -> None:
    """The one that lasts; where that cannot be written, the one in the run folder, and it is said which it was."""
    try:
        switches.switch_on(Instant(time.time_ns() // 1000))
    except OSError as error:
        refused = error
    else:
        return
    try:
        switches.touch()
    except OSError as error:
        said = _("{path} cannot be written ({reason}), nor can {other}. Switch off the power of the wall.")
        words = {"path": switches.lasting, "reason": refused.strerror or refused, "other": switches.passing}
        raise NotSwitched(said.format(**words)) from error


def _switch_off(switches: Switches) -> None:
    try:
        switches.switch_off()
    except OSError as error:
        said = _("{path} cannot be removed: {reason}. The blackout goes on; end it as the technician: {command}")
        words = {"path": error.filename or switches.lasting, "reason": error.strerror or error}
        raise NotSwitched(said.format(**words, command="sudo gateplayer blackout off")) from error


def _confirm(config: Path, wanted: bool, patience: float) -> int:
    """Say of both programs whether they follow; 4 when one that runs does not in time."""
    deadline = time.monotonic() + patience
    wall, agent = _follows(wall_report, config, wanted, deadline), _follows(agent_report, config, wanted, deadline)
    black, played = _("is black and silent"), _("plays as the clock says")
    cut, used = _("its network is cut"), _("its network is used")
    _tell(_("wall"), wall, black if wanted else played)
    _tell(_("agent"), agent, cut if wanted else used)
    if wall is False and wanted:
        out(_("Switch off the power of the wall if it must be black now."))
    return NotSwitched.exit_code if wall is False or agent is False else 0


def _tell(name: str, follows: bool | None, how: str) -> None:
    if follows is None:
        line(warn, name, _("not running"))
    elif follows:
        line(good, name, how)
    else:
        line(bad, name, _("does not follow the switch; see: gateplayer status"))


def _follows(report: Callable[[Path], Report], config: Path, wanted: bool, deadline: float) -> bool | None:
    """Whether a program says of itself what is wanted, as soon as it does; None when it does not run."""
    while True:
        said = report(config)
        if not said.running:
            return None
        if bool(said.said.get("blackout")) is wanted and (said.fresh or report is agent_report):
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(_LOOK)
