"""What is up when: the timetable of a show, a pure function of show and instant (docs/architecture.md, "Rundown")."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import NamedTuple
from zoneinfo import ZoneInfo

from player.core import calendar
from player.core.calendar import ONE_DAY, Stretch
from player.core.model import Item, Playlist, Show
from player.core.strips import Segment, Strip, segment_at, segments_of
from player.core.units import Instant
from player.core.walker import Walker
from player.core.week import Agenda, Entry, WeekCalendar

__all__ = ["Segment", "Timetable", "rundown"]

_WEEKS_KEPT = 3


class _Week:
    """A zone's week; it is walked only as far as somebody has asked."""

    def __init__(self, entries: list[Entry], agenda: Agenda) -> None:
        self.agenda = agenda
        self._walk = Walker(entries, agenda).strips()
        self._strips: list[Strip] = []
        self._starts: list[Instant] = []
        self._reached = agenda.start

    def _walk_on(self) -> bool:
        """By one strip; whether there was one."""
        strip = next(self._walk, None)
        if strip is None:
            self._reached = self.agenda.end
            return False
        self._strips.append(strip)
        self._starts.append(strip.start)
        self._reached = strip.end
        return True

    def _walk_beyond(self, now: Instant) -> None:
        while self._reached <= now and self._walk_on():
            pass

    def at(self, now: Instant) -> Strip | None:
        """The strip at an instant of this week; None when it is closed."""
        if now >= self._reached:
            self._walk_beyond(now)
        place = bisect_right(self._starts, now) - 1
        if place < 0 or self._strips[place].end <= now:
            return None
        return self._strips[place]

    def strips(self, since: Instant) -> Iterator[Strip]:
        """The strips from the one that ends after `since` to the last of the week."""
        self._walk_beyond(since)
        place = max(0, bisect_right(self._starts, since) - 1)
        strips = self._strips
        while place < len(strips) or self._walk_on():
            strip = strips[place]
            if strip.end > since:
                yield strip
            place += 1


class Chance(NamedTuple):
    """An item that may play, and until when: at most the end of the week."""

    playlist: Playlist
    item: Item
    until: Instant


class Timetable:
    """What a show plays when. Weeks are worked out as they are asked for, and a few are kept."""

    def __init__(self, show: Show) -> None:
        """Raises zoneinfo.ZoneInfoNotFoundError for a time zone that does not exist."""
        self.show = show
        self.tz = ZoneInfo(show.timezone)
        self._entries: dict[str, list[Entry]] = {zone.name: [] for zone in show.zones}
        for playlist in show.playlists:
            if playlist.items:
                self._entries.setdefault(playlist.zone, []).append(Entry(playlist))
        self._items = {
            zone: frozenset([item.id for entry in entries for item in entry.playlist.items])
            for zone, entries in self._entries.items()
        }
        self._weeks: dict[str, list[_Week]] = {}
        self._calendars: list[WeekCalendar] = []
        # The last answer of `next_opening`, which holds from when it was asked to when it opens.
        self._opening: tuple[Instant, Instant | None] = (Instant(0), None)

    def segments(self, zone: str, start: Instant, end: Instant) -> Iterator[Segment]:
        """All segments that overlap `start` to `end`, whole, in order. They tile the opening hours."""
        return chain.from_iterable(segments_of(strip, start, end) for strip in self.strips(zone, start, end))

    def at(self, zone: str, now: Instant) -> Segment | None:
        """The segment at an instant; None when it is closed."""
        strip = self._week(zone, now).at(now)
        return None if strip is None else segment_at(strip, now)

    def strips(self, zone: str, start: Instant, end: Instant) -> Iterator[Strip]:
        """The strips that overlap `start` to `end`, in order: for looking far ahead."""
        while start < end:
            week = self._week(zone, start)
            for strip in week.strips(start):
                if strip.start >= end:
                    return
                yield strip
            start = week.agenda.end

    def warming(self, now: Instant) -> Iterator[None]:
        """Work out, in small steps, what the first question about `now` would wait for."""
        day = self._calendar(now).monday
        for entries in self._entries.values():
            for entry in entries:
                entry.on(day)
                yield
        for zone in self.show.zones:
            self.at(zone.name, now)
            yield

    def open_stretch(self, now: Instant) -> Stretch | None:
        """The opening hours that hold `now`, as far as they are within its week; None when it is closed."""
        for start, end in self._calendar(now).open(self.show.hours):
            if start <= now < end:
                return start, end
        return None

    def is_open(self, now: Instant) -> bool:
        """Whether `now` is within the opening hours."""
        return self.open_stretch(now) is not None

    def closing(self, now: Instant) -> Instant | None:
        """When the hours that hold `now` end. None when it is closed, or will not close for two years."""
        return calendar.closing(self.show.hours, now, self.tz)

    def next_opening(self, now: Instant) -> Instant | None:
        """The next instant after `now` at which it opens; None if there is none."""
        asked, found = self._opening
        if found is None or not asked <= now < found:
            found = calendar.opening(self.show.hours, now, self.tz)
            self._opening = now, found
        return found

    def items(self, zone: str) -> frozenset[str]:
        """The ids of all items that the zone may ever play."""
        return self._items.get(zone, frozenset())

    def may_play(self, zone: str, item_id: str, now: Instant) -> Chance | None:
        """Where the zone may play an item at `now`, at the highest level and for the longest; None if it may not."""
        agenda = self._week(zone, now).agenda
        found = []
        for place, entry in enumerate(self._entries.get(zone, [])):
            item = next((item for item in entry.playlist.items if item.id == item_id), None)
            until = None if item is None else _until(agenda, place, item_id, now)
            if item is not None and until is not None:
                found.append(Chance(entry.playlist, item, until))
        return max(found, key=lambda chance: (chance.playlist.level, chance.until), default=None)

    def _week(self, zone: str, now: Instant) -> _Week:
        weeks = self._weeks.setdefault(zone, [])
        for week in weeks:
            if week.agenda.start <= now < week.agenda.end:
                return week
        entries = self._entries.get(zone, [])
        week = _Week(entries, self._calendar(now).agenda(entries, self.show.hours))
        weeks.insert(0, week)
        del weeks[_WEEKS_KEPT:]
        return week

    def _calendar(self, now: Instant) -> WeekCalendar:
        for found in self._calendars:
            if found.start <= now < found.end:
                return found
        found = WeekCalendar(calendar.local_day(now, self.tz), self.tz)
        self._calendars.insert(0, found)
        del self._calendars[_WEEKS_KEPT:]
        return found


def _until(agenda: Agenda, place: int, item_id: str, now: Instant) -> Instant | None:
    """Until when a playlist that has the item may play it, if it may now."""
    may = False
    for change in agenda.changes:
        if change.place == place:
            if change.at > now and may and (change.to is None or item_id not in change.to.ids):
                return change.at
            if change.at <= now:
                may = change.to is not None and item_id in change.to.ids
    return agenda.end if may else None


def rundown(show: Show, zone: str, day: date) -> list[Segment]:
    """The segments that overlap a local day, whole, in order."""
    timetable = Timetable(show)
    start, end = (calendar.midnight(one, timetable.tz) for one in (day, day + ONE_DAY))
    return list(timetable.segments(zone, start, end))
