"""The walk through a zone's week: from one decision to the next, in strips.

What plays is decided whenever an item has ended or was cut. Each level keeps, through the week, whose turn it is in the
rotation and a stack of those that came in between; the top of the stack goes first, then the rotation goes on. A
playlist that opens, or a spot that falls due, has a *claim* on its level: it is put on the stack at the next decision.
Between decisions changes are followed only to see whether they force the next one: a cut at once, or a limit.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from player.core.model import Level
from player.core.strips import START, Pass, Strip, round_of
from player.core.units import MINUTE, Instant, Span
from player.core.week import NEVER, Agenda, Change, Entry, next_occasion

PATIENCE = Span(5 * MINUTE)
"""How long a soft start, or the end of a window, waits for the item on screen."""

NOTHING = -1
"""The level of the slate, below every other."""

_NO_CHANGE = Change(NEVER, 0, None)
_DOWNWARDS = tuple(sorted(map(int, Level), reverse=True))


@dataclass(slots=True)
class Tier:
    """A level of the zone. Playlists are named by their place in the zone.

    `active` is the rotation that may play now, sorted, and `length` one round of it; `turn` whose turn it is (or the
    first active one after); `stack` those in between, the top last; `opened` the claims of playlists: place and since
    when; `due` when the first of the `spots` is due. The spots never change.
    """

    spots: tuple[int, ...]
    hard_spots: tuple[int, ...]
    active: list[int] = field(default_factory=list)
    length: int = 0
    turn: int = 0
    stack: list[int] = field(default_factory=list)
    opened: list[tuple[int, Instant]] = field(default_factory=list)
    due: Instant = NEVER


@dataclass(slots=True)
class Showing:
    """What is on screen: a pass from `position` on, or the slate (no pass).

    `free` until something makes the end of the item, not of the pass, the next decision; `limit` is when it is cut
    because it may no longer play; `cut` says that it was ended at once by what came.
    """

    place: int
    level: int
    on: Pass | None
    start: Instant
    position: int
    free: bool = True
    limit: Instant = NEVER
    cut: bool = False

    def at(self, now: Instant) -> int:
        """The position reached."""
        return self.position + now - self.start


class Walker:
    """Walks one week of one zone, once: `strips()` yields them in order."""

    def __init__(self, entries: Sequence[Entry], agenda: Agenda) -> None:
        self._entries = entries
        self._agenda = agenda
        self._coming = iter(agenda.changes)
        self._change = next(self._coming, _NO_CHANGE)
        # What may play now, of the rotation and of spots.
        self._passes: dict[int, Pass] = {}
        self._cursors = [START] * len(entries)
        # When each spot falls due; NEVER while it is on the stack or may not play.
        self._due = {place: NEVER for place, entry in enumerate(entries) if entry.every is not None}
        self._tiers = [self._tier(level) for level in sorted(Level)]
        self._ruling = NOTHING
        self._ruling_since = agenda.start
        # The spot whose pass goes on, if an item of it has just come to its end.
        self._unbroken = NOTHING

    def _tier(self, level: int) -> Tier:
        spots = [spot for spot in self._due if self._entries[spot].level == level]
        return Tier(tuple(spots), tuple([spot for spot in spots if self._entries[spot].hard]))

    def strips(self) -> Iterator[Strip]:
        """The week's strips: they tile the opening hours."""
        for start, end in self._agenda.open:
            self._open(start)
            yield from self._play(start, end)

    def _open(self, now: Instant) -> None:
        """What opened while it was closed has no claim, but for a hard start at this very instant."""
        for at, place, to in self._changes(now):
            opened = self._apply(at, place, to)
            if opened and at == now and self._entries[place].hard:
                self._claim(place, at)
        self._rule(now)
        self._ruling_since = now

    def _play(self, now: Instant, closing: Instant) -> Iterator[Strip]:
        sharp = True
        while now < closing:
            on = self._choose(now, sharp)
            rounds = self._rounds(on, now, closing)
            if rounds:
                strip = self._whole_rounds(on, rounds, sharp)
            else:
                end = self._hold(on, closing)
                strip = self._strip(on, end, sharp)
                self._leave(on, end)
            yield strip
            now = strip.end
            if now < closing:
                sharp = self._happen(on, now) or on.cut
        self._interrupt()

    def _strip(self, on: Showing, end: Instant, sharp: bool) -> Strip:
        if on.on is None:
            return Strip(on.start, end, (), (), 0, sharp)
        return Strip(on.start, end, (on.on,), (0, on.on.total), on.position, sharp)

    def _interrupt(self) -> None:
        """It closes: claims lapse, since all will have been open when it opens again."""
        self._unbroken = NOTHING
        for tier in self._tiers:
            tier.opened.clear()

    # What changes

    def _changes(self, now: Instant) -> Iterator[Change]:
        """The changes up to `now` that have not been seen."""
        while self._change.at <= now:
            seen, self._change = self._change, next(self._coming, _NO_CHANGE)
            yield seen

    def _apply(self, at: Instant, place: int, to: Pass | None) -> bool:
        """Takes in one change; whether it opened a playlist of the rotation."""
        was = self._passes.pop(place, None)
        tier = self._tiers[self._entries[place].level]
        if to is not None:
            self._passes[place] = to
        elif was is not None:
            self._shut(tier, place)
        opens = was is None and to is not None
        if place in self._due:
            if opens:
                self._await(place, max(at, self._agenda.start))
            return False
        tier.length += (to.total if to else 0) - (was.total if was else 0)
        if opens:
            insort(tier.active, place)
        return opens

    def _shut(self, tier: Tier, place: int) -> None:
        """A playlist may no longer play: it keeps its cursor, a spot forgets its pass."""
        if place in tier.stack:
            tier.stack.remove(place)
        if place in self._due:
            self._cursors[place] = START
            self._forget(tier, [place])
        else:
            tier.active.remove(place)
            tier.opened = [claim for claim in tier.opened if claim[0] != place]

    def _await(self, spot: int, since: Instant) -> None:
        """Has a spot that waited for nothing wait for its first occasion at `since` or later."""
        found = next_occasion(self._agenda.occasions[spot], self._entries[spot].every or 1, since)
        tier = self._tiers[self._entries[spot].level]
        self._due[spot] = found
        tier.due = min(tier.due, found)

    def _forget(self, tier: Tier, spots: Sequence[int]) -> None:
        """Has spots wait for nothing."""
        for spot in spots:
            self._due[spot] = NEVER
        tier.due = min([self._due[spot] for spot in tier.spots])

    def _claim(self, place: int, now: Instant) -> None:
        self._tiers[self._entries[place].level].opened.append((place, now))

    def _rule(self, now: Instant) -> None:
        """Finds the highest level that has something to play."""
        ruling = NOTHING
        for level in _DOWNWARDS:
            tier = self._tiers[level]
            if tier.active or tier.stack or tier.due <= now:
                ruling = level
                break
        if ruling != self._ruling:
            self._ruling, self._ruling_since = ruling, now

    def _happen(self, on: Showing, now: Instant) -> bool:
        """Takes in all that happens at `now`, and says whether it cuts what is on screen."""
        hard = self._take_in(on, now) if self._change.at <= now else ()
        self._rule(now)
        if self._ruling > on.level or self._ruling in hard:
            return True
        if self._ruling == NOTHING:
            return False
        tier = self._tiers[self._ruling]
        return tier.due <= now and now in [self._due[spot] for spot in tier.hard_spots]

    def _take_in(self, on: Showing, now: Instant) -> Sequence[int]:
        """Takes in the changes at `now`; on which levels there are hard starts."""
        before = [bool(tier.active) for tier in self._tiers]
        hard = []
        for at, place, to in self._changes(now):
            opened = self._apply(at, place, to)
            entry = self._entries[place]
            if opened and (entry.hard or before[entry.level] or on.level == entry.level):
                self._claim(place, now)
                hard += [entry.level] if entry.hard else []
            if place == on.place:
                self._loosen(on, to, now)
        return hard

    def _loosen(self, on: Showing, to: Pass | None, now: Instant) -> None:
        """What is on screen goes on to its end, and no longer than patience lasts if it may not play any more."""
        on.free = False
        if on.on and (to is None or on.on.cursor(on.at(now)).number not in to.numbers):
            on.limit = min(on.limit, Instant(now + PATIENCE))

    # What is on screen, and until when

    def _hold(self, on: Showing, closing: Instant) -> Instant:
        """Until when it stays: to its end, a limit, a cut, or closing time."""
        now = on.start
        while True:
            stop = min(self._stop(on, now), closing)
            event = self._next_event(now)
            # A limit reached at the very instant of an event may have lapsed by it.
            if stop < event or event >= closing:
                return stop
            if on.on and on.on.is_edge(on.at(event)):
                return event
            now = event
            if self._happen(on, now):
                on.cut = True
                return now

    def _next_event(self, now: Instant) -> Instant:
        """The next instant after `now` at which anything may change."""
        found = self._change.at
        for tier in self._tiers:
            if now < tier.due < found:
                found = tier.due
            elif tier.due <= now:
                found = min([found, *[self._due[spot] for spot in tier.spots if self._due[spot] > now]])
        return found

    def _stop(self, on: Showing, now: Instant) -> Instant:
        """When a decision follows, if nothing more happens."""
        if on.on is None:
            return NEVER
        overdue = self._overdue(now)
        free = on.free and (overdue == NEVER or on.place in self._due)
        place = on.at(now)
        edge = on.on.total if free else on.on.next_edge(place)
        return min(Instant(now + edge - place), on.limit, overdue)

    def _overdue(self, now: Instant) -> Instant:
        """When patience with the claims on the ruling level ends; NEVER without any."""
        if self._ruling == NOTHING:
            return NEVER
        tier = self._tiers[self._ruling]
        if tier.due > now and not tier.opened:
            return NEVER
        dues = [self._due[spot] for spot in tier.spots if self._due[spot] <= now]
        since = min([at for _, at in tier.opened] + dues)
        return Instant(max(since, self._ruling_since) + PATIENCE)

    def _leave(self, on: Showing, now: Instant) -> None:
        """Keeps the place reached; a pass that has come to its end gives up its turn."""
        self._unbroken = NOTHING
        if on.on is None:
            return
        place = on.place
        if place in self._due and place not in self._tiers[on.level].stack:
            return
        position = on.at(now)
        current = self._passes.get(place, on.on)
        if position == on.on.total and current is on.on:
            self._complete(place, now)
            return
        cursor = self._cursors[place] = on.on.cursor(position)
        if on.on.is_edge(position):
            if current.position(cursor) == current.total:
                self._complete(place, now)
            elif place in self._due:
                self._unbroken = place

    def _complete(self, place: int, now: Instant) -> None:
        """A pass is over: occasions that came while it lasted are met by it."""
        tier = self._tiers[self._entries[place].level]
        self._cursors[place] = START
        if place in tier.stack:
            tier.stack.remove(place)
        if place in self._due:
            self._await(place, now)
        elif tier.turn == place:
            tier.turn = place + 1

    # What comes next

    def _choose(self, now: Instant, sharp: bool) -> Showing:
        """Decides what is on screen from `now` on."""
        while self._ruling != NOTHING:
            tier = self._tiers[self._ruling]
            goes_on = not sharp and tier.stack[-1:] == [self._unbroken] and self._overdue(now) > now
            if not goes_on and (tier.opened or tier.due <= now):
                self._serve(tier, now)
            place = tier.stack[-1] if tier.stack else self._in_turn(tier)
            on = self._passes[place]
            position = on.position(self._cursors[place])
            if position < on.total:
                return Showing(place, self._ruling, on, now, position)
            # The rest of it may not play today.
            self._complete(place, now)
            self._rule(now)
        return Showing(NOTHING, NOTHING, None, now, 0)

    def _serve(self, tier: Tier, now: Instant) -> None:
        """Puts all claims on the stack: hard ones first, spots before playlists, then by age, then in their order."""
        claims = [(since, place) for place, since in tier.opened]
        claims += [(self._due[spot], spot) for spot in tier.spots if self._due[spot] <= now]
        claims.sort(key=lambda claim: (not self._entries[claim[1]].hard, claim[1] not in self._due, claim))
        for _, place in reversed(claims):
            if place in tier.stack:
                tier.stack.remove(place)
            tier.stack.append(place)
        if tier.due <= now:
            self._forget(tier, [place for _, place in claims if place in self._due])
        tier.opened.clear()

    def _in_turn(self, tier: Tier) -> int:
        found = bisect_left(tier.active, tier.turn)
        tier.turn = tier.active[found] if found < len(tier.active) else tier.active[0]
        return tier.turn

    def _rounds(self, on: Showing, now: Instant, closing: Instant) -> int:
        """How many whole rounds of the rotation fit in before anything can happen."""
        if on.on is None:
            return 0
        tier = self._tiers[on.level]
        if tier.stack or on.position:
            return 0
        rounds = (min(self._next_event(now), closing) - now) // tier.length
        return rounds if rounds and all(self._cursors[place] == START for place in tier.active) else 0

    def _whole_rounds(self, on: Showing, rounds: int, sharp: bool) -> Strip:
        """Leaps over whole rounds; afterwards all is as it was."""
        tier = self._tiers[on.level]
        first = tier.active.index(on.place)
        order = tier.active[first:] + tier.active[:first]
        passes = tuple([self._passes[place] for place in order])
        tier.turn = order[-1] + 1
        self._unbroken = on.place = NOTHING
        return Strip(on.start, Instant(on.start + rounds * tier.length), passes, round_of(passes), 0, sharp)
