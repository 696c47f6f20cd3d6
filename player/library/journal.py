"""The play log as it is written: `state/journal.sqlite`, in which what was committed stays.

The log writer, a child of the wall, is the only one that adds records; the agent reads them, seals them as days, and
removes what has been sealed. So it is opened by several processes at once, each with a `Journal` of its own, and each
method is one transaction.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from player.core.codec import decode, encode
from player.core.plainjson import parsed
from player.core.playlog import Record, Running
from player.core.units import Instant, Span
from player.library.files import write_new

NAME = "journal.sqlite"
DAYS = "playlog"
"""The folder of sealed days beside it."""

BESIDE = ("-wal", "-shm")
"""The endings of what SQLite keeps beside it while it is open."""

_PATIENCE = 10.0
"""Seconds that one process waits for another's transaction."""

_CACHE = 256
"""KiB of pages that a connection keeps in memory."""

COLUMNS = tuple(field.name for field in fields(Record))
NOTHING: Mapping[str, Running | None] = MappingProxyType({})
_NUMBERS = {"at", "span", "show", "offset", "length", "step"}
_TABLES = f"""
BEGIN IMMEDIATE;
CREATE TABLE records (
    {
    ", ".join(
        _column
        for _column in [
            "seq INTEGER PRIMARY KEY AUTOINCREMENT",
            *(f"{name} {'INTEGER' if name in _NUMBERS else 'TEXT'}" for name in COLUMNS if name != "seq"),
        ]
    )
}
);
CREATE TABLE running (place TEXT PRIMARY KEY, record TEXT, since INTEGER) WITHOUT ROWID;
CREATE TABLE pulse (one INTEGER PRIMARY KEY CHECK (one = 1), state TEXT);
COMMIT;
"""


@dataclass(frozen=True, slots=True)
class Pulse:
    """Until when the log is known: the clock and the monotonic clock of this `boot`, and the number of the last message
    of the wall's `session` that was heard.

    `gap_since` is when the wall before was last known to draw, as long as the clock is too wrong to tell how long that
    was ago; 0: nothing is owed. `started` is when this session began, by the monotonic clock.
    """

    at: Instant
    monotonic: Span
    boot: str
    session: str
    heard: int = 0
    started: Span = Span(0)
    gap_since: Instant = Instant(0)


class Journal:
    """One connection. sqlite3.Error or OSError when the disk refuses; sqlite3.DatabaseError: it is damaged."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Made when it is not there, unless it is only to be read."""
        self.path = path
        if not read_only and not path.exists():
            _make(path)
        mode = "ro" if read_only else "rwc"
        self._base = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=_PATIENCE, isolation_level=None
        )
        if not read_only:
            self._begin()

    def _begin(self) -> None:
        self._base.execute("PRAGMA journal_mode=WAL")
        # Who adds at the end needs few pages at hand; the usual 2 MB would fill slowly, and look like a leak.
        self._base.execute(f"PRAGMA cache_size=-{_CACHE}")
        # Each commit waits for the disk: that is what the log is for.
        self._base.execute("PRAGMA synchronous=FULL")
        if not self._base.execute("SELECT 1 FROM sqlite_master WHERE name='records'").fetchone():
            self._base.executescript(_TABLES)

    def close(self) -> None:
        self._base.close()

    def write(
        self, records: Iterable[Record], running: Mapping[str, Running | None] = NOTHING, pulse: Pulse | None = None
    ) -> None:
        """Add records, say what runs in which places from now on (None: nothing), and until when (None: as before);
        all or nothing, and durable on return. A record without a number is given the next one."""
        self._base.execute("BEGIN IMMEDIATE")
        try:
            self._add(records)
            for place, one in running.items():
                self._base.execute("DELETE FROM running WHERE place=?", (place,))
                if one is not None:
                    row = (place, _text(encode(one.record)), one.since)
                    self._base.execute("INSERT INTO running VALUES (?,?,?)", row)
            if pulse is not None:
                self._base.execute("REPLACE INTO pulse VALUES (1,?)", (_text(encode(pulse)),))
            self._base.execute("COMMIT")
        except BaseException:
            if self._base.in_transaction:
                self._base.execute("ROLLBACK")
            raise

    def _add(self, records: Iterable[Record]) -> None:
        names, marks = ",".join(COLUMNS), ",".join("?" * len(COLUMNS))
        self._base.executemany(f"INSERT INTO records ({names}) VALUES ({marks})", map(_row, records))

    def continue_after(self, seq: int) -> None:
        """Number what comes next from `seq` + 1 on: a new journal goes on where sealed days end."""
        if seq > self.last_seq():
            self._base.execute("DELETE FROM sqlite_sequence WHERE name='records'")
            self._base.execute("INSERT INTO sqlite_sequence VALUES ('records',?)", (seq,))

    def record(self, seq: int) -> Record | None:
        """The one of that number."""
        return next((one for one in self.records(seq - 1, 1) if one.seq == seq), None)

    def records(self, after: int = 0, limit: int = -1, *, backwards: bool = False) -> Iterator[Record]:
        """Those numbered above `after`, in order; `limit` of them at most."""
        way = "DESC" if backwards else "ASC"
        rows = self._base.execute(
            f"SELECT {','.join(COLUMNS)} FROM records WHERE seq>? ORDER BY seq {way} LIMIT ?", (after, limit)
        )
        for row in rows:
            yield _record(row)

    def last_seq(self) -> int:
        """The highest number that was ever given; 0 before the first."""
        row = self._base.execute("SELECT seq FROM sqlite_sequence WHERE name='records'").fetchone()
        return int(row[0]) if row else 0

    def running(self) -> dict[str, Running]:
        """What was on in each place when the last pulse was written."""
        rows = self._base.execute("SELECT place, record, since FROM running").fetchall()
        return {place: Running(decode(Record, parsed(text)), Span(since)) for place, text, since in rows}

    def pulse(self) -> Pulse | None:
        """The last one; None in a new journal."""
        row = self._base.execute("SELECT state FROM pulse").fetchone()
        return decode(Pulse, parsed(row[0])) if row else None

    def drop_through(self, seq: int) -> None:
        """Remove the records up to this number: they are sealed elsewhere."""
        self._base.execute("DELETE FROM records WHERE seq<=?", (seq,))

    def is_sound(self) -> bool:
        """Whether the file is whole; reads all of it."""
        try:
            said = self._base.execute("PRAGMA quick_check(1)").fetchone()
            self.pulse(), self.running()
        except (sqlite3.DatabaseError, ValueError, TypeError):
            return False
        return bool(said) and said[0] == "ok"


def _make(path: Path) -> None:
    """An empty journal, whole as soon as it has its name: a reader may come, or the power go, at any instant."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as base:
        # Small pages: what is written each second is little more than a page, and disks wear.
        base.execute("PRAGMA page_size=1024")
        base.executescript(_TABLES)
        data = base.serialize()
    for end in BESIDE:  # What is left of a file that is gone would be played into this one.
        path.with_name(path.name + end).unlink(missing_ok=True)
    with suppress(FileExistsError):  # Another process was faster, and may have written to its own.
        write_new(path, data)


def _row(record: Record) -> tuple[Any, ...]:
    values = encode(record)
    row = (values[name] for name in COLUMNS)
    plain = tuple(_text(value) if isinstance(value, list) else value for value in row)
    return (*plain[:-1], record.seq or None)


def _record(row: tuple[Any, ...]) -> Record:
    values = dict(zip(COLUMNS, row, strict=True))
    values["tags"], values["signed"] = parsed(values["tags"]), parsed(values["signed"])
    return decode(Record, {"type": "Record", **values})


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
