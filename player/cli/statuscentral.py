"""What `gateplayer status` says of the central server and of sticks."""

from typing import Any
from zoneinfo import ZoneInfo

from player.cli.terminal import bad, coloured, good, line, local_moment, out, warn
from player.config.language import _

_MEGA = 1_000_000


def tell_central(said: dict[str, Any], clock: ZoneInfo) -> None:
    """The block of the central server; `said` is its part of the agent's status."""
    state = said.get("state", "off")
    colour = {"good": good, "off": warn, "unreachable": warn}.get(state, bad)
    line(colour, _("central server"), ", ".join(_parts(said, state, clock)))
    _tell_content(said, clock)
    for warning in said.get("warnings", []):
        out(f"  {coloured(warning, warn)}")
    for stick in said.get("sticks", []):
        _tell_stick(stick, clock)


def _parts(said: dict[str, Any], state: str, clock: ZoneInfo) -> list[str]:
    words = {
        "off": _("not asked yet"),
        "good": _("up to date"),
        "unreachable": _("cannot be reached; what is here plays on"),
        "refused": _("gives what is not signed as it must be; it is not used, what is here plays on"),
        "stuck": _("what it gives cannot be stored; what is here plays on"),
    }
    told = _("fetching") if state == "good" and said.get("awaited") else words.get(state, state)
    parts = [part for part in (said.get("server", ""), told) if part]
    if state not in ("good", "off"):
        parts.append(_("since {moment}").format(moment=local_moment(said.get("since", ""), clock)))
    if said.get("reason"):
        parts.append(str(said["reason"]))
    if said.get("checked"):
        parts.append(_("last in touch {moment}").format(moment=local_moment(said["checked"], clock)))
    return parts


def _tell_content(said: dict[str, Any], clock: ZoneInfo) -> None:
    if release := said.get("release"):
        words = {"version": release["version"], "made": local_moment(release["made"], clock), "files": release["files"]}
        out("  " + _("in force: release {version} of {made}, {files} files").format(**words))
    if awaited := said.get("awaited"):
        sentence = _("on its way: release {version}, {here} of {files} files, {mega:.0f} of {megas:.0f} MB")
        words = {"version": awaited["version"], "here": awaited["files_here"], "files": awaited["files"]}
        size = {"mega": awaited["bytes_here"] / _MEGA, "megas": awaited["bytes"] / _MEGA}
        out("  " + sentence.format(**words, **size))
        if said.get("fetching"):
            out(f"  {coloured(said['fetching'], warn)}")
    for alert in said.get("alerts", []):
        sentence = _("alert {template} until {moment}")
        out(
            "  "
            + coloured(sentence.format(template=alert["template"], moment=local_moment(alert["until"], clock)), bad)
        )
    if said.get("blank"):
        out("  " + coloured(_("the province has made this wall black"), bad))
    if count := said.get("taken_down"):
        out("  " + _("files taken down: {count}").format(count=count))
    for name in said.get("lost", []):
        out("  " + coloured(_("{name}: was found damaged and is being fetched again").format(name=name), warn))


def _tell_stick(stick: dict[str, Any], clock: ZoneInfo) -> None:
    if stick.get("log_reason"):
        line(warn, stick["path"], stick["log_reason"])
    if stick.get("reason"):
        line(warn, stick["path"], stick["reason"])
    elif stick.get("written"):
        moment = local_moment(stick["written"], clock)
        line(
            good,
            stick["path"],
            _("all of it is here; receipt left {moment}; it may be pulled out").format(moment=moment),
        )
    else:
        line(warn, stick["path"], _("being read; leave it in"))
