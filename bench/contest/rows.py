"""What was measured: one row a comparison, ours beside its peers, and whether its target is met."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

OURS = "gateplayer"


@dataclass(frozen=True)
class Bound:
    """Ours is to be at most `most`: in the row's unit, or, with `of`, times the median of that peer. `of` CHEAPEST is
    the peer with the lowest median."""

    most: float
    of: str = ""

    def limit(self, row: "Row") -> float | None:
        """The bound in the row's unit; None where the peer that it rests on is absent."""
        if not self.of:
            return self.most
        medians = {name: statistics.median(values) for name, values in row.values.items() if values}
        if self.of == CHEAPEST:
            peers = [median for name, median in medians.items() if name != OURS and name not in row.floors]
            return self.most * min(peers) if peers else None
        return self.most * medians[self.of] if self.of in medians else None


CHEAPEST = "the cheapest peer"


@dataclass
class Row:
    """`values` are those of every run, by who was measured. `why` is told where a target is missed: the reason and the
    next idea. `more` is what else was seen in that run. `floors` are those of `values` who are no peers, but
    stand there to show what a part of the work costs."""

    section: str
    title: str
    unit: str
    values: dict[str, list[float]] = field(default_factory=dict)
    bounds: tuple[Bound, ...] = ()
    more: str = ""
    why: str = ""
    floors: tuple[str, ...] = ()

    def median(self, name: str = OURS) -> float | None:
        values = self.values.get(name)
        return statistics.median(values) if values else None

    def ratio(self, name: str) -> float | None:
        """Ours to that peer's."""
        mine, other = self.median(), self.median(name)
        return mine / other if mine is not None and other else None

    def missed(self) -> list[str]:
        """The targets that are missed, in words."""
        mine, found = self.median(), []
        for bound in self.bounds:
            limit = bound.limit(self)
            if mine is not None and limit is not None and mine > limit:
                of = f" {bound.most:g} x {bound.of}" if bound.of else ""
                found.append(f"{mine:.3g} {self.unit}, target{of} {limit:.3g} {self.unit}")
        return found


@dataclass(frozen=True)
class Settings:
    """How much is measured: in `quick` once and briefly, for whether every row works; `folder` is for what it
    writes."""

    quick: bool
    runs: int
    folder: Path

    def scaled(self, full: float, quick: float) -> float:
        return quick if self.quick else full


def alternate(runs: int, several: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Measure each in turn, so that what else the machine does meets them all alike; each round begins with another."""
    names = list(several)
    values: dict[str, list[float]] = {name: [] for name in several}
    for number in range(runs):
        turn = number % len(names)
        for name in (*names[turn:], *names[:turn]):
            values[name].append(several[name]())
    return values


def missing(names: Sequence[str]) -> str:
    """For a row's `more`: who could not be measured."""
    return f"not installed: {', '.join(names)}" if names else ""
