"""What a film's pictures are late or early by because their times were rounded is taken back, and nothing else."""

from fractions import Fraction
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.core.cadence import Cadence
from player.core.geometry import Size
from player.core.model import Fit, Surround
from player.core.units import SECOND, Instant, Span
from player.media.evenness import Evenness, usual_rate
from player.media.film import Film
from tests.core.test_cadence import BEGIN, RATES, exact, holds, is_even
from tests.media.media import FAST, ffmpeg, made

SIZE = Size(64, 64)

TICKS = tuple(Fraction(1, count) for count in (600, 1000, 12_800, 24_000, 30_000, 90_000))


def stamped(rate: Fraction, tick: Fraction, start: Fraction, nearest: bool) -> list[Span]:
    """The times of a film whose container counts in `tick`, and whose first picture is at `start` there."""
    marks = [(start + number / rate) / tick for number in range(240)]
    counts = [round(mark) if nearest else int(mark) for mark in marks]
    return [Span(int((count - counts[0]) * tick * SECOND)) for count in counts]


@given(
    BEGIN,
    st.sampled_from(RATES),
    st.sampled_from((50, 60)),
    st.sampled_from(TICKS),
    st.fractions(0, 2, max_denominator=10_000),
    st.booleans(),
)
def test_rounded_times_are_shown_as_evenly_as_exact_ones(
    begin: Instant, rate: Fraction, fps: int, tick: Fraction, start: Fraction, nearest: bool
) -> None:
    even = Evenness(rate, tick)
    times = [even(at) for at in stamped(rate, tick, start, nearest)]
    assert times == exact(rate)
    assert is_even(holds(Cadence.of(begin, fps), times))


@given(st.sampled_from(RATES), st.lists(st.integers(0, 10**9), min_size=1))
def test_times_of_their_own_stay(rate: Fraction, times: list[int]) -> None:
    even = Evenness(rate, Fraction(1, 90_000))
    for at in map(Span, times):
        assert abs(even(at) - at) <= 1_002
        from_place = abs(at - round(at * rate / SECOND) * SECOND / rate)
        assert from_place <= 1_002 or even(at) == at


def test_only_the_rates_that_films_are_made_at_are_known() -> None:
    assert usual_rate(Fraction(36_000, 1201)) == Fraction(30_000, 1001)
    assert usual_rate(Fraction(90_000), Fraction(25)) == 25
    assert usual_rate(None, Fraction(1743, 100)) is None
    assert usual_rate(Fraction(24)) == 24
    assert usual_rate(Fraction(23_976, 1000)) == Fraction(24_000, 1001)
    assert Evenness(None, Fraction(1, 1000))(Span(123_456)) == 123_456


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(24_000, 1001), Fraction(60_000, 1001)], ids=str)
@pytest.mark.parametrize("ending", ["mkv", "600.mp4"])
def test_a_film_whose_file_counts_coarsely(rate: Fraction, ending: str) -> None:
    source = ("-f", "lavfi", "-i", f"testsrc2=s=64x64:r={rate}:d=2")
    coarse = ("-video_track_timescale", "600") if ending.endswith("mp4") else ()
    name = f"coarse-{rate.numerator}-{rate.denominator}.{ending}"
    path = made(name, lambda path: ffmpeg(*source, *FAST, *coarse, str(path)))
    times = timed(path)
    assert times == exact(rate)[: len(times)]
    assert len(times) > 40


def test_a_film_of_changing_rate_keeps_its_times() -> None:
    marks = [place * 40 + place % 3 * 13 for place in range(60)]

    def write(path: Path) -> None:
        with av.open(str(path), "w") as film:
            stream = film.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
            stream.width = stream.height = 64
            stream.codec_context.time_base = Fraction(1, 1000)
            for mark in marks:
                frame = av.VideoFrame(64, 64, "yuv420p")
                frame.pts, frame.time_base = mark, Fraction(1, 1000)
                film.mux(stream.encode(frame))
            film.mux(stream.encode(None))

    assert timed(made("changing.mkv", write)) == [Span(mark * 1000) for mark in marks]


def timed(path: str) -> list[Span]:
    """When each picture of the film is up."""
    film = Film(path, SIZE, Fit.STRETCH, Surround.PLAIN)
    pixels = memoryview(bytearray(SIZE.width * SIZE.height * 4))
    found = [*iter(lambda: film.next_frame(pixels), None)]
    film.close()
    return found
