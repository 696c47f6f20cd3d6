"""A day of a zone in a few blocks: who may play from when until when, however many items that makes."""

from collections.abc import Iterable
from datetime import date, tzinfo
from itertools import pairwise
from typing import NamedTuple

from player.core import calendar
from player.core.calendar import ONE_DAY, Stretch
from player.core.model import Level, Playlist, Show
from player.core.units import Instant
from player.core.week import allowed


class Block(NamedTuple):
    """From `start` to `end` these playlists of one level take turns. No playlists: nothing is to be shown, though it is
    open."""

    start: Instant
    end: Instant
    playlists: tuple[Playlist, ...]

    @property
    def level(self) -> Level:
        return max((one.level for one in self.playlists), default=Level.NORMAL)


class Spot(NamedTuple):
    """A playlist that comes in between, and when it is due."""

    playlist: Playlist
    due: tuple[Instant, ...]


class Dayline(NamedTuple):
    """A zone's day. `blocks` tile the opening hours; the item on screen when one begins may still come to its end."""

    zone: str
    blocks: tuple[Block, ...]
    spots: tuple[Spot, ...]


_MOST_DUE = 300


def hours(show: Show, day: date, tz: tzinfo) -> tuple[Stretch, ...]:
    """The opening hours of a local day, within it."""
    return tuple(_within(calendar.occurrences(show.hours, day - ONE_DAY, day, tz), *_ends(day, tz)))


def dayline(show: Show, zone: str, day: date, tz: tzinfo) -> Dayline:
    """The blocks of a local day."""
    start, end = _ends(day, tz)
    opened = hours(show, day, tz)
    mine = [(one, _stretches(one, day, tz)) for one in show.playlists if one.zone == zone]
    edges = sorted({edge for stretch in opened for edge in stretch} | _edges(mine, start, end))
    blocks: list[Block] = []
    for begins, ends in pairwise(edges):
        if any(a <= begins < b for a, b in opened):
            _append(blocks, Block(begins, ends, _ruling(mine, begins)))
    spots = [(one, _due(one, day, tz, opened)) for one, _stretches in mine if one.every is not None]
    return Dayline(zone, tuple(blocks), tuple(Spot(one, due) for one, due in spots if due))


def _ends(day: date, tz: tzinfo) -> Stretch:
    return calendar.midnight(day, tz), calendar.midnight(day + ONE_DAY, tz)


def _append(blocks: list[Block], block: Block) -> None:
    if blocks and blocks[-1].end == block.start and blocks[-1].playlists == block.playlists:
        block = block._replace(start=blocks.pop().start)
    blocks.append(block)


def _ruling(mine: list[tuple[Playlist, list[Stretch]]], now: Instant) -> tuple[Playlist, ...]:
    """Who takes turns at an instant: the highest level that has anybody. Spots only come in between."""
    active = [one for one, found in mine if one.every is None and any(a <= now < b for a, b in found)]
    highest = max((one.level for one in active), default=Level.NORMAL)
    return tuple(one for one in active if one.level == highest)


def _stretches(playlist: Playlist, day: date, tz: tzinfo) -> list[Stretch]:
    """When it may play, of what touches the day."""
    found: list[Stretch] = []
    for one in (day - ONE_DAY, day):
        if any(allowed(item, one) for item in playlist.items):
            midnights = _ends(one, tz)
            opened = calendar.occurrences(playlist.windows, one - ONE_DAY, one, tz)
            found += _within(_bounded(playlist, opened), *midnights)
    return calendar.merged(found)


def _bounded(playlist: Playlist, found: Iterable[Stretch]) -> list[Stretch]:
    since, until = playlist.since, playlist.until
    clipped = [(a if since is None else max(a, since), b if until is None else min(b, until)) for a, b in found]
    return [(a, b) for a, b in clipped if a < b]


def _within(found: Iterable[Stretch], start: Instant, end: Instant) -> list[Stretch]:
    return [(max(a, start), min(b, end)) for a, b in found if b > start and a < end]


def _edges(mine: list[tuple[Playlist, list[Stretch]]], start: Instant, end: Instant) -> set[Instant]:
    return {edge for _one, found in mine for stretch in found for edge in stretch if start < edge < end}


def _due(playlist: Playlist, day: date, tz: tzinfo, opened: tuple[Stretch, ...]) -> tuple[Instant, ...]:
    """The multiples of its interval from each opening of its windows, as long as it may play."""
    assert playlist.every is not None
    found: set[Instant] = set()
    allowed_at = _stretches(playlist, day, tz)
    for begins, ends in _bounded(playlist, calendar.stretches(playlist.windows, day - ONE_DAY, day, tz)):
        at = begins
        while at < ends and len(found) < _MOST_DUE:
            if _holds(opened, at) and _holds(allowed_at, at):
                found.add(at)
            at = Instant(at + playlist.every)
    return tuple(sorted(found))


def _holds(found: Iterable[Stretch], at: Instant) -> bool:
    return any(a <= at < b for a, b in found)
