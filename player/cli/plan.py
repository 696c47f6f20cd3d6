"""`gateplayer plan`: what plays when."""

import json
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime
from heapq import merge
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from player.cli import moments
from player.cli.compiling import compiled, show_of
from player.cli.moments import day_of, local, parse
from player.cli.terminal import err, out, table
from player.cli.verbs import verb
from player.config.language import _
from player.core.model import Level, Show
from player.core.rundown import Segment, Timetable
from player.core.units import SECOND, Instant

MOST_ROWS = 60
"""Lines that a person at a terminal is shown."""


@verb("plan")
@click.option("--zone", "zones", multiple=True, metavar="ZONE", help=_("Only this zone; may be repeated."))
@click.option(
    "--from", "since", type=moments.moment, metavar="TIME", help=_("From this local time: 2026-09-02T20:07 or 20:07.")
)
@click.option("--until", type=moments.moment, metavar="TIME", help=_("Up to this local time."))
@click.option("--day", type=moments.day, metavar="DATE", help=_("This day: 2026-09-02 (default: today)."))
@click.option("--json", "as_json", is_flag=True, help=_("For programs: one JSON object a line."))
def command(
    config: Path, zones: tuple[str, ...], since: str | None, until: str | None, day: date | None, as_json: bool
) -> int:
    """Print the segments of a stretch of time."""
    with compiled(config) as (made, _state):
        show = show_of(made)
        if made.faults:
            err(_("faults passed over: {count}; gateplayer check lists them").format(count=len(made.faults)))
        chosen = _chosen(show, zones)
        stretch = _stretch(show, since, until, day)
    rows = _rows(show, chosen, *stretch)
    if as_json:
        for zone, segment in rows:
            out(json.dumps(_values(show, zone, segment), ensure_ascii=False))
    elif sys.stdout.isatty():
        _show(show, rows, stretch, bounded=since is not None or until is not None or day is not None)
    else:
        table((), (_cells(show, zone, segment) for zone, segment in _seen(show, rows)))
    return 0


def _chosen(show: Show, zones: tuple[str, ...]) -> list[str]:
    known = [zone.name for zone in show.zones]
    for zone in zones:
        if zone not in known:
            said = _("no such zone: {zone}; there are {known}").format(zone=zone, known=", ".join(known))
            raise click.BadParameter(said)
    return [zone for zone in known if not zones or zone in zones]


def _stretch(show: Show, since: str | None, until: str | None, day: date | None) -> tuple[Instant, Instant]:
    """From and until: a whole day unless one of them is given; `until` is on the day of `since`."""
    zone = ZoneInfo(show.timezone)
    today = datetime.fromtimestamp(time.time(), zone).date()
    begin = parse(since, day or today, zone) if since else day_of(day or today, zone)[0]
    that_day = local(begin, zone).date()
    end = parse(until, that_day, zone) if until else day_of(that_day, zone)[1]
    if end <= begin:
        raise click.BadParameter(_("--until must be after --from"))
    return begin, end


def _rows(show: Show, zones: list[str], begin: Instant, end: Instant) -> Iterator[tuple[str, Segment]]:
    """All zones' segments in the order of time; of one instant, in the order of the layout."""
    timetable = Timetable(show)

    def of(number: int, zone: str) -> Iterator[tuple[Instant, int, str, Segment]]:
        return ((segment.start, number, zone, segment) for segment in timetable.segments(zone, begin, end))

    streams = [of(number, zone) for number, zone in enumerate(zones)]
    return ((zone, segment) for _start, _number, zone, segment in merge(*streams, key=lambda row: row[:2]))


def _values(show: Show, zone: str, segment: Segment) -> dict[str, Any]:
    item, playlist = segment.item, segment.playlist
    clock = ZoneInfo(show.timezone)
    return {
        "zone": zone,
        "start": local(segment.start, clock).isoformat(),
        "end": local(segment.end, clock).isoformat(),
        "offset": segment.offset / SECOND,
        "item": item.title if item else None,
        "id": item.id if item else None,
        "kind": type(item.content).__name__.lower() if item else None,
        "playlist": playlist.title if playlist else None,
        "source": playlist.source if playlist else None,
        "level": playlist.level.name.lower() if playlist else None,
    }


def _show(show: Show, rows: Iterator[tuple[str, Segment]], stretch: tuple[Instant, Instant], *, bounded: bool) -> None:
    """As many lines as a person reads. A plan of today, not asked for more exactly, begins now."""
    now = Instant(time.time_ns() // 1000)
    ahead = ((zone, segment) for zone, segment in _seen(show, rows) if bounded or segment.end > now)
    shown = list(islice(ahead, MOST_ROWS + 1))
    day = local(shown[0][1].start if shown else stretch[0], ZoneInfo(show.timezone)).date()
    out(_("{gate}, {day}, {timezone}").format(gate=show.gate, day=day.isoformat(), timezone=show.timezone))
    heads = (_("from"), _("until"), _("zone"), _("item"), _("playlist"), _("level"))
    table(heads, (_cells(show, zone, segment) for zone, segment in shown[:MOST_ROWS]))
    if len(shown) > MOST_ROWS:
        out(_("… and so on; --from and --until choose another stretch, --json gives all of it"))


def _seen(show: Show, rows: Iterator[tuple[str, Segment]]) -> Iterator[tuple[str, Segment]]:
    """Without the empty stretches of zones that nobody sees then."""
    hidden = {zone.name for zone in show.zones if zone.hide_when_empty}
    return ((zone, segment) for zone, segment in rows if segment.item or zone not in hidden)


def _cells(show: Show, zone: str, segment: Segment) -> tuple[str, ...]:
    clock = ZoneInfo(show.timezone)
    item, playlist = segment.item, segment.playlist
    return (
        _time(segment.start, clock),
        _time(segment.end, clock),
        zone,
        item.title if item else "-",
        playlist.title if playlist else "-",
        level_name(playlist.level) if playlist else "-",
    )


def level_name(level: Level) -> str:
    return {Level.NORMAL: _("normal"), Level.PRIORITY: _("priority"), Level.EMERGENCY: _("emergency")}[level]


def _time(instant: Instant, clock: ZoneInfo) -> str:
    """To the tenth of a second, which is as fine as anybody reads."""
    tenths = (instant + 50_000) // 100_000
    return local(Instant(tenths * 100_000), clock).strftime("%H:%M:%S") + f".{tenths % 10}"
