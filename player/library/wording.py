"""Spans, dates, windows and levels in the words of pages that people read."""

from collections.abc import Iterable
from datetime import date, datetime, time

from player.config.language import _, language_in_use
from player.core.model import DateRange, Level, Window
from player.core.units import MINUTE, SECOND, Span


def number(value: float, digits: int = 0) -> str:
    """A number as it is written in the language in use."""
    text = f"{value:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,")) if language_in_use() == "vi" else text


def amount(size: int) -> str:
    """Bytes."""
    for unit, least in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= least:
            return f"{number(size / least, 1)} {unit}"
    return f"{size} B"


def span(length: Span) -> str:
    """How long something lasts: 8 s, 1 min 30 s, 13 h 20 min."""
    if length < MINUTE:
        return _("{count} s").format(count=number(length / SECOND, 1))
    minutes, rest = divmod(round(length / SECOND), 60)
    if minutes < 60:
        said = _("{count} min").format(count=minutes)
        return said + (" " + _("{count} s").format(count=rest) if rest else "")
    hours, minutes = divmod(minutes + (rest >= 30), 60)
    said = _("{count} h").format(count=hours)
    return said + (" " + _("{count} min").format(count=minutes) if minutes else "")


def day(moment: date) -> str:
    return moment.strftime("%d/%m/%Y" if language_in_use() == "vi" else "%Y-%m-%d")


def moment(at: datetime) -> str:
    return at.strftime("%H:%M, %d/%m/%Y" if language_in_use() == "vi" else "%Y-%m-%d %H:%M")


def dates(span: DateRange) -> str:
    """A date, or from when until when."""
    if span.first is not None and span.first == span.last:
        return day(span.first)
    if span.first is None and span.last is None:
        return _("any day")
    if span.first is None:
        assert span.last is not None
        return _("until {last}").format(last=day(span.last))
    if span.last is None:
        return _("from {first}").format(first=day(span.first))
    return _("{first} to {last}").format(first=day(span.first), last=day(span.last))


_MOST_DATES = 3


def windows(found: Iterable[Window], today: date = date.min) -> str:
    """When something may play. Of many dates only those that are not over by `today` are told."""
    said = [_window(one, today) for one in found]
    return "; ".join(dict.fromkeys(said)) or _("always")


def _window(window: Window, today: date) -> str:
    ahead = [one for one in window.dates if one.last is None or one.last >= today] or list(window.dates[-1:])
    parts = [dates(one) for one in ahead[:_MOST_DATES]]
    if len(ahead) > _MOST_DATES:
        parts.append(_("and {count} more").format(count=len(ahead) - _MOST_DATES))
    said = [", ".join(parts)] if parts else []
    if window.weekdays:
        said.append(_weekdays(sorted(window.weekdays)))
    if (window.start, window.end) != (0, 1440):
        said.append(f"{_minute(window.start)}–{_minute(window.end)}")
    return " · ".join(said) or _("always")


def _weekdays(found: list[int]) -> str:
    names = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    if len(found) > 2 and found == [*range(found[0], found[-1] + 1)]:
        return f"{names[found[0]]}–{names[found[-1]]}"
    return ", ".join(names[one] for one in found)


def _minute(minute: int) -> str:
    return "24:00" if minute == 1440 else time(*divmod(minute, 60)).strftime("%H:%M")


def level(of: Level) -> str:
    return {Level.NORMAL: _("normal"), Level.PRIORITY: _("priority"), Level.EMERGENCY: _("emergency")}[of]
