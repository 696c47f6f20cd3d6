"""The commands for the lights, and the controller of the brightness, in a line each."""

from collections.abc import Iterator

from player.agent.page.row import BAD, GOOD, Row
from player.agent.page.rows import local_now, moment
from player.config.language import _
from player.library.gatefacts import Facts


def light_rows(facts: Facts) -> Iterator[Row]:
    """Nothing where config.yaml names neither."""
    said = facts.agent.said if facts.agent.running else {}
    lights, controller = said.get("lights"), said.get("controller")
    tz, today = facts.clock_zone, local_now(facts)
    if isinstance(lights, dict):
        words = _("on since {moment}") if lights.get("on") else _("off since {moment}")
        told = words.format(moment=moment(lights.get("since"), tz, today))
        fault = str(lights.get("fault") or "")
        value = _("meant to be {told}, but: {fault}").format(told=told, fault=fault) if fault else told
        yield Row(_("lights"), value, BAD if fault else GOOD, kind="lights")
    if isinstance(controller, dict):
        name, fault = str(controller.get("name", "")), str(controller.get("fault") or "")
        confirmed = controller.get("confirmed")
        if fault:
            since = moment(controller.get("failing"), tz, today)
            told = _("{name}: {fault}, since {moment}").format(name=name, fault=fault, moment=since)
        elif isinstance(confirmed, int | float):
            told = _("{name}: {percent} % of full light").format(name=name, percent=round(100 * confirmed))
        else:
            told = _("{name}: nothing has been set yet").format(name=name)
        yield Row(_("controller"), told, BAD if fault else GOOD, kind="controller")
