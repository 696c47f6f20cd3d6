"""Where each level of a zone stands: who may play, whose turn it is, and who has a claim.

Playlists are named by their place in the zone.
"""

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass, field

from player.core.model import Level
from player.core.strips import START, Cursor, Pass
from player.core.units import MINUTE, Instant, Span
from player.core.week import NEVER, Agenda, Entry, next_occasion

PATIENCE = Span(5 * MINUTE)
"""How long a soft start, or the end of a window, waits for the item on screen."""

NOTHING = -1
"""The level of the slate, below every other; and no playlist's place."""

_DOWNWARDS = tuple(sorted(map(int, Level), reverse=True))


@dataclass(slots=True)
class Tier:
    """A level of the zone.

    `active` is the rotation that may play now, sorted, and `length` one round of it; `turn` whose turn it is (or the
    first active one after); `stack` those that came in between, the top last; `opened` the claims of playlists: place
    and since when; `due` when the first of the `spots` is due. The spots never change.
    """

    spots: tuple[int, ...]
    hard_spots: tuple[int, ...]
    active: list[int] = field(default_factory=list)
    length: int = 0
    turn: int = 0
    stack: list[int] = field(default_factory=list)
    opened: list[tuple[int, Instant]] = field(default_factory=list)
    due: Instant = NEVER

    def next_in_turn(self) -> int:
        """The playlist of the rotation whose turn it is; NOTHING without a rotation."""
        if not self.active:
            return NOTHING
        found = bisect_left(self.active, self.turn)
        return self.active[found] if found < len(self.active) else self.active[0]


class Standing:
    """A zone's levels at one instant after the other; its user says what comes, in the order of time.

    To be read only: `passes`, what may play now; `cursors`; `due`, when each spot is due (NEVER while it is on a
    stack or may not play); `tiers` by level; `ruling`, the highest level with something to play, and `ruling_since`.
    """

    def __init__(self, entries: Sequence[Entry], agenda: Agenda) -> None:
        self._entries = entries
        # Whose claims go first: hard ones, then spots.
        self._ranks = [2 * (not entry.hard) + (entry.every is None) for entry in entries]
        self._begins = agenda.start
        # The stretches of the spots' windows, but for those that are over.
        self._occasions = {spot: list(stretches) for spot, stretches in agenda.occasions.items()}
        self.passes: dict[int, Pass] = {}
        self.cursors: list[Cursor] = [START] * len(entries)
        self.due = dict.fromkeys(agenda.occasions, NEVER)
        self.tiers = [self._tier(level) for level in sorted(Level)]
        self._tiers_of = [self.tiers[entry.level] for entry in entries]
        self.ruling = NOTHING
        self.ruling_since = agenda.start

    def _tier(self, level: int) -> Tier:
        spots = [spot for spot in self.due if self._entries[spot].level == level]
        return Tier(tuple(spots), tuple([spot for spot in spots if self._entries[spot].hard]))

    def tier_of(self, place: int) -> Tier:
        """The level of a playlist."""
        return self._tiers_of[place]

    def change(self, at: Instant, place: int, to: Pass | None) -> bool:
        """What a playlist may play changes; whether this opened one of the rotation."""
        was = self.passes.pop(place, None)
        tier = self.tier_of(place)
        if to is not None:
            self.passes[place] = to
        elif was is not None:
            self._shut(tier, place)
        opens = was is None and to is not None
        if place in self.due:
            if opens:
                self._await(place, max(at, self._begins))
            return False
        tier.length += (to.total if to else 0) - (was.total if was else 0)
        if opens:
            insort(tier.active, place)
        return opens

    def _shut(self, tier: Tier, place: int) -> None:
        """A playlist may no longer play: it keeps its cursor, a spot forgets its pass."""
        if place in tier.stack:
            tier.stack.remove(place)
        if place in self.due:
            self.cursors[place] = START
            self._forget(tier, [place])
        else:
            tier.active.remove(place)
            tier.opened = [claim for claim in tier.opened if claim[0] != place]

    def _await(self, spot: int, since: Instant) -> None:
        """Has a spot that waited for nothing wait for its first occasion at `since` or later."""
        occasions = self._occasions[spot]
        while occasions and occasions[0][1] <= since:
            del occasions[0]
        found = next_occasion(occasions, self._entries[spot].every or 1, since)
        tier = self._tiers_of[spot]
        self.due[spot] = found
        if found < tier.due:
            tier.due = found

    def _forget(self, tier: Tier, spots: Sequence[int]) -> None:
        """Has spots wait for nothing."""
        for spot in spots:
            self.due[spot] = NEVER
        tier.due = min(map(self.due.__getitem__, tier.spots))

    def rule(self, now: Instant) -> None:
        """Finds the highest level that has something to play."""
        ruling = NOTHING
        for level in _DOWNWARDS:
            tier = self.tiers[level]
            if tier.active or tier.stack or tier.due <= now:
                ruling = level
                break
        if ruling != self.ruling:
            self.ruling, self.ruling_since = ruling, now

    def next_due(self, now: Instant) -> Instant:
        """When the next spot falls due, after `now`."""
        found = NEVER
        for tier in self.tiers:
            if now < tier.due < found:
                found = tier.due
            elif tier.due <= now:
                found = min([found, *[due for spot in tier.spots if (due := self.due[spot]) > now]])
        return found

    def overdue(self, now: Instant) -> Instant:
        """When patience with the claims on the ruling level ends; NEVER without any."""
        if self.ruling == NOTHING:
            return NEVER
        tier = self.tiers[self.ruling]
        if tier.due > now and not tier.opened:
            return NEVER
        dues = [due for spot in tier.spots if (due := self.due[spot]) <= now]
        since = min([at for _, at in tier.opened] + dues)
        return Instant(max(since, self.ruling_since) + PATIENCE)

    def complete(self, place: int, now: Instant) -> None:
        """A pass is over: occasions that came while it lasted are met by it."""
        tier = self._tiers_of[place]
        self.cursors[place] = START
        if tier.stack and tier.stack[-1] == place:
            tier.stack.pop()
        elif place in tier.stack:
            tier.stack.remove(place)
        if place in self.due:
            self._await(place, now)
        elif place in (tier.turn, tier.next_in_turn()):
            # Also when it came in between and would be next: it has just been seen.
            tier.turn = place + 1

    def serve(self, tier: Tier, now: Instant) -> None:
        """Puts all claims on the stack: hard ones first, spots before playlists, then by age, then in their order."""
        claims = [(self._ranks[place], since, place) for place, since in tier.opened]
        if tier.due <= now:
            spots = [spot for spot in tier.spots if self.due[spot] <= now]
            claims += [(self._ranks[spot], self.due[spot], spot) for spot in spots]
            self._forget(tier, spots)
        claims.sort(reverse=True)
        stack = tier.stack
        for _, _, place in claims:
            if place in stack:
                stack.remove(place)
            stack.append(place)
        tier.opened.clear()
