"""The play log of a gate, as it lies on its disk."""

from contextlib import closing
from pathlib import Path

from player.core.playlog import Record
from player.library.files import held
from player.library.journal import NAME, Journal
from tests.faults.watched import until


def records(state: Path) -> list[Record]:
    """What is there now."""
    with closing(Journal(state / NAME, read_only=True)) as journal:
        return list(journal.records())


def await_writer(state: Path) -> None:
    """It outlives the wall until the disk has taken everything."""
    until(lambda: not held(state / "journal.lock"), "end of the log writer")


def whole(state: Path) -> list[Record]:
    """What is there once nobody writes any more: no number is missing, none is there twice."""
    await_writer(state)
    found = records(state)
    assert [record.seq for record in found] == list(range(1, len(found) + 1))
    return found
