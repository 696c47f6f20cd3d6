"""Days are sealed into a chain, whatever the clock, the disk and the power do."""

from itertools import pairwise
from pathlib import Path

import pytest

from player.core.faults import TrustFault
from player.core.playlog import Record, What
from player.core.units import Instant
from player.library import daycutting
from player.library.daybook import day_names, read_seal
from player.library.dayfile import read_records
from player.library.daykeeping import keep_house, undelivered
from player.library.daysealing import SealFault
from player.library.delivery import BY_STICK, mark_delivered
from player.library.files import sole
from tests.library.logs import Log, mark, numbered, play


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "state")


def sealed_records(log: Log) -> list[Record]:
    return [record for name in day_names(log.days) for record in read_records(log.days / name.parquet)]


def assert_chained(log: Log) -> None:
    days = [read_seal(log.days / name.seal) for name in day_names(log.days)]
    assert [day.seal.number for day in days] == list(range(1, len(days) + 1))
    assert all(day.is_signed() for day in days)
    assert all(
        (later.seal.previous, later.seal.first_seq) == (day.digest, day.seal.last_seq + 1)
        for day, later in pairwise(days)
    )


def test_a_day_is_sealed_once_it_is_over(log: Log) -> None:
    records = [play("2026-12-01T07:30", signed=("bien-phong", "van-hoa"), tags=(("theme", "du lịch"),)),
               play("2026-12-01T23:59:45")]  # fmt: skip
    log.write(*records)
    assert log.seal("2026-12-01T23:59:59") == []
    (day,) = log.seal("2026-12-02T00:10")
    assert log.names() == ["000001-2026-12-01.json", "000001-2026-12-01.parquet", "head.json", "seal.lock"]
    assert sealed_records(log) == numbered(records)
    assert (day.seal.gate, day.seal.records, day.seal.previous) == ("kim-thanh-2", 2, "")
    assert log.seal("2026-12-02T00:20") == []
    assert_chained(log)


def test_a_gate_that_was_off_for_days_seals_each_of_them(log: Log) -> None:
    log.write(*(play(f"2026-12-0{day}T12:00") for day in (1, 2, 5)))
    assert [day.seal.first_date.day for day in log.seal("2026-12-09T08:00")] == [1, 2, 5]
    assert_chained(log)


def test_a_dark_night_belongs_to_the_morning_that_ended_it(log: Log) -> None:
    for day in (1, 2, 3):
        log.write(play(f"2026-12-0{day}T21:59"))
        log.seal(f"2026-12-0{day + 1}T00:10")
        log.write(mark(What.DARK, f"2026-12-0{day}T22:00", 8 * 3600))
    assert [str(name) for name in day_names(log.days)] == [f"00000{day}-2026-12-0{day}" for day in (1, 2, 3)]
    assert [len(list(read_records(log.days / name.parquet))) for name in day_names(log.days)] == [1, 2, 2]


def test_asked_now_it_seals_today_in_parts(log: Log) -> None:
    log.write(play("2026-12-01T07:30"))
    log.seal("2026-12-01T08:00", everything=True)
    log.write(play("2026-12-01T08:30"))
    log.seal("2026-12-01T09:00", everything=True)
    assert [str(name) for name in day_names(log.days)] == ["000001-2026-12-01", "000002-2026-12-01"]
    assert log.seal("2026-12-01T09:01", everything=True) == []
    assert_chained(log)


def test_a_clock_that_comes_up_in_1970_waits_for_a_date(log: Log) -> None:
    log.write(play("2026-12-01T07:30"), play("1970-01-01T07:00"), play("1970-01-02T07:00"))
    for _hour in range(3):
        assert log.seal("1970-01-02T08:00") == []
    log.write(play("2026-12-01T20:00"))
    assert log.seal("2026-12-01T20:01") == []
    (day,) = log.seal("2026-12-02T00:10")
    assert (day.seal.records, day.seal.first_date.year, day.seal.last_date.year) == (4, 2026, 2026)


def test_a_clock_that_is_never_set_does_not_stop_sealing(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daycutting, "MOST", 10)
    log.write(*(play(Instant(number * 10_000_000)) for number in range(25)))
    days = log.seal("1970-01-01T12:00")
    assert [day.seal.records for day in days] == [10, 10]
    assert days[0].seal.file == "000001-1970-01-01.parquet"
    assert len(log.waiting()) == 25
    assert_chained(log)


def test_a_clock_that_jumps_ahead_and_back_makes_no_more_parts_than_days(log: Log) -> None:
    for _time in range(20):
        log.write(play("2026-12-01T07:30"), play("2040-05-05T07:30"))
    log.write(play("2026-12-02T07:30"))
    days = log.seal("2026-12-02T08:00")
    assert [(day.seal.file[7:17], day.seal.records) for day in days] == [("2026-12-01", 1), ("2040-05-05", 40)]
    assert log.seal("2026-12-02T09:00") == []
    log.write(play("2026-12-02T10:00"), play("2026-12-03T07:30"))
    assert len(log.seal("2026-12-03T08:00")) == 1
    assert_chained(log)


def test_an_instant_that_no_calendar_knows_is_sealed_all_the_same(log: Log) -> None:
    log.write(play(Instant(2**62)), play(Instant(-(2**62))), play("2026-12-01T07:30"))
    log.seal("2026-12-01T08:00", everything=True)
    assert [record.at for record in sealed_records(log)][:2] == [2**62, -(2**62)]


def test_records_without_their_seal_are_made_again(log: Log) -> None:
    log.write(play("2026-12-01T07:30"))
    log.days.mkdir()
    for name in (
        "000001-2026-12-01.parquet",
        "000001-2026-11-30.parquet",
        ".000001-2026-12-01.parquet.new",
        ".head.json.7.new",
    ):
        (log.days / name).write_bytes(b"half")
    log.seal("2026-12-02T07:30")
    assert log.names() == ["000001-2026-12-01.json", "000001-2026-12-01.parquet", "head.json", "seal.lock"]
    assert len(sealed_records(log)) == 1


def test_a_damaged_newest_seal_is_set_aside_and_its_day_sealed_again(log: Log) -> None:
    for day in (1, 2):
        log.write(play(f"2026-12-0{day}T07:30"))
        log.seal(f"2026-12-0{day + 1}T00:01")
    (log.days / "000002-2026-12-02.json").write_bytes(b"")
    log.write(play("2026-12-03T07:30"))
    log.seal("2026-12-04T00:01")
    assert "000002-2026-12-02.json.damaged" in log.names()
    assert [record.seq for record in sealed_records(log)] == [1, 2, 3]
    assert_chained(log)


def test_a_damaged_seal_that_was_delivered_is_not_sealed_twice(log: Log) -> None:
    log.write(play("2026-12-01T07:30"))
    (first,) = log.seal("2026-12-02T00:01")
    mark_delivered(log.days, 1)
    (log.days / "000001-2026-12-01.json").write_bytes(b"{}")
    log.write(play("2026-12-02T07:30"))
    (second,) = log.seal("2026-12-03T00:01")
    assert (second.seal.number, second.seal.first_seq, second.seal.previous) == (2, 2, first.digest)


def test_the_journal_keeps_what_was_sealed_until_two_dates_later(log: Log) -> None:
    for day in range(1, 6):
        log.write(play(f"2026-12-0{day}T07:30"))
        log.seal(f"2026-12-0{day + 1}T00:01")
        log.seal(f"2026-12-0{day + 1}T00:02", everything=True)
    assert [record.seq for record in log.waiting()] == [4, 5]
    assert [record.seq for record in sealed_records(log)] == [1, 2, 3, 4, 5]


def test_only_one_process_seals(log: Log) -> None:
    log.write(play("2026-12-01T07:30"))
    log.days.mkdir()
    with sole(log.days / "seal.lock"), pytest.raises(SealFault, match="another process"):
        log.seal("2026-12-02T00:01")


def test_a_damaged_key_stops_sealing_and_loses_nothing(log: Log) -> None:
    log.write(play("2026-12-01T07:30"))
    (log.state / "gate.key").write_text("rubbish")
    with pytest.raises(TrustFault, match="put it back from a copy"):
        log.seal("2026-12-02T00:01")
    assert len(log.waiting()) == 1


def test_a_damaged_journal_is_said(log: Log) -> None:
    (log.state / "journal.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(SealFault, match="cannot be sealed"):
        log.seal("2026-12-02T00:01")


@pytest.fixture
def year(log: Log) -> Log:
    """Nine sealed days, of which two are parts of one date."""
    for day in range(1, 9):
        log.write(play(f"2026-12-0{day}T07:30"))
        log.seal(f"2026-12-0{day}T08:00", everything=True)
    log.write(mark(What.START, "2026-12-08T07:31"))
    log.seal("2026-12-08T08:01", everything=True)
    return log


def left(log: Log) -> list[int]:
    assert day_names(log.days) == day_names(log.days, ".parquet")
    return [name.number for name in day_names(log.days)]


def test_old_days_leave_and_dates_are_counted(year: Log) -> None:
    assert keep_house(year.days, must_be_delivered=False, keep=3).left == 5
    assert left(year) == [6, 7, 8, 9]


def test_what_was_not_delivered_stays(year: Log) -> None:
    mark_delivered(year.days, 1)
    mark_delivered(year.days, 2, BY_STICK)
    kept = keep_house(year.days, must_be_delivered=True, keep=3)
    assert (left(year), kept.waiting, kept.warning) == ([3, 4, 5, 6, 7, 8, 9], 7, "")
    kept = keep_house(year.days, must_be_delivered=True, keep=3, budget=100)
    assert left(year)[0] == 3
    assert "carry them off with a stick" in kept.warning
    assert undelivered(year.days) == 7


def test_too_many_bytes_leave_the_oldest_first_but_never_the_newest(year: Log) -> None:
    size = keep_house(year.days, must_be_delivered=False).size
    assert keep_house(year.days, must_be_delivered=False, budget=size // 2).size <= size // 2
    assert left(year)[-1] == 9
    keep_house(year.days, must_be_delivered=False, budget=0)
    assert left(year) == [9]
    year.write(play("2026-12-09T07:30"))
    (day,) = year.seal("2026-12-09T08:00", everything=True)
    assert day.seal.number == 10
