"""One answer as lines: for a terminal, and as CSV for other programs."""

import csv
import io
from collections.abc import Iterator

from player.core.units import SECOND
from player.report import wording
from player.report.figures import Answer, Figures, Report, Row

_FIGURES = ("plays", "completed", "shown_seconds", "share", "first_shown", "last_shown")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def heads(answer: Answer) -> list[str]:
    """The headings of a table for people, who do not read hashes."""
    return [*(wording.column(name) for name in answer.columns if name != "asset"), *wording.figures()]


def cells(report: Report, answer: Answer) -> Iterator[list[str]]:
    """The lines of that table."""
    for row in answer.rows:
        values = [
            wording.value(name, value)
            for name, value in zip(answer.columns, row.values, strict=True)
            if name != "asset"
        ]
        yield [*values, *_told(report, row.figures)]


def as_csv(report: Report, answer: Answer) -> str:
    """CSV with headings that do not change with the language, instants with their zone, and no cell that a spreadsheet
    would take for a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([*answer.columns, *_FIGURES])
    for row in answer.rows:
        writer.writerow([*(harmless(str(value)) for value in row.values), *_plain(report, row)])
    return stream.getvalue()


def harmless(text: str) -> str:
    """Text that a spreadsheet leaves alone: an apostrophe stands before what would be a formula."""
    clean = text.replace("\0", "")
    return f"'{clean}" if clean.startswith(_DANGEROUS) else clean


def _told(report: Report, figures: Figures) -> list[str]:
    return [
        wording.number(figures.plays),
        wording.number(figures.completed),
        wording.span(figures.shown),
        wording.percent(report.share(figures.shown)),
        wording.moment(figures.first),
        wording.moment(figures.last),
    ]


def _plain(report: Report, row: Row) -> list[object]:
    figures = row.figures
    moments = [moment.isoformat(timespec="seconds") if moment else "" for moment in (figures.first, figures.last)]
    shown = f"{figures.shown / SECOND:.3f}"
    return [figures.plays, figures.completed, shown, f"{report.share(figures.shown):.6f}", *moments]
