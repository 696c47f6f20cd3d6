"""The wall's end of the play log: what has happened goes to the log writer, and is kept until that has it on disk.

Nothing here waits. A writer that waits for a slow disk is told later; one that has died is started again.
"""

import json
import logging
import os
import time
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from player.core.codec import encode
from player.core.playlog import ClockQuality, Record, Running
from player.core.units import Instant, Span, seconds
from player.media.channel import Channel, Hangup
from player.media.nursery import Nursery

log = logging.getLogger(__name__)

BEAT = seconds(0.2)
"""How often the writer hears that what is on is still on; it writes the latest that it has heard."""

DARK_BEAT = seconds(30)
"""The same while the lights are out: nobody counts those seconds, and each costs a write."""

MOST_WAITING = 5000
"""Messages that are kept for a writer that does not answer."""

AGAIN = 5.0
"""Seconds between two tries to start a writer."""

GRACE = 3.0


class Moment(NamedTuple):
    """When something is said: by the clock, of what quality, and by the monotonic clock."""

    at: Instant
    clock: ClockQuality
    monotonic: Span


class News(NamedTuple):
    """A record that is final, and what is on in a place from then on: None is nothing. No place: it does not matter."""

    record: Record | None
    place: str | None = None
    running: Running | None = None


class PlayLog:
    """One wall's session. `fault` says why nothing can be written, empty when it can; `lost` counts messages that had
    to be forgotten."""

    def __init__(self, nursery: Nursery, state: Path, started: Span) -> None:
        self._nursery, self._state, self._started = nursery, state, started
        self._session = os.urandom(8).hex()
        self._waiting: deque[tuple[int, str]] = deque()
        self._number = self._sent = 0
        self._beat: Moment | None = None
        self._channel: Channel | None = None
        self._tried = -AGAIN
        self._closing = False
        self.fault = ""
        self.lost = 0

    def start(self, *, at_once: bool = False) -> None:
        """Start the writer, unless that was tried a moment ago; `at_once`: even so."""
        if self._channel is not None or (time.monotonic() - self._tried < AGAIN and not at_once):
            return
        self._tried = time.monotonic()
        try:
            self._start_writer()
        except OSError as error:
            self._part()
            self._cannot(error.strerror or str(error))
            return
        self._sent = self._waiting[0][0] - 1 if self._waiting else self._number
        self._flush()

    def _start_writer(self) -> None:
        self._channel, theirs = Channel.pair()
        with theirs:
            told = [str(self._state), self._session, self._started]
            self._nursery.bear("player.wall.logwriter", told, theirs.fileno())

    def _cannot(self, fault: str) -> None:
        if fault != self.fault:
            log.error("the writer of the play log cannot be started: %s", fault)
        self.fault = fault

    @property
    def waiting(self) -> int:
        """Messages that are not known to be on disk."""
        return len(self._waiting)

    def say(self, news: Iterable[News], moment: Moment) -> None:
        """What has happened at `moment`."""
        for one in news:
            self._number += 1
            said = {"record": encode(one.record), "place": one.place, "running": encode(one.running)}
            self._waiting.append((self._number, json.dumps({**said, **_said(moment)}, ensure_ascii=False)))
            self._beat = moment
        while len(self._waiting) > MOST_WAITING:
            self._waiting.popleft()
            self.lost += 1
        self._flush()

    def beat(self, moment: Moment, *, dark: bool = False) -> None:
        """What is on is still on; to be called at least once a second."""
        self._listen()
        self.start()
        last = self._beat
        pause = DARK_BEAT if dark else BEAT
        if last is not None and 0 <= moment.monotonic - last.monotonic < pause:
            self._flush()
            return
        self._beat = moment
        if self._flush() and self._channel is not None:
            self._try("beat", self._number, moment.at, moment.clock.value, moment.monotonic)

    def _flush(self) -> bool:
        """Send what has not been sent; False when the line is full or there is none."""
        if self._channel is None:
            return False
        for number, text in self._waiting:
            if number > self._sent:
                if not self._try("say", number, text):
                    return False
                self._sent = number
        return True

    def _try(self, *message: object) -> bool:
        assert self._channel is not None
        try:
            self._channel.send(*message)
        except Hangup:
            return False
        return True

    def _listen(self) -> None:
        """Take in what the writer has said."""
        while self._channel is not None:
            try:
                received = self._channel.receive(wait=False)
            except Hangup:
                self._hung_up()
                return
            if received is None:
                return
            match received[0]:
                case ["kept", int(number), str(fault)]:
                    self.fault = fault
                    while self._waiting and self._waiting[0][0] <= number:
                        self._waiting.popleft()

    def _hung_up(self) -> None:
        self._part()
        if not self._closing:
            log.warning("the writer of the play log has ended; another is started")

    def close(self) -> None:
        """Let the writer finish what it has been given, for a few seconds at most."""
        self._closing, end = True, time.monotonic() + GRACE
        while self._lives() and not (self._flush() and self._try("end")) and time.monotonic() < end:
            self._listen()
            time.sleep(0.01)
        if self._channel is not None:
            self._channel.finish()
        while self._lives() and time.monotonic() < end:
            self._listen()
            time.sleep(0.01)
        if self._lives():
            # It goes on by itself until the disk has taken everything.
            log.warning("the disk is slow: the play log is written after the wall has ended")
        self._part()

    def _part(self) -> None:
        if self._channel is not None:
            self._channel.close()
        self._channel = None

    def _lives(self) -> bool:
        return self._channel is not None


def _said(moment: Moment) -> dict[str, object]:
    return {"at": moment.at, "clock": moment.clock.value, "monotonic": moment.monotonic}
