"""Opening the sound card. Some never answer, and opening one keeps all threads of a program waiting, the one that draws
too; so it is first tried in a process of its own: `python -m player.wall.mixer`.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pygame

from player.config.language import _
from player.media.limits import die_with_parent
from player.media.sharing import SOUND_RATE

BUFFER = 1024
"""Sound frames that are handed to the card at once."""

PATIENCE = 10
"""Seconds in which a sound card must answer."""


def open_mixer() -> None:
    """Open a card that answers. Raises pygame.error, with the reason, where there is none."""
    # Asking ALSA where there is no card makes it print a screenful of its own.
    if not _may_sound():
        raise pygame.error(_("there is no sound card"))
    try:
        tried = subprocess.run(
            [sys.executable, "-m", __name__],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError as error:
        raise pygame.error(error.strerror or str(error)) from error
    if tried.returncode == -signal.SIGALRM:
        raise pygame.error(_("the sound card does not answer"))
    if tried.returncode:
        said = tried.stdout.decode(errors="replace").splitlines()
        raise pygame.error(said[-1] if said else str(tried.returncode))
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


def main() -> int:
    """Open the card and close it again; it ends by itself when that takes too long, and with the wall."""
    die_with_parent()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(PATIENCE)
    try:
        _open()
    except pygame.error as error:
        print(error)
        return 1
    pygame.mixer.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
