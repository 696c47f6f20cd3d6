"""What flashes too much. The judge is compared with a plain reading of the rule, written for clearness alone."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.core.flashes import LEVELS, Judge, Stretch, too_much
from player.core.units import SECOND, Span, seconds

WHITE, BLACK = 1.0, 0.0
Picture = tuple[Span, tuple[float, ...]]


def judged(pictures: list[Picture]) -> tuple[Stretch, ...]:
    cells = len(pictures[0][1])
    judge = Judge(cells)
    for at, luminance in pictures:
        judge.see(at, luminance, (0.0,) * cells)
    return judge.found()


def strobe(
    rate: float, fps: float = 60.0, length: float = 3.0, low: float = BLACK, high: float = WHITE
) -> list[Picture]:
    """One cell that is light and dark in turn, `rate` times a second."""
    return [
        (seconds(number / fps), (high if int(2 * rate * number / fps + 1e-9) % 2 else low,))
        for number in range(round(length * fps))
    ]


@pytest.mark.parametrize(("rate", "bad"), [(2.9, False), (3.0, False), (3.4, True), (10.0, True), (25.0, True)])
def test_more_than_three_flashes_a_second_are_too_many(rate: float, bad: bool) -> None:
    found = too_much(judged(strobe(rate)), 0.25)
    assert bool(found) is bad
    if bad:
        assert found[0].rate == pytest.approx(rate, abs=0.5)
        assert (found[0].share, found[0].red) == (1.0, False)


@pytest.mark.parametrize(
    ("low", "high", "bad"),
    [(0.1, 0.19, False), (0.1, 0.21, True), (0.81, 0.99, False), (0.79, 0.99, True)],
    ids=["too faint", "just seen", "both light", "the darker is dark enough"],
)
def test_only_changes_that_are_seen_count(low: float, high: float, bad: bool) -> None:
    assert bool(judged(strobe(8.0, low=low, high=high))) is bad


def test_a_slow_fade_up_and_down_is_one_flash() -> None:
    pictures: list[Picture] = [(seconds(n / 50), (abs(50 - n) / 50,)) for n in range(101)]
    assert not judged(pictures)


def test_a_change_in_small_steps_is_one_change() -> None:
    steps = [(n % 12) / 11 if n // 12 % 2 == 0 else 1 - (n % 12) / 11 for n in range(240)]
    found = judged([(seconds(n / 120), (value,)) for n, value in enumerate(steps)])
    assert {one.rate for one in found} == {5.0}


def test_what_flashes_is_told_from_its_first_change_to_its_last() -> None:
    still: list[Picture] = [(seconds(n / 10), (BLACK,)) for n in range(13)]
    flashing = [(Span(at + seconds(1.3)), value) for at, value in strobe(10.0, length=2.0)]
    dark: list[Picture] = [(seconds(3.3 + n / 10), (BLACK,)) for n in range(40)]
    [found] = too_much(judged([*still, *flashing, *dark]), 0.25)
    assert seconds(1.3) <= found.start <= seconds(1.4)
    assert seconds(3.2) <= found.end <= seconds(3.3)


def test_times_of_pictures_may_be_uneven() -> None:
    # 4 flashes a second in the first half, by pictures that stand ever longer afterwards.
    moments = [n / 8 for n in range(12)] + [1.5 + n * 0.3 for n in range(10)]
    found = judged([(seconds(at), (float(n % 2),)) for n, at in enumerate(moments)])
    [only] = too_much(found, 0.25)
    assert only.end < seconds(2)


def test_the_share_is_that_of_what_flashes_at_one_time() -> None:
    pictures: list[Picture] = [
        (at, (value, value, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5)) for at, (value,) in strobe(8.0)
    ]
    found = judged(pictures)
    assert {one.share for one in found} == {0.2}
    assert not too_much(found, 0.25)
    assert too_much(found, 0.2)
    assert too_much(found, 0.1)


def test_a_long_little_flicker_does_not_lengthen_a_short_great_one() -> None:
    lamp = strobe(5.0, length=8.0)
    pictures: list[Picture] = [
        (at, (value, *([value if seconds(3) <= at < seconds(5) else 0.0] * 9))) for at, (value,) in lamp
    ]
    [found] = too_much(judged(pictures), 0.5)
    assert seconds(3) <= found.start < found.end <= seconds(5.1)


def red_film(states: list[tuple[float, float, float]], rate: float = 5.0) -> tuple[Stretch, ...]:
    """One cell that takes on two states in turn, linear red, green and blue."""
    judge = Judge(1)
    for number in range(round(6 * rate)):
        red, green, blue = states[number % 2]
        luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        saturated = red >= 0.8 * (red + green + blue)
        judge.see(seconds(number / rate / 2), [luminance], [max(0.0, red - green - blue)], [saturated])
    return judge.found()


def test_red_flashes_where_luminance_does_not() -> None:
    # Red and a green of the same luminance.
    found = red_film([(1.0, 0.0, 0.0), (0.0, 0.2126 / 0.7152, 0.0)])
    assert {one.red for one in found} == {True}
    assert too_much(found, 0.25)


def test_red_that_is_not_saturated_counts_by_its_luminance_alone() -> None:
    assert not red_film([(0.5, 0.2, 0.2), (0.4, 0.22, 0.22)])


def test_red_and_black_are_told_once() -> None:
    found = red_film([(1.0, 0.0, 0.0), (0.0, 0.0, 0.0)])
    assert {one.red for one in found} == {False, True}
    [told] = too_much(found, 0.25)
    assert not told.red


LUMINANCE = st.sampled_from([0.0, 0.05, 0.12, 0.3, 0.55, 0.75, 0.79, 0.85, 0.95, 1.0])


@st.composite
def sequences(draw: st.DrawFn) -> list[Picture]:
    cells = draw(st.integers(1, 5))
    steps = draw(st.lists(st.sampled_from([20_000, 40_000, 100_000, 140_000, 600_000]), min_size=8, max_size=40))
    at, pictures = 0, []
    for step in steps:
        at += step
        pictures.append((Span(at), tuple(draw(LUMINANCE) for _cell in range(cells))))
    return pictures


def changes(values: list[tuple[Span, float]]) -> list[Span]:
    """When opposing changes of one cell are complete: each differs by enough from the peak or valley before it."""
    found: list[Span] = []
    way, since = 0, 0
    for place, (at, value) in enumerate(values):
        before = [other for _at, other in values[since : place + 1]]
        rises = value - min(before) >= 0.1 and min(before) < 0.8
        falls = max(before) - value >= 0.1 and value < 0.8
        new = 1 if rises and way != 1 else -1 if falls and way != -1 else 0
        if new:
            way, since = new, place
            found.append(at)
    return found


def longest_chain(values: list[float]) -> int:
    """The most changes, each opposing the one before it, that can be found in these values at all."""
    best = {(place, way): 0 for place in range(len(values)) for way in (1, -1)}
    for place, value in enumerate(values):
        for other in range(place):
            low, high = sorted((value, values[other]))
            if high - low >= 0.1 and low < 0.8:
                way = 1 if value > values[other] else -1
                best[place, way] = max(best[place, way], best[other, -way] + 1)
    return max(best.values())


def plainly_flashing(pictures: list[Picture]) -> dict[Span, float]:
    """Which share of the cells flashes too much at each picture."""
    cells = len(pictures[0][1])
    of_cells = [changes([(at, picture[cell]) for at, picture in pictures]) for cell in range(cells)]
    shares = {}
    for at, _picture in pictures:
        bad = sum(len([one for one in found if at - SECOND < one <= at]) > 6 for found in of_cells)
        shares[at] = bad / cells
    return shares


@given(sequences())
def test_it_finds_what_a_plain_reading_of_the_rule_finds(pictures: list[Picture]) -> None:
    found = judged(pictures)
    shares = plainly_flashing(pictures)
    for level in LEVELS:
        of_level = [one for one in found if one.level == level]
        bad = [at for at, share in shares.items() if share >= level]
        assert bool(of_level) == bool(bad)
        assert max((one.share for one in of_level), default=0.0) == max((shares[at] for at in bad), default=0.0)
        # An alarm at a picture is that of the second before it.
        assert all(any(one.start <= at and at - SECOND <= one.end for one in of_level) for at in bad)
        assert all(one.end + SECOND < other.start for one, other in pairwise(of_level))


@given(st.lists(LUMINANCE, min_size=2, max_size=30))
def test_no_reading_of_peaks_and_valleys_finds_more_changes(values: list[float]) -> None:
    timed = [(seconds(float(n)), value) for n, value in enumerate(values)]
    assert len(changes(timed)) == longest_chain(values)


@given(sequences(), st.integers(0, 10**10))
def test_moving_all_in_time_changes_nothing_else(pictures: list[Picture], by: int) -> None:
    moved = judged([(Span(at + by), picture) for at, picture in pictures])
    back = [(one.level, one.start - by, one.end - by, one.rate, one.share) for one in moved]
    assert back == [(one.level, one.start, one.end, one.rate, one.share) for one in judged(pictures)]


@given(sequences())
def test_a_picture_that_is_told_twice_changes_nothing(pictures: list[Picture]) -> None:
    twice = [(Span(at + more), picture) for at, picture in pictures for more in (0, 5)]
    assert [one.share for one in judged(twice)] == [one.share for one in judged(pictures)]


@given(sequences())
def test_the_order_of_cells_does_not_matter(pictures: list[Picture]) -> None:
    assert judged([(at, picture[::-1]) for at, picture in pictures]) == judged(pictures)


def test_a_film_that_flashes_for_ever_now_and_again_is_bounded() -> None:
    burst = strobe(10.0, length=1.0)
    pictures = [(Span(at + turn * 5 * SECOND), value) for turn in range(80) for at, value in burst]
    found = too_much(judged(pictures), 0.25)
    assert len(found) == 50
    assert found[-1].end > 79 * 5 * SECOND
