"""What `gateplayer status` says of the play log's sealed days."""

from typing import Any

from player.cli.terminal import bad, good, line, out, warn
from player.config.language import _


def tell_days(said: dict[str, Any]) -> None:
    """The line of the play log; `said` is its part of the agent's status."""
    name = _("play log")
    number, waiting = said.get("number", 0), said.get("waiting", 0)
    parts = [_("sealed up to day {number}, {label}").format(number=number, label=said.get("label", ""))]
    if not number:
        parts = [_("nothing is sealed yet")]
    if waiting:
        parts.append(_("{count} days wait to be delivered").format(count=waiting))
    trouble = said.get("fault") or said.get("warning")
    colour = bad if said.get("fault") else warn if trouble else good
    line(colour, name, ", ".join([*parts, *([trouble] if trouble else [])]))
    if key := said.get("fingerprint"):
        out("  " + _("key {fingerprint}").format(fingerprint=key))
