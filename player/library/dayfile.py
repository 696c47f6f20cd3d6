"""Records of the play log as a Parquet file, and back. Imports DuckDB, which is large: never imported by wall or agent.

Columns of many equal values first become dictionaries, and zstd does the rest: a day of 8,000 plays is some 150 kB.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from player.config.language import _
from player.core.faults import GateplayerFault
from player.core.playlog import ClockQuality, Ending, Record, What
from player.core.units import Instant, Span

COLUMNS = {
    **dict.fromkeys(("gate", "what", "zone", "item", "title", "kind", "asset", "playlist", "source"), "VARCHAR"),
    **dict.fromkeys(("level", "ending", "clock", "reason"), "VARCHAR"),
    **dict.fromkeys(("seq", "show"), "BIGINT"),
    "at": "TIMESTAMP",
    "day": "DATE",
    **dict.fromkeys(("span", "begun", "length", "step"), "BIGINT"),
    **dict.fromkeys(("tags", "signed", "theme", "lang", "agency"), "VARCHAR"),
}
"""What every file has, and the types."""

_GIVEN = {name: "BIGINT" if kind == "TIMESTAMP" else kind for name, kind in COLUMNS.items() if name != "day"}
_AT_ONCE = 10_000


class DayFileFault(GateplayerFault):
    """The engine cannot write or read a file; the message says why."""

    exit_code = 4


_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
"""All that is needed is in the wheel; nothing is ever fetched."""


def connect(base: str = ":memory:", *, threads: int = 1, memory: str = "200MB") -> duckdb.DuckDBPyConnection:
    """A database of ours, bounded, which fetches nothing from anywhere."""
    return duckdb.connect(base, config={**_SETTINGS, "threads": threads, "memory_limit": memory})


def write_records(path: Path, gate: str, timezone: str, records: Iterable[Record]) -> None:
    """The Parquet file `path` of `records`, in their order. Not durable. DayFileFault, when the disk says no."""
    try:
        _write(path, gate, timezone, records)
    except duckdb.Error as error:
        said = _("days of the play log cannot be sealed: {reason}")
        raise DayFileFault(said.format(reason=str(error).partition("\n")[0])) from error


def _write(path: Path, gate: str, timezone: str, records: Iterable[Record]) -> None:
    with connect() as base:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in _GIVEN.items())
        base.execute(f"CREATE TABLE given ({columns})")
        values = ", ".join(f"unnest(?::{kind}[])" for kind in _GIVEN.values())
        rows = iter(records)
        while part := [_row(gate, record) for record in islice(rows, _AT_ONCE)]:
            base.execute(f"INSERT INTO given SELECT {values}", [list(column) for column in zip(*part, strict=True)])
        moment = 'make_timestamp("at")'
        made = {"at": moment, "day": f"timezone('{_quoted(timezone)}', timezone('UTC', {moment}))::DATE"}
        picked = ", ".join(f'{made.get(name, _name(name))} AS "{name}"' for name in COLUMNS)
        target = _quoted(str(path))
        base.execute(
            f"COPY (SELECT {picked} FROM given ORDER BY rowid) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
        )


def read_records(path: Path) -> Iterator[Record]:
    """The records of one file, in their order. duckdb.Error or ValueError when it is not one of ours."""
    wanted = ", ".join('epoch_us("at")' if name == "at" else _name(name) for name in _GIVEN)
    with connect() as base:
        rows = base.execute(f"SELECT {wanted} FROM read_parquet(?)", [str(path)])
        while row := rows.fetchone():
            yield _record(dict(zip(_GIVEN, row, strict=True)))


def agency_of(record: Record) -> str:
    """Whose content it is: what its tag says, else who signed it."""
    return dict(record.tags).get("agency") or "+".join(record.signed)


def _row(gate: str, record: Record) -> tuple[object, ...]:
    tags = dict(record.tags)
    given: dict[str, object] = {
        "gate": gate,
        "what": record.what.value,
        "ending": record.ending.value if record.ending else "",
        "clock": record.clock.value,
        "begun": record.offset,
        "tags": json.dumps(tags, ensure_ascii=False),
        "signed": json.dumps(record.signed, ensure_ascii=False),
        "theme": tags.get("theme", ""),
        "lang": tags.get("lang", ""),
        "agency": agency_of(record),
    }
    return tuple(given[name] if name in given else getattr(record, name) for name in _GIVEN)


def _record(row: dict[str, Any]) -> Record:
    plain = ("zone", "item", "title", "kind", "asset", "playlist", "source", "level", "reason", "show", "step", "seq")
    return Record(
        what=What(row["what"]),
        at=Instant(row["at"]),
        span=Span(row["span"]),
        clock=ClockQuality(row["clock"]),
        offset=Span(row["begun"]),
        length=Span(row["length"]),
        ending=Ending(row["ending"]) if row["ending"] else None,
        tags=tuple(json.loads(row["tags"]).items()),
        signed=tuple(json.loads(row["signed"])),
        **{name: row[name] for name in plain},
    )


def _name(column: str) -> str:
    return f'"{column}"'


def _quoted(text: str) -> str:
    return text.replace("'", "''")
