"""Facts in a line each, in the language in use: for the status page and for `gateplayer status`."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from player.agent.page.evenness import evenness_rows
from player.agent.page.row import BAD, CARE, GOOD, Row
from player.config.language import _
from player.core.playlog import ClockQuality
from player.library import wording
from player.library.gatefacts import Facts
from player.library.outputwords import fits, light_words, output_words
from player.library.sources import CENTRAL

LEAST_FREE = 10**9
"""Bytes of room below which somebody should do something."""


def moment(text: object, tz: ZoneInfo, today: datetime) -> str:
    """The gate's time of an ISO 8601 instant; with the date unless it is today's."""
    try:
        local = datetime.fromisoformat(str(text)).astimezone(tz)
    except ValueError:
        return "-"
    clock = local.strftime("%H:%M:%S")
    return clock if local.date() == today.date() else f"{clock} {wording.day(local)}"


def local_now(facts: Facts) -> datetime:
    return datetime.fromtimestamp(facts.now / 1_000_000, facts.clock_zone)


def machine_rows(facts: Facts) -> Iterator[Row]:
    """The computer and the wall's program."""
    tz, today = facts.clock_zone, local_now(facts)
    if facts.wall.running:
        yield _output(facts.wall.said.get("output") or {}, facts.wall.said.get("light") or {})
        yield from evenness_rows(facts)
        yield Row(_("runs since"), moment(facts.wall.said.get("started"), tz, today))
    if facts.stored:
        made = datetime.fromtimestamp(facts.stored.made / 1_000_000, tz)
        said = _("number {number}, made {moment}")
        yield Row(_("show"), said.format(number=facts.stored.number, moment=moment(made.isoformat(), tz, today)))
    if facts.frames.presented:
        yield _frames(facts)
    yield _clock(facts)
    if facts.disk:
        said = _("{free} free of {total}")
        free, total = facts.disk.free, facts.disk.total
        words = said.format(free=wording.amount(free), total=wording.amount(total))
        yield Row(_("disk"), words, BAD if free < LEAST_FREE else GOOD, 1 - free / total if total else None, "disk")


def central_rows(facts: Facts) -> Iterator[Row]:
    """The central server and what came from it; nothing where there is none."""
    said = facts.agent.said.get("central") if facts.agent.running else None
    if not isinstance(said, dict):
        return
    tz, today = facts.clock_zone, local_now(facts)
    yield _server(said, tz, today)
    yield from _content(facts, said)
    for alert in said.get("alerts", []):
        words = {"template": alert["template"], "moment": moment(alert["until"], tz, today)}
        yield Row(_("alert"), _("{template} until {moment}").format(**words), BAD)
    if said.get("blank"):
        yield Row(_("takedown"), _("the province has made this wall black"), BAD)
    if count := said.get("taken_down"):
        yield Row(_("takedown"), _("files taken down: {count}").format(count=count), CARE)
    for name in said.get("lost", []):
        said_of_it = _("{name}: was found damaged and is being fetched again")
        yield Row(_("damaged"), said_of_it.format(name=name), CARE)
    for stick in said.get("sticks", []):
        yield _stick(stick, tz, today)


def _content(facts: Facts, said: dict[str, Any]) -> Iterator[Row]:
    """What is in force, and what is to come."""
    tz, today = facts.clock_zone, local_now(facts)
    if said.get("checked"):
        yield Row(_("last in touch"), moment(said["checked"], tz, today))
    if release := said.get("release"):
        words = {"version": release["version"], "made": moment(release["made"], tz, today), "files": release["files"]}
        yield Row(_("in force"), _("release {version} of {made}, {files} files").format(**words), GOOD)
    if signers := _signers(facts):
        yield Row(_("signed by"), ", ".join(signers), GOOD)
    if awaited := said.get("awaited"):
        yield _awaited(awaited)
    if said.get("fetching"):
        yield Row(_("download"), str(said["fetching"]), CARE)


def record_rows(facts: Facts) -> Iterator[Row]:
    """The play log and its way to the province, as far as the agent tells of them."""
    tz, today = facts.clock_zone, local_now(facts)
    if fault := (facts.wall.said.get("playlog") or {}).get("fault"):
        yield Row(_("play log"), _("cannot be written: {reason}").format(reason=fault), BAD)
    log = facts.agent.said.get("playlog")
    if isinstance(log, dict):
        yield from _days(log)
    uplink = facts.agent.said.get("uplink")
    if isinstance(uplink, dict):
        yield _uplink(uplink, tz, today)


def feed_rows(facts: Facts) -> Iterator[Row]:
    """Feeds that are not fresh."""
    tz, today = facts.clock_zone, local_now(facts)
    for feed in facts.agent.said.get("feeds", []) if facts.agent.running else []:
        if not feed.get("failing"):
            continue
        said = _("not reached since {moment} ({reason})")
        words = said.format(moment=moment(feed["failing"], tz, today), reason=feed.get("reason", ""))
        if feed.get("fetched"):
            words += "; " + _("the titles of {moment} are shown").format(moment=moment(feed["fetched"], tz, today))
        yield Row(str(feed.get("url", "")), words, CARE)


def _output(output: dict[str, Any], light: dict[str, Any]) -> Row:
    kind = "" if output.get("seen") else "output"
    words = ", ".join(filter(None, (output_words(output), light_words(light))))
    return Row(_("output"), words, GOOD if fits(output) else CARE, kind=kind)


def _frames(facts: Facts) -> Row:
    frames = facts.frames
    is_even = frames.missed <= max(100, frames.presented // 100)
    said = _("{presented} shown, {missed} missed; half within {p50} ms, 99 % within {p99} ms")
    words = {"presented": wording.number(frames.presented), "missed": wording.number(frames.missed)}
    told = said.format(**words, p50=frames.p50, p99=frames.p99)
    return Row(_("frames"), told, GOOD if is_even else CARE, kind="frames")


def _clock(facts: Facts) -> Row:
    quality, off = facts.clock.quality, facts.clock.off
    if quality is ClockQuality.SYNCHRONISED:
        return Row(_("clock"), _("kept right by a time server"), GOOD, kind="clock")
    if quality is ClockQuality.FREE or off is None:
        return Row(_("clock"), _("nobody keeps it right; compare it with a telephone"), CARE, kind="clock")
    days = _("wrong by at least {days} days; set it, what has dates waits until then")
    return Row(_("clock"), days.format(days=max(1, abs(off).days)), BAD, kind="clock")


def _server(said: dict[str, Any], tz: ZoneInfo, today: datetime) -> Row:
    state = str(said.get("state", "off"))
    words = {
        "off": _("not asked yet"),
        "good": _("up to date"),
        "unreachable": _("cannot be reached; what is here plays on"),
        "refused": _("gives what is not signed as it must be; it is not used, what is here plays on"),
        "stuck": _("what it gives cannot be stored; what is here plays on"),
    }
    told = _("fetching") if state == "good" and said.get("awaited") else words.get(state, state)
    parts = [part for part in (str(said.get("server", "")), told) if part]
    if state not in ("good", "off"):
        parts.append(_("since {moment}").format(moment=moment(said.get("since"), tz, today)))
    if said.get("reason"):
        parts.append(str(said["reason"]))
    tone = {"good": GOOD, "off": "", "unreachable": CARE}.get(state, BAD)
    return Row(_("central server"), ", ".join(parts), tone)


def _awaited(awaited: dict[str, Any]) -> Row:
    said = _("release {version}, {here} of {files} files, {got} of {size}")
    got, size = awaited["bytes_here"], awaited["bytes"]
    amounts = {"got": wording.amount(got), "size": wording.amount(size)}
    words = {"version": awaited["version"], "here": awaited["files_here"], "files": awaited["files"]}
    return Row(_("on its way"), said.format(**words, **amounts), "", got / size if size else 1.0)


def _stick(stick: dict[str, Any], tz: ZoneInfo, today: datetime) -> Row:
    path, tone = str(stick["path"]), CARE
    if stick.get("reason"):
        said = str(stick["reason"])
    elif stick.get("written"):
        words = _("all of it is here; receipt left {moment}; it may be pulled out")
        said, tone = words.format(moment=moment(stick["written"], tz, today)), GOOD
    else:
        said = _("being read; leave it in")
    return Row(_("stick"), f"{path}: {said}", tone)


def _days(said: dict[str, Any]) -> Iterator[Row]:
    """The sealed days of the play log."""
    words = _("nothing is sealed yet")
    if said.get("number"):
        words = _("sealed up to day {number} ({date})").format(number=said["number"], date=said.get("label") or "-")
    yield Row(_("play log"), words, GOOD if said.get("number") else "")
    if said.get("waiting"):
        yield Row(_("not delivered yet"), _("days: {count}").format(count=said["waiting"]), CARE)
    for key, tone in (("warning", CARE), ("fault", BAD)):
        if said.get(key):
            yield Row(_("play log"), str(said[key]), tone)
    if said.get("fingerprint"):
        yield Row(_("key of the play log"), str(said["fingerprint"]))


def _uplink(said: dict[str, Any], tz: ZoneInfo, today: datetime) -> Row:
    state = str(said.get("state", ""))
    words = {
        "off": _("no reports are sent"),
        "good": _("reports arrive"),
        "unreachable": _("reports wait until there is a link"),
        "refused": _("reports are refused; the token has to be renewed"),
        "stuck": _("the province is told how the gate is, but does not take the play log"),
    }
    parts = [words.get(state, state)]
    if said.get("reason"):
        parts.append(str(said["reason"]))
    if said.get("last"):
        parts.append(_("last {moment}").format(moment=moment(said["last"], tz, today)))
    tone = {"good": GOOD, "off": "", "unreachable": CARE}.get(state, BAD)
    return Row(_("reports to the province"), ", ".join(part for part in parts if part), tone)


def _signers(facts: Facts) -> list[str]:
    """Of all that came from the central server and is in the show."""
    playlists = facts.show.playlists if facts.show else ()
    return sorted({name for playlist in playlists if playlist.source == CENTRAL for name in playlist.signed})
