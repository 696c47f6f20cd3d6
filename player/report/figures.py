"""What a report says, as values; how it is written is the matter of others."""

from dataclasses import dataclass, field
from datetime import date, datetime

from player.core.units import Instant, Span
from player.library.dayproof import Proof
from player.report.gaps import Cause, Gap
from player.report.period import Period

DIMENSIONS: dict[str, tuple[str, ...]] = {
    "item": ("title", "kind", "asset"),
    "theme": ("theme",),
    "language": ("lang",),
    "agency": ("agency",),
    "level": ("level",),
    "gate": ("gate",),
    "day": ("day",),
    "playlist": ("playlist",),
    "zone": ("zone",),
    "kind": ("kind",),
    "source": ("source",),
}
"""By what figures can be told apart, and the columns that are one such thing."""

Value = str | date


@dataclass(frozen=True, slots=True)
class Figures:
    """Plays, those that were shown to their end, for how long; when for the first and when for the last time."""

    plays: int = 0
    completed: int = 0
    shown: Span = Span(0)
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one thing; `values` are those of its columns."""

    values: tuple[Value, ...]
    figures: Figures


@dataclass(frozen=True, slots=True)
class Answer:
    """The figures by some dimensions: the most shown first, or in the order of days."""

    by: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return columns_of(self.by)


@dataclass(slots=True)
class GateReport:
    """One gate: `covered` is how much of the period its log tells of, `dark` how much of that the lights were out,
    `lit` how much something was shown. `skipped` are files that hold no records of ours, and why."""

    gate: str
    proof: Proof
    figures: Figures = Figures()
    covered: Span = Span(0)
    dark: Span = Span(0)
    lit: Span = Span(0)
    gaps: list[Gap] = field(default_factory=list)
    clock_set: int = 0
    undated: int = 0
    skipped: list[str] = field(default_factory=list)
    tail: int = 0

    @property
    def open(self) -> Span:
        """For how long something should have been shown."""
        return Span(max(0, self.covered - self.dark))

    def lost(self, cause: Cause) -> Span:
        return Span(sum(gap.span for gap in self.gaps if gap.cause is cause))


@dataclass(frozen=True, slots=True)
class Report:
    """All that is known of a period. `answers` are by the names of their dimensions."""

    title: str
    period: Period
    timezone: str
    made: Instant
    gates: tuple[GateReport, ...]
    total: Figures
    answers: dict[tuple[str, ...], Answer]

    @property
    def open(self) -> Span:
        return Span(sum(gate.open for gate in self.gates))

    @property
    def lit(self) -> Span:
        return Span(sum(gate.lit for gate in self.gates))

    def share(self, shown: Span) -> float:
        """Of the open time of all gates. Zones show things at one time, so that shares may add up to more than 1."""
        return shown / self.open if self.open else 0.0


def columns_of(by: tuple[str, ...]) -> tuple[str, ...]:
    """The columns of some dimensions, each once."""
    return tuple(dict.fromkeys(column for name in by for column in DIMENSIONS[name]))
