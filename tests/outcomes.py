"""What became of the wall after a fault, as figures: told by tests, gathered into one table.

The rows are those of the design's list of what goes wrong. `docs/reliability.md` holds the table of a whole run.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import pytest

OUTCOME = "outcome of a fault"
"""What a test says of itself, with the figures."""

ROWS = {
    "config": "bad `config.yaml` or playlist",
    "media": "media damaged, unknown, too big, a bomb",
    "decoder": "decoder crashes or stalls",
    "server": "server down, slow, lying, replaying, truncated",
    "disk": "disk full, read-only, slow, its files damaged",
    "power": "power cut at any instant",
    "clock": "clock wrong",
    "agent": "agent dead",
    "wall": "wall dead or frozen",
    "devices": "no display, no sound card, no font; stick or share gone",
}
"""What a row is called here, and in the table."""

BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
_HEADS = ("what", "times", "right picture after", "lost")
_RULE = ("---", "---:", "---:", "---")


@dataclass(frozen=True, slots=True)
class Outcome:
    """`times` faults of one kind; `lit`: the longest that the wall was without its right picture, in seconds, 0: never,
    None: the test did not look at the wall; `lost`: what they have cost, in words."""

    row: str
    fault: str
    times: int
    lit: float | None
    lost: str

    def __post_init__(self) -> None:
        assert self.row in ROWS, self.row

    def cells(self) -> tuple[str, str, str, str]:
        after = "–" if self.lit is None else f"{self.lit:.2f} s" if self.lit >= 0.005 else "never gone"
        return (self.fault, f"{self.times:,}", after, self.lost)


def tell(request: pytest.FixtureRequest, outcome: Outcome) -> None:
    """Leave the figures of a test that is about to pass."""
    request.node.user_properties.append((OUTCOME, list(astuple(outcome))))


def told(reports: Iterable[pytest.TestReport]) -> list[Outcome]:
    """What passed tests have left, in the order of the rows."""
    said = [cells for report in reports for name, cells in report.user_properties if name == OUTCOME]
    return ordered(Outcome(*cells) for cells in said if isinstance(cells, list))


HELD = "attacks held off"
"""What a test of attacks says of itself, with their number."""

_ATTACKS = {
    "test_sync_attacks": ("server", "forged, replayed, mixed, stolen: a server or stick that lies"),
    "test_sync_faults": ("server", "down, slow, cut, full of nonsense, its signatures out of date"),
    "test_sync_kills": ("server", "a sync killed again and again: older releases never come back"),
    "test_decoder_attacks": ("decoder", "a decoder that tries everything"),
    "test_probing_attacks": ("media", "a file that takes its reader over"),
}
"""Files of tests, by what they do. What is in force is compared before and after; the wall itself is not looked at."""


def held(reports: Iterable[pytest.TestReport]) -> list[Outcome]:
    """The attacks that passed tests have held off, by kind."""
    counts: Counter[str] = Counter()
    for report in reports:
        name = Path(report.nodeid.split("::")[0]).stem
        counts[name] += sum(int(str(count)) for said, count in report.user_properties if said == HELD)
    return [
        Outcome(*_ATTACKS[name], count, None, "nothing: what is in force stays")
        for name, count in counts.items()
        if count and name in _ATTACKS
    ]


def ordered(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """In the order of the rows."""
    order = list(ROWS)
    return sorted(outcomes, key=lambda one: (order.index(one.row), one.fault))


def lines(outcomes: Sequence[Outcome]) -> list[str]:
    """For a terminal."""
    rows = [_HEADS, *[one.cells() for one in outcomes]]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def write(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Replace the figures in a document, between its two marks."""
    before, rest = path.read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    parts = []
    for row, title in ROWS.items():
        cells = [one.cells() for one in outcomes if one.row == row]
        table = [f"| {' | '.join(line)} |" for line in [_HEADS, _RULE, *cells]]
        parts.append("\n".join([f"### {title[0].upper()}{title[1:]}", *(table if cells else ["No figure."])]))
    path.write_text(f"{before}{BEGIN}\n" + "\n\n".join(parts) + f"\n{END}{after}", "utf-8")
