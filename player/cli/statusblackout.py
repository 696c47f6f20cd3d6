"""What `gateplayer status` and `gateplayer blackout` say of a blackout."""

from pathlib import Path
from zoneinfo import ZoneInfo

from player.cli.terminal import bad, coloured, line, local_moment, out, warn
from player.config.language import _
from player.library.blackout import Blackout, By, Switches
from player.library.locate import run_dir, state_dir


def switches_of(config: Path) -> Switches:
    """Those of the gate of a config file."""
    return Switches(state_dir(config), run_dir(config))


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
