"""`gateplayer check`: everything that is wrong in what people wrote, at once."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from player.agent.status import listed
from player.cli.compiling import compiled
from player.cli.terminal import bad, coloured, faint, good, out, warn
from player.cli.verbs import verb
from player.config.language import _
from player.core.faults import Fault
from player.core.model import Banner, Film, Show
from player.core.units import SECOND
from player.library.workshop import Made

_WATCHING = 20.0
"""Seconds that films are watched for flashes; the agent watches all of them to the end."""


@verb("check")
@click.option("--json", "as_json", is_flag=True, help=_("For programs: one JSON object."))
def command(config: Path, as_json: bool) -> int:
    """List all faults of config.yaml, playlists and media."""
    with compiled(config, _WATCHING) as (made, _state):
        faults = sorted(set(made.faults))
        if as_json:
            out(json.dumps(_values(made, faults), ensure_ascii=False))
        else:
            _tell(made, faults)
        return 2 if faults else 0


def _tell(made: Made, faults: list[Fault]) -> None:
    for fault in faults:
        out(f"{coloured(str(fault.place), bad, bold=True)}: {fault.message}")
    if made.show is None:
        out(_("There is no show: config.yaml comes first."))
        return
    for note in made.notes:
        out(f"{coloured(str(note.place), warn)}: {note.message}")
    if faults or made.notes:
        out()
    for line in (*_facts(made.show), *_unexamined(made)):
        out(faint(line))
    out(_verdict(made.show, len(faults)))


def _verdict(show: Show, count: int) -> str:
    items = sum(len(playlist.items) for playlist in show.playlists)
    words = {"faults": count, "playlists": len(show.playlists), "items": items}
    if not count:
        return coloured(_("No faults. Playlists: {playlists}, items: {items}.").format(**words), good)
    said = _("Faults: {faults}. What is good of it plays. Playlists: {playlists}, items: {items}.")
    return coloured(said.format(**words), bad)


def _facts(show: Show) -> Iterator[str]:
    """What the compiler chose, where that is not plain from the files."""
    for playlist in show.playlists:
        for item in playlist.items:
            if isinstance(item.content, Banner):
                speed = item.content.step * show.fps
                said = _("{title}: the banner moves {step} pixels a frame ({speed} a second) and takes {span:.1f} s")
                yield said.format(title=playlist.title, step=item.content.step, speed=speed, span=item.span / SECOND)
            elif isinstance(item.content, Film) and item.span > item.content.natural:
                said = _("{title}: {item} lasts {natural:.1f} s and is shown again until {span:.1f} s are over")
                natural = item.content.natural / SECOND
                yield said.format(title=playlist.title, item=item.title, natural=natural, span=item.span / SECOND)


def _unexamined(made: Made) -> Iterator[str]:
    if made.unexamined:
        said = _("films not watched for flashes to the end yet, which the agent does: {count}")
        yield said.format(count=len(made.unexamined))


def _values(made: Made, faults: list[Fault]) -> dict[str, Any]:
    show = made.show
    return {
        "good": not faults,
        "faults": listed(faults),
        "playlists": len(show.playlists) if show else 0,
        "items": sum(len(playlist.items) for playlist in show.playlists) if show else 0,
        "notes": [str(note) for note in made.notes] + (list(_facts(show)) if show else []) + list(_unexamined(made)),
    }
