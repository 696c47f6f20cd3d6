"""How the wall begins: with what it needs and the processes beside it need as well. Then the nursery is forked off, and
each loads the rest by itself, at the same time."""

import gc
import os
from contextlib import closing
from pathlib import Path

import pygame  # noqa: F401 - it and those below that nothing here mentions are for several of them

from player.core import codec, model, playlog  # noqa: F401
from player.core.units import Span
from player.library import blackout, wallsettings  # noqa: F401
from player.media import decoder  # noqa: F401
from player.media.nursery import Nursery

PRIORITY = -10
WAY = 5


def main(config_path: Path, duration: Span | None) -> int:
    """See `assemble.play`."""
    # Little of what is made while programs begin is ever given up. What is there before the fork is never visited, so
    # that its memory stays shared.
    gc.disable()
    gc.freeze()
    with closing(Nursery(_go_first(), forked=True)) as nursery:
        from player.wall.assemble import play

        return play(config_path, duration, nursery)


def _go_first() -> int:
    """Come before everything else where that is allowed; by how much decoders give way, who can work ahead of time."""
    try:
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)
    except PermissionError:
        return WAY
    return WAY - PRIORITY
