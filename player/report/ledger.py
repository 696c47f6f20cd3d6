"""The engine: reads the Parquet files of gates, and keeps sums as fine as reports ask for.

The sums lie in a database in a scratch folder, so that memory stays bounded however many gates there are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

import duckdb

from player.config.language import _
from player.core.faults import GateplayerFault
from player.core.playlog import BLACKOUT, TESTCARD
from player.core.units import Instant, Span, utc
from player.library.dayfile import connect
from player.report.figures import DIMENSIONS, Answer, Figures, Row, columns_of
from player.report.gaps import Cause, Mark, Stretch
from player.report.period import Period

THREADS, MEMORY = 2, "220MB"
_MOST_HOLES = 20_000
_ALL = columns_of(tuple(DIMENSIONS))
_DAYS = ("gate", "day")
_SUMS = """count(*) AS plays, count(*) FILTER (ending = 'completed') AS completed, sum(span)::BIGINT AS shown,
    min("at") AS begun, max("at" + to_microseconds(span)) AS ended"""
_TOTALS = "sum(plays)::BIGINT, sum(completed)::BIGINT, sum(shown)::BIGINT, min(begun), max(ended)"
_CAUSES = {"dark": Cause.DARK, "power": Cause.POWER, "player": Cause.PLAYER}


class ReportFault(GateplayerFault):
    """The figures cannot be worked out here."""

    exit_code = 4


def is_fine(by: tuple[str, ...]) -> bool:
    """Whether an answer by these dimensions needs the finest sums."""
    columns = set(columns_of(by))
    return "day" in columns and not columns <= set(_DAYS)


@dataclass(slots=True)
class Taken:
    """What one gate's files say besides its plays. `holes` are when nothing was shown, between `begun` and `ended`;
    `faulty` are files that the engine does not understand, with its words."""

    begun: Instant | None = None
    ended: Instant | None = None
    holes: list[Stretch] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    clock_set: int = 0
    undated: int = 0
    faulty: list[tuple[Path, str]] = field(default_factory=list)


class Ledger:
    """The plays of many gates in one period. `zone` is in whose dates the period begins and ends; `fine` keeps sums of
    every item on every day, which are ten times as many as are wanted otherwise."""

    def __init__(self, scratch: Path, period: Period, zone: ZoneInfo, *, fine: bool = False) -> None:
        self._period, self._zone = period, zone
        coarse = {"days": _DAYS, "items": tuple(column for column in _ALL if column != "day")}
        self._grains = {"items": _ALL} if fine else coarse
        self._base = connect(str(scratch / "ledger.duckdb"), threads=THREADS, memory=MEMORY)
        sums = "plays BIGINT, completed BIGINT, shown BIGINT, begun TIMESTAMP, ended TIMESTAMP"
        for table, grain in self._grains.items():
            columns = ", ".join(f'"{name}" {"DATE" if name == "day" else "VARCHAR"}' for name in grain)
            self._base.execute(f"CREATE TABLE {table} ({columns}, {sums})")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._base.close()

    def take(self, gate: str, files: Sequence[Path]) -> Taken:
        """Read the files of one gate. One that cannot be read is named and left out, and the others go on."""
        try:
            return self._take(gate, files)
        except duckdb.Error:
            good, faulty = self._sorted_out(files)
        try:
            taken = self._take(gate, good)
        except duckdb.Error as error:
            # The files are not to blame: the disk is full, or the like.
            raise ReportFault(_("the report cannot be made: {reason}").format(reason=error)) from error
        taken.faulty = faulty
        return taken

    def _take(self, gate: str, files: Sequence[Path]) -> Taken:
        if not files:
            return Taken()
        names = [str(path) for path in files]
        self._base.execute("BEGIN")
        try:
            for table, grain in self._grains.items():
                keys = ", ".join("$1" if name == "gate" else f'"{name}"' for name in grain)
                self._base.execute(
                    f"INSERT INTO {table} SELECT {keys}, {_SUMS} FROM read_parquet($2) "
                    "WHERE what = 'play' AND \"day\" BETWEEN $3 AND $4 GROUP BY ALL",
                    [gate, names, self._period.first, self._period.last],
                )
            taken = self._timeline(names)
            self._base.execute("COMMIT")
        except BaseException:
            self._base.execute("ROLLBACK")
            raise
        return taken

    def _sorted_out(self, files: Sequence[Path]) -> tuple[list[Path], list[tuple[Path, str]]]:
        """The files that the engine can read, and the others with what it says of them."""
        good: list[Path] = []
        faulty: list[tuple[Path, str]] = []
        columns = ", ".join(f'max("{name}")' for name in (*_ALL, "at", "span", "ending", "clock", "what", "step"))
        for path in files:
            try:
                self._base.execute(f"SELECT {columns} FROM read_parquet(?)", [str(path)]).fetchall()
            except duckdb.Error as error:
                faulty.append((path, str(error).partition("\n")[0]))
            else:
                good.append(path)
        return good, faulty

    def _timeline(self, names: list[str]) -> Taken:
        """When something was shown, in whichever zone, and when not."""
        start, end = (utc(edge).replace(tzinfo=None) for edge in self._period.bounds(self._zone))
        taken = Taken()
        taken.marks, spans = self._marks(names, start, end, taken)
        rows = self._base.execute(
            """WITH shown AS (
                SELECT greatest("at", $2) AS begun, least("at" + to_microseconds(span), $3) AS ended
                FROM read_parquet($1)
                WHERE what = 'play' AND clock <> 'wrong' AND "at" < $3 AND "at" + to_microseconds(span) > $2
            ), walked AS (
                SELECT begun, ended, max(ended) OVER (ORDER BY begun ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
                    AS before FROM shown
            ), holes AS (
                SELECT epoch_us(before) AS a, epoch_us(begun) AS b FROM walked WHERE begun > before + INTERVAL 1 SECOND
            ) SELECT 0, epoch_us(min(begun)), epoch_us(max(ended)) FROM shown
            UNION ALL (SELECT 1, a, b FROM holes ORDER BY b - a DESC LIMIT $4)""",
            [names, start, end, _MOST_HOLES],
        ).fetchall()
        plays = [Stretch(Instant(a), Instant(b)) for kind, a, b in rows if kind == 0 and a is not None]
        taken.holes = [Stretch(Instant(a), Instant(b)) for kind, a, b in rows if kind == 1]
        self._ends(taken, plays, spans)
        return taken

    def _ends(self, taken: Taken, plays: list[Stretch], spans: list[Stretch]) -> None:
        """What the log covers goes from its first word to its last; before the first play and after the last lie holes
        too, of nights and gaps."""
        known = [*plays, *spans]
        if not known:
            return
        taken.begun = min(stretch.start for stretch in known)
        taken.ended = max(stretch.end for stretch in known)
        first, last = (plays[0].start, plays[0].end) if plays else (taken.ended, taken.ended)
        edges = (Stretch(taken.begun, first), Stretch(last, taken.ended))
        taken.holes += [edge for edge in edges if edge.end > edge.start]

    def _marks(
        self, names: list[str], start: datetime, end: datetime, taken: Taken
    ) -> tuple[list[Mark], list[Stretch]]:
        """The marks of the period, and the stretches that those of nights and gaps cover in it."""
        rows = self._base.execute(
            """SELECT what, epoch_us("at"), span, step, reason FROM read_parquet($1)
            WHERE what IN ('dark', 'gap', 'clock', 'fault') AND "at" < $3
                AND "at" + to_microseconds(span + CASE what WHEN 'clock' THEN greatest(step, 0) ELSE 0 END) >= $2
            ORDER BY seq""",
            [names, start, end],
        ).fetchall()
        undated = self._base.execute(
            "SELECT count(*) FROM read_parquet($1) "
            "WHERE what = 'play' AND clock = 'wrong' AND \"day\" NOT BETWEEN $2 AND $3",
            [names, self._period.first, self._period.last],
        ).fetchone()
        taken.undated = undated[0] if undated else 0
        least, most = (_instant(edge) for edge in (start, end))
        marks: list[Mark] = []
        spans: list[Stretch] = []
        for what, at, span, step, reason in rows:
            stretch = Stretch(Instant(at), Instant(at + span + (max(step, 0) if what == "clock" else 0)))
            taken.clock_set += what == "clock"
            marks.append(Mark(stretch, _cause(what, reason), reason if what == "fault" else ""))
            if what in ("dark", "gap"):
                spans.append(Stretch(max(stretch.start, least), min(stretch.end, most)))
        return marks, spans

    def edges(self, files: Iterable[Path]) -> list[tuple[Instant, Instant]]:
        """When the records of each file begin and end."""
        found = []
        for path in files:
            row = self._base.execute(
                'SELECT epoch_us(min("at")), epoch_us(max("at" + to_microseconds(span))) FROM read_parquet(?) '
                "WHERE clock <> 'wrong'",
                [str(path)],
            ).fetchone()
            if row and row[0] is not None:
                found.append((Instant(row[0]), Instant(row[1])))
        return found

    def total(self, gate: str | None = None) -> Figures:
        """Of all gates, or of one."""
        row = self._base.execute(f"SELECT {_TOTALS} FROM items WHERE $1 IS NULL OR gate = $1", [gate]).fetchone()
        assert row is not None
        return self._figures(row)

    def answer(self, by: tuple[str, ...]) -> Answer:
        """The figures by these dimensions; of days together with anything but gates only where sums are fine."""
        columns = columns_of(by)
        table = next(table for table, grain in self._grains.items() if set(columns) <= set(grain))
        keys = ", ".join(f'"{name}"' for name in columns)
        order = 'ORDER BY "day", ' if "day" in columns else "ORDER BY "
        rows = self._base.execute(
            f"SELECT {keys}, {_TOTALS} FROM {table} GROUP BY {keys} {order} sum(shown) DESC, {keys}"
        ).fetchall()
        count = len(columns)
        return Answer(by, tuple(Row(tuple(map(_value, row[:count])), self._figures(row[count:])) for row in rows))

    def _figures(self, row: Sequence[Any]) -> Figures:
        plays, completed, shown, first, last = row
        if not plays:
            return Figures()
        moments = (moment.replace(tzinfo=UTC).astimezone(self._zone) for moment in (first, last))
        return Figures(plays, completed, Span(shown), *moments)


def _cause(what: str, reason: str) -> Cause:
    if what == "gap":
        return _CAUSES.get(reason, Cause.PLAYER)
    if what == "dark" and reason:
        return {BLACKOUT: Cause.BLACKOUT, TESTCARD: Cause.TESTCARD}.get(reason, Cause.DARK)
    return {"dark": Cause.DARK, "clock": Cause.CLOCK}.get(what, Cause.FAULT)


def _instant(moment: datetime) -> Instant:
    return Instant(round(moment.replace(tzinfo=UTC).timestamp()) * 1_000_000)


def _value(value: Any) -> str | date:
    return value if isinstance(value, date) else str(value or "")
