"""How the gate is, in one sentence; and what needs somebody's attention, the worst first."""

from collections.abc import Iterator
from dataclasses import dataclass

from player.agent.page.lightrows import light_rows
from player.agent.page.row import BAD, CARE, GOOD
from player.agent.page.rows import central_rows, feed_rows, local_now, machine_rows, moment, record_rows
from player.config.language import _
from player.core.model import SCREEN, plain_zone
from player.library.gatefacts import Facts
from player.library.whywords import quoted, when

DARK = "dark"
MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Headline:
    """`tone` is good, care, bad or dark; `advice` is what to do, empty for nothing."""

    tone: str
    sentence: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is not as it should be: what, why, and what to do about it."""

    tone: str
    what: str
    reason: str
    advice: str = ""


def headline(facts: Facts) -> Headline:
    """What is wrong first; else that it plays."""
    return _stopped(facts) or _card(facts) or _unmade(facts) or _dark(facts) or _playing(facts)


def troubles(facts: Facts) -> list[Trouble]:
    """The worst first."""
    return sorted(_troubles(facts), key=lambda one: one.tone != BAD)


def _stopped(facts: Facts) -> Headline | None:
    wall = facts.wall
    if not wall.running:
        advice = _("Call the technician; or start it again: systemctl start gateplayer-wall, or gateplayer run.")
        return Headline(BAD, _("The wall is not running."), advice)
    if not wall.fresh:
        advice = _("It is started again by itself within a minute. If it is not, call the technician.")
        return Headline(BAD, _("The wall has not moved for {seconds:.0f} s.").format(seconds=wall.age), advice)
    return None


def _card(facts: Facts) -> Headline | None:
    card = facts.wall.said.get("testcard")
    if not isinstance(card, dict):
        return None
    said = _("A test card is on the wall until {until}; the show goes on afterwards.")
    said = said.format(until=moment(card.get("until"), facts.clock_zone, local_now(facts)))
    return Headline(CARE, said, _("To end it before: the button below, or gateplayer testcard --off"))


def _unmade(facts: Facts) -> Headline | None:
    if facts.stored is not None:
        return None
    return Headline(BAD, _("There is nothing to play yet."), _("Look at the faults below; config.yaml comes first."))


def _dark(facts: Facts) -> Headline | None:
    if facts.wall.said.get("blackout"):
        advice = _("Only the technician ends it: gateplayer blackout off")
        return Headline(BAD, _("The wall is black and the network is cut: somebody has switched them off."), advice)
    central = facts.agent.said.get("central") or {}
    if central.get("blank"):
        return Headline(
            DARK, _("The wall is dark: the province has made it black."), _("Call the province to ask why.")
        )
    if facts.is_open:
        return None
    if facts.opens is None:
        return Headline(DARK, _("The wall is dark: it is outside the opening hours."))
    opens = when(facts.opens, facts.clock_zone, facts.now)
    return Headline(DARK, _("The wall is dark until {when}: it is outside the opening hours.").format(when=opens))


def _playing(facts: Facts) -> Headline:
    above = next((zone for zone in facts.zones if plain_zone(zone.name) == SCREEN and zone.why.playlist), None)
    if above and above.why.playlist:
        said = _("Emergency: {title} covers the whole wall.").format(title=quoted(above.why.playlist.title))
        return Headline(BAD, said)
    found = troubles(facts)
    if not facts.agent.running:
        return Headline(CARE, _("The wall plays, but nobody feeds it: changes are not followed."), _agent_advice())
    if count := sum(one.tone == BAD for one in found):
        said = _("The wall plays; things that need attention: {count}.").format(count=count)
        return Headline(CARE, said, _("They are listed below, each with what to do."))
    return Headline(GOOD, _("The wall plays as it should."))


def _troubles(facts: Facts) -> Iterator[Trouble]:
    yield from _of_wall(facts)
    if not facts.agent.running:
        yield Trouble(BAD, _("agent"), _("not running: the wall plays on, changes are not followed"), _agent_advice())
    yield from _of_files(facts)
    rows = (*machine_rows(facts), *light_rows(facts), *central_rows(facts), *record_rows(facts), *feed_rows(facts))
    for row in rows:
        if row.tone in (BAD, CARE):
            yield Trouble(row.tone, row.label, row.value, _advice(row.kind))
    central = facts.agent.said.get("central") or {}
    for warning in central.get("warnings", []):
        yield Trouble(CARE, _("central server"), str(warning))


def _of_wall(facts: Facts) -> Iterator[Trouble]:
    if not facts.wall.running:
        return
    sound = facts.wall.said.get("sound")
    if isinstance(sound, dict) and sound.get("fault"):
        yield Trouble(CARE, _("sound"), str(sound["fault"]), _("The picture goes on without it."))
    for one in facts.wall.said.get("troubles", []):
        advice = _("Others stand in for it. Replace the file with one that opens on your own computer.")
        yield Trouble(BAD, str(one.get("item", "")), str(one.get("reason", "")), advice)


def _of_files(facts: Facts) -> Iterator[Trouble]:
    said = facts.agent.said if facts.agent.running else {}
    if said.get("state") == "stuck" and said.get("reason"):
        yield Trouble(BAD, _("agent"), str(said["reason"]))
    faults = said.get("faults", [])
    for fault in faults[:MOST_FAULTS]:
        place = f"{fault['file']}:{fault['line']}:{fault['column']}" if fault.get("line") else str(fault["file"])
        advice = _("What was good before goes on playing. Correct the line and save; it is read again by itself.")
        yield Trouble(BAD, place, str(fault["message"]), advice if fault.get("line") else "")
    if len(faults) > MOST_FAULTS:
        more = _("… and {count} more; gateplayer check lists them").format(count=len(faults) - MOST_FAULTS)
        yield Trouble(BAD, "", more)
    advice = _("Flashes can cause seizures and dazzle drivers. Ask for another film; see safety: in config.yaml.")
    for one in said.get("flashing", [])[:MOST_FAULTS]:
        yield Trouble(CARE, str(one["file"]), str(one["message"]), advice)
    page = said.get("page")
    if isinstance(page, dict) and page.get("reason"):
        yield Trouble(CARE, _("status page"), str(page["reason"]))


def _advice(kind: str) -> str:
    """What to do about a fact of the computer."""
    known = {
        "disk": _("Delete what is not needed on this computer; the wall and its log go on meanwhile."),
        "output": _("Is the cable in, and the display switched on? It is looked for by itself."),
        "clock": _("Connect the computer to a time server, or set its clock."),
        "lights": _("Look at the command in config.yaml, under lights: it is tried again by itself."),
        "controller": _("Is the controller switched on, and on the network? It is tried again by itself."),
        "frames": _("Is something else running on this computer?"),
        "film": _("Is something else running on this computer?"),
    }
    return known.get(kind, "")


def _agent_advice() -> str:
    return _("Call the technician; or start it again: systemctl start gateplayer-agent, or gateplayer run.")
