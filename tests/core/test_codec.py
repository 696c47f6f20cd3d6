"""Shows survive being written and read; what was damaged in between is refused, with its place."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.core.codec import decode, encode
from player.core.geometry import Rect
from player.core.model import (
    Banner,
    Caption,
    Change,
    Clock,
    Direction,
    Edge,
    Film,
    Fit,
    Item,
    Notice,
    Page,
    Picture,
    Playlist,
    Show,
    Style,
    Surround,
    Transition,
)
from player.core.units import Span
from tests.core.making import MONDAY, item, playlist, show, times
from tests.core.strategies import dates, shows

TEXT = st.text(max_size=12)
STYLES = st.builds(Style, TEXT, TEXT, st.booleans(), st.sampled_from(Edge), st.floats(0, 1))
CAPTIONS = st.none() | st.builds(Caption, TEXT, TEXT, STYLES)
FITS, SURROUNDS = st.sampled_from(Fit), st.sampled_from(Surround)
SPANS = st.integers(1, 10**12).map(Span)
CONTENTS = st.one_of(
    st.builds(Picture, TEXT, FITS, SURROUNDS, CAPTIONS),
    st.builds(Film, TEXT, SPANS, FITS, SURROUNDS, st.floats(0, 1), CAPTIONS),
    st.builds(Page, TEXT, st.integers(0, 999), FITS, SURROUNDS, CAPTIONS),
    st.builds(Notice, TEXT, TEXT, TEXT, STYLES, TEXT),
    st.builds(Banner, TEXT, st.integers(1), st.integers(1), st.integers(1), TEXT, STYLES),
    st.builds(Clock, STYLES),
)
TRANSITIONS = st.builds(Transition, st.sampled_from(Change), SPANS)
ITEMS = st.builds(Item, TEXT, TEXT, CONTENTS, SPANS, TRANSITIONS, dates(MONDAY), dates(MONDAY))
TAGGED = st.builds(Playlist, TEXT, TEXT, TEXT, TEXT, st.lists(ITEMS, max_size=3).map(tuple))


@settings(max_examples=60)
@given(shows(MONDAY), st.lists(TAGGED, max_size=2))
def test_any_show_comes_back_as_it_was_written(made: Show, more: list[Playlist]) -> None:
    whole = show(*made.playlists, *more, hours=made.hours, timezone=made.timezone)
    assert decode(Show, json.loads(json.dumps(encode(whole)))) == whole
    assert decode(Show, json.loads(json.dumps(encode(whole, brief=True)))) == whole


SAMPLE = encode(show(playlist("a", [item("a1")], [times("10:00")]), hours=[times("06:00", "22:00", weekdays="12345")]))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value within a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *[found for key, part in inner for found in places(part, (*path, key))]]


def refusal(value: Any) -> str | None:
    """What is said against it; None if it is a show. Any other error is a fault of the codec."""
    try:
        decode(Show, value)
    except ValueError as error:
        return str(error)
    return None


@settings(max_examples=300)
@given(
    st.sampled_from([path for path in places(SAMPLE) if path]), st.sampled_from([None, -1, 10**400, 1.5, "x", [], {}])
)
def test_any_damage_is_refused_with_its_path_or_makes_another_show(path: tuple[Any, ...], wrong: Any) -> None:
    damaged = copy.deepcopy(SAMPLE)
    inner = damaged
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = wrong
    said = refusal(damaged)
    assert said is None or said.startswith("Show")


@pytest.mark.parametrize(
    ("path", "wrong", "said"),
    [
        ("playlists.0.items.0.span", "8s", "Show.playlists[0].items[0].span: int expected, not '8s'"),
        ("playlists.0.items.0.span", 0, "Show.playlists[0].items[0]: an item lasts longer than nothing"),
        (
            "playlists.0.items.0.first",
            "2026-13-01",
            "Show.playlists[0].items[0].first: a date expected, not '2026-13-01'",
        ),
        ("playlists.0.items.0.content.type", ["Clock"], "Show.playlists[0].items[0].content: Picture or Film or"),
        ("playlists.0.level", True, "Show.playlists[0].level: a Level expected, not True"),
        ("playlists.0.start", [], "Show.playlists[0].start: a Start expected, not []"),
        ("playlists.0.type", "Item", "Show.playlists[0]: a Playlist expected"),
        ("zones.1.rect", [0, 0, 640], "Show.zones[1].rect: a list of 4 expected, not [0, 0, 640]"),
        ("zones.1.rect", [0, 0, 640, "36"], "Show.zones[1].rect[3]: int expected, not '36'"),
        ("hours.0.weekdays", [7], "Show.hours[0]: weekdays are 0 (Monday) to 6"),
        ("hours.0.weekdays", [[]], "Show.hours[0].weekdays[0]: int expected, not []"),
        ("playlists", {}, "Show.playlists: a list expected, not {}"),
    ],
)
def test_what_does_not_fit_is_named_by_its_path(path: str, wrong: Any, said: str) -> None:
    damaged = copy.deepcopy(SAMPLE)
    *way, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    inner = damaged
    for key in way:
        inner = inner[key]
    inner[last] = wrong
    with pytest.raises(ValueError, match="Show") as caught:
        decode(Show, damaged)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("value", [None, [], "x", 5, {"type": "Show"}])
def test_what_is_no_show_at_all_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^Show: "):
        decode(Show, value)


def test_numbers_that_no_number_can_be_are_refused() -> None:
    for number in (float("nan"), float("inf"), 10**400):
        with pytest.raises(ValueError, match=r"^Style\.size: a number expected"):
            decode(Style, {"type": "Style", "size": number})


def test_what_a_newer_version_added_is_passed_over_and_what_it_left_out_takes_its_default() -> None:
    assert decode(Style, {"type": "Style", "glow": 3, "bold": True}) == Style(bold=True)
    assert decode(Rect, [1, 2, 3, 4]) == Rect(1, 2, 3, 4)


def test_a_banner_stored_before_there_were_directions_crawls_to_the_left() -> None:
    stored = {"text": "Chào", "width": 300, "height": 40, "step": 2}
    assert decode(Banner, stored) == Banner("Chào", 300, 40, 2, direction=Direction.LEFT, across=0)


def test_a_playlist_stored_before_signatures_were_noted_is_nobodys() -> None:
    stored = {"id": "a", "title": "A", "zone": "main", "source": "central", "items": []}
    assert decode(Playlist, stored) == Playlist("a", "A", "main", "central", (), signed=())
