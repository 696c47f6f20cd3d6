"""From folders of sealed days to a report."""

import sqlite3
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from player.config.language import _
from player.core.faults import ContentFault
from player.core.units import Instant, Span
from player.library.daybook import DayName, SignedDay, day_names
from player.library.dayfile import write_records
from player.library.dayproof import Proof, prove
from player.library.journal import DAYS, NAME, Journal
from player.report.figures import GateReport, Report
from player.report.gaps import Cause, Mark, Stretch, explain
from player.report.ledger import Ledger, Taken, is_fine
from player.report.period import Period
from player.trust.gatekey import NAME as KEY
from player.trust.gatekey import read_key

Tell = Callable[[int], None]
STANDARD = (("item",), ("day",), ("theme",), ("language",), ("agency",), ("level",), ("gate",))
"""What every report answers."""


@dataclass(frozen=True, slots=True)
class Source:
    """The sealed days of one gate: where they lie, and the fingerprints of its keys where these are known. `state` is
    the state folder of the gate itself, whose journal holds what is not sealed yet."""

    gate: str
    folder: Path
    keys: tuple[str, ...] = ()
    state: Path | None = None

    def count(self) -> int:
        return len(day_names(self.folder))

    def proof(self, tell: Tell) -> Proof:
        return prove(self.folder, self.gate, self.keys, any_gate=self.state is not None, tell=tell)


def own_source(state: Path, gate: str) -> Source:
    """This gate's: its own key is known. TrustFault when that is damaged, OSError when it cannot be read."""
    path = state / KEY
    keys = (read_key(path).fingerprint,) if path.exists() else ()
    return Source(gate, state / DAYS, keys, state)


def delivered_sources(folder: Path, keys: Mapping[str, Collection[str]]) -> list[Source]:
    """Those of many gates, each in a folder of its name (or in `playlog` in that); or of one, whose folder this is.
    ContentFault when there are none."""
    places = [folder, *sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))]
    sources = []
    for place in places:
        gate = place.resolve().name
        days = next((one for one in (place, place / DAYS) if day_names(one) or day_names(one, ".parquet")), None)
        if days is not None:
            sources.append(Source(gate, days, tuple(keys.get(gate, ()))))
    if not sources:
        said = _("{folder}: there are no sealed days in it, nor in folders of gates in it")
        raise ContentFault(said.format(folder=folder))
    return sources


def gather(
    sources: Sequence[Source],
    period: Period,
    timezone: str,
    title: str,
    now: Instant,
    more: Collection[tuple[str, ...]] = (),
    tell: Tell = lambda _more: None,
) -> Report:
    """The report on all sources; `more` is what it is to answer besides the standard. `tell` is told of each day."""
    with (
        tempfile.TemporaryDirectory(prefix="gateplayer-report-") as scratch,
        Ledger(Path(scratch), period, ZoneInfo(timezone), fine=any(map(is_fine, more))) as ledger,
    ):
        gates = [_gate(source, period, timezone, ledger, Path(scratch), tell) for source in sources]
        for gate in gates:
            gate.figures = ledger.total(gate.gate)
        answers = {by: ledger.answer(by) for by in dict.fromkeys((*STANDARD, *more))}
        return Report(title, period, timezone, now, tuple(gates), ledger.total(), answers)


def _gate(source: Source, period: Period, timezone: str, ledger: Ledger, scratch: Path, tell: Tell) -> GateReport:
    proof = source.proof(tell)
    days = [(name, day) for name, day in proof.good if _touches(day, period)]
    files = [source.folder / name.parquet for name, _day in days]
    report = GateReport(source.gate, proof)
    if source.state:
        files += _tail(source, source.state / NAME, timezone, scratch / "tail.parquet", report)
    taken = ledger.take(source.gate, files)
    taken.marks += _unlogged(days, source.folder, ledger, taken)
    report.skipped += [f"{path.name}: {reason}" for path, reason in taken.faulty]
    _measure(report, taken)
    return report


def _measure(report: GateReport, taken: Taken) -> None:
    report.clock_set, report.undated = taken.clock_set, taken.undated
    if taken.begun is None or taken.ended is None:
        return
    found = explain(taken.holes, taken.marks)
    report.gaps = [gap for gap in found if gap.cause is not Cause.DARK]
    report.dark = Span(sum(gap.span for gap in found if gap.cause is Cause.DARK))
    report.covered = Span(taken.ended - taken.begun)
    report.lit = Span(report.covered - sum(hole.end - hole.start for hole in taken.holes))


def _touches(day: SignedDay, period: Period) -> bool:
    """Whether a day may hold records of the period: they lie where they ended, which may be the next morning."""
    return day.seal.last_date >= period.first and day.seal.first_date <= period.last + timedelta(days=1)


def _unlogged(days: list[tuple[DayName, SignedDay]], folder: Path, ledger: Ledger, taken: Taken) -> list[Mark]:
    """Where days are missing between two that are there."""
    faulty = {path.name for path, _reason in taken.faulty}
    marks = []
    for (name, day), (later, after) in pairwise(pair for pair in days if pair[0].parquet not in faulty):
        if after.seal.previous != day.digest and later.number != 1:
            edges = ledger.edges([folder / name.parquet, folder / later.parquet])
            if len(edges) == 2 and edges[0][1] < edges[1][0]:
                marks.append(Mark(Stretch(edges[0][1], edges[1][0]), Cause.UNLOGGED))
    return marks


def _tail(source: Source, journal_file: Path, timezone: str, path: Path, report: GateReport) -> list[Path]:
    """A file with what the journal holds beyond the days that were looked at; none where there is nothing."""
    if not journal_file.exists():
        return []
    after = max((chain.last.seal.last_seq for chain in report.proof.chains), default=0)
    try:
        with closing(Journal(journal_file, read_only=True)) as journal:
            report.tail = max(0, journal.last_seq() - after)
            if report.tail:
                write_records(path, source.gate, timezone, journal.records(after))
    except (sqlite3.Error, ValueError) as error:
        report.tail = 0
        report.skipped.append(f"{journal_file.name}: {error}")
    return [path] if report.tail else []
