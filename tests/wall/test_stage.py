"""A whole show on the wall: who plays, what stands in, what an update changes, what is drawn."""

import json
from datetime import UTC, datetime
from typing import cast

import pygame

from player.core.geometry import Rect, Size
from player.core.model import Item, Level, Picture, Playlist, Show, Window, Zone
from player.core.plan import Cue
from player.core.rundown import Timetable
from player.core.units import Instant, instant_of, seconds
from player.library.blackout import Blackout, By
from player.media.channel import LONGEST
from player.wall.clips import FilmClip, Showing, State
from player.wall.layer import Trouble
from player.wall.opening import Opener, band_of
from player.wall.report import describe
from player.wall.stage import STRIKES, Stage
from tests.wall.studio import Painted, Studio, no_slate

CANVAS = Size(16, 10)
MAIN = Zone("main", Rect(0, 0, 16, 10), ground="#101010")
TICKER = Zone("ticker", Rect(0, 8, 16, 2), hide_when_empty=True)
MONDAY = instant_of(datetime(2026, 11, 23, tzinfo=UTC))
RED, GREEN, BLUE, BLACK = "#FF0000", "#00FF00", "#0000FF", "#000000"


def item(colour: str, length: float = 10) -> Item:
    return Item(colour, colour, Picture("0" * 64), seconds(length))


def playlist(name: str, *items: Item, zone: str = "main", level: Level = Level.NORMAL, **more: object) -> Playlist:
    return Playlist(name, name, zone, "test", items, level, **more)  # type: ignore[arg-type]


def show(*playlists: Playlist, zones: tuple[Zone, ...] = (MAIN, TICKER), hours: tuple[Window, ...] = ()) -> Show:
    return Show("gate", "UTC", "en", CANVAS, 60, zones, playlists, hours)


def stage_of(shown: Show, studio: Studio) -> Stage:
    def opener(show: Show, timetable: Timetable) -> Opener:
        del show, timetable
        return cast(Opener, studio)

    return Stage(shown, opener, no_slate)


def after(moment: float) -> Instant:
    return Instant(MONDAY + seconds(moment))


class Wall:
    """A stage and the surface that it draws on, frame by frame as the loop does it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.surface = pygame.Surface(CANVAS)

    def at(self, moment: float, x: int = 4, y: int = 4) -> str:
        """The colour seen at (x, y) when the clock says `moment` seconds."""
        damage = self.stage.tick(after(moment))
        self.stage.paint(self.surface, damage, after(moment))
        return "#{:02X}{:02X}{:02X}".format(*self.surface.get_at((x, y))[:3])


def test_items_follow_one_another_without_the_ground_between_them() -> None:
    wall = Wall(stage_of(show(playlist("a", item(RED), item(GREEN))), Studio(at_once=True)))
    seen = [wall.at(tenth / 10) for tenth in range(401)]
    assert seen[:100] + seen[200:300] == [RED] * 200
    assert seen[100:200] + seen[300:400] == [GREEN] * 200


def test_a_ticker_lies_over_the_picture_and_a_change_below_leaves_it_there() -> None:
    shown = show(playlist("a", item(RED), item(GREEN)), playlist("b", item(BLUE, 600), zone="ticker"))
    wall = Wall(stage_of(shown, Studio(at_once=True)))
    for moment in (0, 5, 10, 15):
        assert wall.at(moment, y=9) == BLUE
    assert wall.at(16, y=7) == GREEN


def test_a_ticker_that_becomes_empty_shows_what_lies_below() -> None:
    first_minute = playlist("b", item(BLUE, 60), zone="ticker", windows=(Window(start=0, end=1),))
    wall = Wall(stage_of(show(playlist("a", item(RED)), first_minute), Studio(at_once=True)))
    assert wall.at(59, y=9) == BLUE
    assert wall.at(60.5, y=9) == RED


def test_an_unchanged_picture_is_not_drawn_again() -> None:
    stage = stage_of(show(playlist("a", item(RED, 60))), Studio(at_once=True))
    assert MAIN.rect in stage.tick(after(0))
    assert [stage.tick(after(moment)) for moment in (1, 2, 3)] == [[], [], []]
    assert stage.next_look(after(3)) > after(50)


def test_outside_the_hours_the_wall_is_black_and_nothing_decodes() -> None:
    studio = Studio(at_once=True)
    wall = Wall(stage_of(show(playlist("a", item(RED)), hours=(Window(start=6 * 60, end=22 * 60),)), studio))
    assert wall.at(21 * 3600) == RED
    assert wall.at(22 * 3600) == "#000000"
    assert all(clip.closed for clip in studio.opened)
    assert not wall.stage.open
    assert wall.stage.tick(after(22 * 3600 + 60)) == []
    assert wall.at(30 * 3600) == RED


def test_what_opens_the_day_is_there_in_its_first_frame() -> None:
    studio = Studio()
    shown = show(playlist("a", item(RED)), playlist("b", item(BLUE), zone="ticker"), hours=(Window(start=1, end=60),))
    wall = Wall(stage_of(shown, studio))
    assert wall.at(10) == BLACK
    # Nothing is done before its time, and then it is done.
    assert studio.opened == []
    prepared = (wall.stage.next_look(after(10)) - MONDAY) / 1_000_000
    assert 50 < prepared < 60
    assert wall.at(prepared) == BLACK
    assert len(studio.opened) == 2
    assert wall.stage.next_look(after(prepared)) == after(60)
    studio.finish()
    assert wall.at(59.99) == wall.at(59.99, y=9) == BLACK
    assert not wall.stage.open
    assert (wall.at(60), wall.at(60, y=9)) == (RED, BLUE)
    assert len(studio.opened) == 2


def test_a_blackout_ends_what_has_been_prepared_too() -> None:
    studio = Studio(at_once=True)
    wall = Wall(stage_of(show(playlist("a", item(RED)), hours=(Window(start=1, end=60),)), studio))
    assert wall.at(59) == BLACK
    assert [clip.closed for clip in studio.opened] == [False]
    wall.stage.blackout = Blackout(MONDAY, By.COMMAND, lasting=True)
    assert wall.at(59.1) == BLACK
    assert wall.at(61) == BLACK
    assert [clip.closed for clip in studio.opened] == [True]
    wall.stage.blackout = None
    assert wall.at(62) == RED


def test_what_cannot_be_shown_is_stood_in_for_until_its_slot_is_over() -> None:
    studio = Studio(at_once=True)
    wall = Wall(stage_of(show(playlist("a", item(RED), item(GREEN), item(BLUE))), studio))
    wall.at(0)
    wall.at(9)
    broken = studio.opened[-1]
    assert broken.item_id == GREEN
    broken.state, broken.has_picture, broken.deliberate, broken.reason = State.FAILED, False, True, "cut short"
    studio.at_once = False
    assert wall.at(10) == RED
    studio.opened[-1].state, studio.opened[-1].deliberate = State.FAILED, True
    assert wall.at(10.02) == RED
    studio.at_once = True
    assert wall.at(10.04) == BLUE
    assert wall.at(19.9) == BLUE
    assert [trouble.item_id for trouble in wall.stage.troubles] == [GREEN]
    assert wall.at(21) == BLUE
    assert wall.at(30) == RED


def test_after_three_strikes_an_item_is_left_out_until_another_show_comes() -> None:
    studio = Studio(at_once=True)
    stage = stage_of(show(playlist("a", item(RED), item(GREEN))), studio)
    moment = 0.0
    while GREEN not in stage.quarantined:
        stage.tick(after(moment))
        for clip in studio.opened:
            if clip.item_id == GREEN:
                clip.state, clip.has_picture, clip.deliberate = State.FAILED, False, True
        moment += 0.1
        assert moment < 120
    assert len(stage.troubles) == STRIKES
    opened = len(studio.opened)
    for later in range(40):
        stage.tick(after(moment + later))
    assert GREEN not in [clip.item_id for clip in studio.opened[opened:]]
    stage.adopt(show(playlist("a", item(RED), item(GREEN, 11))), after(moment + 40))
    assert stage.quarantined == {}


def test_an_update_lets_the_item_on_screen_play_on() -> None:
    studio = Studio(at_once=True)
    wall = Wall(stage_of(show(playlist("a", item(RED, 60), item(GREEN, 60))), studio))
    assert wall.at(30) == RED
    before = len([clip for clip in studio.opened if clip.item_id == RED])
    wall.stage.adopt(show(playlist("a", item(BLUE, 25), item(GREEN, 60), item(RED, 60))), after(30))
    for moment in (30, 40, 50, 59):
        assert wall.at(moment) == RED
    assert wall.at(60) == GREEN
    assert len([clip for clip in studio.opened if clip.item_id == RED]) == before


def test_an_update_takes_a_withdrawn_item_off_at_once() -> None:
    wall = Wall(stage_of(show(playlist("a", item(RED, 60), item(GREEN, 60))), Studio(at_once=True)))
    assert wall.at(30) == RED
    wall.stage.adopt(show(playlist("a", item(GREEN, 60))), after(30))
    assert wall.at(30.02) == GREEN


def test_an_emergency_in_the_zone_screen_covers_everything_at_once() -> None:
    screen = Zone("screen", Rect(0, 0, 16, 10), hide_when_empty=True)
    alarm = playlist("x", item(RED, 30), zone="screen", level=Level.EMERGENCY, windows=(Window(start=1, end=2),))
    shown = show(
        playlist("a", item(GREEN)), playlist("b", item(BLUE, 600), zone="ticker"), alarm, zones=(MAIN, TICKER, screen)
    )
    wall = Wall(stage_of(shown, Studio(at_once=True)))
    assert (wall.at(59.9), wall.at(59.95, y=9)) == (GREEN, BLUE)
    assert (wall.at(60), wall.at(60.05, y=9)) == (RED, RED)
    assert (wall.at(121), wall.at(121.05, y=9)) == (GREEN, BLUE)


class Screening(Painted, FilmClip):
    """A film of one colour."""

    def __init__(self, item_id: str, begin: Instant, colour: str) -> None:
        Showing.__init__(self, item_id, begin)
        self.colour, self.has_picture, self.without_decoder, self.work = colour, True, False, 0

    def deadline(self, now: Instant) -> Instant | None:
        del now
        return None


class Cinema(Studio):
    """Shows everything as a film."""

    def __call__(self, zone: Zone, cue: Cue, now: Instant) -> Showing:
        del zone, now
        assert cue.item is not None
        return Screening(cue.item.id, Instant(cue.start - cue.offset), cue.item.title)


def test_what_an_emergency_hides_is_not_heard() -> None:
    screen = Zone("screen", Rect(0, 0, 16, 10), hide_when_empty=True)
    minute = (Window(start=1, end=2),)
    urgent = playlist("u", item(BLUE, 60), zone="screen", level=Level.EMERGENCY, windows=minute)
    stage = stage_of(show(playlist("a", item(RED, 300)), urgent, zones=(MAIN, TICKER, screen)), Cinema())
    stage.tick(after(30))
    assert list(stage.films().values()) == [Level.NORMAL]
    stage.tick(after(61))
    assert list(stage.films().values()) == [None, Level.EMERGENCY]
    stage.tick(after(121))
    assert list(stage.films().values()) == [Level.NORMAL]


def test_words_keep_clear_of_a_ticker_that_has_something_to_say() -> None:
    talking = show(playlist("a", item(RED)), playlist("b", item(BLUE), zone="ticker"))
    silent = show(playlist("a", item(RED)))
    assert band_of(MAIN, talking) == (0, 2)
    assert band_of(MAIN, silent) == (0, 0)
    assert band_of(TICKER, talking) == (0, 0)


def test_a_zone_that_covers_only_a_corner_takes_no_band() -> None:
    clock = Zone("clock", Rect(10, 0, 6, 2))
    shown = show(playlist("a", item(RED)), playlist("c", item(BLUE), zone="clock"), zones=(MAIN, clock))
    assert band_of(MAIN, shown) == (0, 0)


def test_a_ticker_at_the_top_takes_its_band_there() -> None:
    top = Zone("top", Rect(0, 0, 16, 3), hide_when_empty=True)
    shown = show(playlist("a", item(RED)), playlist("c", item(BLUE), zone="top"), zones=(MAIN, top))
    assert band_of(MAIN, shown) == (3, 0)


def test_a_status_fits_one_message_however_much_is_wrong() -> None:
    stage = stage_of(show(playlist("a", item(RED))), Studio(at_once=True))
    stage.tick(after(0))
    reason = "the picture is damaged or cut short: copy it again, or open it and save it anew as JPEG or PNG"
    for number in range(2_000):
        trouble = Trouble("main", str(number), f"media/ảnh triển lãm số {number}.jpg", reason, after(10))
        stage.quarantined[trouble.item_id] = trouble
    status = describe(stage, None, after(1))
    assert status["troubles_in_all"] == 2_000
    assert len(json.dumps(["status", json.dumps(status, ensure_ascii=False)])) < LONGEST
