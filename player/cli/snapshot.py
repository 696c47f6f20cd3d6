"""`gateplayer snapshot`: a picture of the wall, now or at any instant."""

import os
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from player.cli import moments
from player.cli.compiling import compiled, show_of
from player.cli.terminal import err, out
from player.cli.verbs import verb
from player.config.language import _
from player.core.units import Instant
from player.library.locate import run_dir
from player.library.statusfiles import wall_report

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp")


@verb("snapshot")
@click.option(
    "--at",
    type=moments.moment,
    metavar="TIME",
    help=_("The local time: 2026-09-02T20:07 (default: now, as the running wall shows it)."),
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=lambda _ctx, _option, output: writable(output),
    default=Path("wall.png"),
    metavar="FILE",
    help=_("The picture file to write (default: wall.png)."),
)
def command(config: Path, at: str | None, output: Path) -> int:
    """Draw the canvas at `at` as the wall would; without `at`, what a running wall really shows."""
    wall = wall_report(config)
    if at is None and wall.fresh:
        from player.wall import snapshot

        snapshot.fetch(run_dir(config), int(wall.said["pid"]), output)
        out(str(output))
        return 0
    return _draw(config, at, output)


def _draw(config: Path, at: str | None, output: Path) -> int:
    with compiled(config) as (made, state):
        show = show_of(made)
        if made.faults:
            err(_("faults passed over: {count}; gateplayer check lists them").format(count=len(made.faults)))
        zone = ZoneInfo(show.timezone)
        today = datetime.fromtimestamp(time.time(), zone).date()
        instant = moments.parse(at, today, zone) if at else Instant(time.time_ns() // 1000)
        from player.wall.snapshot import draw, save

        title = made.config.title if made.config else ""
        save(draw(show, state / "blobs", instant, title or show.gate), output)
    out(str(output))
    return 0


def writable(output: Path) -> Path:
    """Refuses at once, not after the drawing, what will not be written."""
    if output.suffix.lower() not in ENDINGS:
        raise click.BadParameter(
            _("{path}: the name must end in {endings}").format(path=output, endings=", ".join(ENDINGS))
        )
    if not os.access(output.parent, os.W_OK):
        raise click.BadParameter(_("{folder} is no folder that can be written").format(folder=output.parent))
    return output
