"""What a traveller sees of banners: one crawl without an end, by whole steps, the same on every wall."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from player.core.geometry import Size
from player.core.model import Direction, Item, Level, Playlist, Start, Window
from player.media.decoder import TILE_WIDTH
from player.wall.crawl import gaps
from tests.core.making import at, playlist, times
from tests.wall.strips import FPS, GROUND, Studio, banner, frame_of

Line = NDArray[np.uint32]


def joints(line: Line) -> list[tuple[int, int]]:
    """The pixels that meet where one strip ends and the next begins."""
    return [(int(one), int(other)) for one, other in pairwise(line) if other != one + 1]


def ticker(name: str, *items: Item, windows: tuple[Window, ...] = (), **more: object) -> Playlist:
    return playlist(name, items, windows, zone="ticker", **more)  # type: ignore[arg-type]


SHORT, LONG, MIDDLE = banner(1, 60), banner(2, 900), banner(3, 306)
NOON = frame_of(at("09-02 12:00"))


@pytest.mark.parametrize("upward", [False, True])
def test_banners_of_several_playlists_follow_each_other_without_a_gap(upward: bool) -> None:
    direction = Direction.UP if upward else Direction.LEFT
    strips = [banner(number, width, direction=direction) for number, width in ((1, 60), (2, 900), (3, 306))]
    studio = Studio([ticker("a", *strips[:2]), ticker("b", strips[2])], Size(8, 200) if upward else Size(200, 8))
    met = set()
    before = studio.settle(NOON)
    for frame in range(NOON + 1, NOON + 1400):
        after = studio.seen(frame)
        assert np.array_equal(before[2:], after[:-2])
        assert not (after == GROUND).any()
        met |= set(joints(after))
        before = after
    ends = {1: 0x10000 + 59, 2: 0x20000 + 899, 3: 0x30000 + 305}
    assert met == {(ends[1], 0x20000), (ends[2], 0x30000), (ends[3], 0x10000)}


def test_the_week_begins_without_a_gap() -> None:
    studio = Studio([ticker("a", LONG), ticker("b", MIDDLE, SHORT)])
    monday = frame_of(at("09-07 00:00"))
    before = studio.settle(monday - 60)
    for frame in range(monday - 59, monday + 150):
        after = studio.seen(frame)
        assert np.array_equal(before[2:], after[:-2])
        assert not (after == GROUND).any()
        before = after
    assert before[0] != GROUND


def test_a_wall_that_begins_later_shows_the_same() -> None:
    studio = Studio([ticker("a", SHORT, banner(4, 126)), ticker("b", MIDDLE)])
    studio.settle(NOON)
    for frame in range(NOON, NOON + 400):
        line = studio.seen(frame)
        if frame % 37 == 0:
            assert np.array_equal(studio.settle(frame, studio.another_wall()), line)


def test_a_frame_left_out_changes_nothing_after_it() -> None:
    steady, hasty = Studio([ticker("a", LONG, MIDDLE)]), Studio([ticker("a", LONG, MIDDLE)])
    hasty.settle(NOON)
    steady.settle(NOON)
    for frame in range(NOON, NOON + 700):
        line = steady.seen(frame)
        if frame % 7 in (0, 3):
            assert np.array_equal(hasty.seen(frame), line)


def test_a_faster_banner_neither_overruns_nor_leaves_the_one_before() -> None:
    studio = Studio([ticker("a", banner(1, 300, step=2), banner(2, 600, step=4))])
    before = studio.settle(NOON)
    steps = set()
    for frame in range(NOON + 1, NOON + 600):
        after = studio.seen(frame)
        moved = [step for step in (2, 4) if np.array_equal(before[step:], after[:-step])]
        assert moved, frame - NOON
        assert not (after == GROUND).any()
        steps |= set(moved)
        before = after
    assert steps == {2, 4}


def test_a_higher_level_enters_at_once_behind_what_is_there_and_the_rest_follows_it() -> None:
    window = times("12:00", "12:01")
    alert = ticker("alert", banner(9, 306), windows=(window,), level=Level.PRIORITY, start=Start.HARD)
    studio = Studio([ticker("a", LONG), alert])
    before = studio.settle(NOON - 30)
    heads = 0
    for frame in range(NOON - 29, NOON + 65 * FPS):
        after = studio.seen(frame)
        assert np.array_equal(before[2:], after[:-2])
        heads += any(other >> 16 == 9 and one >> 16 == 2 for one, other in joints(after[-4:]))
        before = after
    assert heads


def test_the_last_words_leave_before_the_zone_is_hidden() -> None:
    # A strip of three seconds, so that one ends just when the window closes.
    studio = Studio([ticker("a", banner(1, 360), windows=(times("11:00", "12:00"),))])
    before = studio.settle(NOON - 2)
    for frame in range(NOON - 1, NOON + 100):
        after = studio.seen(frame)
        assert np.array_equal(before[2:], after[:-2])
        assert studio.stage.layers[0].visible
        before = after
    assert before[0] == 0x10000 + 358
    assert (before[2:] == GROUND).all()
    studio.seen(NOON + 100)
    assert not studio.stage.layers[0].visible


def test_a_wall_that_begins_while_the_last_words_leave_shows_them_too() -> None:
    studio = Studio([ticker("a", banner(1, 360), windows=(times("11:00", "12:00"),))])
    studio.settle(NOON - 2)
    line = studio.seen(NOON + 30)
    later = studio.another_wall()
    assert np.array_equal(studio.settle(NOON + 30, later), line)
    assert later.ready()
    assert line[0] != GROUND


def test_a_wall_that_begins_just_before_undrawn_letters_waits_for_them() -> None:
    studio = Studio([ticker("a", banner(1, 6000))])
    studio.settle(NOON)
    # The last pixels of the first tile have come into sight.
    edge = next(frame for frame in range(NOON, NOON + 3000) if 485 < studio.seen(frame)[-1] & 0xFFFF < TILE_WIDTH - 20)
    studio.late = {1}
    later = studio.another_wall()
    for frame in range(edge, edge + 5):
        studio.seen(frame, later)
        assert not later.layers[0].shows_item
    studio.decoders[-1].catch_up()
    before = studio.settle(edge + 5, later)
    for frame in range(edge + 6, edge + 60):
        after = studio.seen(frame, later)
        assert np.array_equal(before[2:], after[:-2])
        assert not (after == GROUND).any()
        before = after


def test_a_decoder_that_stands_still_holds_nothing_up() -> None:
    studio = Studio([ticker("a", banner(1, 6000))])
    before = studio.settle(NOON)
    studio.decoders[0].frozen = True
    for frame in range(NOON + 1, NOON + 400):
        after = studio.seen(frame)
        assert np.array_equal(before[2:], after[:-2])
        before = after
    assert (before == GROUND).any()


def test_tiles_are_asked_for_before_they_are_seen() -> None:
    studio = Studio([ticker("a", banner(1, 9000))])
    studio.settle(NOON)
    for frame in range(NOON + 1, NOON + 1500):
        assert not (studio.seen(frame) == GROUND).any()
    assert len(studio.decoders[0].asked) == len(set(studio.decoders[0].asked))


def test_what_is_uncovered() -> None:
    assert gaps([], 10) == [(0, 10)]
    assert gaps([(-5, 3), (3, 12)], 10) == []
    assert gaps([(2, 4), (6, 6), (8, 20)], 10) == [(0, 2), (4, 6), (6, 8)]
