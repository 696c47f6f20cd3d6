"""Tells systemd that the wall is alive: by frames that have really reached the screen, never by a loop that goes round.

A picture that stands still is presented again now and then, so that this too is known to work. A picture that stands
still although the plan says that it moves is a wall that hangs, and systemd starts that again.
"""

import faulthandler
import logging
import os
import signal
from collections.abc import Callable

import sdnotify

from player.config.language import _
from player.core.units import Span, seconds

log = logging.getLogger(__name__)

AGAIN = 4
"""In this part of the time that systemd allows, a still picture is presented again."""

STILL = seconds(30)
"""How long a picture may stand still though the plan says that it moves. Opening an item again and again, and letting
others stand in for it, takes the stage less."""

UNLIT = seconds(10)
"""How long a wall may be without any picture, even the slate, before it counts as started all the same: starting it
again would not help."""

_LONGEST = 500


class Heartbeat:
    """What systemd hears. Instants are of the monotonic clock; `allowed` is how long it may hear nothing: 0 is for
    ever."""

    def __init__(self, notify: Callable[[str], None], allowed: Span, now: Span) -> None:
        self._notify = notify
        self._allowed = allowed
        self._started = self._moved = self._presented = now
        self._told = True
        """Whether systemd has heard of the frame that was presented last."""
        self._ready = False
        self._frozen = False
        self._tries = 0
        self._status = ""

    def presented(self, now: Span, *, moved: bool) -> None:
        """A frame has reached the screen; `moved`: it is another than the one before."""
        self._presented, self._told = now, False
        if moved:
            self._moved = now

    def wants_frame(self, now: Span) -> bool:
        """Whether the picture is to be presented again, though it is still the same."""
        return bool(self._allowed) and now - self._presented >= self._allowed // AGAIN

    def beat(self, now: Span, *, lit: bool, moving: bool, tries: int) -> None:
        """Tell what there is to tell; to be called several times a second.

        `lit`: something is to be seen, or lights are out; `moving`: the plan says that what is in sight moves now;
        `tries`: how often the stage has tried again to show something, which is a sign of life too.
        """
        if not moving or tries != self._tries:
            self._moved, self._tries = now, tries
        if not self._ready and (lit or now - self._started > UNLIT):
            self._ready = True
            self._notify("READY=1")
        frozen = now - self._moved > STILL
        if frozen and not self._frozen:
            log.error(_("the picture stands still although the plan says that it moves"))
        self._frozen = frozen
        if self._ready and self._allowed and not self._told and not frozen:
            self._told = True
            self._notify("WATCHDOG=1")

    def status(self, line: str) -> None:
        """What `systemctl status` shows: one line, whatever titles are made of."""
        line = " ".join("".join(letter if letter.isprintable() else " " for letter in line).split())[:_LONGEST]
        if line != self._status:
            self._status = line
            self._notify(f"STATUS={line}")

    def stopping(self) -> None:
        self._notify("STOPPING=1")


def heartbeat(now: Span) -> Heartbeat:
    """That of this process, as systemd wishes it; without systemd it says nothing."""
    notifier = sdnotify.SystemdNotifier()
    if notifier.socket is not None:
        # A systemd that is busy is told the next time: the drawing thread does not wait for it.
        notifier.socket.setblocking(False)
    allowed = _allowed()
    if allowed:
        # The signal by which gateplayer-wall.service ends a wall that hangs: the log then says where it hung.
        # Whoever started this may have had the signal ignored, and a wall that hangs must end by it.
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        faulthandler.register(signal.SIGHUP, chain=True)
    # sdnotify knows Latin-1 only, and drops what is not; disguised as that, UTF-8 passes.
    return Heartbeat(lambda said: notifier.notify(said.encode().decode("latin-1")), allowed, now)


def _allowed() -> Span:
    """What systemd's watchdog allows this process. Its children inherit these words, and are not meant."""
    meant = os.environ.pop("WATCHDOG_PID", "") in ("", str(os.getpid()))
    allowed = os.environ.pop("WATCHDOG_USEC", "")
    os.environ.pop("NOTIFY_SOCKET", None)
    return Span(int(allowed)) if meant and allowed.isdecimal() else Span(0)
