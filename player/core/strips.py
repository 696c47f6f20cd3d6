"""Segments, and the strips that they are cut from: stretches of time in which whole passes follow one another.

A strip is a few numbers, however many segments it holds; where it is at an instant is found by bisection.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import accumulate, chain, cycle, repeat
from typing import NamedTuple

from player.core.model import Item, Playlist
from player.core.units import Instant, Span


class Segment(NamedTuple):
    """What a zone shows from `start` to `end`, half-open. `offset` is where in the item the segment begins.

    No item is the slate, or an empty ticker.
    """

    item: Item | None
    playlist: Playlist | None
    start: Instant
    end: Instant
    offset: Span


class Cursor(NamedTuple):
    """Where a playlist stands: the place of an item among all its items, and how much of that has been shown."""

    number: int
    offset: int


START = Cursor(0, 0)
_segment = partial(tuple.__new__, Segment)


class Pass:
    """The items of a playlist that may play on a date, end to end. Never changed once made.

    `numbers` are their places in the playlist, `sums` where each begins (and the last ends), in microseconds.
    """

    __slots__ = ("ids", "items", "numbers", "playlist", "sums", "total")

    def __init__(self, playlist: Playlist, numbers: tuple[int, ...]) -> None:
        self.playlist = playlist
        self.numbers = numbers
        self.items = tuple([playlist.items[number] for number in numbers])
        self.sums = tuple(accumulate((item.span for item in self.items), initial=0))
        self.total = self.sums[-1]
        self.ids = frozenset(item.id for item in self.items)

    def position(self, cursor: Cursor) -> int:
        """Where the cursor is in this pass: at the next item if its own may not play; `total` if none is left."""
        if cursor is START:
            return 0
        place = bisect_left(self.numbers, cursor.number)
        begins = self.sums[place]
        if place < len(self.numbers) and self.numbers[place] == cursor.number:
            return begins + cursor.offset
        return begins

    def cursor(self, position: int) -> Cursor:
        """The cursor at a position of this pass. An item that has just ended gives the place after it."""
        place = bisect_right(self.sums, position) - 1
        if self.sums[place] == position and place:
            return Cursor(self.numbers[place - 1] + 1, 0)
        return Cursor(self.numbers[place], position - self.sums[place])

    def next_edge(self, position: int) -> int:
        """The first position after `position` at which an item ends."""
        return self.sums[bisect_right(self.sums, position)]

    def is_edge(self, position: int) -> bool:
        """Whether an item begins or ends exactly at `position`."""
        return self.sums[bisect_right(self.sums, position) - 1] == position


class Strip(NamedTuple):
    """Passes played round and round from `start` to `end`; `sums` is where each begins in the round.

    It begins `position` into the round. No passes is the slate. `sharp` says that it began with a cut: a higher level
    or a hard start.
    """

    start: Instant
    end: Instant
    passes: tuple[Pass, ...]
    sums: tuple[int, ...]
    position: int
    sharp: bool


def round_of(passes: Iterable[Pass]) -> tuple[int, ...]:
    """Where each pass begins in their round, and where the round ends."""
    return tuple(accumulate((one.total for one in passes), initial=0))


def segment_at(strip: Strip, now: Instant) -> Segment:
    """The segment at an instant within the strip."""
    start, end, passes, sums, position, _ = strip
    if not passes:
        return Segment(None, None, start, end, Span(0))
    place = (position + now - start) % sums[-1]
    turn = bisect_right(sums, place) - 1
    on = passes[turn]
    place -= sums[turn]
    number = bisect_right(on.sums, place) - 1
    begun = now - place + on.sums[number]
    ends = begun + on.sums[number + 1] - on.sums[number]
    shown = max(begun, start)
    return _segment((on.items[number], on.playlist, shown, min(ends, end), shown - begun))


def segments_of(strip: Strip, since: Instant, until: Instant) -> Iterable[Segment]:
    """The strip's segments that overlap `since` to `until`, not trimmed to these, in order."""
    start, end, passes, _, position, _ = strip
    if since < start:
        since = start
    if until > end:
        until = end
    if since >= until:
        return ()
    if not passes:
        return (Segment(None, None, start, end, Span(0)),)
    if len(passes) == 1 and position + end - start <= passes[0].total:
        return _slice(passes[0], start - position, strip, since, until)
    return chain.from_iterable(_rounds(strip, since, until))


def _rounds(strip: Strip, since: Instant, until: Instant) -> Iterator[Iterable[Segment]]:
    """The same, each pass by itself."""
    start, _, passes, sums, position, _ = strip
    place = (position + since - start) % sums[-1]
    turn = bisect_right(sums, place) - 1
    begins = since - place + sums[turn]
    for on in chain(passes[turn:], cycle(passes)):
        if begins >= until:
            return
        ends = begins + on.total
        yield _whole(on, begins) if since <= begins and ends <= until else _slice(on, begins, strip, since, until)
        begins = ends


def _whole(on: Pass, begins: int) -> Iterable[Segment]:
    """The segments of a pass that is shown from its beginning to its end."""
    if len(on.items) == 1:
        # Most spots: hundreds a day.
        return (_segment((on.items[0], on.playlist, begins, begins + on.total, 0)),)
    edges = [begins + place for place in on.sums]
    return map(_segment, zip(on.items, repeat(on.playlist), edges, edges[1:], repeat(0), strict=False))


def _slice(on: Pass, begins: int, strip: Strip, since: Instant, until: Instant) -> Iterable[Segment]:
    """The segments of one pass, which begins (perhaps before the strip does) at `begins`."""
    start, end, _, _, _, _ = strip
    sums = on.sums
    low = bisect_right(sums, since - begins) - 1 if since > begins else 0
    high = bisect_left(sums, until - begins, low + 1) if until - begins < on.total else len(on.items)
    edges = [begins + place for place in sums[low : high + 1]]
    offset = 0
    if edges[0] < start:
        offset, edges[0] = start - edges[0], start
    if edges[-1] > end:
        edges[-1] = end
    offsets = chain((offset,), repeat(0)) if offset else repeat(0)
    return map(_segment, zip(on.items[low:high], repeat(on.playlist), edges, edges[1:], offsets, strict=False))
