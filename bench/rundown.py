"""How long a year's rundown and one call of `plan` take: `PYTHONPATH=. python bench/rundown.py`."""

import random
import statistics
import time
from collections import deque
from datetime import date, timedelta

from player.core.calendar import midnight, minute_of
from player.core.geometry import Rect, Size
from player.core.model import DateRange, Item, Level, Picture, Playlist, Show, Start, Window, Zone
from player.core.plan import Inventory, plan
from player.core.rundown import Timetable
from player.core.units import MINUTE, Instant, Span, seconds

FIRST = date(2026, 1, 1)
DAYS = 365


def window(chance: random.Random) -> tuple[Window, ...]:
    """Always, office hours, an evening, a night, a season: what editors write."""
    season = FIRST + timedelta(days=chance.randrange(DAYS))
    kinds = [
        (),
        (Window(start=6 * 60, end=12 * 60), Window(start=13 * 60, end=18 * 60)),
        (Window(weekdays=frozenset({0, 1, 2, 3, 4}), start=7 * 60, end=18 * 60 + 30),),
        (Window(weekdays=frozenset({5, 6})),),
        (Window(start=18 * 60 + 15 * chance.randrange(4), end=22 * 60),),
        (Window(start=22 * 60, end=6 * 60),),
        (Window(dates=(DateRange(season, season + timedelta(days=30)),), start=7 * 60, end=21 * 60),),
    ]
    return chance.choice(kinds)


def item(chance: random.Random, number: int) -> Item:
    """A picture of 8 to 15 s, one in twenty with dates of its own."""
    first = FIRST + timedelta(days=chance.randrange(DAYS))
    dated = chance.random() < 0.05
    span = seconds(chance.choice((8, 10, 11.5, 12, 15)))
    last = first + timedelta(days=60) if dated else None
    return Item(f"{number:06}", "", Picture(f"{number:064}"), span, first=first if dated else None, last=last)


def playlist(chance: random.Random, number: int) -> Playlist:
    """Mostly rotation; one in ten is a spot of one item, one in twenty has priority for half an hour on some days."""
    items = tuple([item(chance, number * 50 + n) for n in range(50)])
    windows, level, every = window(chance), Level.NORMAL, None
    start = Start.HARD if chance.random() < 0.1 else Start.SOFT
    if number % 10 == 0:
        items, every = items[:1], Span(chance.choice((10, 15, 30)) * MINUTE)
    elif number % 20 == 1:
        begins = chance.randrange(6 * 60, 21 * 60, 5)
        windows, level = (Window(weekdays=frozenset({number % 7}), start=begins, end=begins + 30),), Level.PRIORITY
    return Playlist(f"{number:03}", "", "main", "playlists", items, level, windows, start, every)


def show(count: int = 200) -> Show:
    """A gate that never closes, with `count` playlists of 50 items."""
    chance = random.Random(20260902)
    zones = (Zone("main", Rect(0, 0, 1920, 1080)), Zone("ticker", Rect(0, 972, 1920, 108)))
    playlists = tuple([playlist(chance, number) for number in range(count)])
    return Show("bench", "Asia/Ho_Chi_Minh", "vi", Size(1920, 1080), 60, zones, playlists)


def main() -> None:
    """Prints both figures."""
    made = show()
    timetable = Timetable(made)
    start, end = (midnight(FIRST + timedelta(days=n), timetable.tz) for n in (0, DAYS))
    begun = time.perf_counter()
    counter = enumerate(timetable.segments("main", start, end), 1)
    count = deque(counter, maxlen=1)[0][0]
    took = time.perf_counter() - begun
    print(f"rundown of {DAYS} days, 200 playlists of 50 items: {count:,} segments in {took:.2f} s (limit 5 s)")

    now = minute_of(date(2026, 9, 2), 20 * 60 + 7, timetable.tz)
    begun = time.perf_counter()
    plan(timetable, Inventory(), now)
    print(f"first plan of a week: {1e3 * (time.perf_counter() - begun):.1f} ms")
    instants = [Instant(now + 137_000_003 * n) for n in range(500)]
    taken = []
    for instant in instants * 2:
        begun = time.perf_counter()
        plan(timetable, Inventory(), instant)
        taken.append(1e6 * (time.perf_counter() - begun))
    known = taken[len(instants) :]
    print(f"plan: {statistics.median(known):.1f} us at the median, {max(known):.1f} us at most (limit 50 us)")


if __name__ == "__main__":
    main()
