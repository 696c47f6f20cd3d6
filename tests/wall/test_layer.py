"""What a traveller sees of one zone: the old picture stays until the new one is there."""

import pygame

from player.core.geometry import Rect
from player.core.model import Change, Item, Picture, Transition, Zone
from player.core.plan import Cue, ZonePlan
from player.core.units import Instant, seconds
from player.wall.clips import State
from player.wall.layer import Layer
from player.wall.waiting import LEAD, PATIENCE
from tests.wall.studio import Studio, no_slate

ZONE = Zone("main", Rect(0, 0, 8, 4))
START = Instant(1_000_000_000)


def cue(colour: str, start: float, length: float = 10, transition: Transition | None = None) -> Cue:
    item = Item(colour, colour, Picture("0" * 64), seconds(length), transition or Transition())
    begin = Instant(START + seconds(start))
    return Cue(item, None, begin, Instant(begin + seconds(length)), seconds(0))


def zone_plan(current: Cue | None, following: Cue | None = None, previous: Cue | None = None) -> ZonePlan:
    until = current.end if current else Instant(START + seconds(1000))
    return ZonePlan("main", current, previous, following, until)


def at(layer: Layer, plan: ZonePlan, moment: float) -> tuple[int, int, int]:
    """Bring the layer to `moment` seconds and look at its middle."""
    now = Instant(START + seconds(moment))
    layer.update(plan, no_slate, now)
    layer.advance(now)
    surface = pygame.Surface((8, 4))
    layer.paint(surface, now)
    red, green, blue, _ = surface.get_at((4, 2))
    return red, green, blue


RED, BLUE = (255, 0, 0), (0, 0, 255)


def test_the_old_picture_stays_until_the_next_is_ready() -> None:
    studio = Studio()
    layer = Layer(ZONE, studio, 60)
    red, blue = cue("#FF0000", 0), cue("#0000FF", 10)
    at(layer, zone_plan(red, blue), 0)
    studio.finish()
    assert at(layer, zone_plan(red, blue), 0.1) == RED
    assert at(layer, zone_plan(red, blue), 9.9) == RED
    assert at(layer, zone_plan(blue), 10.2) == RED
    studio.finish()
    assert at(layer, zone_plan(blue), 10.3) == BLUE
    assert studio.opened[0].closed


def test_the_next_item_is_opened_before_its_time_and_once() -> None:
    studio = Studio()
    layer = Layer(ZONE, studio, 60)
    red, blue = cue("#FF0000", 0, 20), cue("#0000FF", 20)
    at(layer, zone_plan(red, blue), 0)
    studio.finish()
    at(layer, zone_plan(red, blue), 1)
    assert len(studio.opened) == 1
    look = layer.next_look(zone_plan(red, blue), Instant(START + seconds(1)))
    assert look == Instant(blue.start - LEAD)
    at(layer, zone_plan(red, blue), 15)
    studio.finish()
    at(layer, zone_plan(red, blue), 16)
    assert at(layer, zone_plan(blue), 20) == BLUE
    assert len(studio.opened) == 2


def test_an_item_without_a_picture_is_opened_once_more_and_then_given_up() -> None:
    studio = Studio()
    layer = Layer(ZONE, studio, 60)
    red, blue = cue("#FF0000", 0), cue("#0000FF", 10)
    at(layer, zone_plan(red), 0)
    studio.finish()
    at(layer, zone_plan(red), 1)
    patience = PATIENCE / 1_000_000 + 0.01
    assert at(layer, zone_plan(blue), 10) == RED
    assert at(layer, zone_plan(blue), 10 + patience) == RED
    assert len(studio.opened) == 3
    assert not layer.troubles
    assert at(layer, zone_plan(blue), 10 + 2 * patience) == RED
    assert [trouble.item_id for trouble in layer.troubles] == ["#0000FF"]


def test_a_decoder_that_is_at_work_is_given_more_time() -> None:
    studio = Studio()
    layer = Layer(ZONE, studio, 60)
    red, blue = cue("#FF0000", 0), cue("#0000FF", 10)
    at(layer, zone_plan(red), 0)
    studio.finish()
    at(layer, zone_plan(red), 1)
    for moment in (10, 11, 12, 13, 14):
        assert at(layer, zone_plan(blue), moment) == RED
        studio.opened[-1].work += 1
    assert len(studio.opened) == 2
    studio.finish()
    assert at(layer, zone_plan(blue), 14.5) == BLUE


def test_a_file_that_the_decoder_refuses_is_given_up_at_once_with_its_reason() -> None:
    studio = Studio()
    layer = Layer(ZONE, studio, 60)
    at(layer, zone_plan(cue("#FF0000", 0)), 0)
    studio.opened[0].state, studio.opened[0].reason, studio.opened[0].deliberate = State.FAILED, "cut short", True
    at(layer, zone_plan(cue("#FF0000", 0)), 0.1)
    assert [(trouble.item_id, trouble.reason) for trouble in layer.troubles] == [("#FF0000", "cut short")]


def test_a_film_that_fails_in_the_middle_keeps_its_last_picture_while_it_is_opened_again() -> None:
    studio = Studio()
    layer = Layer(ZONE, studio, 60)
    red = cue("#FF0000", 0)
    at(layer, zone_plan(red), 0)
    studio.finish()
    at(layer, zone_plan(red), 1)
    studio.opened[0].state = State.FAILED
    assert at(layer, zone_plan(red), 2) == RED
    assert len(studio.opened) == 2
    studio.finish()
    assert at(layer, zone_plan(red), 2.1) == RED
    assert studio.opened[0].closed
    assert layer.front is studio.opened[1]


def test_a_fade_mixes_both_and_ends_with_the_next() -> None:
    studio = Studio()
    layer = Layer(ZONE, studio, 60)
    fade = Transition(Change.FADE, seconds(1))
    red, blue = cue("#FF0000", 0), cue("#0000FF", 10, transition=fade)
    at(layer, zone_plan(red, blue), 0)
    studio.finish()
    at(layer, zone_plan(red, blue), 9)
    studio.finish()
    red_part, _, blue_part = at(layer, zone_plan(blue, None, red), 10.5)
    assert abs(red_part - 128) <= 3
    assert abs(blue_part - 128) <= 3
    assert at(layer, zone_plan(blue, None, red), 11) == BLUE
    assert studio.opened[0].closed


def test_begun_in_the_middle_of_a_fade_the_item_before_is_opened_too() -> None:
    studio = Studio()
    layer = Layer(ZONE, studio, 60)
    red, blue = cue("#FF0000", 0), cue("#0000FF", 10, transition=Transition(Change.FADE, seconds(1)))
    at(layer, zone_plan(blue, None, red), 10.25)
    studio.finish()
    at(layer, zone_plan(blue, None, red), 10.25)
    studio.finish()
    red_part, _, blue_part = at(layer, zone_plan(blue, None, red), 10.25)
    assert abs(red_part - 191) <= 3
    assert abs(blue_part - 64) <= 3


def test_a_zone_with_nothing_due_hides_or_shows_its_ground() -> None:
    hidden = Layer(Zone("ticker", Rect(0, 0, 8, 4), hide_when_empty=True), Studio(), 60)
    plain = Layer(Zone("main", Rect(0, 0, 8, 4), ground="#0000FF"), Studio(), 60)
    nothing = zone_plan(Cue(None, None, START, Instant(START + seconds(60)), seconds(0)))
    at(hidden, nothing, 0)
    assert not hidden.visible
    assert at(plain, nothing, 0) == BLUE
    assert plain.visible


def test_an_item_for_which_no_decoder_can_be_started_is_tried_again_and_not_to_blame() -> None:
    studio = Studio(at_once=True)
    layer = Layer(ZONE, studio, 60)
    red, blue = cue("#FF0000", 0), cue("#0000FF", 10)
    assert at(layer, zone_plan(red, blue), 0) == RED
    studio.starved = True
    for second in range(5, 18):
        assert at(layer, zone_plan(red, blue) if second < 10 else zone_plan(blue, previous=red), second) == RED
    assert layer.troubles == []
    assert len(studio.opened) < 16
    studio.starved = False
    look = layer.next_look(zone_plan(blue, previous=red), Instant(START + seconds(17)))
    assert look is not None
    assert look <= START + seconds(18)
    assert at(layer, zone_plan(blue, previous=red), 18) == BLUE
    assert layer.troubles == []


def test_an_item_that_could_not_be_prepared_is_prepared_again() -> None:
    studio = Studio(at_once=True)
    layer = Layer(ZONE, studio, 60)
    red, blue = cue("#FF0000", 0), cue("#0000FF", 10)
    plan = zone_plan(red, blue)
    at(layer, plan, 0)
    studio.starved = True
    at(layer, plan, 5)
    at(layer, plan, 5.1)
    assert len(studio.opened) == 2
    assert not layer.rests(plan, Instant(START + seconds(6)))
    studio.starved = False
    at(layer, plan, 6)
    assert len(studio.opened) == 3
    assert at(layer, zone_plan(blue), 10) == BLUE
    assert len(studio.opened) == 3
