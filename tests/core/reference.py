"""The rules of the rundown once more, walked minute by minute with nothing remembered but the state they name.

Slow, and for shows whose every time is a whole minute. It shares no code with the walker.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from player.core.model import Item, Playlist, Show, Start, Window

Told = tuple[int, int, str | None, str | None, int]
"""Start and end in minutes since 1970, item, playlist, offset in minutes."""

PATIENCE = 5


@dataclass
class Screen:
    """What is on: a playlist (by number), an item (by number), since when, from which offset."""

    who: int
    what: int
    since: int
    offset: int
    tail: int | None = None


@dataclass
class Rank:
    """A level: whose turn, who came in between, who has a claim since when."""

    turn: int = 0
    stack: list[int] = field(default_factory=list)
    claims: dict[int, int] = field(default_factory=dict)


class Reference:
    """One zone, from a Monday's midnight on, to the next."""

    def __init__(self, show: Show, zone: str, monday: date) -> None:
        self.tz = ZoneInfo(show.timezone)
        self.lists = [one for one in show.playlists if one.zone == zone and one.items]
        self.first = self.minute(monday)
        self.end = self.minute(monday + timedelta(days=7))
        self.weeks_days = {m: self.clock(m).date() for m in range(self.first - 1, self.end + 1)}
        self.open_minutes = self.covered(self.bounds(show.hours))
        self.playable_at = [self.playing(one) for one in self.lists]
        self.due_at = [self.dues(one) for one in self.lists]
        self.told: list[Told] = []
        self.cursor = dict.fromkeys(range(len(self.lists)), (0, 0))
        self.ranks = {level: Rank() for level in (0, 1, 2)}
        self.pending: dict[int, int] = {}
        self.active = [bool(self.playable(who, self.first - 1)) for who in range(len(self.lists))]
        self.screen: Screen | None = None
        self.blank: int | None = None
        self.was_open = False
        self.ruling, self.ruling_since = -1, self.first

    # The calendar

    def minute(self, day: date) -> int:
        """The first minute of a day: no zone of these tests changes its clocks at midnight."""
        return int(datetime(day.year, day.month, day.day, tzinfo=self.tz).timestamp()) // 60

    def clock(self, minute: int) -> datetime:
        return datetime.fromtimestamp(minute * 60, UTC).astimezone(self.tz)

    def bounds(self, windows: tuple[Window, ...]) -> list[tuple[int, int]]:
        """Each stretch that could touch the week."""
        found = []
        day = self.clock(self.first).date() - timedelta(days=2)
        for _ in range(10):
            for window in windows or (Window(),):
                dated = not window.dates or any((r.first or day) <= day <= (r.last or day) for r in window.dates)
                if dated and (not window.weekdays or day.weekday() in window.weekdays):
                    over = window.end <= window.start
                    found.append((self.exact(day, window.start), self.exact(day + timedelta(days=over), window.end)))
            day += timedelta(days=1)
        return found

    def exact(self, day: date, minutes: int) -> int:
        """The minute at which clocks first show it; if none does, the first minute after it."""
        day, minutes = day + timedelta(days=minutes // 1440), minutes % 1440
        wanted = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001
        guess = self.minute(day) + minutes
        for minute in range(guess - 130, guess + 130):
            shown = self.clock(minute).replace(tzinfo=None)
            if shown == wanted or (shown > wanted > self.clock(minute - 1).replace(tzinfo=None)):
                return minute
        raise AssertionError("no such minute")

    def spans(self, shown: Playlist) -> list[tuple[int, int]]:
        """Its stretches, as far as they lie within its bounds."""
        minute = 60_000_000
        first = self.first - 10**6 if shown.since is None else shown.since // minute
        last = self.end + 10**6 if shown.until is None else shown.until // minute
        clipped = [(max(start, first), min(end, last)) for start, end in self.bounds(shown.windows)]
        return [(start, end) for start, end in clipped if start < end]

    def covered(self, stretches: list[tuple[int, int]]) -> set[int]:
        """The minutes of the week, and the ones just before and after it, that any of the stretches holds."""
        return {m for start, end in stretches for m in range(max(start, self.first - 1), min(end, self.end + 1))}

    def may(self, item: Item, day: date) -> bool:
        return (item.first or day) <= day <= (item.last or day)

    def playing(self, shown: Playlist) -> dict[int, list[int]]:
        """For each minute in its windows, the numbers of the items that may play."""
        week = set(self.weeks_days.values())
        on_day = {day: [n for n, one in enumerate(shown.items) if self.may(one, day)] for day in week}
        return {minute: on_day[self.weeks_days[minute]] for minute in self.covered(self.spans(shown))}

    def dues(self, shown: Playlist) -> set[int]:
        """The minutes at which a spot falls due."""
        every = (shown.every or 0) // 60_000_000
        return {m for start, end in self.spans(shown) for m in range(start, end, every)} if every else set()

    def playable(self, who: int, minute: int) -> list[int]:
        """The numbers of the items that it may play in that minute; none when its windows are closed."""
        return self.playable_at[who].get(minute, [])

    def level(self, who: int) -> int:
        return int(self.lists[who].level)

    # The walk

    def walk(self) -> list[Told]:
        """The week's segments."""
        for now in range(self.first, self.end):
            self.tick(now)
        self.shut(self.end)
        return self.told

    def tick(self, now: int) -> None:
        """One minute: what has ended leaves, then what opens, closes or falls due counts, then the screen is filled."""
        is_open = now in self.open_minutes
        opens = is_open and not self.was_open
        on_level = self.level(self.screen.who) if self.screen else -1
        goes_on = None
        if self.screen and self.ends(self.screen, now):
            goes_on = self.leave(self.screen, now)
        if self.was_open and not is_open:
            self.shut(now)
        self.was_open = is_open
        hard = self.changes(now, on_level, opens)
        if not is_open:
            return
        if self.rules() != self.ruling or opens:
            self.ruling, self.ruling_since = self.rules(), now
        sharp = self.ruling > on_level or self.ruling in hard or opens
        self.fill(now, sharp, goes_on)

    def fill(self, now: int, sharp: bool, goes_on: int | None) -> None:
        """Cuts what must leave, and decides what comes if nothing is on."""
        overdue = self.overdue(now)
        on = self.screen
        if on and (sharp or overdue or (on.tail is not None and now >= on.tail + PATIENCE)):
            self.leave(on, now)
            goes_on = None
        if self.screen is not None:
            return
        self.screen = self.decide(None if sharp or overdue else goes_on, now)
        if self.screen is not None:
            self.end_blank(now)
        elif self.blank is None:
            self.blank = now
        if self.rules() != self.ruling:
            self.ruling, self.ruling_since = self.rules(), now

    def end_blank(self, now: int) -> None:
        if self.blank is not None:
            self.told.append((self.blank, now, None, None, 0))
        self.blank = None

    def shut(self, now: int) -> None:
        """It closes: what is on leaves, claims lapse."""
        if self.screen:
            self.leave(self.screen, now)
        self.end_blank(now)
        for rank in self.ranks.values():
            rank.claims.clear()

    def ends(self, screen: Screen, now: int) -> bool:
        span = self.lists[screen.who].items[screen.what].span // 60_000_000
        return screen.since + span - screen.offset <= now

    def leave(self, screen: Screen, now: int) -> int | None:
        """The item leaves; the spot that it is of, if its pass goes on."""
        who, shown = screen.who, self.lists[screen.who]
        self.screen = None
        self.told.append((screen.since, now, shown.items[screen.what].id, shown.id, screen.offset))
        if shown.every is not None and who not in self.ranks[self.level(who)].stack:
            self.cursor[who] = (0, 0)
            return None
        if not self.ends(screen, now):
            self.cursor[who] = (screen.what, screen.offset + now - screen.since)
            return None
        self.cursor[who] = (screen.what + 1, 0)
        # When its window has closed meanwhile, its pass is the one of when the item began.
        left = self.playable(who, now - 1) or self.playable(who, screen.since)
        if not any(number > screen.what for number in left):
            self.over(who, now)
            return None
        return who if shown.every is not None else None

    def over(self, who: int, now: int) -> None:
        """A pass is over."""
        rank = self.ranks[self.level(who)]
        self.cursor[who] = (0, 0)
        if who in rank.stack:
            rank.stack.remove(who)
        if self.lists[who].every is not None:
            # Occasions that came while it lasted are met; one at this very minute is not.
            self.pending.pop(who, None)
            self.consider(who, now, bool(self.playable(who, now)))
        elif who in (rank.turn, self.next_in_turn(self.level(who))):
            rank.turn = who + 1

    def changes(self, now: int, on_level: int, opens: bool) -> set[int]:
        """What opens, closes and falls due; on which levels a hard start comes."""
        busy = {level for level in self.ranks if self.rotation(level)} | {on_level}
        hard = set()
        for who, shown in enumerate(self.lists):
            level, strict = self.level(who), shown.start is Start.HARD
            active, was_active = bool(self.playable(who, now)), self.active[who]
            if was_active and not active:
                self.withdraw(who)
            if shown.every is not None:
                self.consider(who, now, active)
                came = self.pending.get(who) == now
            else:
                came = active and not was_active and self.was_open and (strict or (not opens and level in busy))
                if came:
                    self.ranks[level].claims[who] = now
            if came and strict:
                hard.add(level)
            self.active[who] = active
        on = self.screen
        if on and on.tail is None and on.what not in self.playable(on.who, now):
            on.tail = now
        return hard

    def withdraw(self, who: int) -> None:
        """Its window closes."""
        rank = self.ranks[self.level(who)]
        rank.claims.pop(who, None)
        if who in rank.stack:
            rank.stack.remove(who)
        if self.lists[who].every is not None:
            self.cursor[who] = (0, 0)

    def consider(self, who: int, now: int, active: bool) -> None:
        """Whether a spot is due, unless its pass is under way or it waits already."""
        if not active:
            self.pending.pop(who, None)
        elif now in self.due_at[who] and who not in self.ranks[self.level(who)].stack:
            self.pending.setdefault(who, now)

    def rotation(self, level: int) -> list[int]:
        """The playlists that take turns on a level now."""
        return [
            who
            for who, shown in enumerate(self.lists)
            if shown.every is None and self.active[who] and self.level(who) == level
        ]

    def rules(self) -> int:
        """The highest level with anything to play; -1 without."""
        for level in (2, 1, 0):
            if self.rotation(level) or self.ranks[level].stack or any(self.level(who) == level for who in self.pending):
                return level
        return -1

    def claims(self, level: int) -> list[tuple[bool, bool, int, int]]:
        """Who waits: hard starts first, spots before playlists, then since when, then their order."""
        found = [(since, who) for who, since in self.ranks[level].claims.items()]
        found += [(since, who) for who, since in self.pending.items() if self.level(who) == level]
        return sorted(
            (self.lists[who].start is not Start.HARD, self.lists[who].every is None, since, who) for since, who in found
        )

    def overdue(self, now: int) -> bool:
        """Whether a claim on the ruling level has waited long enough."""
        claims = self.claims(self.ruling) if self.ruling >= 0 else []
        return any(now >= max(one[2], self.ruling_since) + PATIENCE for one in claims)

    def decide(self, goes_on: int | None, now: int) -> Screen | None:
        """What comes on; a spot that goes on is not broken by claims."""
        while (level := self.rules()) >= 0:
            rank = self.ranks[level]
            if goes_on is None or rank.stack[-1:] != [goes_on]:
                self.serve(level)
            if not rank.stack:
                rank.turn = self.next_in_turn(level)
            who = rank.stack[-1] if rank.stack else rank.turn
            number, offset = self.cursor[who]
            playable = self.playable(who, now)
            if number in playable:
                return Screen(who, number, now, offset)
            later = [one for one in playable if one > number]
            if later:
                return Screen(who, later[0], now, 0)
            self.over(who, now)
        return None

    def serve(self, level: int) -> None:
        """Puts the claims of a level on its stack, the first on top."""
        rank = self.ranks[level]
        for _, _, _, who in reversed(self.claims(level)):
            if who in rank.stack:
                rank.stack.remove(who)
            rank.stack.append(who)
            self.pending.pop(who, None)
        rank.claims.clear()

    def next_in_turn(self, level: int) -> int:
        rotation = self.rotation(level)
        first = rotation[0] if rotation else -1
        return min([who for who in rotation if who >= self.ranks[level].turn], default=first)
