"""What each zone shows now, what it showed before, what to prepare, and when to look again.

The plan is the rundown as it can really be played: what the inventory lacks is stood in for within its slot, and what
was on screen when a new show came (`Carry`) goes on to its end first.
"""

from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import NamedTuple

from player.core.model import Item, Playlist
from player.core.rundown import Timetable
from player.core.standing import PATIENCE
from player.core.strips import Segment, segments_of
from player.core.units import DAY, SECOND, Instant, Span

Cue = Segment
"""A segment as it is really shown. Its item begins, virtually, at `start - offset`."""

WORTH_JOINING = Span(2 * SECOND)
"""With less than this left of a segment, what is on screen stays until its end instead."""

_LOOK_AHEAD = Span(7 * DAY)


class Inventory(NamedTuple):
    """What cannot be played, by item id."""

    missing: frozenset[str] = frozenset()


class Carry(NamedTuple):
    """What was on screen when a new show was adopted, and goes on until `cue.end`; `previous` was up before it.

    That end may be up to 2 s after the item's own: its last picture stays up until what follows is worth joining.
    """

    zone: str
    cue: Cue
    previous: Cue | None


class ZonePlan(NamedTuple):
    """A zone at an instant.

    `current` is None only when it is closed. `previous` was up just before `current` began, None if it was closed.
    `next` comes after `until`, when `current` ends; before a closing it is what the next opening begins with, so its
    start may be hours away.
    """

    zone: str
    current: Cue | None
    previous: Cue | None
    next: Cue | None
    until: Instant


class Plan(NamedTuple):
    """All zones, in the show's order; nothing changes before `look_again`.

    `carry` is to be handed to the next call: what is carried, for as long as it matters to any cue in sight.
    """

    open: bool
    zones: tuple[ZonePlan, ...]
    look_again: Instant
    carry: tuple[Carry, ...] = ()


def plan(timetable: Timetable, inventory: Inventory, now: Instant, carry: Sequence[Carry] = ()) -> Plan:
    """The plan at `now`."""
    carried = {one.zone: one for one in carry if one.cue.item and one.cue.item.id not in inventory.missing}
    zones = []
    for zone in timetable.show.zones:
        line = _Line(timetable, zone.name, inventory.missing, carried.get(zone.name))
        zones.append(line.plan(now))
    is_open = any(zone.current is not None for zone in zones)
    look_again = min([zone.until for zone in zones], default=Instant(now + DAY))
    return Plan(is_open, tuple(zones), look_again, _in_sight(carried, zones))


def _in_sight(carried: dict[str, Carry], zones: Sequence[ZonePlan]) -> tuple[Carry, ...]:
    """What is carried by a zone until what was joined after it is past."""
    if not carried:
        return ()
    cues = {zone.zone: zone.previous or zone.current for zone in zones}
    found = [(one, cues.get(name)) for name, one in carried.items()]
    return tuple([one for one, cue in found if cue is not None and cue.start <= one.cue.end])


class _Line:
    """The cues of one zone."""

    __slots__ = ("_carry", "_missing", "_timetable", "_zone")

    def __init__(self, timetable: Timetable, zone: str, missing: frozenset[str], carry: Carry | None) -> None:
        self._timetable = timetable
        self._zone = zone
        self._missing = missing
        self._carry = carry

    def plan(self, now: Instant) -> ZonePlan:
        current = self.at(now)
        if current is None:
            opening = self._timetable.next_opening(now)
            if opening is None:
                return ZonePlan(self._zone, None, None, None, Instant(now + DAY))
            return ZonePlan(self._zone, None, None, self.at(opening), opening)
        following = self.at(current.end)
        if following is None:
            opening = self._timetable.next_opening(current.end)
            following = None if opening is None else self.at(opening)
        return ZonePlan(self._zone, current, self._before(current), following, current.end)

    def _before(self, current: Cue) -> Cue | None:
        if self._carry is not None and current is self._carry.cue:
            return self._carry.previous
        return self.at(Instant(current.start - 1))

    def at(self, now: Instant) -> Cue | None:
        """What is up at an instant; None when it is closed."""
        carried = self._carry.cue if self._carry is not None else None
        if carried is not None and carried.start <= now < carried.end:
            return carried
        cue = self._timetable.at(self._zone, now)
        if cue is not None and cue.item is not None and cue.item.id in self._missing:
            cue = self._stand_in(cue, now)
        if carried is not None and cue is not None and cue.start < carried.end <= now:
            offset = Span(cue.offset + carried.end - cue.start) if cue.item else Span(0)
            cue = cue._replace(start=carried.end, offset=offset)
        return cue

    def _stand_in(self, slot: Segment, now: Instant) -> Cue:
        """What is up in a slot whose own item is missing."""
        start = slot.start
        for item, playlist in self._following(slot.end):
            end = Instant(min(start + item.span, slot.end))
            if now < end:
                return Cue(item, playlist, start, end, Span(0))
            start = end
        return slot._replace(item=None, playlist=None, offset=Span(0))

    def _following(self, since: Instant) -> Iterator[tuple[Item, Playlist]]:
        """The items that can be played, as the rundown brings them; the same again if that is not enough."""
        if self._timetable.items(self._zone) <= self._missing:
            return
        until = Instant(since + _LOOK_AHEAD)
        found = []
        for strip in self._timetable.strips(self._zone, since, until):
            if all(one.ids <= self._missing for one in strip.passes):
                continue
            for segment in segments_of(strip, since, until):
                if segment.item is not None and segment.playlist is not None and segment.item.id not in self._missing:
                    found.append((segment.item, segment.playlist))
                    yield found[-1]
        if found:
            yield from cycle(found)


def carry_over(old: Timetable, new: Timetable, showing: Plan, inventory: Inventory, now: Instant) -> tuple[Carry, ...]:
    """What is to be carried when `new` takes the place of `old`, whose plan at `now` is `showing`.

    A zone whose new rundown has the same item at the same place needs nothing. An item that may not play any more,
    or that a higher level follows, is not carried.
    """
    if old.show == new.show:
        return showing.carry
    coming = {zone.zone: zone.current for zone in plan(new, inventory, now).zones}
    found = []
    for zone in showing.zones:
        cue, other = zone.current, coming.get(zone.zone)
        if cue is not None and cue.item is not None and other is not None and not _same(cue, other):
            goes_on = _go_on(new, zone.zone, cue, now)
            found += [Carry(zone.zone, goes_on, zone.previous)] if goes_on else []
    return tuple(found)


def _same(one: Cue, other: Cue) -> bool:
    """Whether both show the same item at the same place until the same instant."""
    if one.item is None or other.item is None:
        return False
    begins = one.start - one.offset == other.start - other.offset
    return begins and one.item.id == other.item.id and one.end == other.end


def _go_on(new: Timetable, zone: str, cue: Cue, now: Instant) -> Cue | None:
    """The cue as the new show lets it go on; None if it does not."""
    there, hours, due = (
        new.may_play(zone, cue.item.id, now) if cue.item else None,
        new.open_stretch(now),
        new.at(zone, now),
    )
    if there is None or hours is None:
        return None
    if due is not None and due.playlist is not None and due.playlist.level > there.playlist.level:
        return None
    end = Instant(min(cue.start - cue.offset + there.item.span, there.until + PATIENCE, hours[1]))
    cut = next((strip.start for strip in new.strips(zone, now, end) if strip.sharp and strip.start > now), None)
    end = _worth_joining(new, zone, end, hours[1]) if cut is None else cut
    return Cue(there.item, there.playlist, cue.start, end, cue.offset) if now < end else None


def _worth_joining(new: Timetable, zone: str, end: Instant, closing: Instant) -> Instant:
    """`end`, or that of the segment under way by then if there is too little left of it."""
    if end >= closing:
        return end
    joined = new.at(zone, end)
    if joined is not None and joined.start < end and joined.end - end < WORTH_JOINING:
        return joined.end
    return end
