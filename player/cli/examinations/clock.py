"""The clock: can it be right, who keeps it, and what does it say after a power cut?"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from player import BUILT
from player.cli.examinations.asking import asked, number
from player.cli.examinations.finding import Finding, Gate, bad, good, warning
from player.config.language import _
from player.library.files import write_whole
from player.library.locate import scalar
from player.trust.clock import TrustClock, is_synchronised

KEEPERS = ("chrony", "chronyd", "systemd-timesyncd", "ntpsec", "ntpd", "ntp")
_ASTRAY = 24 * 3600.0


def clock(gate: Gate) -> Iterator[Finding]:
    """A clock that can be right, and that somebody keeps right."""
    what = _("time")
    found = datetime.fromtimestamp(time.time(), _timezone(gate)).strftime("%Y-%m-%d %H:%M:%S %Z")
    doubt = TrustClock(gate.state / "trust", write_whole).doubt()
    keeper = _keeper()
    if time.time() < BUILT.timestamp() or doubt is not None:
        advice = _("set the clock: timedatectl set-time; replace the battery of the computer's clock")
        yield bad(what, _("{now} cannot be").format(now=found), advice)
    elif not is_synchronised():
        advice = _("switch on synchronisation: timedatectl set-ntp true")
        if keeper:
            advice = _("{program} reaches no time server: look at the network, or name a server of the province")
        yield warning(what, _("{now}, not synchronised").format(now=found), advice.format(program=keeper))
    else:
        by = _(" by {program}").format(program=keeper) if keeper else ""
        yield good(what, _("{now}, synchronised{by}").format(now=found, by=by))


def battery(gate: Gate) -> Iterator[Finding]:
    """The clock that goes on while the power is off."""
    what = _("clock's battery")
    clocks = sorted((gate.root / "sys/class/rtc").glob("rtc*"))
    if not clocks:
        advice = _("fit one (for example a DS3231), or see to it that a time server can be reached at the start")
        found = _("none that goes on without power: after a power cut the time is wrong at first")
        yield warning(what, found, advice)
        return
    said = number(clocks[0] / "since_epoch")
    if said is None:
        yield warning(what, _("{clock} does not answer").format(clock=clocks[0].name), _advice())
        return
    shown = datetime.fromtimestamp(said, UTC).strftime("%Y-%m-%d %H:%M UTC")
    if abs(said - time.time()) > _ASTRAY:
        yield warning(what, _("the computer's own clock says {moment}").format(moment=shown), _advice())
    else:
        yield good(what, _("the computer's own clock says {moment}").format(moment=shown))


def _advice() -> str:
    return _("set it: hwclock --systohc; if it is wrong again after a power cut, replace the battery (CR2032)")


def _keeper() -> str:
    """The service that keeps the clock."""
    said = (asked("systemctl", "is-active", *(f"{name}.service" for name in KEEPERS)) or "").split()
    return next((name for name, state in zip(KEEPERS, said, strict=False) if state == "active"), "")


def _timezone(gate: Gate) -> tzinfo | None:
    """The gate's, if config.yaml names one; else the computer's."""
    try:
        return ZoneInfo(scalar(gate.config_path, "timezone"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return datetime.now().astimezone().tzinfo
