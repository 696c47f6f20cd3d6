"""What is known of files already, in `state/index.sqlite`, so that an unchanged file costs one stat.

Only a memory: everything in it can be found out again. A damaged index is set aside and a new one begun.
"""

import json
import logging
import os
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from player.library.blobs import Stamp

log = logging.getLogger(__name__)

VERSION = 1
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_TABLES = """
CREATE TABLE files (path TEXT PRIMARY KEY, size INTEGER, mtime INTEGER, ctime INTEGER, inode INTEGER, sha TEXT)
    WITHOUT ROWID;
CREATE TABLE facts (kind TEXT, key TEXT, version INTEGER, answer TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID;
"""
_FRESH_NS = 20_000_000
_COARSE_NS = 2_000_000_000


class Index:
    """The index of one state folder. Every method is safe between processes; one thread uses it.

    The disk's refusals (full, read-only) are logged and no more than that: then files are merely read again.
    """

    def __init__(self, state: Path) -> None:
        self._path = state / "index.sqlite"
        self._base = self._begin()

    def close(self) -> None:
        self._base.close()

    def sha(self, path: Path, stamp: Stamp) -> str | None:
        """The SHA-256 of the file at `path`, if it was read when it had this very `stamp`."""
        rows = self._run(
            "SELECT sha FROM files WHERE path=? AND size=? AND mtime=? AND ctime=? AND inode=?", (_key(path), *stamp)
        )
        return str(rows[0][0]) if rows else None

    def remember(self, path: Path, stamp: Stamp, sha: str) -> None:
        """`path` with `stamp` held `sha`. A file changed this very moment is not remembered: it could change again
        within the same tick of the file system's clock and keep its stamp."""
        tick = _COARSE_NS if stamp.mtime_ns % 1_000_000_000 == 0 else _FRESH_NS
        if abs(time.time_ns() - max(stamp.mtime_ns, stamp.ctime_ns)) < tick:
            return
        self._run("REPLACE INTO files VALUES (?,?,?,?,?,?)", (_key(path), *stamp, sha))

    def answer(self, kind: str, key: str, version: int) -> Any | None:
        """What was found out of `key` (an asset, a banner) by this `version` of the `kind` of work."""
        rows = self._run("SELECT answer FROM facts WHERE kind=? AND key=? AND version=?", (kind, key, version))
        return json.loads(rows[0][0]) if rows else None

    def learn(self, kind: str, key: str, version: int, answer: Any) -> None:
        """Keep a JSON-able `answer`."""
        self._run("REPLACE INTO facts VALUES (?,?,?,?)", (kind, key, version, json.dumps(answer, ensure_ascii=False)))

    def forget(self, paths: Iterable[Path]) -> None:
        """Drop files that are gone."""
        for path in paths:
            self._run("DELETE FROM files WHERE path=?", (_key(path),))

    def paths(self) -> list[Path]:
        """Every file remembered."""
        return [Path(row[0]) for row in self._run("SELECT path FROM files", ())]

    def _run(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        try:
            with self._base:
                return self._base.execute(statement, values).fetchall()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF in _DAMAGED:
                self._base.close()
                self._set_aside(error)
                self._base = self._begin()
            else:
                log.warning("the index %s cannot be used just now: %s", self._path, error)
            return []

    def _begin(self) -> sqlite3.Connection:
        try:
            return _open(self._path)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF not in _DAMAGED:
                # A full or read-only disk: files are known for the life of this process at least.
                log.warning("the index %s cannot be opened: %s", self._path, error)
                return _open(Path(":memory:"))
            self._set_aside(error)
            return _open(self._path)

    def _set_aside(self, error: sqlite3.DatabaseError) -> None:
        aside = self._path.with_name("index.damaged.sqlite")
        log.error(
            "the index %s is damaged (%s); it is set aside as %s and a new one begun", self._path, error, aside.name
        )
        self._path.replace(aside)
        for extra in ("-wal", "-shm", "-journal"):
            self._path.with_name(self._path.name + extra).unlink(missing_ok=True)


def _key(path: Path) -> str:
    """The path as text that any database takes: bytes that are no UTF-8 are spelt out."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _open(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(path, timeout=5.0, check_same_thread=False)
    try:
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=NORMAL")
        with closing(base.execute("PRAGMA quick_check(1)")) as check:
            said = check.fetchone()[0]
        if said != "ok":
            raise _damaged(said)
        if base.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            _lay_out(base)
    except sqlite3.DatabaseError:
        base.close()
        raise
    return base


def _lay_out(base: sqlite3.Connection) -> None:
    """Tables of this version; what another version kept is dropped."""
    base.executescript(
        f"BEGIN IMMEDIATE; DROP TABLE IF EXISTS files; DROP TABLE IF EXISTS facts; {_TABLES}"
        f"PRAGMA user_version={VERSION}; COMMIT;"
    )


def _damaged(said: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(said)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error
