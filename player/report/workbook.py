"""A report as an XLSX workbook: typed columns, filters, charts, and no text that becomes a formula."""

import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from player.config.language import _
from player.core.units import SECOND, Instant, Span, utc
from player.report import wording
from player.report.figures import Answer, Figures, GateReport, Report
from player.report.gaps import Cause
from player.report.proofwords import proof_lines

MOST_ROWS = 200_000
_MOST_TEXT = 32_000
_WIDTHS = {"title": 48, "asset": 20, "playlist": 32, "theme": 24, "lang": 20, "agency": 28, "gate": 24, "day": 13}
_INK, _MAIN, _TINT = "#17212B", "#0D5C75", "#E8F0F3"


class Workbook:
    """One workbook being written. `data` ends it."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._zone = ZoneInfo(report.timezone)
        self._stream = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._book = xlsxwriter.Workbook(self._stream, options)
        self._book.set_properties({"title": report.title, "company": "", "comments": ""})
        self._formats = {name: self._book.add_format({"valign": "top", **more}) for name, more in _formats().items()}
        self._names: set[str] = set()

    def data(self) -> bytes:
        self._book.close()
        return self._stream.getvalue()

    def sheet(self, name: str) -> Any:
        """A new sheet; its name is made to fit."""
        clean = "".join(letter for letter in name if letter not in "[]:*?/\\'")[:31]
        while clean.lower() in self._names:
            clean = clean[:29] + f"{len(self._names)}"
        self._names.add(clean.lower())
        sheet = self._book.add_worksheet(clean)
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def table(self, name: str, heads: Sequence[tuple[str, float]], rows: Sequence[Sequence[object]]) -> Any:
        """A sheet with one table: heads with their widths, a filter, and the heads in view."""
        sheet = self.sheet(name)
        for column, (head, width) in enumerate(heads):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, head, self._formats["head"])
        for number, row in enumerate(rows[:MOST_ROWS], 1):
            for column, value in enumerate(row):
                self.write(sheet, number, column, value)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, min(len(rows), MOST_ROWS)), len(heads) - 1)
        sheet.repeat_rows(0)
        return sheet

    def write(self, sheet: Any, row: int, column: int, value: object) -> None:
        """A cell of the type of its value; a `Share` is a float."""
        formats = self._formats
        match value:
            case datetime():
                sheet.write_datetime(row, column, value.astimezone(self._zone).replace(tzinfo=None), formats["moment"])
            case date():
                sheet.write_datetime(row, column, value, formats["day"])
            case timedelta():
                # Days as a number: what a spreadsheet takes for a length of time.
                sheet.write_number(row, column, value / timedelta(days=1), formats["span"])
            case float():
                sheet.write_number(row, column, value, formats["share"])
            case int():
                sheet.write_number(row, column, value, formats["number"])
            case None:
                sheet.write_blank(row, column, None, formats["text"])
            case _:
                sheet.write_string(row, column, str(value)[:_MOST_TEXT], formats["text"])

    def figures(self, figures: Figures) -> list[object]:
        shown = timedelta(microseconds=figures.shown)
        share = self._report.share(figures.shown)
        return [figures.plays, figures.completed, shown, float(share), figures.first, figures.last]

    def answer(self, name: str, answer: Answer) -> Any:
        heads = [(wording.column(column), _WIDTHS.get(column, 16.0)) for column in answer.columns]
        heads += [(head, 18.0) for head in wording.figures()]
        rows = [
            [
                *(
                    value if isinstance(value, date) else wording.value(column, value) if column != "asset" else value
                    for column, value in zip(answer.columns, row.values, strict=True)
                ),
                *self.figures(row.figures),
            ]
            for row in answer.rows
        ]
        return self.table(name, heads, rows)

    def chart(self, sheet: Any, place: str, of: tuple[str, Answer], *, kind: str, most: int = 400) -> None:
        """Hours shown, from the sheet of an answer with one column."""
        name, answer = of
        count = min(len(answer.rows), most)
        if not count:
            return
        chart = self._book.add_chart({"type": kind})
        chart.add_series(
            {
                "name": _("Time shown"),
                "categories": [name, 1, 0, count, 0],
                "values": [name, 1, len(answer.columns) + 2, count, len(answer.columns) + 2],
                "fill": {"color": _MAIN},
                "gap": 40,
            }
        )
        chart.set_title({"name": name, "name_font": {"size": 12, "color": _INK}})
        chart.set_legend({"none": True})
        values = {"num_format": "[h]", "major_gridlines": {"visible": True, "line": {"color": "#D9E0E5"}}}
        chart.set_y_axis({**values} if kind == "column" else {"reverse": True})
        chart.set_x_axis({"date_axis": True, "num_format": "dd/mm"} if kind == "column" else values)
        chart.set_size({"width": 620, "height": 300})
        sheet.insert_chart(place, chart)

    def heading(self, sheet: Any, row: int, text: str, kind: str) -> None:
        sheet.write_string(row, 0, text[:_MOST_TEXT], self._formats[kind])

    def pairs(self, sheet: Any, row: int, pairs: Sequence[tuple[str, object]]) -> int:
        """Names and values below one another; the row after them."""
        for number, (name, value) in enumerate(pairs, row):
            sheet.write_string(number, 0, name, self._formats["name"])
            self.write(sheet, number, 1, value)
        return row + len(pairs)


def as_xlsx(report: Report) -> bytes:
    """The workbook of a report, with all its answers."""
    book = Workbook(report)
    overview = book.sheet(_("Overview"))
    named = {}
    for by, answer in report.answers.items():
        name = " + ".join(wording.dimension(one) for one in by)
        named[by] = (book.answer(name, answer).get_name(), answer)
    book.table(_("Gaps"), _gap_heads(), _gap_rows(report))
    book.table(_("Verification"), [(_("Gate"), 24), (_("What was found"), 120)], _proof_rows(report))
    _overview(book, overview, report)
    if ("day",) in named:
        book.chart(overview, "D2", named["day",], kind="column")
    if ("theme",) in named:
        book.chart(overview, "D18", named["theme",], kind="bar", most=12)
    if ("language",) in named:
        book.chart(overview, "D34", named["language",], kind="bar", most=12)
    return book.data()


def _overview(book: Workbook, sheet: Any, report: Report) -> None:
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 1, 22)
    book.heading(sheet, 0, report.title, "title")
    total = report.total
    row = book.pairs(
        sheet,
        2,
        [
            (_("From"), report.period.first),
            (_("Until"), report.period.last),
            (_("Gates"), len(report.gates)),
            (_("Plays"), total.plays),
            (_("Completed"), total.completed),
            (_("Time shown, all zones"), timedelta(microseconds=total.shown)),
            (_("Open time"), timedelta(microseconds=report.open)),
            (_("Of which something was shown"), float(report.share(report.lit))),
            (_("First shown"), total.first),
            (_("Last shown"), total.last),
            (_("Made"), utc(report.made)),
        ],
    )
    book.heading(sheet, row + 1, _("When nothing was shown"), "section")
    causes = [cause for cause in Cause if cause is not Cause.DARK]
    lost = [(wording.cause(cause), _lost(report.gates, cause)) for cause in causes]
    row = book.pairs(sheet, row + 2, lost)
    book.heading(sheet, row + 1, _("Verification"), "section")
    bad = sum(bool(gate.proof.findings) for gate in report.gates)
    undated = sum(gate.undated for gate in report.gates)
    book.pairs(
        sheet,
        row + 2,
        [
            (_("Gates whose log is whole"), len(report.gates) - bad),
            (_("Gates with something wrong"), bad),
            (_("Plays not counted, for the clock was wrong"), undated),
        ],
    )


def _lost(gates: Sequence[GateReport], cause: Cause) -> timedelta:
    return timedelta(microseconds=sum(gate.lost(cause) for gate in gates))


def _gap_heads() -> list[tuple[str, float]]:
    heads = [(_("Gate"), 24.0), (_("From"), 20.0), (_("Until"), 20.0), (_("Length"), 14.0)]
    return [*heads, (_("Cause"), 30.0), (_("The log says"), 70.0)]


def _gap_rows(report: Report) -> list[list[object]]:
    return [
        [gate.gate, _moment(gap.start), _moment(gap.end), _length(gap.span), wording.cause(gap.cause), gap.reason]
        for gate in report.gates
        for gap in gate.gaps
    ]


def _proof_rows(report: Report) -> list[list[object]]:
    return [[gate.gate, line] for gate in report.gates for line in proof_lines(gate)]


def _moment(instant: Instant) -> datetime:
    return utc(instant)


def _length(length: Span) -> timedelta:
    return timedelta(seconds=round(length / SECOND))


def _formats() -> dict[str, dict[str, Any]]:
    return {
        "head": {"bold": True, "font_color": "#FFFFFF", "bg_color": _MAIN, "text_wrap": True, "border_color": _MAIN},
        "title": {"bold": True, "font_size": 18, "font_color": _MAIN},
        "section": {"bold": True, "font_size": 12, "font_color": _MAIN},
        "name": {"bg_color": _TINT},
        "text": {},
        "number": {"num_format": "#,##0", "align": "right"},
        "share": {"num_format": "0.0%", "align": "right"},
        "span": {"num_format": "[h]:mm:ss", "align": "right"},
        "day": {"num_format": "dd/mm/yyyy", "align": "right"},
        "moment": {"num_format": "dd/mm/yyyy hh:mm", "align": "right"},
    }
