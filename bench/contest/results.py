"""The rows as a table on the terminal and as bench/RESULTS.md."""

import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from bench.contest.peers import CHROMIUM, PLAYERS, TOOLS
from bench.contest.rows import OURS, Row
from player import __version__

TRIED = Path(__file__).with_name("tried.md")
"""What was changed because of these rows, by hand."""


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Lines for a terminal, section by section."""
    for section, found in groupby(rows, key=lambda row: row.section):
        yield f"\n{section}"
        for row in found:
            yield f"  {row.title}"
            for name in row.values:
                yield f"    {name:<22} {_number(row, name):>12} {row.unit:<10} {_ratio(row, name)}"
            for said in (row.more, *(f"MISSED: {one}" for one in row.missed()), row.why if row.missed() else ""):
                if said:
                    yield f"    {said}"


def _number(row: Row, name: str) -> str:
    value = row.median(name)
    return "-" if value is None else f"{value:.3g}"


def _ratio(row: Row, name: str) -> str:
    ratio = row.ratio(name)
    return "" if name == OURS or ratio is None else f"ours is {ratio:.2f} of it"


def _spread(row: Row, name: str) -> str:
    values = row.values[name]
    return f"{min(values):.3g} – {max(values):.3g}" if len(values) > 1 else ""


def markdown(rows: Sequence[Row], command: str, plots: Iterable[Path]) -> str:
    """What RESULTS.md holds."""
    missed = [row for row in rows if row.missed()]
    lines = [
        "# Measured beside others",
        "",
        f"By `{command}` on {datetime.now(UTC).date()}: Gateplayer {__version__}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores ({_processor()}), Linux {platform.release()}. Medians; what is measured side by side "
        "was measured in turns in one run. The processor time is that of all processes of each, dead ones included.",
        "",
        f"{len(rows)} rows; targets missed in {len(missed)}.",
        "",
    ]
    for section, found in groupby(rows, key=lambda row: row.section):
        lines += [
            f"## {section}",
            "| what | who | median | spread | ours to it | target |",
            "|---|---|---:|---|---:|---|",
        ]
        for row in found:
            lines += _cells(row)
        lines.append("")
    if missed:
        lines += ["## Missed, why, and what next"]
        lines += [f"- **{row.section}: {row.title}** ({'; '.join(row.missed())}). {row.why}" for row in missed]
        lines.append("")
    lines += [f"![{plot.stem}]({plot.name})" for plot in plots]
    lines += ["", TRIED.read_text("utf-8")]
    lines += ["## Versions", "| program | version |", "|---|---|"]
    lines += [f"| {peer.name} | {peer.told()} |" for peer in (*PLAYERS, CHROMIUM, *TOOLS)]
    return "\n".join(lines) + "\n"


def _cells(row: Row) -> Iterator[str]:
    title = f"{row.title} ({row.unit})" + (f"<br>{row.more}" if row.more else "")
    for number, name in enumerate(row.values):
        ratio = row.ratio(name)
        cells = [
            title if number == 0 else "",
            name,
            _number(row, name),
            _spread(row, name),
            "" if name == OURS or ratio is None else f"{ratio:.2f}",
            _target(row) if name == OURS else "",
        ]
        yield f"| {' | '.join(cells)} |"


def _target(row: Row) -> str:
    if not row.bounds:
        return ""
    words = [f"≤ {bound.most:g}" + (f" × {bound.of}" if bound.of else "") for bound in row.bounds]
    return f"{', '.join(words)}: {'**missed**' if row.missed() else 'met'}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
