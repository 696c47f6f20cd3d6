"""Another show is taken in between frames, and whatever comes meanwhile after it."""

import gc
from dataclasses import replace
from pathlib import Path

from player.core.geometry import Rect, Size
from player.core.model import Item, Picture, Playlist, Show, Zone
from player.core.plan import Inventory, plan
from player.core.units import Instant, seconds
from player.library.shows import ShowStore
from player.wall.incoming import Arrival, Incoming

NOW = Instant(1_790_000_000_000_000)


def show(title: str, items: int = 300) -> Show:
    entries = tuple(Item(f"{title}{n}", f"Ảnh {n}", Picture(f"{n:064x}"), seconds(8)) for n in range(items))
    playlist = Playlist("p", title, "main", "a.yaml", entries)
    size = Size(1920, 1080)
    return Show("kim-thanh-2", "Asia/Ho_Chi_Minh", "vi", size, 60, (Zone("main", Rect(0, 0, *size)),), (playlist,))


def frames(incoming: Incoming) -> tuple[Arrival | None, int]:
    """What has come after frames that leave no time at all, and how many it took."""
    incoming.look()
    count = 0
    while incoming.busy:
        count += 1
        if arrival := incoming.work(NOW):
            return arrival, count
    return None, count


def test_a_show_comes_bit_by_bit_and_whole(tmp_path: Path) -> None:
    store = ShowStore(tmp_path)
    store.write(show("Một"))
    incoming = Incoming(store, store.current(), lambda: NOW)
    assert frames(incoming) == (None, 0)
    store.write(show("Hai"))
    arrival, count = frames(incoming)
    assert arrival is not None
    assert count > 10
    assert (arrival.stored.number, arrival.stored.show) == (2, show("Hai"))
    (zone,) = plan(arrival.timetable, Inventory(), NOW).zones
    assert zone.current is not None
    assert gc.isenabled()
    assert frames(incoming) == (None, 0)


def test_what_becomes_current_meanwhile_comes_next(tmp_path: Path) -> None:
    store = ShowStore(tmp_path)
    incoming = Incoming(store, None, lambda: NOW)
    store.write(show("Một"))
    incoming.look()
    incoming.work(NOW)
    store.write(show("Hai"))
    assert [arrival.stored.number for arrival, _ in (frames(incoming), frames(incoming)) if arrival] == [1, 2]


def test_a_damaged_show_brings_the_newest_whole_one_which_is_there_already(tmp_path: Path) -> None:
    store = ShowStore(tmp_path)
    store.write(show("Một"))
    incoming = Incoming(store, store.current(), lambda: NOW)
    store.write(replace(show("Hai"), gate="x"))
    path = tmp_path / "shows/00000002.json"
    path.write_bytes(path.read_bytes()[:-100])
    arrival, count = frames(incoming)
    assert arrival is None
    assert count
    assert gc.isenabled()
    assert frames(incoming) == (None, 0)


def test_shows_of_yesterday_are_let_go(tmp_path: Path) -> None:
    """Rundowns hold themselves in circles: frozen when another show comes, each would stay for ever."""
    store = ShowStore(tmp_path)
    incoming, frozen = Incoming(store, None, lambda: NOW), gc.get_freeze_count()
    store.write(show("Một"))
    assert frames(incoming)[0] is not None
    assert gc.get_freeze_count() <= frozen
