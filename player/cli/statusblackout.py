"""What `gateplayer status` and `gateplayer blackout` say of a blackout."""

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from player.cli.terminal import bad, coloured, line, local_moment, out, warn
from player.config.language import _
from player.core.units import Instant, instant_of
from player.library.blackout import Blackout, By, Switches
from player.library.locate import run_dir, state_dir
from player.library.statusfiles import Report


def switches_of(config: Path) -> Switches:
    """Those of the gate of a config file."""
    return Switches(state_dir(config), run_dir(config))


def blackout_of(switches: Switches, *reports: Report) -> Blackout | None:
    """What the switches say; where whoever asks may not look at them, what the programs that run say of them."""
    if found := switches.look():
        return found
    told = (report.said.get("blackout") for report in reports if report.running)
    values = next((one for one in told if isinstance(one, dict)), None)
    if values is None or _may_look(switches):
        return None
    try:
        since = instant_of(datetime.fromisoformat(str(values.get("since"))))
    except ValueError:
        since = Instant(0)
    by = By.COMMAND if values.get("by") == By.COMMAND.value else By.FILE
    return Blackout(since, by, values.get("lasting") is True)


def _may_look(switches: Switches) -> bool:
    return os.access(switches.lasting.parent, os.X_OK) and os.access(switches.passing.parent, os.X_OK)


def tell_blackout(found: Blackout, switches: Switches, clock: ZoneInfo) -> None:
    """Since when, by which switch, and whether a reboot would end it."""
    since = _("since {moment}").format(moment=local_moment(str(found.values()["since"]), clock))
    switch = "gateplayer blackout on" if found.by is By.COMMAND else str(switches.passing)
    said = _("the wall is black and the agent's network is cut, {since}, by {switch}")
    line(bad, _("blackout"), said.format(since=since, switch=switch))
    if found.lasting:
        out("  " + _("It survives a reboot. To end it: gateplayer blackout off"))
    else:
        out("  " + coloured(_("A reboot would still end it; wall and agent make it last when they run."), warn))
