"""The journal keeps what was committed, and saves what can be saved of a damaged file."""

import random
import sqlite3
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.core.playlog import ClockQuality, Ending, Record, Running, What
from player.core.units import Instant, Span
from player.library.files import write_new, write_whole
from player.library.journal import DAYS, NAME, Journal, Pulse
from player.library.journalmend import open_journal

spans = st.integers(0, 10**12).map(Span)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
pairs = st.tuples(words, words)
records = st.builds(
    Record,
    what=st.sampled_from(What),
    at=st.integers(-(10**15), 10**16).map(Instant),
    span=spans,
    clock=st.sampled_from(ClockQuality),
    show=st.integers(0, 10**6),
    zone=words,
    title=words,
    tags=st.lists(pairs, max_size=3).map(tuple),
    signed=st.lists(words, max_size=2).map(tuple),
    offset=spans,
    ending=st.none() | st.sampled_from(Ending),
    step=st.integers(-(10**15), 10**15),
)
PULSE = Pulse(Instant(5), Span(6), "boot", "session", 7)


def play(number: int) -> Record:
    return Record(What.PLAY, Instant(number * 10**7), Span(10**7), title=f"Ảnh {number} 老街", ending=Ending.COMPLETED)


@settings(max_examples=20)
@given(st.lists(records, max_size=5), st.lists(records, max_size=3))
def test_what_is_written_is_read(done: list[Record], on: list[Record]) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(Journal(Path(folder) / NAME)) as journal:
        running = {str(place): Running(record, Span(3)) for place, record in enumerate(on)}
        journal.write(done, running, PULSE)
        found = list(journal.records())
        assert [record.seq for record in found] == list(range(1, len(done) + 1))
        journal.drop_through(len(done))
        journal.write(found)
        assert list(journal.records()) == found
        assert (journal.running(), journal.pulse()) == (running, PULSE)


def test_numbers_are_never_given_twice(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / NAME)) as journal:
        journal.write([play(1), play(2)], {}, PULSE)
        journal.drop_through(2)
    with closing(Journal(tmp_path / NAME)) as journal:
        assert journal.last_seq() == 2
        journal.write([play(3)])
        assert [record.seq for record in journal.records()] == [3]


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / NAME)) as journal:
        journal.write([play(1)], {}, PULSE)
        twice = next(journal.records())
        with pytest.raises(sqlite3.IntegrityError):
            journal.write([play(2), twice], {"main": Running(play(3), Span(0))}, Pulse(Instant(9), Span(9), "b", "s"))
        assert [record.title for record in journal.records()] == [play(1).title]
        assert (journal.running(), journal.pulse()) == ({}, PULSE)


def filled(state: Path, count: int = 3000) -> Path:
    with closing(Journal(state / NAME)) as journal:
        journal.write(map(play, range(1, count + 1)), {"main": Running(play(count + 1), Span(4))}, PULSE)
    return state / NAME


def test_whoever_sees_a_journal_finds_it_whole(tmp_path: Path) -> None:
    ended = threading.Event()
    seen: set[Path] = set()

    def read() -> None:
        while not ended.is_set():
            for path in set(tmp_path.glob(f"*/{NAME}")) - seen:
                with closing(Journal(path, read_only=True)) as journal:
                    assert (journal.pulse(), journal.last_seq(), journal.running()) == (None, 0, {})
                seen.add(path)

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read)
        for number in range(60):
            (tmp_path / str(number)).mkdir()
            Journal(tmp_path / str(number) / NAME).close()
        ended.set()
        reader.result()
    assert seen, "the reader came too late"
    assert not list(tmp_path.rglob(".*")), "nothing else is left"


def test_the_second_to_make_it_finds_the_first(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / NAME)) as one, ThreadPoolExecutor(4) as pool:
        one.write([play(1)])
        found = pool.map(lambda _: list(_read(tmp_path / NAME)), range(8))
        assert [[record.title for record in records] for records in found] == [[play(1).title]] * 8
        with pytest.raises(FileExistsError):
            write_new(tmp_path / NAME, b"something else")
        assert one.last_seq() == 1


def _read(path: Path) -> list[Record]:
    with closing(Journal(path)) as journal:
        return list(journal.records())


def test_a_new_journal_takes_nothing_from_one_that_is_gone(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / NAME)) as gone:
        gone.write([play(1)])
        left = (tmp_path / f"{NAME}-wal").read_bytes()
    (tmp_path / NAME).unlink()
    (tmp_path / f"{NAME}-wal").write_bytes(left)
    with closing(Journal(tmp_path / NAME)) as journal:
        assert list(journal.records()) == []


def test_a_sound_journal_is_opened_as_it_is(tmp_path: Path) -> None:
    filled(tmp_path)
    journal, wrong = open_journal(tmp_path)
    with closing(journal):
        assert not wrong
        assert journal.last_seq() == 3000


def test_a_damaged_page_costs_its_own_records_only(tmp_path: Path) -> None:
    path = filled(tmp_path)
    data = bytearray(path.read_bytes())
    pages = len(data) // 4096
    for page in random.Random(6).sample(range(pages // 2, pages - 2), 3):
        data[page * 4096 : page * 4096 + 4096] = random.Random(page).randbytes(4096)
    path.write_bytes(data)
    journal, wrong = open_journal(tmp_path)
    with closing(journal):
        found = list(journal.records())
        assert 3000 - 3 * 55 <= len(found) < 3000
        assert all(record == play_numbered(record.seq) for record in found)
        assert (journal.running(), journal.pulse()) == ({"main": Running(play(3001), Span(4))}, PULSE)
        journal.write([play(1)])
        assert journal.last_seq() > found[-1].seq
    assert str(len(found)) in wrong
    aside = [one for one in tmp_path.iterdir() if "damaged" in one.name and one.suffix == ".sqlite"]
    assert [one.read_bytes() for one in aside] == [bytes(data)]


def play_numbered(seq: int) -> Record:
    return Record(What.PLAY, *(play(seq).at, play(seq).span), title=play(seq).title, ending=Ending.COMPLETED, seq=seq)


@pytest.mark.parametrize("damage", ["no database", "cut off", "zeros", "no tables"])
def test_whatever_lies_there_a_log_goes_on(tmp_path: Path, damage: str) -> None:
    path = filled(tmp_path)
    whole = path.read_bytes()
    made = {
        "no database": b"<html>" * 4000,
        "cut off": whole[: len(whole) // 2 + 99],
        "zeros": whole[:100] + bytes(len(whole) - 100),
        "no tables": whole[:4096],
    }
    path.write_bytes(made[damage])
    (tmp_path / DAYS).mkdir()
    write_whole(tmp_path / DAYS / "000009-2026-11-24.json", b'{"signed": {"last_seq": 777}}')
    write_whole(tmp_path / DAYS / "000010-2026-11-25.json", b"half a se")
    journal, wrong = open_journal(tmp_path)
    with closing(journal):
        assert wrong
        kept = journal.last_seq()
        assert kept >= 777
        journal.write([play(1)], {}, PULSE)
        assert [record.seq for record in journal.records()][-1] == kept + 1
        assert journal.is_sound()
