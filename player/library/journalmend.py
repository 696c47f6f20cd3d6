"""Opens the play log, whatever has become of it: a damaged one is set aside, and its records go into a new one."""

import logging
import sqlite3
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from player.config.language import _
from player.core.plainjson import parsed
from player.core.playlog import Record, Running
from player.library.files import sync_folder
from player.library.journal import BESIDE, DAYS, NAME, Journal, Pulse

log = logging.getLogger(__name__)

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_UNREADABLE = (sqlite3.DatabaseError, ValueError, TypeError)
_MOST_BETWEEN = 200_000
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
    for end in ("", *BESIDE):
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).rename(aside.with_name(aside.name + end))
    sync_folder(path.parent)
    return aside


@dataclass
class _Saved:
    records: dict[int, Record] = field(default_factory=dict)
    running: dict[str, Running] = field(default_factory=dict)
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
        _from_both_ends(journal, saved)
    return saved


def _from_both_ends(journal: Journal, saved: _Saved) -> None:
    """Upwards to the first page that cannot be read, downwards to the last, and what lies between one by one."""
    ends = []
    for backwards in (False, True):
        reached = 0
        try:
            for record in journal.records(backwards=backwards):
                saved.records[record.seq] = record
                reached = record.seq
            return
        except _UNREADABLE:
            ends.append(reached)
    first, last = ends
    for seq in range(first + 1, min(last, first + _MOST_BETWEEN)):
        with suppress(*_UNREADABLE):
            found = journal.record(seq)
            if found is not None:
                saved.records[seq] = found


def last_sealed(folder: Path) -> int:
    """The number of the last record that the days of `folder` hold; 0 for none."""
    for path in sorted(folder.glob("*.json"), reverse=True)[:_LATEST]:
        try:
            return int(parsed(path.read_bytes())["signed"]["last_seq"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return 0
