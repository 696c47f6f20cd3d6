"""Short forms and what they mean; the JSON Schema's patterns agree with the readers."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.config import fields, units
from player.config.itementries import speed, transition
from player.config.suggest import WordingError, nearest, slug
from player.core.geometry import Size
from player.core.model import Change, Transition
from player.core.units import DAY, Span, seconds


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("8s", 8), ("600ms", 0.6), ("10m", 600), ("1h30m", 5400), ("1h 30m", 5400), ("1.5s", 1.5), ("90", 90),
        ("0.25", 0.25), ("8 s", 8), (" 8s ", 8), ("24h", 86400), ("1m30s500ms", 90.5), ("0.1", 0.1),
    ],
)  # fmt: skip
def test_durations(written: str, meant: float) -> None:
    assert units.duration(written) == seconds(meant)


@pytest.mark.parametrize(
    "written",
    ["", " ", "0", "0s", "-1", "-5s", "8x", "s", "8s8s", "30m1h", "1,5s", "99ms", "24h1ms", "1e3", "nan", "inf", "٣s",
     "9" * 400, "8s\n8s", "+8", None, [], {}],
)  # fmt: skip
def test_what_is_no_duration(written: Any) -> None:
    with pytest.raises(WordingError):
        units.duration(written)


@settings(deadline=None, derandomize=True)
@given(st.integers(min_value=int(units.SHORTEST), max_value=int(DAY)))
def test_a_duration_in_words_is_read_back(span: int) -> None:
    whole = Span(span - span % 1000)
    assert units.duration(units.length(whole)) == whole


@given(st.text(alphabet="0123456789.hms -", max_size=12).map(str.strip))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_the_pattern_of_durations_lets_through_what_can_be_read(written: str) -> None:
    fits = re.search(units.DURATION, written) or re.search(units.NUMBER, written)
    try:
        units.duration(written)
        said = ""
    except WordingError as error:
        said = str(error)
    assert bool(fits) == (said == "" or said.startswith("must be from"))


@pytest.mark.parametrize(
    ("read", "written", "meant"),
    [
        (units.size, "1920x1080", Size(1920, 1080)),
        (units.size, "1920 × 1080", Size(1920, 1080)),
        (units.size, "64X32", Size(64, 32)),
        (units.colour, "#a0b1C2", "#A0B1C2"),
        (units.colour, "#a0b1C280", "#A0B1C280"),
        (units.colour, "White", "#FFFFFF"),
        (units.share, "12.5%", 0.125),
        (units.volume, "on", 1.0),
        (units.volume, "Off", 0.0),
        (units.volume, "80%", 0.8),
        (units.volume, "0", 0.0),
        (fields.name, " main ", "main"),
        (fields.title, "2026", "2026"),
        (fields.lang, "zh-Hant", "zh-Hant"),
        (fields.url, "http://10.0.0.1:8080/tree", "http://10.0.0.1:8080/tree"),
        (transition, "fade 600ms", Transition(Change.FADE, seconds(0.6))),
        (transition, "Wipe", Transition(Change.WIPE, seconds(0.6))),
        (transition, "slide 1", Transition(Change.SLIDE, seconds(1))),
        (transition, "cut", Transition()),
        (speed, "120", 120),
        (speed, "90 px/s", 90),
    ],
)
def test_other_short_forms(read: Callable[[Any], Any], written: str, meant: Any) -> None:
    assert read(written) == meant


@pytest.mark.parametrize(
    ("read", "written"),
    [
        (units.size, "1920"), (units.size, "0x0"), (units.size, "99999x1"), (units.colour, "#12"),
        (units.colour, "#GGGGGG"),
        (units.share, "0%"), (units.share, "12"), (units.volume, "101"), (units.volume, "-1"), (fields.name, "a--b"),
        (fields.name, "-a"), (fields.name, "x" * 65), (fields.title, "a\nb"), (fields.title, "x" * 201),
        (fields.lang, "Tiếng Việt"), (fields.url, "https://"), (fields.url, "https://a b/"), (fields.url, "http://[x"),
        (fields.url, "http://a:99999999/"), (transition, "fade -1s"), (transition, "spin"), (speed, "5"),
    ],
)  # fmt: skip
def test_what_is_refused(read: Callable[[Any], Any], written: str) -> None:
    with pytest.raises(WordingError):
        read(written)


def test_names_are_made_of_what_people_call_things() -> None:
    assert slug("Cửa khẩu Hữu Nghị — Đồng Đăng 2") == "cua-khau-huu-nghi-dong-dang-2"
    assert slug("关口") == ""


def test_suggestions_do_not_mind_accents_and_capitals() -> None:
    assert nearest("Tiêu Đề", ["tieu de", "items"]) == "tieu de"
    assert nearest("zoen", ["zone", "items"]) == "zone"
    assert nearest("xyz", ["zone", "items"]) is None
