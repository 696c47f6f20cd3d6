"""Test cards on the stage and in the play log, what moves on them, and how requests are followed."""

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pygame
import pytest

from player.core.codec import decode, encode
from player.core.geometry import Rect, Size
from player.core.mapping import Patch
from player.core.model import Window
from player.core.playlog import TESTCARD, Ending, What
from player.core.testcards import NUMBERS, Card, lines, number_place, number_scale
from player.core.units import Instant, Span, seconds
from player.library.blackout import Blackout, By
from player.library.testcard import By as AskedBy
from player.library.testcard import Requests
from player.library.wallsettings import WallSettings
from player.media.jobs import CardCanvas, CardSheet
from player.media.nursery import Nursery
from player.wall.cards import _GLYPHS, CardClip, Motion, motions, picture_of
from player.wall.cardwatch import TRIES, CardWatch, Setting
from player.wall.easel import LONGEST_WAIT, Easel
from player.wall.plays import DARK
from player.wall.report import headline
from player.wall.screen import OFFSCREEN, Screen
from player.wall.stage import Stage
from tests.wall.studio import Studio
from tests.wall.test_plays import HOUR, Watched
from tests.wall.test_stage import CANVAS, GREEN, MONDAY, RED, Wall, after, item, playlist, show, stage_of

GREY = "#808080"
BLACK = "#000000"
SIZES = [Size(1920, 1080), Size(3200, 96), Size(1280, 288), Size(96, 640), Size(320, 160)]


class Paper:
    """A card of one colour that is drawn when told."""

    def __init__(self, card: Card = Card.MOTION, *, ready: bool = True) -> None:
        self.sheet = CardSheet(card, "gate")
        self.job = SimpleNamespace(size=CANVAS)
        self.ready = ready
        self.closed = False

    def poll(self) -> None:
        return None

    def sockets(self) -> list[object]:
        return []

    def step(self, now: Instant) -> list[Rect]:
        del now
        return [Rect(1, 1, 2, 2)]

    def deadline(self, now: Instant) -> Instant | None:
        return Instant(now + 16_667) if self.sheet.card.moves else None

    def paint_parts(self, target: pygame.Surface, damage: list[Rect]) -> None:
        for rect in damage:
            target.fill(pygame.Color(GREY), pygame.Rect(rect))

    def close(self) -> None:
        self.closed = True


def ask(easel: Easel, paper: Paper | None) -> None:
    easel.want(cast(CardClip, paper) if paper is not None else None)


def is_open(stage: Stage) -> bool:
    return stage.open


def is_closed(paper: Paper) -> bool:
    return paper.closed


def wanted(easel: Easel) -> CardClip | None:
    return easel.wanted


def seen(easel: Easel) -> Card | None:
    return easel.shown.sheet.card if easel.shown is not None else None


def test_the_show_stays_until_the_card_is_drawn_and_the_card_until_the_show_is_there() -> None:
    studio, paper = Studio(at_once=True), Paper(ready=False)
    wall = Wall(stage_of(show(playlist("a", item(RED, 10), item(GREEN, 40))), studio))
    stage = wall.stage
    assert wall.at(2) == RED
    ask(stage.easel, paper)
    assert wall.at(3) == RED
    paper.ready = True
    assert wall.at(4) == GREY
    assert all(clip.closed for clip in studio.opened)
    assert not is_open(stage)
    assert stage.silenced
    assert stage.films() == {}
    opened = len(studio.opened)
    assert wall.at(12) == GREY
    assert len(studio.opened) == opened
    assert stage.next_look(after(12)) <= after(12.02)
    assert stage.moving(after(12))
    # Its time is over, and what belongs there now is not ready yet.
    studio.at_once = False
    ask(stage.easel, None)
    assert [wall.at(12 + tenth / 10) for tenth in range(1, 5)] == [GREY] * 4
    assert not is_open(stage)
    assert stage.films() == {}
    assert not stage.moving(after(12.4))
    assert not is_closed(paper)
    studio.finish()
    assert wall.at(12.5) == GREEN
    assert is_open(stage)
    assert is_closed(paper)
    assert studio.opened[-1].begin == after(10)


def test_a_show_that_does_not_come_is_not_waited_for_for_ever() -> None:
    studio, paper = Studio(at_once=True), Paper()
    wall = Wall(stage_of(show(playlist("a", item(RED, 600))), studio))
    wall.at(1)
    ask(wall.stage.easel, paper)
    assert wall.at(2) == GREY
    studio.at_once, studio.starved = False, True
    ask(wall.stage.easel, None)
    assert wall.at(3) == GREY
    assert wall.at(3 + LONGEST_WAIT / 1_000_000) == GREY
    assert wall.at(3.1 + LONGEST_WAIT / 1_000_000) != GREY
    assert is_open(wall.stage)


def test_another_card_takes_over_from_the_one_before() -> None:
    wall = Wall(stage_of(show(playlist("a", item(RED, 600))), Studio(at_once=True)))
    first, second = Paper(), Paper(Card.GRID, ready=False)
    ask(wall.stage.easel, first)
    assert wall.at(1) == GREY
    ask(wall.stage.easel, second)
    assert wall.at(2) == GREY
    assert not is_closed(first)
    assert seen(wall.stage.easel) is Card.MOTION
    second.ready = True
    assert wall.at(3) == GREY
    assert is_closed(first)
    assert seen(wall.stage.easel) is Card.GRID
    assert not wall.stage.moving(after(3))


def test_a_blackout_goes_before_a_card_and_it_is_there_again_afterwards() -> None:
    wall = Wall(stage_of(show(playlist("a", item(RED, 600))), Studio(at_once=True)))
    ask(wall.stage.easel, Paper())
    assert wall.at(1) == GREY
    wall.stage.blackout = Blackout(MONDAY, By.COMMAND, lasting=True)
    assert wall.at(2) == wall.at(3) == BLACK
    assert seen(wall.stage.easel) is None
    wall.stage.blackout = None
    assert wall.at(4) == GREY
    ask(wall.stage.easel, None)
    assert wall.at(5) == wall.at(6) == RED


def test_it_is_shown_outside_of_the_hours_too_and_in_an_emergency() -> None:
    hours = (Window(start=6 * 60, end=22 * 60),)
    wall = Wall(stage_of(show(playlist("a", item(RED)), hours=hours), Studio(at_once=True)))
    assert wall.at(23 * 3600) == BLACK
    ask(wall.stage.easel, Paper())
    assert wall.at(23 * 3600 + 1) == GREY
    ask(wall.stage.easel, None)
    assert wall.at(23 * 3600 + 2) == BLACK
    assert wall.stage.tick(after(23 * 3600 + 3)) == []


def test_another_show_behind_a_card_changes_nothing_that_is_seen() -> None:
    studio = Studio(at_once=True)
    wall = Wall(stage_of(show(playlist("a", item(RED, 600))), studio))
    ask(wall.stage.easel, Paper())
    assert wall.at(1) == GREY
    wall.stage.adopt(show(playlist("b", item(GREEN, 600))), after(2))
    assert wall.at(2) == wall.at(3) == GREY
    ask(wall.stage.easel, None)
    assert wall.at(4) == wall.at(5) == GREEN
    assert headline(wall.stage, None) == headline(stage_of(show(), studio), None)


def test_the_log_tells_a_card_from_a_dark_night() -> None:
    hours = (Window(start=6 * 60, end=22 * 60),)
    wall = Watched(show(playlist("a", item(RED, 50), item(GREEN, 50)), hours=hours), Instant(MONDAY + 21 * HOUR))
    begin = Instant(MONDAY + 21 * HOUR)
    wall.until(Instant(begin + seconds(70)))
    ask(wall.stage.easel, Paper(Card.GRID))
    wall.tick(Instant(begin + seconds(70)))
    wall.until(Instant(begin + seconds(90)))
    assert wall.running[DARK].record.reason == TESTCARD
    ask(wall.stage.easel, None)
    wall.tick(Instant(begin + seconds(90)))
    wall.until(Instant(begin + 2 * HOUR))
    ask(wall.stage.easel, Paper(Card.GRID))
    wall.tick(Instant(begin + 2 * HOUR))
    wall.until(Instant(begin + 2 * HOUR + seconds(30)))
    ask(wall.stage.easel, None)
    wall.tick(Instant(begin + 2 * HOUR + seconds(30)))
    wall.until(Instant(MONDAY + 30 * HOUR + seconds(1)))
    dark = [(one.reason, one.span) for one in wall.records if one.what is What.DARK]
    assert dark == [
        (TESTCARD, seconds(20)),
        ("", HOUR),
        (TESTCARD, seconds(30)),
        ("", 7 * HOUR - seconds(30)),
    ]
    assert (wall.plays()[1].title, wall.plays()[1].ending, wall.plays()[1].span) == (
        GREEN,
        Ending.TESTCARD,
        seconds(20),
    )


# What moves


def still(size: Size) -> pygame.Surface:
    surface = pygame.Surface(size, 0, 32)
    surface.fill((70, 90, 110))
    return surface


@pytest.mark.parametrize("card", [Card.ALL, Card.MOTION])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.width}x{size.height}")
def test_only_what_has_changed_is_drawn_and_nothing_is_left_behind(size: Size, card: Card) -> None:
    motion = Motion(card, Rect(0, 0, *size), 60)
    seen, before = still(size), None
    turns = [frame for frame in range(500_000, 501_400) if _turns(size, frame)]
    assert len(turns) > 2
    for frame in (*range(500_000, 500_003), *(one for turn in turns[:4] for one in (turn - 1, turn)), 499_000):
        damage = motion.damage(before, frame)
        for rect in damage:
            seen.set_clip(pygame.Rect(rect))
            seen.blit(still(size), (0, 0))
            motion.paint(seen, frame)
        seen.set_clip(None)
        whole = still(size)
        motion.paint(whole, frame)
        assert seen.get_buffer().raw == whole.get_buffer().raw
        assert sum(rect.width * rect.height for rect in damage) < size.width * size.height * 0.6
        before = frame


def _turns(size: Size, frame: int) -> bool:
    """Whether one of the lines begins again."""
    before, now = lines(size, frame - 1, 60), lines(size, frame, 60)
    return now.upright.x < before.upright.x or now.level.y < before.level.y


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.width}x{size.height}")
def test_the_number_of_the_frame_can_be_read(size: Size) -> None:
    surface, place = still(size), number_place(size, Card.ALL)
    assert place is not None
    Motion(Card.ALL, Rect(0, 0, *size), 60).paint(surface, 7_890_123_456)
    scale = number_scale(size, Card.ALL)
    read = ""
    for at in range(len(str(NUMBERS - 1))):
        x, y = place.x + scale * (2 + 6 * at) + scale // 2, place.y + 2 * scale + scale // 2
        dots = [[surface.get_at((x + c * scale, y + r * scale))[0] > 128 for c in range(5)] for r in range(7)]
        rows = ["".join("01"[dot] for dot in row) for row in dots]
        read += next(digit for digit, glyph in _GLYPHS.items() if glyph.split() == rows)
    assert read == "123456"


def test_a_card_that_stands_still_wants_no_frames() -> None:
    motion = Motion(Card.GRID, Rect(0, 0, 320, 160), 60)
    assert motion.damage(1, 2) == []


# Requests


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


SETTING = Setting(
    show(),
    WallSettings("gate", "Gate", language="en"),
    Screen(OFFSCREEN, CANVAS, (Patch(Rect(0, 0, 8, 10), 0, 0), Patch(Rect(8, 0, 8, 10), 20, 0))),
)


def shown_card(watch: CardWatch, easel: Easel, now: Instant, clock: Span) -> None:
    """The card is up."""
    deadline = time.monotonic() + 30
    watch.look(easel, SETTING, now, clock)
    while easel.shown is None or easel.shown is not easel.wanted:
        assert time.monotonic() < deadline
        easel.step(now)
        time.sleep(0.01)


def test_a_card_stays_for_as_long_as_was_asked_whatever_the_clock_says(tmp_path: Path, nursery: Nursery) -> None:
    requests, easel = Requests(tmp_path), Easel()
    watch = CardWatch(requests, nursery)
    assert not watch.look(easel, SETTING, after(0), seconds(0))
    requests.ask(Card.TEXT, seconds(60), AskedBy.COMMAND, after(0))
    shown_card(watch, easel, after(0), seconds(0))
    assert watch.look(easel, SETTING, after(1), seconds(1))
    said = watch.values(easel, after(1), seconds(1))
    assert said == {"card": "text", "until": "2026-11-23T00:01:00.000Z", "by": "command"}
    assert easel.shown is not None
    assert easel.shown.sheet.parts == (Rect(0, 0, 8, 10), Rect(8, 0, 8, 10))
    # The clock is set back by a year, and it is told anew when it ends.
    year = 365 * 86_400
    assert not watch.look(easel, SETTING, after(10 - year), seconds(10))
    said = watch.values(easel, after(10 - year), seconds(10))
    assert said is not None
    assert said["until"] == "2025-11-23T00:01:00.000Z"
    watch.look(easel, SETTING, after(59.9 - year), seconds(59.9))
    assert wanted(easel) is not None
    assert watch.look(easel, SETTING, after(60 - year), seconds(60))
    assert wanted(easel) is None
    assert watch.values(easel, after(60 - year), seconds(60)) is None
    # The request that still lies there does not come to life again.
    watch.look(easel, SETTING, after(30), seconds(61))
    assert wanted(easel) is None
    easel.close()


def test_a_wall_that_starts_follows_no_request_of_before(tmp_path: Path, nursery: Nursery) -> None:
    requests, easel = Requests(tmp_path), Easel()
    requests.ask(Card.ALL, seconds(600), AskedBy.COMMAND, after(0))
    watch = CardWatch(requests, nursery)
    watch.look(easel, SETTING, after(1), seconds(1))
    assert wanted(easel) is None
    requests.ask(Card.ALL, seconds(600), AskedBy.COMMAND, after(0))
    watch.look(easel, SETTING, after(2), seconds(2))
    assert wanted(easel) is not None
    requests.take_back()
    watch.look(easel, SETTING, after(3), seconds(3))
    assert wanted(easel) is None


def test_another_mapping_is_another_card(tmp_path: Path, nursery: Nursery) -> None:
    requests, easel = Requests(tmp_path), Easel()
    watch = CardWatch(requests, nursery)
    requests.ask(Card.ALL, seconds(600), AskedBy.COMMAND, after(0))
    shown_card(watch, easel, after(1), seconds(1))
    first = easel.wanted
    watch.look(easel, SETTING, after(2), seconds(2))
    assert easel.wanted is first
    plain = Setting(SETTING.show, SETTING.settings, Screen(OFFSCREEN, CANVAS))
    watch.look(easel, plain, after(3), seconds(3))
    assert easel.wanted is not first
    assert easel.shown is first
    easel.close()


def test_a_card_that_cannot_be_drawn_is_given_up(tmp_path: Path, nursery: Nursery) -> None:
    requests, easel = Requests(tmp_path), Easel()
    watch = CardWatch(requests, nursery)
    requests.ask(Card.ALL, seconds(600), AskedBy.COMMAND, after(0))
    for _ in range(TRIES):
        watch.look(easel, SETTING, after(1), seconds(1))
        assert easel.wanted is not None
        easel.wanted.fail("for a test")
    for moment in (2, 3):
        watch.look(easel, SETTING, after(moment), seconds(moment))
    assert wanted(easel) is None
    assert easel.shown is None


def test_each_of_several_canvases_has_a_card_of_its_own() -> None:
    east, west = Rect(0, 0, 320, 160), Rect(0, 160, 200, 240)
    canvases = (CardCanvas("east", east, "x11 1"), CardCanvas("west", west, "x11 2"))
    zones = (("main", east), ("main@west", west._replace(height=200)))
    parts = (east, west._replace(height=120), Rect(0, 280, 200, 120))
    sheet = CardSheet(Card.ALL, "gate", "x11", 60, zones, parts, canvases)
    assert decode(CardSheet, encode(sheet)) == sheet
    assert sheet.of(canvases[1]) == CardSheet(
        Card.ALL,
        "gate · west",
        "x11 2",
        60,
        (("main", Rect(0, 0, 200, 200)),),
        (Rect(0, 0, 200, 120), Rect(0, 120, 200, 120)),
    )
    assert sheet.of(canvases[0]).parts == ()
    picture = picture_of(sheet, Size(320, 400), "en")
    for rect in (east, west):
        right, bottom = rect.right - 1, rect.bottom - 1
        corners = [(rect.x, rect.y), (right, rect.y), (rect.x, bottom), (right, bottom)]
        assert all(picture.get_at(corner)[:3] == (255, 255, 255) for corner in corners)
    assert picture.get_at((260, 300))[:3] == (0, 0, 0)
    moving = motions(sheet, Size(320, 400))
    damage = [rect for motion in moving for rect in motion.damage(7, 8)]
    assert len(damage) >= 4
    assert all(east.covers(rect) or west.covers(rect) for rect in damage)
