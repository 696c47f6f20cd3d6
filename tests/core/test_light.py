"""How bright the wall is: slopes, caps, what plays, and days on which clocks or the sun do odd things."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.core.light import DIMMEST, STEPS, Brightness, Light, SunEvent, Turn, step_of
from player.core.model import Level
from player.core.units import MINUTE, Instant, Span, instant_of

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
BERLIN = ZoneInfo("Europe/Berlin")
EVENING = Light((Turn(1.0, 360), Turn(0.25, 1080)), ramp=Span(60 * MINUTE), gamma=2.0)


def no_sun(_day: date) -> Mapping[SunEvent, Instant]:
    return {}


def at(text: str, tz: ZoneInfo = HANOI) -> Instant:
    return instant_of(datetime.fromisoformat(text).replace(tzinfo=tz))


def test_a_change_is_half_done_at_its_time_and_even_for_the_eye() -> None:
    wall = Brightness(EVENING, HANOI, no_sun)
    codes = [
        wall.at(at(f"2026-11-26T{time}")) ** 0.5 for time in ("12:00", "17:30", "17:45", "18:00", "18:30", "23:59")
    ]
    assert codes == pytest.approx([1, 1, 0.875, 0.75, 0.5, 0.5])
    assert wall.at(at("2026-11-27T05:00")) == pytest.approx(0.25)
    assert wall.at(at("2026-11-27T06:00")) == pytest.approx(0.75**2)


def test_what_plays_raises_it_and_the_cap_holds_for_everything() -> None:
    light = Light((Turn(0.2, 0),), (Turn(1.0, 360), Turn(0.5, 1080)), Span(0), priority=0.4, emergency=0.9)
    wall = Brightness(light, HANOI, no_sun)
    day, night = at("2026-11-26T12:00"), at("2026-11-26T23:00")
    assert [wall.at(day, level) for level in Level] == pytest.approx([0.2, 0.4, 0.9])
    assert [wall.at(night, level) for level in Level] == pytest.approx([0.2, 0.4, 0.5])
    assert wall.at(at("2026-11-26T18:00")) == pytest.approx(0.2)


def test_times_of_the_sun_move_with_it_and_one_that_does_not_come_changes_nothing() -> None:
    def sun(day: date) -> Mapping[SunEvent, Instant]:
        rise = at(f"{day}T06:00") + Span(day.day * MINUTE)
        events = {SunEvent.SUNRISE: Instant(rise), SunEvent.SUNSET: at(f"{day}T18:00")}
        return {} if day == date(2026, 6, 3) else events

    light = Light((Turn(1.0, 15, SunEvent.SUNRISE), Turn(0.3, -10, SunEvent.SUNSET)), ramp=Span(0))
    wall = Brightness(light, HANOI, sun)
    assert wall.at(at("2026-06-10T06:24")) == pytest.approx(0.3)
    assert wall.at(at("2026-06-10T06:25")) == pytest.approx(1)
    assert wall.at(at("2026-06-10T17:50")) == pytest.approx(0.3)
    # The sun stays away for a day: it stays as it was the evening before.
    assert wall.at(at("2026-06-03T12:00")) == pytest.approx(0.3)
    assert wall.at(at("2026-06-04T12:00")) == pytest.approx(1)
    nowhere = Brightness(light, HANOI, no_sun)
    assert nowhere.at(at("2026-06-10T12:00")) == 1


def test_the_hour_that_summer_time_takes_away_and_gives_back() -> None:
    light = Light((Turn(1.0, 120), Turn(0.5, 180)), ramp=Span(0))
    wall = Brightness(light, BERLIN, no_sun)
    assert wall.at(instant_of(datetime.fromisoformat("2026-03-29T00:59:59+00:00"))) == pytest.approx(0.5)
    assert wall.at(instant_of(datetime.fromisoformat("2026-03-29T01:00:00+00:00"))) == pytest.approx(0.5)
    assert wall.at(instant_of(datetime.fromisoformat("2026-10-25T00:30:00+00:00"))) == pytest.approx(1)
    assert wall.at(instant_of(datetime.fromisoformat("2026-10-25T02:00:00+00:00"))) == pytest.approx(0.5)


shares = st.floats(DIMMEST, 1)
turns = st.lists(st.builds(Turn, shares, st.integers(0, 1439)), max_size=5).map(tuple)
lights = st.builds(
    Light,
    turns,
    turns,
    st.integers(0, 240).map(lambda minutes: Span(minutes * MINUTE)),
    shares,
    shares,
    st.floats(1, 4),
)
instants = st.integers(0, 365 * 24 * 60).map(lambda n: Instant(at("2026-01-01T00:00") + n * MINUTE))


@given(lights, instants, st.sampled_from(Level))
def test_it_is_never_black_nor_over_what_is_written(light: Light, now: Instant, level: Level) -> None:
    found = Brightness(light, HANOI, no_sun).at(now, level)
    written = [turn.share for turn in light.levels] or [1.0]
    assert DIMMEST - 1e-9 <= found <= max([*written, light.raised(level)]) + 1e-9
    assert 1 <= step_of(light.code(found)) <= STEPS
    if light.cap:
        assert found <= max(turn.share for turn in light.cap) + 1e-9


@given(lights, instants)
def test_it_has_no_jumps_where_there_are_ramps_and_is_the_same_each_day(light: Light, now: Instant) -> None:
    wall, following = Brightness(light, HANOI, no_sun), Instant(now + MINUTE)
    if light.ramp:
        slopes = (len(light.levels) + len(light.cap)) * 2 * MINUTE / light.ramp
        assert abs(light.code(wall.at(following)) - light.code(wall.at(now))) <= slopes + 1e-9
    day = timedelta(days=1) // timedelta(microseconds=1)
    assert wall.at(Instant(now + day)) == pytest.approx(wall.at(now))
