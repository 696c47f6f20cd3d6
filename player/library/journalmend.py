"""Opens the play log, whatever has become of it: a damaged one is set aside, and its records go into a new one."""

import json
import logging
import sqlite3
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from player.config.language import _
from player.core.playlog import Record
from player.library.files import sync_folder
from player.library.journal import DAYS, NAME, Journal, Pulse, Running

log = logging.getLogger(__name__)

_BESIDE = ("", "-wal", "-shm")
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_UNREADABLE = (sqlite3.DatabaseError, ValueError, TypeError)
_STRIDE = 32
_MOST_FAILURES = 20_000
_LATEST = 400
"""How many of the newest seals are looked at for the number to go on from."""


def open_journal(state: Path) -> tuple[Journal, str]:
    """The journal of a state folder, sound; and what was wrong with the one before, empty for nothing.

    sqlite3.Error or OSError when the disk refuses."""
    path = state / NAME
    try:
        journal = Journal(path)
        if journal.is_sound():
            journal.continue_after(last_sealed(state / DAYS))
            return journal, ""
        journal.close()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in _DAMAGED:
            raise
    return _mended(path)


def _mended(path: Path) -> tuple[Journal, str]:
    aside = _set_aside(path)
    saved = _salvaged(aside)
    journal = Journal(path)
    journal.write(saved.records.values(), saved.running, saved.pulse)
    journal.continue_after(last_sealed(path.parent / DAYS))
    said = _("the play log was damaged: {count} records were saved, the file was set aside as {name}")
    told = said.format(count=len(saved.records), name=aside.name)
    log.error("%s", told)
    return journal, told


def _set_aside(path: Path) -> Path:
    """Rename the damaged file and what belongs to it."""
    stem = f"{path.stem}.damaged-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}"
    number = 0
    while (aside := path.with_name(f"{stem}{f'-{number}' if number else ''}{path.suffix}")).exists():
        number += 1
    for end in _BESIDE:
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).rename(aside.with_name(aside.name + end))
    sync_folder(path.parent)
    return aside


@dataclass
class _Saved:
    records: dict[int, Record] = field(default_factory=dict)
    running: list[Running] = field(default_factory=list)
    pulse: Pulse | None = None


def _salvaged(path: Path) -> _Saved:
    """What can still be read."""
    saved = _Saved()
    try:
        journal = Journal(path, read_only=True)
    except sqlite3.DatabaseError:
        return saved
    with closing(journal):
        with suppress(*_UNREADABLE):
            saved.pulse = journal.pulse()
            saved.running = journal.running()
        after = failures = 0
        while failures < _MOST_FAILURES:
            try:
                for record in journal.records(after):
                    saved.records[record.seq] = record
                    after = record.seq
                return saved
            except _UNREADABLE:
                failures += 1
            after = _one_by_one(journal, after, saved)
    return saved


def _one_by_one(journal: Journal, after: int, saved: _Saved) -> int:
    """Past a page that cannot be read, without leaving out what is near it."""
    for seq in range(after + 1, after + _STRIDE + 1):
        with suppress(*_UNREADABLE):
            if record := journal.record(seq):
                saved.records[seq] = record
    return after + _STRIDE


def last_sealed(folder: Path) -> int:
    """The number of the last record that the days of `folder` hold; 0 for none."""
    for path in sorted(folder.glob("*.json"), reverse=True)[:_LATEST]:
        try:
            return int(json.loads(path.read_bytes())["signed"]["last_seq"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return 0
