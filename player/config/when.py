"""`when:` and `hours:`: dates, weekdays, clock times and holidays to windows."""

import re
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema, model_validator

from player.config.checking import Part
from player.config.holidays import NAMES, dates_of, holiday
from player.config.language import _
from player.config.suggest import WordingError, unknown
from player.config.units import text, whole
from player.config.yamlsource import shown
from player.core.model import DateRange, Window

DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
DATES = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?(\.\.)?([0-9]{4}-[0-9]{2}-[0-9]{2})?$"
DAYS = r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)?( ?, ?[A-Za-z0-9]+(-[A-Za-z0-9]+)?)*$"
TIMES = r"^[0-9]{1,2}:[0-9]{2} ?- ?[0-9]{1,2}:[0-9]{2}$"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WHOLE_DAY = (0, 1440)
MOST_DAYS = 60

_DAY_NUMBERS = {
    **{name: number for number, name in enumerate(WEEKDAYS)},
    "t2": 0,
    "t3": 1,
    "t4": 2,
    "t5": 3,
    "t6": 4,
    "t7": 5,
    "cn": 6,
}


def day(value: Any) -> date:
    """A date written year-month-day."""
    word = text(value).strip()
    if not re.fullmatch(DATE, word):
        raise WordingError(_('"{word}" is no date; write year-month-day: 2026-09-02').format(word=shown(word)))
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        raise WordingError(_("there is no {word} in the calendar").format(word=word)) from error


def date_range(value: Any) -> DateRange:
    """ "2026-09-01..2026-09-03", one date, or a range that is open on one side."""
    word = text(value).strip()
    first, dots, last = (part.strip() for part in word.partition(".."))
    if not dots:
        return DateRange(day(first), day(first))
    if not first and not last:
        raise WordingError(_('"{word}" is no date; write year-month-day: 2026-09-02').format(word=shown(word)))
    found = DateRange(day(first) if first else None, day(last) if last else None)
    if found.first and found.last and found.last < found.first:
        raise WordingError(_("{last} is before {first}").format(first=first, last=last))
    return found


def _listed(value: Any) -> list[Any]:
    if value == []:
        raise WordingError(_("must not be empty"))
    return value if isinstance(value, list) else [value]


def date_ranges(value: Any) -> tuple[DateRange, ...]:
    """One range or a list of them."""
    return tuple(date_range(part) for part in _listed(value))


def weekdays(value: Any) -> frozenset[int]:
    """ "mon-fri,sun", or a list of such; 0 is Monday. Vietnamese short names, t2 to t7 and cn, are understood too."""
    found: set[int] = set()
    for word in (word for part in _listed(value) for word in text(part).split(",")):
        first, dash, last = word.partition("-")
        start, end = _weekday(first), _weekday(last if dash else first)
        found |= {(start + ahead) % 7 for ahead in range((end - start) % 7 + 1)}
    return frozenset(found)


def _weekday(word: str) -> int:
    name = word.strip().casefold()
    if name in _DAY_NUMBERS:
        return _DAY_NUMBERS[name]
    if len(name) > 3 and name.endswith("day") and name[:3] in _DAY_NUMBERS:
        return _DAY_NUMBERS[name[:3]]
    raise unknown(word.strip(), WEEKDAYS)


def hours(value: Any) -> tuple[tuple[int, int], ...]:
    """ "07:00-18:30", or a list of such: minutes after midnight. 22:00-06:00 ends on the next day."""
    return tuple(_hours(text(part).strip()) for part in _listed(value))


def _hours(word: str) -> tuple[int, int]:
    start, _dash, end = word.partition("-")
    if not re.fullmatch(TIMES, word):
        raise WordingError(_('"{word}" is no time of day; write from-to: 07:00-18:30').format(word=shown(word)))
    found = _minutes(start), _minutes(end)
    if found[0] == 1440 or found[0] == found[1]:
        raise WordingError(_("from {start} to {end} is no time; the whole day is 00:00-24:00").format(
            start=start.strip(), end=end.strip()))  # fmt: skip
    return found


def _minutes(word: str) -> int:
    hour, minute = (int(part) for part in word.split(":"))
    if minute > 59 or hour * 60 + minute > 1440:
        raise WordingError(_("there is no {word} on a clock").format(word=word.strip()))
    return hour * 60 + minute


def holidays(value: Any) -> tuple[str, ...]:
    """The name of a holiday, or a list of names."""
    return tuple(holiday(text(part)) for part in _listed(value))


def days_around(value: Any) -> int:
    """A number of days, with or without the word."""
    word = text(value).strip()
    return whole(re.sub(r" ?(days?|ngày)$", "", word), 0, MOST_DAYS)


def _or_list(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1}]}


_NUMBER_OF_DAYS = {"anyOf": [{"type": "integer", "minimum": 0, "maximum": MOST_DAYS},
                             {"type": "string", "pattern": "^[0-9]{1,2} ?(days?|ngày)$"}]}  # fmt: skip


class WhenEntry(Part):
    """All conditions that are written must hold; of a list within one, any."""

    dates: Annotated[
        tuple[DateRange, ...],
        PlainValidator(date_ranges),
        WithJsonSchema(_or_list({"type": "string", "pattern": DATES, "examples": ["2026-09-01..2026-09-03"]})),
    ] = ()
    days: Annotated[
        frozenset[int],
        PlainValidator(weekdays),
        WithJsonSchema(_or_list({"type": "string", "pattern": DAYS, "examples": ["mon-fri,sun"]})),
    ] = frozenset()
    time: Annotated[
        tuple[tuple[int, int], ...],
        PlainValidator(hours),
        WithJsonSchema(_or_list({"type": "string", "pattern": TIMES, "examples": ["07:00-18:30"]})),
    ] = (WHOLE_DAY,)
    holiday: Annotated[
        tuple[str, ...],
        PlainValidator(holidays),
        WithJsonSchema(_or_list({"type": "string", "examples": list(NAMES)})),
    ] = ()
    before: Annotated[int, PlainValidator(days_around), WithJsonSchema(_NUMBER_OF_DAYS)] = 0
    after: Annotated[int, PlainValidator(days_around), WithJsonSchema(_NUMBER_OF_DAYS)] = 0

    @model_validator(mode="after")
    def _can_open(self) -> "WhenEntry":
        if (self.before or self.after) and not self.holiday:
            raise WordingError(_("before and after count days around a holiday; name it: holiday: tet"))
        if (self.dates or self.holiday) and not any(_holds(span, self.days) for span in self.ranges()):
            raise WordingError(_("never happens: no date fits all that is written here"))
        return self

    def ranges(self) -> tuple[DateRange, ...]:
        """The dates on which it holds, weekdays aside; empty means any date."""
        around = [span for name in self.holiday for span in dates_of(name, self.before, self.after)]
        if not self.dates or not around:
            return self.dates or tuple(around)
        return tuple(both for one in self.dates for other in around if (both := _common(one, other)))

    def windows(self) -> tuple[Window, ...]:
        """One window for each stretch of the day."""
        return tuple(Window(self.ranges(), self.days, start, end) for start, end in self.time)


def _common(one: DateRange, other: DateRange) -> DateRange | None:
    first = max(one.first or date.min, other.first or date.min)
    last = min(one.last or date.max, other.last or date.max)
    return DateRange(first, last) if first <= last else None


def _holds(span: DateRange, days: frozenset[int]) -> bool:
    if not days or span.first is None or span.last is None:
        return True
    length = min((span.last - span.first).days, 6)
    return any((span.first + timedelta(ahead)).weekday() in days for ahead in range(length + 1))


Day = Annotated[date | None, PlainValidator(day), WithJsonSchema({"type": "string", "pattern": DATE})]
When = Annotated[
    list[WhenEntry],
    BeforeValidator(
        lambda value: [value] if isinstance(value, dict) else value,
        json_schema_input_type=WhenEntry | list[WhenEntry],
    ),
]
"""One group of conditions or a list of them: open whenever one of them holds."""


def windows_of(entries: list[WhenEntry]) -> tuple[Window, ...]:
    """The windows of all entries, in the order written."""
    return tuple(window for entry in entries for window in entry.windows())
