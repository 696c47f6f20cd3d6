"""The walk through a zone's week: from one decision to the next, in strips.

What plays is decided whenever an item has ended or was cut. Each level keeps, through the week, whose turn it is in the
rotation and a stack of those that came in between; the top of the stack goes first, then the rotation goes on. A
playlist that opens, or a spot that falls due, has a *claim* on its level: it is put on the stack at the next decision.
Between decisions changes are followed only to see whether they force the next one: a cut at once, or a limit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from player.core.standing import NOTHING, PATIENCE, Standing, Tier
from player.core.strips import START, Pass, Strip, round_of
from player.core.units import Instant
from player.core.week import NEVER, Agenda, Change, Entry

_NO_CHANGE = Change(NEVER, 0, None)


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
        self._open_stretches = agenda.open
        self._coming = iter(agenda.changes)
        self._change = next(self._coming, _NO_CHANGE)
        self._standing = Standing(entries, agenda)
        # The spot whose pass goes on, if an item of it has just come to its end.
        self._unbroken = NOTHING

    def strips(self) -> Iterator[Strip]:
        """The week's strips: they tile the opening hours."""
        for start, end in self._open_stretches:
            self._open(start)
            yield from self._play(start, end)

    def _open(self, now: Instant) -> None:
        """What opened while it was closed has no claim, but for a hard start at this very instant."""
        standing = self._standing
        self._unbroken = NOTHING
        for tier in standing.tiers:
            tier.opened.clear()
        for at, place, to in self._changes(now):
            opened = standing.change(at, place, to)
            if opened and at == now and self._entries[place].hard:
                standing.tier_of(place).opened.append((place, now))
        standing.rule(now)
        standing.ruling_since = now

    def _play(self, now: Instant, closing: Instant) -> Iterator[Strip]:
        sharp = True
        while now < closing:
            on = self._choose(now, sharp)
            strip = self._leap(on, closing, sharp)
            if strip is None:
                end = self._hold(on, closing)
                passes, sums = ((on.on,), (0, on.on.total)) if on.on else ((), (0,))
                strip = Strip(now, end, passes, sums, on.position, sharp)
                self._leave(on, end)
            yield strip
            now = strip.end
            if now < closing:
                sharp = self._happen(on, now) or on.cut

    # What happens

    def _changes(self, now: Instant) -> Iterator[Change]:
        """The changes up to `now` that have not been seen."""
        while self._change.at <= now:
            seen, self._change = self._change, next(self._coming, _NO_CHANGE)
            yield seen

    def _next_event(self, now: Instant) -> Instant:
        """The next instant after `now` at which anything may change."""
        return min(self._change.at, self._standing.next_due(now))

    def _happen(self, on: Showing, now: Instant) -> bool:
        """Takes in all that happens at `now`, and says whether it cuts what is on screen."""
        standing = self._standing
        hard = self._take_in(on, now) if self._change.at <= now else ()
        standing.rule(now)
        ruling = standing.ruling
        if ruling > on.level or ruling in hard:
            return True
        if ruling == NOTHING:
            return False
        tier = standing.tiers[ruling]
        return tier.due <= now and now in [standing.due[spot] for spot in tier.hard_spots]

    def _take_in(self, on: Showing, now: Instant) -> Sequence[int]:
        """Takes in the changes at `now`; on which levels there are hard starts."""
        before = [bool(tier.active) for tier in self._standing.tiers]
        hard = []
        for at, place, to in self._changes(now):
            opened = self._standing.change(at, place, to)
            entry = self._entries[place]
            if opened and (entry.hard or before[entry.level] or on.level == entry.level):
                self._standing.tier_of(place).opened.append((place, now))
                hard += [entry.level] if entry.hard else []
            if place == on.place:
                self._loosen(on, to, now)
        return hard

    def _loosen(self, on: Showing, to: Pass | None, now: Instant) -> None:
        """What is on screen goes on to its end, and no longer than patience lasts if it may not play any more."""
        on.free = False
        if on.on and (to is None or on.on.cursor(on.at(now)).number not in to.numbers):
            on.limit = min(on.limit, Instant(now + PATIENCE))

    # What comes next

    def _choose(self, now: Instant, sharp: bool) -> Showing:
        """Decides what is on screen from `now` on."""
        standing = self._standing
        while standing.ruling != NOTHING:
            tier = standing.tiers[standing.ruling]
            if (tier.opened or tier.due <= now) and (sharp or not self._goes_on(tier, now)):
                standing.serve(tier, now)
            if not tier.stack:
                tier.turn = tier.next_in_turn()
            place = tier.stack[-1] if tier.stack else tier.turn
            on = standing.passes[place]
            position = on.position(standing.cursors[place])
            if position < on.total:
                return Showing(place, standing.ruling, on, now, position)
            # The rest of it may not play today.
            standing.complete(place, now)
            standing.rule(now)
        return Showing(NOTHING, NOTHING, None, now, 0)

    def _goes_on(self, tier: Tier, now: Instant) -> bool:
        """Whether a spot is between two items of its pass, and the claims can wait."""
        return tier.stack[-1:] == [self._unbroken] and self._standing.overdue(now) > now

    # How long it is on screen

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

    def _stop(self, on: Showing, now: Instant) -> Instant:
        """When a decision follows, if nothing more happens."""
        if on.on is None:
            return NEVER
        overdue = self._standing.overdue(now)
        free = on.free and (overdue == NEVER or on.place in self._standing.due)
        place = on.at(now)
        edge = on.on.total if free else on.on.next_edge(place)
        return min(Instant(now + edge - place), on.limit, overdue)

    def _leave(self, on: Showing, now: Instant) -> None:
        """Keeps the place reached; a pass that has come to its end gives up its turn."""
        standing, place = self._standing, on.place
        self._unbroken = NOTHING
        if on.on is None or (place in standing.due and place not in standing.tiers[on.level].stack):
            return
        position = on.at(now)
        current = standing.passes.get(place, on.on)
        cursor = standing.cursors[place] = on.on.cursor(position)
        if on.on.is_edge(position):
            if current.position(cursor) == current.total:
                standing.complete(place, now)
            elif place in standing.due:
                self._unbroken = place

    # Leaps: what needs no holding, since nothing can happen meanwhile

    def _leap(self, on: Showing, closing: Instant, sharp: bool) -> Strip | None:
        """Several whole passes at once, from `on` on; None if there is no such thing."""
        if on.on is None or on.position:
            return None
        tier = self._standing.tiers[on.level]
        if not tier.stack and closing - on.start < tier.length:
            return None
        quiet = min(self._next_event(on.start), closing)
        if tier.stack:
            passes, total = self._spots(tier, on.start, quiet)
        else:
            passes, total = self._rounds(tier, on, quiet)
        if not total:
            return None
        self._unbroken = on.place = NOTHING
        return Strip(on.start, Instant(on.start + total), tuple(passes), round_of(passes), 0, sharp)

    def _spots(self, tier: Tier, now: Instant, quiet: Instant) -> tuple[list[Pass], int]:
        """The passes of spots that are due together, as many as are over before anything happens, and their length."""
        standing = self._standing
        passes: list[Pass] = []
        end = now
        while tier.stack:
            place = tier.stack[-1]
            on = standing.passes[place]
            if place not in standing.due or standing.cursors[place] != START or end + on.total >= quiet:
                break
            end = Instant(end + on.total)
            passes.append(on)
            standing.complete(place, end)
            quiet = min(quiet, standing.due[place])
        return passes, end - now

    def _rounds(self, tier: Tier, on: Showing, quiet: Instant) -> tuple[list[Pass], int]:
        """One round of the rotation, and the length of all whole rounds that fit in."""
        standing = self._standing
        rounds = (quiet - on.start) // tier.length
        if not rounds or any(standing.cursors[place] != START for place in tier.active):
            return [], 0
        first = tier.active.index(on.place)
        order = tier.active[first:] + tier.active[:first]
        tier.turn = order[-1] + 1
        return [standing.passes[place] for place in order], rounds * tier.length
