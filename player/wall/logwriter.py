"""The log writer: a child of the wall that puts the play log on disk, so that the drawing thread never waits for one.

It outlives a wall that is killed: what that has said is still in the line, and what was on is closed as far as it is
known. `PlayLog` has the nursery run it.
"""

import logging
import os
import select
import signal
import socket
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from player.config import language
from player.core.units import Span
from player.library import wallsettings
from player.library.files import sole
from player.media.channel import Channel, Hangup
from player.wall.logbook import LogBook

log = logging.getLogger(__name__)

PAUSE = 0.7
"""Seconds from the beginning of one transaction to that of the next, at least."""

WITHIN = 0.75
"""Seconds from the beginning of one transaction to the end of the next. With the wall's own quarter of a second this is
what a power cut may cost: a second. A slow disk is therefore written to sooner."""

REST = 0.2
"""Seconds that a disk is left alone after a transaction, however slow it is."""

AGAIN = 2.0
"""Seconds after which a disk that refused is tried again."""

LAST_TRIES = 60.0
"""Seconds that a disk which refuses is tried after the wall has gone."""

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def rest_after(took: float) -> float:
    """Seconds from the end of a transaction that took so long to the beginning of the next."""
    return max(REST, min(PAUSE, WITHIN - took) - took)


class Writer:
    """Hears the wall, and writes what it has heard, with pauses."""

    def __init__(self, book: LogBook, channel: Channel) -> None:
        self._book, self._channel = book, channel
        self._fault = ""
        self._due: float | None = None
        self._not_before = 0.0
        self._give_up: float | None = None
        self._gone = self._ended = False

    def run(self) -> bool:
        """Until the wall has ended and everything is on disk; False when that could not be done in time."""
        while not (self._give_up and time.monotonic() > self._give_up):
            self._rest(self._not_before if self._due is None else self._due)
            if not self._gone and (self._due is not None or self._wakes(select.POLLIN, None)):
                self._hear()
            if self._due is not None and time.monotonic() >= self._due and self._keep() and self._gone:
                return True
        return False

    def _rest(self, until: float) -> None:
        """Let what the wall says wait in the line, but for its end."""
        wait = max(0.0, until - time.monotonic())
        if self._gone:
            time.sleep(wait)
        elif wait and self._wakes(0, wait):
            self._hear()

    def _wakes(self, events: int, seconds: float | None) -> bool:
        """Wait for one of these events on the line, or for the wall's end."""
        line = select.poll()
        line.register(self._channel.fileno(), events | select.POLLRDHUP)
        return bool(line.poll(None if seconds is None else 1000 * seconds))

    def _leave(self) -> None:
        """The wall is gone: write what there is, now."""
        self._gone, self._due = True, time.monotonic()
        self._give_up = self._due + LAST_TRIES

    def _hear(self) -> None:
        try:
            while (received := self._channel.receive(wait=False)) is not None:
                if received[0][0] == "end":
                    self._ended = True
                    self._leave()
                    return
                self._book.hear(received[0])
                self._due = self._due or max(self._not_before, time.monotonic())
        except Hangup:
            self._leave()

    def _keep(self) -> bool:
        """Write; whether the disk took it."""
        began = time.monotonic()
        try:
            self._book.open()
            heard = self._book.keep()
            if self._gone and not self._ended:
                self._book.lost()
        except (sqlite3.Error, OSError) as error:
            self._complain(str(error))
            if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
                self._book.reopen()
            self._due = time.monotonic() + AGAIN
            return False
        self._complain("")
        ended = time.monotonic()
        self._due, self._not_before = None, ended + rest_after(ended - began)
        self._tell(heard)
        return True

    def _complain(self, fault: str) -> None:
        if fault and fault != self._fault:
            log.error("the play log cannot be written: %s", fault)
            self._fault = fault
            self._tell(0)
        self._fault = fault

    def _tell(self, heard: int) -> None:
        if self._gone and not self._ended:
            return
        try:
            self._channel.send("kept", heard, self._fault)
        except Hangup:
            self._leave()


def serve(told: Sequence[Any], handles: Sequence[int]) -> int:
    """Write until the wall hangs up."""
    state, session, started = Path(told[0]), str(told[1]), Span(told[2])
    channel = Channel(socket.socket(fileno=handles[0]))
    # Whoever ends the wall ends this too, but only once everything is written.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    settings = wallsettings.read(state)
    language.use(settings.language if settings else "vi")
    os.nice(5)
    with ExitStack() as stack:
        book = LogBook(state, session, started, _BOOT.read_text("ascii").strip())

        def lock() -> int:
            state.mkdir(parents=True, exist_ok=True)
            _await_lock(stack, state / "journal.lock")
            return 0

        ready = _patiently(lock, channel) and _patiently(book.open, channel)
        if ready and Writer(book, channel).run():
            return 0
    log.error("what was shown last is not in the play log: the disk has refused it to the end")
    return 1


def _await_lock(stack: ExitStack, path: Path) -> None:
    """Have the journal to ourselves: the writer of the wall before may still be at work. OSError."""
    while True:
        with ExitStack() as tried:
            if tried.enter_context(sole(path)):
                stack.push(tried.pop_all())
                return
        time.sleep(0.05)


def _patiently(open_: Callable[[], int], channel: Channel) -> bool:
    """Open what is to be written, however long the disk refuses; False when nobody waits for that any more. What the
    wall says meanwhile waits in the line."""
    said, give_up = "", None
    while True:
        heard, fault = 0, ""
        try:
            heard = open_()
        except (sqlite3.Error, OSError) as error:
            fault = str(error)
        if fault and fault != said:
            log.error("the play log cannot be opened: %s", fault)
        said = fault
        try:
            channel.send("kept", heard, fault)
        except Hangup:
            give_up = give_up or time.monotonic() + LAST_TRIES
        if not fault:
            return True
        if give_up and time.monotonic() > give_up:
            return False
        time.sleep(AGAIN)
