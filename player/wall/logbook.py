"""What a log writer has heard, and what of it is on disk; how sessions of the wall follow one another in the log."""

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from player.core.codec import decode
from player.core.playlog import Cause, ClockQuality, Ending, Record, Running, What
from player.core.units import Instant, Span
from player.library.journal import Journal, Pulse
from player.library.journalmend import open_journal
from player.media.channel import Message

MOST_RECORDS = 20_000
"""Records that are kept for a disk that refuses."""


class LogBook:
    """What is to be written, and what has been: one session of a wall over one journal.

    Takes messages as the wall says them; `keep` is one transaction. sqlite3.Error and OSError when the disk refuses.
    """

    def __init__(self, state: Path, session: str, started: Span, boot: str) -> None:
        self._state, self._session, self._started, self._boot = state, session, started, boot
        self._journal: Journal | None = None
        self._records: list[Record] = []
        self._running: dict[str, Running | None] = {}
        self._pulse: Pulse | None = None
        self.forgotten = 0

    def open(self) -> int:
        """Open the journal and close what an earlier session left open; the number of the last message that was heard
        of this one."""
        if self._journal is None:
            journal, wrong = open_journal(self._state)
            self._pulse = self._pulse or self._take_over(journal)
            if wrong:
                self._records.append(
                    Record(What.MENDED, Instant(time.time_ns() // 1000), clock=ClockQuality.FREE, reason=wrong)
                )
            self._journal = journal
        assert self._pulse is not None
        return self._pulse.heard

    def _take_over(self, journal: Journal) -> Pulse:
        """The pulse to go on from; what another session left open is closed."""
        last = journal.pulse()
        if last is not None and last.session == self._session:
            return last
        pulse, gap = _after(last, self._session, self._started, self._boot)
        running = journal.running()
        journal.write([*_lost(running, last), *gap], dict.fromkeys(running, None), pulse)
        return pulse

    def hear(self, message: Message) -> None:
        """Take in what the wall says; what was heard before is passed over."""
        match message:
            case ["say", int(number), str(text)] if self._pulse and number > self._pulse.heard:
                said = json.loads(text)
                self._beat(number, said["at"], said["clock"], said["monotonic"])
                if said["record"] is not None:
                    self._records.append(decode(Record, said["record"]))
                if said["place"] is not None:
                    one = said["running"]
                    self._running[said["place"]] = decode(Running, one) if one is not None else None
            case ["beat", int(number), at, clock, monotonic] if self._pulse and number == self._pulse.heard:
                self._beat(number, at, clock, monotonic)
        while len(self._records) > MOST_RECORDS:
            del self._records[0]
            self.forgotten += 1

    def _beat(self, number: int, at: object, clock: object, monotonic: object) -> None:
        assert self._pulse is not None
        assert isinstance(at, int)
        assert isinstance(monotonic, int)
        pulse = replace(self._pulse, at=Instant(at), monotonic=Span(monotonic), heard=number)
        owed, self._pulse = owed_gap(pulse, ClockQuality(clock))
        self._records += [owed] if owed else []

    def keep(self) -> int:
        """Have everything that was heard on disk; the number of the last message."""
        assert self._journal is not None
        assert self._pulse is not None
        self._journal.write(self._records, self._running, self._pulse)
        self._records, self._running = [], {}
        return self._pulse.heard

    def reopen(self) -> None:
        """The journal is opened anew the next time; what has been heard stays."""
        if self._journal is not None:
            self._journal.close()
        self._journal = None

    def lost(self) -> None:
        """The wall is gone without a word: what was on ended with its last sign of life."""
        assert self._journal is not None
        self.keep()
        running = self._journal.running()
        self._journal.write(_lost(running, self._pulse), dict.fromkeys(running, None))


def _lost(running: Mapping[str, Running], pulse: Pulse | None) -> list[Record]:
    """The records of what was on when a wall disappeared."""
    until = pulse.monotonic if pulse else Span(0)
    return [
        one.ended(until, Ending.LOST if one.record.what is What.PLAY else None)
        for one in sorted(running.values(), key=lambda one: one.since)
    ]


def _after(last: Pulse | None, session: str, started: Span, boot: str) -> tuple[Pulse, list[Record]]:
    """How a new session begins after the `last` pulse of another, and the gap between them where that can be told."""
    fresh = Pulse(last.at if last else Instant(0), started, boot, session, started=started)
    if last is None:
        return fresh, []
    if last.boot == boot and not last.gap_since:
        span = Span(max(0, started - last.monotonic))
        return fresh, [Record(What.GAP, last.at, span, ClockQuality.FREE, reason=Cause.PLAYER.value)]
    # Only clocks tell how long the computer was off, and at first they may be wrong.
    return replace(fresh, gap_since=last.gap_since or last.at), []


def owed_gap(pulse: Pulse, clock: ClockQuality) -> tuple[Record | None, Pulse]:
    """The gap that `pulse` owes, once the clock can tell its length; and the pulse that owes it no more."""
    if not pulse.gap_since or clock is ClockQuality.WRONG:
        return None, pulse
    began = pulse.at - (pulse.monotonic - pulse.started)
    if began < pulse.gap_since:
        return None, pulse
    span = Span(began - pulse.gap_since)
    return Record(What.GAP, pulse.gap_since, span, clock, reason=Cause.POWER.value), replace(
        pulse, gap_since=Instant(0)
    )
