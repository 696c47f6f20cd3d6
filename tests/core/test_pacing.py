"""The frame grid does not drift, and banners stay on it."""

from hypothesis import given
from hypothesis import strategies as st

from player.core import pacing
from player.core.units import SECOND, Instant, Span

FPS = st.sampled_from((24, 25, 30, 50, 59, 60, 75, 144))
NOW = st.integers(0, 4 * 10**15).map(Instant)


@given(NOW, FPS)
def test_each_instant_is_in_one_frame(now: Instant, fps: int) -> None:
    index = pacing.frame_index(now, fps)
    assert pacing.frame_instant(index, fps) <= now < pacing.frame_instant(index + 1, fps) == pacing.next_frame(now, fps)
    assert pacing.frame_index(pacing.frame_instant(index, fps), fps) == index


@given(st.integers(0, 10**9), FPS)
def test_a_second_has_its_number_of_frames_for_ever(second: int, fps: int) -> None:
    assert pacing.frame_index(Instant(second * SECOND), fps) == second * fps


@given(st.integers(1, 20_000), st.integers(1, 12), FPS)
def test_a_banner_is_in_and_out_in_the_frames_that_its_step_takes(width: int, step: int, fps: int) -> None:
    start = pacing.frame_instant(10**9, fps)
    end = Instant(start + pacing.crawl_span(width, step, fps))
    assert width <= step * (pacing.frame_index(end, fps) - 10**9) < width + 2 * step
    out = pacing.crawl_out(end, 1920, step, fps)
    assert 1920 <= step * (pacing.frame_index(out, fps) - pacing.frame_index(end, fps)) < 1920 + step


@given(st.integers(1, 20_000), st.integers(1, 12), FPS, st.integers(0, 10**6))
def test_a_seamless_strip_follows_itself_after_years(width: int, step: int, fps: int, rounds: int) -> None:
    seamless = pacing.seamless_width(width, step, fps)
    span = pacing.crawl_span(seamless, step, fps)
    assert width <= seamless < width + step * fps
    start = Instant(1_788_000_000 * SECOND + 137)
    again = Instant(start + rounds * span)
    assert pacing.frame_index(again, fps) - pacing.frame_index(start, fps) == rounds * seamless // step


def test_the_step_nearest_to_a_speed() -> None:
    assert [pacing.whole_step(speed, 60) for speed in (1, 89, 91, 120, 150, 240)] == [1, 1, 2, 2, 3, 4]


def test_progress_runs_from_nothing_to_all() -> None:
    start, span = Instant(10 * SECOND), Span(2 * SECOND)
    seen = [pacing.progress(Instant(now * SECOND), start, span) for now in (9, 10, 11, 12, 13)]
    assert seen == [0, 0, 0.5, 1, 1]
    assert pacing.progress(start, start, Span(0)) == 1
