"""A report as one HTML page that needs nothing else, and prints on A4."""

from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from player.config.language import language_in_use
from player.core.units import Span, utc
from player.report import charts, wording
from player.report.charts import Chart
from player.report.figures import GateReport, Report
from player.report.flat import cells, heads
from player.report.gaps import Cause, Gap
from player.report.labels import labels
from player.report.proofwords import proof_lines

_MOST_ITEMS = 60
_MOST_GAPS = 40
_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Lost:
    """How long nothing was shown for one cause, how often, and what part that is of all such time."""

    cause: str
    code: str
    span: Span
    count: int
    part: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the log of a gate can be believed, in a word and in sentences."""

    gate: str
    code: str
    lines: list[str]


def as_html(report: Report) -> bytes:
    """The page of a report, in the language in use."""
    zone = ZoneInfo(report.timezone)
    gaps = sorted(((gap, gate.gate) for gate in report.gates for gap in gate.gaps), key=lambda one: -one[0].span)
    items = report.answers["item",].rows
    values = {
        "words": labels(),
        "language": language_in_use(),
        "wording": wording,
        "report": report,
        "moment": lambda at: wording.moment(utc(at).astimezone(zone)),
        "days": _days(report),
        "bars": _bars(report),
        "items": items[:_MOST_ITEMS],
        "all_items": len(items),
        "more": _more(report),
        "lost": _lost([gap for gap, _name in gaps]),
        "gaps": gaps[:_MOST_GAPS],
        "all_gaps": len(gaps),
        "verdicts": [_verdict(gate) for gate in report.gates],
        "clocks": [gate for gate in report.gates if gate.clock_set or gate.undated],
    }
    return _environment().get_template("report.html").render(values).encode()


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("player.report"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _days(report: Report) -> Chart:
    words = labels()
    title = words["days"] if report.period.days <= 100 else words["months"]
    return charts.days(title, report.period, report.answers["day",])


def _bars(report: Report) -> list[Chart]:
    """By theme, language, agency and level; what nobody has said anything of is left out."""
    found = []
    for name in ("theme", "language", "agency", "level"):
        answer = report.answers[name,]
        if any(row.values[0] for row in answer.rows):
            found.append(charts.rows(report, wording.dimension(name), answer))
    return found


def _more(report: Report) -> list[tuple[str, list[str], list[list[str]]]]:
    """The tables that somebody asked for besides: title, headings, lines."""
    standard = {"item", "day", "theme", "language", "agency", "level", "gate"}
    found = []
    for by, answer in report.answers.items():
        if len(by) > 1 or by[0] not in standard:
            lines = [line for line, _number in zip(cells(report, answer), range(_MOST_ROWS), strict=False)]
            found.append((" + ".join(wording.dimension(one) for one in by), heads(answer), lines))
    return found


def _lost(gaps: list[Gap]) -> list[Lost]:
    spans: Counter[Cause] = Counter()
    counts: Counter[Cause] = Counter(gap.cause for gap in gaps)
    for gap in gaps:
        spans[gap.cause] += gap.span
    total = sum(spans.values()) or 1
    return [
        Lost(wording.cause(cause), cause.value, Span(span), counts[cause], span / total)
        for cause, span in spans.most_common()
    ]


def _verdict(gate: GateReport) -> Verdict:
    proof = gate.proof
    code = "bad" if proof.findings else "good" if proof.is_pinned and proof.chains else "whole"
    return Verdict(gate.gate, code, proof_lines(gate))
