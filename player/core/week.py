"""What changes in a zone during a week: which playlists may play, what of them, and when spots fall due."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, tzinfo
from operator import itemgetter
from typing import NamedTuple

from player.core.calendar import ONE_DAY, Stretch, days, local_day, merged, midnight, monday, stretches
from player.core.model import Item, Playlist, Start, Window
from player.core.strips import Pass
from player.core.units import Instant

NEVER = Instant(1 << 62)


class Change(NamedTuple):
    """From `at` on, the playlist in `place` plays as `to`; None takes it away."""

    at: Instant
    place: int
    to: Pass | None


_BY_INSTANT = itemgetter(0, 1)


class Agenda(NamedTuple):
    """A zone's week: from one Monday's local midnight to the next.

    `open` is the hours, `changes` is sorted and begins before the week with what was open then, `occasions` holds
    the single stretches of a spot's windows.
    """

    start: Instant
    end: Instant
    open: tuple[Stretch, ...]
    changes: tuple[Change, ...]
    occasions: dict[int, tuple[Stretch, ...]]


class Entry:
    """A playlist as its zone sees it. Which of its items may play changes at the dates in `turns`, sorted."""

    __slots__ = ("_passes", "every", "hard", "level", "playlist", "turns")

    def __init__(self, playlist: Playlist) -> None:
        self.playlist = playlist
        self.level = int(playlist.level)
        self.hard = playlist.start is Start.HARD
        self.every = playlist.every
        firsts = {item.first for item in playlist.items if item.first is not None}
        after = {item.last + ONE_DAY for item in playlist.items if item.last is not None and item.last < date.max}
        self.turns = sorted(firsts | after)
        self._passes: dict[int, Pass | None] = {}

    def on(self, day: date) -> Pass | None:
        """What may play of it on a local date; the same pass from one turn to the next."""
        turn = bisect_right(self.turns, day)
        if turn not in self._passes:
            numbers = [number for number, item in enumerate(self.playlist.items) if allowed(item, day)]
            self._passes[turn] = Pass(self.playlist, tuple(numbers)) if numbers else None
        return self._passes[turn]


def allowed(item: Item, day: date) -> bool:
    """Whether the item's own dates hold that day."""
    return (item.first is None or item.first <= day) and (item.last is None or day <= item.last)


class WeekCalendar:
    """The windows of one week. Playlists often share theirs, so what was worked out once is kept."""

    def __init__(self, day: date, tz: tzinfo) -> None:
        self.monday = monday(day)
        self._tz = tz
        self._single: dict[Sequence[Window], tuple[Stretch, ...]] = {}
        # From the Sunday before, for what goes on past its midnight.
        self._days = tuple(days(self.monday - ONE_DAY, self.monday + 6 * ONE_DAY))
        self.start = midnight(self.monday, tz)
        self.end = midnight(self.monday + 7 * ONE_DAY, tz)

    def single(self, windows: tuple[Window, ...]) -> tuple[Stretch, ...]:
        """Every stretch that touches the week, each on its own; also what ends as it begins, for what goes on there."""
        found = self._single.get(windows)
        if found is None:
            every = stretches(windows, self._days[0], self._days[-1], self._tz)
            found = self._single[windows] = tuple([one for one in every if one[1] >= self.start])
        return found

    def open(self, windows: tuple[Window, ...]) -> list[Stretch]:
        """When the windows are open, within the week."""
        apart = merged(self.single(windows))
        return [(max(start, self.start), min(end, self.end)) for start, end in apart if end > self.start]

    def agenda(self, entries: Sequence[Entry], hours: tuple[Window, ...]) -> Agenda:
        """The week of a zone with these playlists."""
        changes = [change for place, entry in enumerate(entries) for change in self._changes(place, entry)]
        changes.sort(key=_BY_INSTANT)
        return Agenda(
            self.start,
            self.end,
            tuple(self.open(hours)),
            tuple(changes),
            {n: self._single_of(entry.playlist) for n, entry in enumerate(entries) if entry.every is not None},
        )

    def _single_of(self, playlist: Playlist) -> tuple[Stretch, ...]:
        """The stretches in which a playlist may play, each on its own."""
        found = self.single(playlist.windows)
        if playlist.since is None and playlist.until is None:
            return found
        since = Instant(-NEVER) if playlist.since is None else playlist.since
        until = NEVER if playlist.until is None else playlist.until
        clipped = [(max(start, since), min(end, until)) for start, end in found]
        return tuple([(start, end) for start, end in clipped if start < end])

    def _changes(self, place: int, entry: Entry) -> list[Change]:
        found: list[Change] = []
        for start, end in merged(self._single_of(entry.playlist)):
            if entry.turns:
                found += self._dated(place, entry, start, end)
            else:
                found.append(Change(start, place, entry.on(self.monday)))
            found.append(Change(end, place, None))
        return [change for change in found if change.at < self.end]

    def _dated(self, place: int, entry: Entry, start: Instant, end: Instant) -> list[Change]:
        """A change at the start of the stretch, if anything may play, and at each midnight that brings another pass."""
        found: list[Change] = []
        last: Pass | None = None
        for day in days(local_day(start, self._tz), local_day(Instant(end - 1), self._tz)):
            now = entry.on(day)
            if now is not last:
                found.append(Change(max(start, midnight(day, self._tz)), place, now))
                last = now
        return found


def next_occasion(occasions: Sequence[Stretch], every: int, since: Instant) -> Instant:
    """When a spot next falls due, at `since` or later; NEVER if not this week."""
    found = NEVER
    for start, end in occasions:
        if start >= found:
            break
        due = Instant(start - (start - since) // every * every) if start < since else start
        if due < end and due < found:
            found = due
    return found
