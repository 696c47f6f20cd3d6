"""A picture of the wall at any instant, drawn by the wall's own stage and decoders, with no display."""

import json
import logging
import os
import select
import signal
import time
from contextlib import ExitStack
from pathlib import Path

import pygame

from player.config.language import _
from player.core.faults import DisplayFault
from player.core.geometry import Rect
from player.core.model import Show
from player.core.pacing import frame_index, frame_instant
from player.core.units import Instant
from player.media.nursery import Nursery
from player.wall.assemble import Slates
from player.wall.opening import Opener
from player.wall.screen import OFFSCREEN, Screen
from player.wall.stage import Stage

log = logging.getLogger(__name__)

PATIENCE = 30.0
"""Seconds after which a picture that is not there will not come."""


def draw(show: Show, blobs: Path, at: Instant, title: str) -> pygame.Surface:
    """The whole canvas as it is at `at`. Raises DisplayFault when decoders do not answer."""
    with ExitStack() as stack:
        nursery = Nursery()
        stack.callback(nursery.close)
        slates = Slates(nursery, title, show.language)
        stage = Stage(show, lambda show, timetable: Opener(nursery, blobs, show, timetable), slates)
        stack.callback(stage.close)
        shown = frame_instant(frame_index(at, show.fps), show.fps)
        screen = Screen(OFFSCREEN, show.canvas)
        settle(stage, shown)
        stage.paint(screen.surface, [Rect(0, 0, *show.canvas)], shown)
        return screen.surface


def settle(stage: Stage, at: Instant) -> None:
    """Let the clock stand still at `at` until everything that belongs on the wall is there."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        stage.tick(at)
        if stage.ready():
            stage.tick(at)
            return
        select.select(stage.sockets(), [], [], 0.05)
    raise DisplayFault(_("the picture could not be drawn within {seconds} seconds").format(seconds=round(PATIENCE)))


def save(surface: pygame.Surface, output: Path) -> None:
    """Write the picture; the ending of `output` says how (png, jpg, bmp)."""
    pygame.image.save(surface, output)


def fetch(run: Path, pid: int, output: Path) -> Instant:
    """Save what the running wall `pid` shows; the instant of that frame.

    Raises DisplayFault when it does not answer.
    """
    about = run / "picture.json"
    about.unlink(missing_ok=True)
    try:
        os.kill(pid, signal.SIGUSR1)
    except ProcessLookupError as error:
        raise DisplayFault(_("the wall is not running; give --at for a picture of what it would show")) from error
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if about.exists():
            save(pygame.image.load(run / "picture.png"), output)
            return Instant(json.loads(about.read_bytes())["instant"])
        time.sleep(0.02)
    raise DisplayFault(_("the wall does not answer"))
