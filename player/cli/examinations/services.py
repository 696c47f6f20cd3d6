"""The services: does systemd start them, watch them, and how often has it had to start them again?"""

from collections.abc import Iterator

from player.cli.examinations.asking import AGENT, WALL, asked, units
from player.cli.examinations.finding import Finding, Gate, bad, good, warning
from player.config.language import _
from player.library.statusfiles import agent_report, wall_report

TARGET = "gateplayer.target"
_OFTEN = 5
_ENABLED = ("enabled", "enabled-runtime", "static", "indirect", "linked", "alias")


def services(gate: Gate) -> Iterator[Finding]:
    """Both are there, run, and come back after a power cut."""
    found = units(gate)
    if not found:
        yield _by_hand(gate)
        return
    started = asked("systemctl", "is-enabled", TARGET) or ""
    for name, what in ((WALL, _("wall")), (AGENT, _("agent"))):
        unit = found.get(name)
        if unit is None:
            yield bad(what, _("{unit} is not installed").format(unit=name), _("install the package again"))
        else:
            yield _judged(what, name, unit, by_target=started.strip() in _ENABLED)


def _by_hand(gate: Gate) -> Finding:
    runs = [
        name
        for name, report in ((_("wall"), wall_report), (_("agent"), agent_report))
        if report(gate.config_path).running
    ]
    said = _("not under systemd; running: {names}").format(names=", ".join(runs) or _("none"))
    advice = _("after a power cut nobody would start them: install the package (docs/technicians.en.md)")
    return warning(_("services"), said, advice)


def _judged(what: str, name: str, unit: dict[str, str], *, by_target: bool) -> Finding:
    restarts = int(unit["NRestarts"]) if unit.get("NRestarts", "").isdecimal() else 0
    watched = unit.get("WatchdogUSec", "") not in ("", "0", "infinity")
    if unit.get("ActiveState") != "active":
        found = _("{state} ({detail})").format(state=unit.get("ActiveState", "?"), detail=unit.get("SubState", "?"))
        return bad(what, found, f"systemctl start {TARGET}; journalctl -u {name} -n 50")
    if not by_target and unit.get("UnitFileState") not in _ENABLED:
        found = _("runs, but is not started after a power cut")
        return bad(what, found, f"systemctl enable {TARGET} {name}")
    if not watched:
        found = _("runs, but nobody would notice if it hung")
        return warning(what, found, _("write WatchdogSec= : systemctl edit {unit}").format(unit=name))
    found = _("runs, started again {count} times").format(count=restarts) if restarts else _("runs")
    if restarts > _OFTEN:
        return warning(what, found, _("see why: journalctl -u {unit} -p warning").format(unit=name))
    return good(what, found)
