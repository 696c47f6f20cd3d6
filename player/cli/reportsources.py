"""Whose play logs a report is about, and how long one waits for it."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from player.config.language import _
from player.core.faults import ContentFault
from player.library import wallsettings
from player.library.locate import state_dir
from player.library.wallsettings import WallSettings
from player.report.gathering import Source, Tell, delivered_sources, own_source
from player.report.keyfile import read_keys


def settings_of(config: Path) -> WallSettings:
    """What is known of the gate here, if this is one."""
    return wallsettings.read(state_dir(config)) or WallSettings()


def sources_of(config: Path, folder: Path | None, keys: Path | None) -> list[Source]:
    """This gate's own log, or those delivered into a folder. GateplayerFault, OSError."""
    known = read_keys(keys) if keys else {}
    if folder is not None:
        return delivered_sources(folder, known)
    settings, state = settings_of(config), state_dir(config)
    if not settings.gate:
        said = _("there is no gate here that has played anything; name a folder of play logs: gateplayer report FOLDER")
        raise ContentFault(said)
    own = own_source(state, settings.gate)
    if settings.gate in known:
        own = Source(own.gate, own.folder, tuple(known[settings.gate]), own.state)
    return [own]


@contextmanager
def bar(sources: Sequence[Source]) -> Iterator[Tell]:
    """Progress on a terminal, day by day; silence where nobody looks."""
    length = sum(source.count() for source in sources)
    if not sys.stderr.isatty():
        yield lambda _more: None
        return
    with click.progressbar(length=length, label=_("Reading play logs"), file=sys.stderr) as shown:
        yield shown.update
