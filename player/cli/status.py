"""`gateplayer status`: what is on the wall, and how the programs are."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from player.cli.statusblackout import blackout_of, switches_of, tell_blackout
from player.cli.statuscentral import tell_central
from player.cli.statusgate import gate_values, tell_gate, tell_why
from player.cli.statustestcard import tell_card
from player.cli.terminal import bad, coloured, faint, good, line, local_moment, out, table, warn
from player.cli.verbs import verb
from player.config.language import _
from player.core.model import SCREEN, plain_zone
from player.library.locate import run_dir, state_dir
from player.library.outputwords import fits, light_words, output_words
from player.library.statusfiles import Report
from player.library.wallsettings import clock_of

if TYPE_CHECKING:
    from player.library.gatefacts import Facts

UNREACHABLE = 4
MOST_FAULTS = 20


@verb("status")
@click.option("--why", "with_why", is_flag=True, help=_("Say of each zone why it shows what it shows."))
@click.option("--json", "as_json", is_flag=True, help=_("For programs: one JSON object."))
def command(config: Path, with_why: bool, as_json: bool) -> int:
    """Read the status files; 4 when there is no wall that draws."""
    from player.library.gatefacts import FactsReader

    facts = FactsReader(config).read()
    wall, agent = facts.wall, facts.agent
    if as_json:
        found = blackout_of(switches_of(config), wall, agent)
        said = {"blackout": found.values() if found else None}
        said |= {"wall": _values(wall), "agent": _values(agent), "gate": gate_values(facts)}
        out(json.dumps(said, ensure_ascii=False))
    else:
        _tell(config, facts, with_why=with_why)
    return 0 if wall.fresh else UNREACHABLE


def _values(report: Report) -> dict[str, Any]:
    return (
        {**report.said, "running": report.running, "fresh": report.fresh}
        if report.said
        else {"running": report.running}
    )


def _tell(config: Path, facts: "Facts", *, with_why: bool) -> None:
    wall, agent, clock = facts.wall, facts.agent, clock_of(state_dir(config))
    switches = switches_of(config)
    if blackout := blackout_of(switches, wall, agent):
        tell_blackout(blackout, switches, clock)
    if wall.running and (card := wall.said.get("testcard")):
        tell_card(card, clock)
    _tell_wall(wall, clock)
    if wall.running:
        _tell_zones(wall.said, clock)
        if with_why:
            tell_why(facts)
        _tell_troubles(wall.said)
        if not wall.said.get("output", {}).get("seen", True):
            out(_("the picture: {path}").format(path=run_dir(config) / "preview.jpg"))
    _tell_agent(agent, clock, wall_runs=wall.running)
    tell_gate(facts)


def _tell_wall(wall: Report, clock: ZoneInfo) -> None:
    name = _("wall")
    if not wall.running:
        line(bad, name, _("not running; start it: gateplayer run"))
    elif not wall.fresh:
        line(bad, name, _("has not moved for {seconds:.0f} s").format(seconds=wall.age))
    else:
        output, show = wall.said.get("output", {}), wall.said.get("show")
        number = _("show {number}").format(number=show["number"]) if show else _("no show yet")
        where = ", ".join(filter(None, (output_words(output), light_words(wall.said.get("light", {})))))
        since = _("since {moment}").format(moment=local_moment(wall.said.get("started", ""), clock))
        line(good if show and fits(output) else warn, name, ", ".join((where, number, since)))


def _tell_zones(said: dict[str, Any], clock: ZoneInfo) -> None:
    if said.get("blackout") or said.get("testcard"):
        return
    if not said.get("open", True):
        out(_("Closed: outside the opening hours."))
        return
    rows = []
    for zone in said.get("zones", []):
        now = zone.get("now") or {}
        if plain_zone(zone["zone"]) == SCREEN and not now:
            continue
        until, following = local_moment(zone.get("until", ""), clock), (zone.get("next") or {}).get("item", "-")
        rows.append((zone["zone"], now.get("item", "-"), now.get("playlist", "-"), until, following))
    if rows:
        table((_("zone"), _("now"), _("playlist"), _("until"), _("next")), rows)


def _tell_troubles(said: dict[str, Any]) -> None:
    sound = said.get("sound")
    if isinstance(sound, dict) and sound.get("fault"):
        line(warn, _("sound"), str(sound["fault"]))
    for trouble in said.get("troubles", []):
        line(bad, trouble.get("item", ""), trouble.get("reason", ""))


def _tell_agent(agent: Report, clock: ZoneInfo, *, wall_runs: bool) -> None:
    name = _("agent")
    if not agent.running:
        alone = _("not running: the wall plays on, changes are not followed")
        line(warn, name, alone if wall_runs else _("not running"))
        return
    said = agent.said
    state = {
        "starting": _("starting"),
        "good": _("all good"),
        "faulty": _("plays what is good; these faults are there"),
        "stuck": _("cannot make a show"),
    }.get(said.get("state", "starting"), "")
    since = _("since {moment}").format(moment=local_moment(said.get("since", ""), clock))
    parts = [state + (f" ({said['reason']})" if said.get("reason") else ""), since]
    parts.append(_("looked at {moment}").format(moment=local_moment(said.get("checked", ""), clock)))
    if said.get("compiling"):
        parts.append(_("compiling now"))
    line({"good": good, "stuck": bad}.get(said.get("state", ""), warn), name, ", ".join(parts))
    _tell_feeds(said.get("feeds", []), clock)
    if central := said.get("central"):
        tell_central(central, clock)
    faults = said.get("faults", [])
    for fault in faults[:MOST_FAULTS]:
        place = f"{fault['file']}:{fault['line']}:{fault['column']}" if fault.get("line") else fault["file"]
        out(f"  {coloured(place, bad)}: {fault['message']}")
    if len(faults) > MOST_FAULTS:
        out(faint("  " + _("… and {count} more; gateplayer check lists them").format(count=len(faults) - MOST_FAULTS)))
    for fault in said.get("flashing", [])[:MOST_FAULTS]:
        out(f"  {coloured(str(fault['file']), warn)}: {fault['message']}")


def _tell_feeds(feeds: list[dict[str, Any]], clock: ZoneInfo) -> None:
    """Those that are not fresh."""
    for feed in feeds:
        if not feed.get("failing"):
            continue
        said = _("not reached since {moment} ({reason})")
        said = said.format(moment=local_moment(feed["failing"], clock), reason=feed.get("reason", ""))
        if feed.get("fetched"):
            shown = _("the titles of {moment} are shown").format(moment=local_moment(feed["fetched"], clock))
            said = f"{said}; {shown}"
        line(warn, feed.get("url", ""), said)
