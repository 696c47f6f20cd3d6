"""The computer: does it stay awake, does its screen, and is it cool enough?"""

import os
import re
from collections.abc import Iterator

from player.cli.examinations.asking import asked, number
from player.cli.examinations.finding import Finding, Gate, bad, good, warning
from player.config.language import _

SLEEPS = ("sleep.target", "suspend.target", "hibernate.target", "hybrid-sleep.target")
WARM, HOT = 75, 88
"""Degrees Celsius: from the first on a warning, from the second on bad."""

_PLAUSIBLE = range(-50, 151)


def sleep(gate: Gate) -> Iterator[Finding]:
    """Nothing sends the computer to sleep."""
    del gate
    said = (asked("systemctl", "is-enabled", *SLEEPS) or "").split()
    if len(said) != len(SLEEPS):
        return
    awake = [name for name, state in zip(SLEEPS, said, strict=True) if not state.startswith("masked")]
    what = _("sleep")
    if awake:
        yield warning(what, _("the computer could be sent to sleep"), f"systemctl mask {' '.join(SLEEPS)}")
    else:
        yield good(what, _("switched off for good"))


def blanking(gate: Gate) -> Iterator[Finding]:
    """Nothing blanks the screen: neither the console nor a desktop."""
    what = _("screen blanking")
    seconds = number(gate.root / "sys/module/kernel/parameters/consoleblank")
    if seconds:
        advice = _("write consoleblank=0 into GRUB_CMDLINE_LINUX in /etc/default/grub, then: update-grub")
        yield warning(what, _("the console goes black after {seconds} s").format(seconds=seconds), advice)
        return
    said = (asked("xset", "q") or "") if os.environ.get("DISPLAY") else ""
    saver = re.search(r"timeout:\s*(\d+)", said)
    if "DPMS is Enabled" in said or (saver and int(saver[1])):
        yield warning(what, _("the desktop blanks its screen"), "xset s off -dpms")
    elif seconds is not None or said:
        yield good(what, _("switched off"))


def temperature(gate: Gate) -> Iterator[Finding]:
    """The hottest of the places that the computer measures."""
    zones = (gate.root / "sys/class/thermal").glob("thermal_zone*/temp")
    sensors = (gate.root / "sys/class/hwmon").glob("hwmon*/temp*_input")
    found = [value // 1000 for path in (*zones, *sensors) if (value := number(path)) is not None]
    found = [degrees for degrees in found if degrees in _PLAUSIBLE]
    if not found:
        return
    what, said = _("temperature"), _("{degrees} °C").format(degrees=max(found))
    advice = _("clean fans and filters, shade the cabinet, see to it that air can pass")
    if max(found) < WARM:
        yield good(what, said)
    else:
        yield warning(what, said, advice) if max(found) < HOT else bad(what, said, advice)
