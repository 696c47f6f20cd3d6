"""The real log writer: what it was told is on disk, whatever happens to it, to the wall, or to the disk."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from player.core.playlog import Cause, ClockQuality, Ending, Record, Running, What
from player.core.units import Instant, Span, seconds
from player.library.journal import NAME, Journal, Pulse
from player.media.nursery import Nursery
from player.wall.logbook import LogBook, owed_gap
from player.wall.logwriter import PAUSE, REST, rest_after
from player.wall.playlog import MOST_WAITING, Moment, News, PlayLog
from tests.endtoend.processes import descendants

WRITER = "player.wall.logwriter"
NOON = Instant(1_795_000_000_000_000)
LIMIT = 20.0


def moment(after: float, clock: ClockQuality = ClockQuality.SYNCHRONISED) -> Moment:
    return Moment(Instant(NOON + seconds(after)), clock, Span(seconds(1000 + after)))


def play(number: int, at: float = 0) -> Record:
    return Record(What.PLAY, Instant(NOON + seconds(at)), seconds(10), zone="main", title=f"Ảnh {number}")


def running(number: int, at: float) -> Running:
    return Running(play(number, at), Span(seconds(1000 + at)))


def kept(state: Path) -> list[Record]:
    if not (state / NAME).exists():
        return []
    with closing(Journal(state / NAME, read_only=True)) as journal:
        return list(journal.records())


def titles(state: Path) -> list[str]:
    return [record.title or record.what.value for record in kept(state)]


def wait_for(said: Callable[[], bool], log: PlayLog | None = None, at: float = 0) -> None:
    end = time.monotonic() + LIMIT
    while not said():
        assert time.monotonic() < end, "it did not come"
        if log:
            log.beat(moment(at))
        time.sleep(0.01)


def writers() -> list[int]:
    return [entry.pid for entry in descendants(os.getpid()) if WRITER in entry.command]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with closing(Nursery()) as made:
        yield made


@pytest.fixture
def log(nursery: Nursery, tmp_path: Path) -> Iterator[PlayLog]:
    made = PlayLog(nursery, tmp_path, Span(seconds(1000)))
    made.start()
    yield made
    made.close()


def test_what_is_said_is_on_disk_and_forgotten_here(log: PlayLog, tmp_path: Path) -> None:
    log.say([News(play(1), "main", running(2, 10))], moment(10))
    wait_for(lambda: log.waiting == 0, log, 10)
    assert titles(tmp_path) == ["Ảnh 1"]
    with closing(Journal(tmp_path / NAME, read_only=True)) as journal:
        assert journal.running() == {"main": running(2, 10)}


@pytest.mark.parametrize("took", [0.001, 0.02, 0.1, 0.27])
def test_a_slow_disk_is_written_to_sooner_so_that_a_second_is_all_that_is_lost(took: float) -> None:
    beat = 0.25
    assert beat + took + rest_after(took) + took <= 1


def test_the_disk_is_left_alone_between_transactions() -> None:
    assert rest_after(0.001) == pytest.approx(PAUSE, abs=0.01)
    assert rest_after(10) == REST


VANISHING = """
import os, signal, sys
from pathlib import Path
from tests.wall.test_logwriter import *

log = PlayLog(Nursery(), Path(sys.argv[1]), Span(seconds(1000)))
log.start()
log.say([News(play(1), "main", running(2, 10))], moment(10))
log.beat(moment(13.5))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_wall_that_vanishes_leaves_what_was_on_until_its_last_sign_of_life(nursery: Nursery, tmp_path: Path) -> None:
    vanished = subprocess.run([sys.executable, "-c", VANISHING, str(tmp_path)], check=False)
    assert vanished.returncode == -signal.SIGKILL
    wait_for(lambda: len(titles(tmp_path)) == 2)
    last = kept(tmp_path)[-1]
    assert (last.title, last.ending, last.span) == ("Ảnh 2", Ending.LOST, seconds(3.5))
    again = PlayLog(nursery, tmp_path, Span(seconds(1020)))
    again.say([News(Record(What.START, Instant(NOON + seconds(20))))], moment(20))
    again.start()
    again.close()
    gap, start = kept(tmp_path)[2:]
    assert (gap.what, gap.at, gap.span, gap.reason) == (What.GAP, moment(13.5).at, seconds(6.5), Cause.PLAYER.value)
    assert start.what is What.START


def test_a_writer_that_is_killed_loses_and_doubles_nothing(log: PlayLog, tmp_path: Path) -> None:
    for number in range(1, 61):
        log.say([News(play(number), "main", running(number + 1, number))], moment(number))
        if number % 20 == 0:
            wait_for(lambda: bool(writers()), log, number)
            os.kill(writers()[0], signal.SIGKILL)
            wait_for(lambda: not writers())
            log._tried = -10.0
    wait_for(lambda: log.waiting == 0, log, 60)
    assert titles(tmp_path) == [f"Ảnh {number}" for number in range(1, 61)]


def test_a_disk_that_refuses_is_told_of_and_tried_again(nursery: Nursery, tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    log = PlayLog(nursery, tmp_path, Span(0))
    log.say([News(play(1))], moment(1))
    wait_for(lambda: bool(log.fault), log, 1)
    assert log.waiting == 1
    (tmp_path / NAME).rmdir()
    wait_for(lambda: log.waiting == 0 and not log.fault, log, 2)
    log.close()
    assert titles(tmp_path) == ["Ảnh 1"]


def test_a_writer_that_never_answers_costs_bounded_memory(nursery: Nursery, tmp_path: Path) -> None:
    log = PlayLog(nursery, tmp_path, Span(0))
    for number in range(MOST_WAITING + 10):
        log.say([News(play(number))], moment(number))
    assert (log.waiting, log.lost) == (MOST_WAITING, 10)


def book(state: Path, session: str, started: float, boot: str = "one") -> LogBook:
    made = LogBook(state, session, Span(seconds(started)), boot)
    made.open()
    return made


def test_how_long_the_power_was_off_is_told_once_the_clock_is_right(tmp_path: Path) -> None:
    first = book(tmp_path, "a", 1000)
    with closing(Journal(tmp_path / NAME)) as journal:
        journal.write([], {}, Pulse(NOON, Span(seconds(1000)), "one", "a", 0))
    first.reopen()
    # The computer comes up after an hour, with a clock that says 1970, which is set 30 s later.
    second = book(tmp_path, "b", 5, boot="two")
    wrong = Pulse(Instant(40_000_000), Span(seconds(10)), "two", "b", 1, Span(seconds(5)), NOON)
    assert owed_gap(wrong, ClockQuality.WRONG) == (None, wrong)
    assert owed_gap(wrong, ClockQuality.FREE) == (None, wrong)
    right = Pulse(Instant(NOON + seconds(3630)), Span(seconds(35)), "two", "b", 2, Span(seconds(5)), NOON)
    gap, after = owed_gap(right, ClockQuality.SYNCHRONISED)
    assert gap is not None
    assert (gap.at, gap.span, gap.reason) == (NOON, seconds(3600), Cause.POWER.value)
    assert owed_gap(after, ClockQuality.SYNCHRONISED) == (None, after)
    with closing(Journal(tmp_path / NAME, read_only=True)) as journal:
        pulse = journal.pulse()
        assert pulse is not None
        assert pulse.gap_since == NOON
    second.reopen()


def test_a_journal_damaged_under_way_is_mended_and_says_so(nursery: Nursery, tmp_path: Path) -> None:
    log = PlayLog(nursery, tmp_path, Span(0))
    log.say([News(play(1))], moment(1))
    wait_for(lambda: log.waiting == 0, log, 1)
    log.close()
    (tmp_path / NAME).write_bytes(b"\0" * 50_000)
    again = PlayLog(nursery, tmp_path, Span(seconds(2000)))
    again.say([News(play(2))], moment(2))
    wait_for(lambda: again.waiting == 0, again, 2)
    again.close()
    mended, last = kept(tmp_path)[-2:]
    assert (mended.what, last.title) == (What.MENDED, "Ảnh 2")
    assert "damaged" in mended.reason or "hỏng" in mended.reason
