"""Local dates and minutes into instants: when windows are open.

The same local minute always becomes the same instant, later minutes never an earlier one, so windows that meet on the
clock face meet in time. Where clocks go forward, the minutes that do not exist are the instant of the change; where
they go back, a minute that comes twice is the first.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from player.core.model import DateRange, Window
from player.core.units import DAY, MINUTE, SECOND, Instant, instant_of, utc

Stretch = tuple[Instant, Instant]
"""Half-open: the first instant and the one after the last."""

ONE_DAY = timedelta(days=1)
_ANY_DATE = (DateRange(None, None),)


def local_day(now: Instant, tz: tzinfo) -> date:
    """The date on the calendar of `tz`."""
    return utc(now).astimezone(tz).date()


def monday(day: date) -> date:
    """The Monday on or before `day`."""
    return day - timedelta(days=day.weekday())


@lru_cache(maxsize=2048)
def midnight(day: date, tz: tzinfo) -> Instant:
    """The first instant of a local day, also where the clocks go forward at 00:00."""
    return _first_at(datetime.combine(day, time()), tz)


@lru_cache(maxsize=2048)
def _even(day: date, tz: tzinfo) -> bool:
    """Whether the clocks are left alone that day."""
    here, there = (datetime.combine(one, time(), tz) for one in (day, day + ONE_DAY))
    return here.utcoffset() == there.utcoffset() and midnight(day + ONE_DAY, tz) - midnight(day, tz) == DAY


def minute_of(day: date, minute: int, tz: tzinfo) -> Instant:
    """The instant of `minute` minutes after local midnight, 0 to 2880, as a clock on the wall shows it."""
    days, minute = divmod(minute, 1440)
    day += days * ONE_DAY
    if minute == 0 or _even(day, tz):
        return Instant(midnight(day, tz) + minute * MINUTE)
    return _first_at(datetime.combine(day, time(*divmod(minute, 60))), tz)


def _first_at(local: datetime, tz: tzinfo) -> Instant:
    found = instant_of(local.replace(tzinfo=tz))
    if utc(found).astimezone(tz).replace(tzinfo=None) == local:
        return found
    # No clock shows this minute. PEP 495: fold 0 reckons with the offset before the gap, fold 1 with the one after,
    # so that the change lies between the two instants; changes happen on whole seconds.
    low, high = instant_of(local.replace(tzinfo=tz, fold=1)), found
    before = utc(low).astimezone(tz).utcoffset()
    while high - low > SECOND:
        middle = Instant(low + (high - low) // (2 * SECOND) * SECOND)
        if utc(middle).astimezone(tz).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


def opens_on(window: Window, day: date) -> bool:
    """Whether a stretch of the window starts on that local day."""
    if window.weekdays and day.weekday() not in window.weekdays:
        return False
    return not window.dates or any(
        (span.first is None or span.first <= day) and (span.last is None or day <= span.last) for span in window.dates
    )


def stretches(windows: Sequence[Window], first_day: date, last_day: date, tz: tzinfo) -> list[Stretch]:
    """Every single stretch that starts on `first_day` to `last_day`, both included: sorted, they may overlap.

    No windows means always: each local day is a stretch of its own.
    """
    found = []
    for day in days(first_day, last_day):
        for window in windows or (Window(),):
            if opens_on(window, day):
                past_midnight = window.end <= window.start
                start = minute_of(day, window.start, tz)
                end = minute_of(day, window.end + (1440 if past_midnight else 0), tz)
                if start < end:
                    found.append((start, end))
    found.sort()
    return found


def occurrences(windows: Sequence[Window], first_day: date, last_day: date, tz: tzinfo) -> list[Stretch]:
    """When any of `windows` is open, of what starts on those local days: sorted, apart from one another."""
    return merged(stretches(windows, first_day, last_day, tz))


def merged(ordered: Iterable[Stretch]) -> list[Stretch]:
    """Sorted stretches, those that meet or overlap made one."""
    result: list[Stretch] = []
    for start, end in ordered:
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def days(first: date, last: date) -> Iterator[date]:
    """Each date from `first` to `last`, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def closing(windows: Sequence[Window], now: Instant, tz: tzinfo) -> Instant | None:
    """When what is open now closes. None when it is closed, or stays open for more than two years."""
    first = local_day(now, tz) - ONE_DAY
    for reach in (2, 32, 800):
        last = first + reach * ONE_DAY
        holding = [end for start, end in occurrences(windows, first, last, tz) if start <= now < end]
        if not holding:
            return None
        # What starts later than the last day cannot prolong what ends before it is over.
        if holding[0] < midnight(last + ONE_DAY, tz):
            return holding[0]
    return None


def holds(windows: Sequence[Window], now: Instant, tz: tzinfo) -> bool:
    """Whether any of the windows is open at an instant; no windows means always."""
    return any(start <= now < end for start, end in _around(windows, now, tz))


def opening(windows: Sequence[Window], now: Instant, tz: tzinfo) -> Instant | None:
    """When it next opens after `now`; None when it never does, or never closes before."""
    if not windows:
        return None
    shut = closing(windows, now, tz)
    if shut is None and holds(windows, now, tz):
        return None
    since = now if shut is None else shut
    day: date | None = local_day(since, tz)
    while day is not None:
        day = min(filter(None, (_next_day(window, day) for window in windows)), default=None)
        if day is None:
            return None
        starts = [start for start, _ in stretches(windows, day, day, tz) if start >= since]
        if starts:
            return starts[0]
        day = day + ONE_DAY if day < date.max else None
    return None


def _around(windows: Sequence[Window], now: Instant, tz: tzinfo) -> list[Stretch]:
    today = local_day(now, tz)
    return stretches(windows, today - ONE_DAY, today, tz)


def _next_day(window: Window, day: date) -> date | None:
    """The first day, from `day` on, on which a stretch of the window starts."""
    found = []
    for span in window.dates or _ANY_DATE:
        first = max(day, span.first or day)
        last = min(span.last or date.max, first + min(6 * ONE_DAY, date.max - first))
        found += [one for one in days(first, last) if opens_on(window, one)][:1]
    return min(found, default=None)
