"""Opening the sound card. Some never answer, and opening one keeps all threads of a program waiting, the one that draws
too; so it is first tried in a process of its own, a child of the nursery.
"""

import os
import signal
import socket
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pygame

from player.config.language import _
from player.media.channel import Channel, Hangup
from player.media.limits import die_with_parent
from player.media.nursery import Nursery
from player.media.sharing import SOUND_RATE

BUFFER = 1024
"""Sound frames that are handed to the card at once."""

PATIENCE = 10
"""Seconds in which a sound card must answer."""


def open_mixer(nursery: Nursery) -> None:
    """Open a card that answers. Raises pygame.error, with the reason, where there is none."""
    # Asking ALSA where there is no card makes it print a screenful of its own.
    if not _may_sound():
        raise pygame.error(_("there is no sound card"))
    try:
        channel, theirs = Channel.pair()
        with closing(channel):
            with theirs:
                nursery.bear(__name__, [], theirs.fileno())
            received = channel.receive(wait=True)
    except OSError as error:
        raise pygame.error(error.strerror or str(error)) from error
    except Hangup:
        raise pygame.error(_("the sound card does not answer")) from None
    if received is not None and received[0][0] == "failed":
        raise pygame.error(str(received[0][1]))
    _open()


def _open() -> None:
    pygame.mixer.init(SOUND_RATE, -16, 2, BUFFER, allowedchanges=0)


def _may_sound() -> bool:
    """Whether there is a card, a sound server, or a driver that was asked for by name."""
    servers = Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent"))
    return (
        bool(os.environ.get("SDL_AUDIODRIVER"))
        or any(Path("/dev/snd").glob("pcm*p"))
        or any((servers / name).exists() for name in ("pulse/native", "pipewire-0"))
    )


def serve(_told: Sequence[Any], handles: Sequence[int]) -> int:
    """Open the card and close it again; it ends by itself when that takes too long, and with the nursery."""
    die_with_parent()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(PATIENCE)
    channel = Channel(socket.socket(fileno=handles[0]))
    try:
        _open()
    except pygame.error as error:
        channel.send_patiently("failed", str(error))
        return 1
    pygame.mixer.quit()
    channel.send_patiently("opened")
    return 0
