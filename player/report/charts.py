"""Bars, computed: where each stands in a drawing of fixed size, which the page scales to its paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from unicodedata import east_asian_width

from player.config.language import _
from player.core.units import MINUTE, Span
from player.report import wording
from player.report.figures import Answer, Report
from player.report.period import Period

HOUR = 60 * MINUTE
WIDTH, ROW, LABEL, FIGURE = 420.0, 24.0, 172.0, 66.0
DAYS_WIDTH, DAYS_HEIGHT, AXIS, FOOT = 860.0, 170.0, 46.0, 22.0
_MOST_BARS = 10
_MOST_LETTERS = 24
_MOST_COLUMNS = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: `label` is cut where it would not fit, `name` is all of it."""

    x: float
    y: float
    width: float
    height: float
    name: str
    label: str
    figure: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale, and what is written at it."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing."""

    title: str
    width: float
    height: float
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...] = ()
    marks: tuple[Tick, ...] = ()


def rows(report: Report, title: str, answer: Answer) -> Chart:
    """Bars below one another, the longest first: how long each was shown. Those beyond the tenth are one."""
    found = [(wording.value(answer.columns[0], row.values[0]), row.figures.shown) for row in answer.rows]
    if len(found) > _MOST_BARS:
        rest = found[_MOST_BARS - 1 :]
        others = _("{count} others").format(count=len(rest))
        found = [*found[: _MOST_BARS - 1], (others, Span(sum(shown for _name, shown in rest)))]
    longest = max((shown for _name, shown in found), default=0) or 1
    room = WIDTH - LABEL - FIGURE
    bars = [
        Bar(LABEL, number * ROW, max(1.0, room * shown / longest), ROW - 8, name, _cut(name), _figure(report, shown))
        for number, (name, shown) in enumerate(found)
    ]
    return Chart(title, WIDTH, ROW * max(1, len(found)), tuple(bars))


def days(title: str, period: Period, answer: Answer) -> Chart:
    """A column a day, or a month where there are too many days: hours shown."""
    shown = {row.values[0]: row.figures.shown for row in answer.rows}
    columns = _columns(period, {day: span for day, span in shown.items() if isinstance(day, date)})
    top = _rounded(max((span for _day, _label, span in columns), default=Span(0)) / HOUR)
    height, wide = DAYS_HEIGHT - FOOT - 12, (DAYS_WIDTH - AXIS) / max(1, len(columns))
    bars = []
    for number, (_day, name, span) in enumerate(columns):
        tall = height * (span / HOUR) / top
        x = AXIS + number * wide
        bars.append(Bar(x, 12 + height - tall, min(wide * 0.78, 46.0), tall, name, "", wording.span(span)))
    ticks = [Tick(12 + height * (1 - part / 4), wording.number(top * part / 4, int(top < 8))) for part in range(5)]
    marks = [
        Tick(bar.x, label)
        for bar, (day, _name, _span) in zip(bars, columns, strict=True)
        if (label := _mark(day, columns))
    ]
    return Chart(title, DAYS_WIDTH, DAYS_HEIGHT, tuple(bars), tuple(ticks), tuple(marks))


_Column = tuple[date, str, Span]


def _columns(period: Period, shown: dict[date, Span]) -> list[_Column]:
    every = [period.first + timedelta(days=ahead) for ahead in range(period.days)]
    if period.days <= _MOST_COLUMNS:
        return [(day, wording.day(day), shown.get(day, Span(0))) for day in every]
    months: dict[date, int] = {}
    for day in every:
        months[day.replace(day=1)] = months.get(day.replace(day=1), 0) + shown.get(day, 0)
    return [(month, f"{month:%m/%Y}", Span(span)) for month, span in months.items()]


def _mark(day: date, columns: Sequence[_Column]) -> str:
    """What is written below a column; not below each where there are many."""
    if len(columns) > 1 and (columns[1][0] - columns[0][0]).days > 1:
        return f"{day:%m/%y}" if len(columns) <= 24 or day.month == 1 else ""
    is_near = len(columns) <= 16
    return f"{day.day}/{day.month}" if is_near or day.day in (1, 8, 15, 22) or day == columns[0][0] else ""


def _rounded(most: float) -> float:
    """The top of the scale: a number that divides into four well."""
    scale = 1.0
    while scale * 8 < most:
        scale *= 10
    return next((scale * step for step in (1, 2, 4, 8) if scale * step >= most), scale * 8)


def _figure(report: Report, shown: Span) -> str:
    return wording.percent(report.share(shown))


def _cut(name: str) -> str:
    """What of a name fits before its bar; letters of East Asia take twice the room."""
    room = _MOST_LETTERS
    for place, letter in enumerate(name):
        room -= 2 if east_asian_width(letter) in "WF" else 1
        if room < 0:
            return name[: max(1, place - 1)] + "…"
    return name
