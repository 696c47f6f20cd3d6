"""Test cards on walls of every shape: what must be on them is, exact to the pixel, and nothing lies over another."""

from functools import lru_cache
from itertools import combinations, pairwise

import numpy as np
import pytest

from player.config.language import language_in_use, use
from player.core.geometry import Rect, Size
from player.core.testcards import Card, lines, number_place, thickness
from player.media.cards import fields
from player.media.cards.draw import Drawn, draw_card, drawn
from player.media.cards.signs import em_of, sign
from player.media.cards.words import HEIGHTS, SAMPLE, about, sample
from player.media.jobs import CardSheet

SIZES = [Size(1920, 1080), Size(3200, 96), Size(1280, 288), Size(96, 640), Size(320, 160)]
FOLDED = (Rect(0, 0, 1280, 96), Rect(1280, 0, 1280, 96), Rect(2560, 0, 640, 96))
shapes = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.width}x{size.height}")


def sheet(card: Card, size: Size, parts: tuple[Rect, ...] = ()) -> CardSheet:
    """With the zones of the sample config, where there is room for several."""
    foot = size.height * 9 // 10
    zones = [("main", Rect(0, 0, size.width, foot)), ("ticker", Rect(0, foot, size.width, size.height - foot))]
    clock = Rect(size.width * 85 // 100, size.height * 3 // 100, size.width * 13 // 100, size.height * 7 // 100)
    zones = [*zones, ("clock", clock)] if size.height > 200 else [("ticker", Rect(0, 0, *size))]
    return CardSheet(card, "Cửa khẩu quốc tế Lào Cai", "x11 1920 × 1080", 60, tuple(zones), parts)


@lru_cache(maxsize=64)
def card_of(kind: Card, size: Size, parts: tuple[Rect, ...] = ()) -> Drawn:
    """Drawn once for all the tests that only look at it."""
    return drawn(sheet(kind, size, parts), "vi", size)


def pixels(card: Drawn, box: Rect | None = None) -> np.ndarray:
    """Rows of red, green, blue."""
    whole = np.asarray(card.canvas)
    return whole if box is None else whole[box.y : box.bottom, box.x : box.right]


@shapes
@pytest.mark.parametrize("kind", Card)
def test_the_border_is_one_white_pixel_at_every_edge(size: Size, kind: Card) -> None:
    whole = pixels(card_of(kind, size, FOLDED if size.height == 96 else ()))
    assert whole.shape == (size.height, size.width, 3)
    for edge in (whole[0], whole[-1], whole[:, 0], whole[:, -1]):
        assert (edge == 255).all()
    for inside in (whole[1, 1:-1], whole[-2, 1:-1], whole[1:-1, 1], whole[1:-1, -2]):
        assert (inside < 255).any()


@shapes
@pytest.mark.parametrize("kind", Card)
def test_nothing_lies_over_another_or_over_the_border(size: Size, kind: Card) -> None:
    card = card_of(kind, size, FOLDED if size.height == 96 else ())
    inner = Rect(1, 1, size.width - 2, size.height - 2)
    assert all(inner.covers(piece) for piece in card.room.pieces)
    assert not [pair for pair in combinations(card.room.pieces, 2) if pair[0].intersection(pair[1])]
    # What the wall paints over it finds its place black.
    place = number_place(size, kind)
    if place is not None and kind is Card.ALL:
        assert card.places["number"] == place


@shapes
def test_the_card_of_everything_has_everything_on_every_wall(size: Size) -> None:
    card = card_of(Card.ALL, size)
    assert {"names", "number", "circle", "colours", "ramps", "text 8"} <= card.places.keys()
    circle = card.places["circle"]
    assert circle.width == circle.height
    # Its outline touches all four sides of its square in their middle.
    seen = pixels(card, circle)[:, :, 0] == 255
    middle = circle.width // 2
    assert all(seen[spot] for spot in ((0, middle), (-1, middle), (middle, 0), (middle, -1)))


@shapes
@pytest.mark.parametrize("kind", [Card.ALL, Card.COLOURS])
def test_the_fields_have_their_exact_colours(size: Size, kind: Card) -> None:
    card = card_of(kind, size)
    box = card.places["colours"]
    expected = fields.FIELDS if kind is Card.COLOURS else fields.PRIMARIES
    inner = box if kind is Card.COLOURS else Rect(box.x + 1, box.y + 1, box.width - 2, box.height - 2)
    for (name, colour), field in zip(expected, fields.cut(inner, len(expected)), strict=True):
        rest = pixels(card, field)[field.height * 2 // 3 : -1, 1:-1]
        assert rest.size > 0
        assert (rest == colour.rgb).all(), name


@shapes
@pytest.mark.parametrize("kind", [Card.ALL, Card.RAMP])
def test_a_fine_ramp_rises_from_black_to_white_level_by_level(size: Size, kind: Card) -> None:
    card = card_of(kind, size)
    box = card.places["ramps"]
    if kind is Card.ALL:
        ramp = pixels(card, box)[-2]
    elif size.width > size.height:
        ramp = pixels(card, box)[box.height * 2 // 6 - 2]
    else:
        ramp = pixels(card, box)[:, box.width * 2 // 6 - 2]
    assert (ramp[0] == 0).all()
    assert (ramp[-1] == 255).all()
    assert (ramp == ramp[:, :1]).all()
    rises = np.diff(ramp[:, 0].astype(int))
    assert (rises >= 0).all()
    assert len(ramp) < 256 or rises.max() == 1


def test_steps_bear_the_levels_they_are_named_by() -> None:
    size = Size(1920, 1080)
    card = card_of(Card.ALL, size)
    box = card.places["ramps"]
    row = pixels(card, box)[2, :, 0]
    assert sorted(set(row.tolist())) == [*range(0, 256, 16), 255]


def test_no_piece_of_a_folded_wall_lies_over_a_fold_and_each_part_has_its_number() -> None:
    size = Size(3200, 96)
    card = card_of(Card.ALL, size, FOLDED)
    assert all(any(part.covers(piece) for part in FOLDED) for piece in card.room.pieces)
    for number, part in enumerate(FOLDED, 1):
        middle = Rect(part.x + part.width // 2 - 60, 0, 120, 96)
        yellow = (pixels(card, middle) == (255, 208, 0)).all(axis=2)
        assert yellow.sum() > 200, number
    for fold in (1279, 1280, 2559, 2560):
        assert (pixels(card, Rect(fold, 1, 1, 94)) == (255, 208, 0)).all()


def test_zones_are_outlined_and_the_border_stays_white() -> None:
    size = Size(1920, 1080)
    card = card_of(Card.GRID, size)
    assert (pixels(card, Rect(600, 971, 400, 1)) == (0, 216, 255)).all()
    assert (pixels(card, Rect(600, 972, 400, 1)) == (255, 96, 200)).all()


@pytest.mark.parametrize("height", HEIGHTS)
def test_letters_are_as_high_as_is_said(height: int) -> None:
    high = sign("H", em_of(height)).size.height
    assert height - 1 <= high <= height
    row = sample(height, 10_000)
    assert row == sign(f"{high} px   {SAMPLE}", em_of(height), width=10_000)


def test_a_card_speaks_the_language_of_its_gate() -> None:
    size, before = Size(320, 160), language_in_use()
    try:
        use("en")
        assert about(sheet(Card.ALL, size), size)[0] == "Canvas 320 × 160"
        use("vi")
        assert about(sheet(Card.ALL, size), size)[0] == "Khung hình 320 × 160"
    finally:
        use(before)


@pytest.mark.parametrize("size", [Size(1, 1), Size(2, 2), Size(5, 400), Size(16, 16), Size(40, 8), Size(7680, 24)])
@pytest.mark.parametrize("kind", Card)
def test_the_smallest_and_oddest_walls_have_a_card_too(size: Size, kind: Card) -> None:
    assert draw_card(sheet(kind, size), "vi", size).size == size


# What moves


@shapes
def test_lines_move_by_the_same_pixels_each_frame_and_stay_within_the_border(size: Size) -> None:
    inner = Rect(1, 1, size.width - 2, size.height - 2)
    seen = [lines(size, frame, 60) for frame in range(1_000_000, 1_000_800)]
    assert all(inner.covers(line) for pair in seen for line in pair)
    for places, room in (
        ([pair.upright.x for pair in seen], inner.width - thickness(size) + 1),
        ([pair.level.y for pair in seen], inner.height - thickness(size) + 1),
    ):
        steps = {(after - before) % room for before, after in pairwise(places)}
        assert len(steps) == 1
        assert 0 not in steps
        assert max(places) - min(places) > room * 9 // 10


@shapes
@pytest.mark.parametrize("kind", Card)
def test_the_number_is_where_the_canvas_is(size: Size, kind: Card) -> None:
    place = number_place(size, kind)
    assert (place is not None) == kind.moves
    assert place is None or Rect(1, 1, size.width - 2, size.height - 2).covers(place)
