"""A film on the wall: which picture is up in which output frame, and what its figures say of that."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import groupby

import pygame
import pytest

from player.core.geometry import Size
from player.core.model import Film
from player.core.pacing import frame_index, frame_instant
from player.core.units import SECOND, Instant, Span, seconds
from player.media.channel import Message
from player.media.decoder import FILM_SLOTS, Decoder, _layout
from player.media.effort import Effort
from player.media.jobs import Job
from player.media.sharing import AHEAD, SharedMemory
from player.wall.clips import FilmClip, State
from player.wall.steadiness import Steadiness

FPS = 60
BEGIN = Instant(1_790_000_000 * SECOND)
WAY = Span(2_000)
"""From the clock's frame to the screen."""


class Projector(Decoder):
    """Has each picture ready at once, until it is `stuck`; a picture's number is that of its message."""

    def __init__(self, rate: Fraction, job: Job) -> None:
        self.worked = 0
        self.at_once = FILM_SLOTS
        self.layout = _layout(job, 0)
        self.memory = SharedMemory.create(self.layout)
        self.unborn = self.gone = self.stuck = False
        self._rate = rate
        self._next = 0
        self._free = list(range(AHEAD))
        self.numbers: dict[int, int] = {}

    def fileno(self) -> int:
        return 0

    def messages(self) -> Iterator[Message]:
        for _ in range(self.at_once):
            if not self._free or self.stuck:
                return
            slot = self._free.pop(0)
            self.numbers[slot] = self._next
            yield ["frame", slot, int(self._next * SECOND / self._rate)]
            self._next += 1

    def effort(self) -> Effort | None:
        return Effort(1, self.worked, False)

    def tell(self, *message: object) -> None:
        match message:
            case ["free", int(slot)]:
                self._free.append(slot)

    def close(self) -> None:
        self.gone = True


class Screening:
    """A film of `rate` that begins at `begin`, watched for output frames."""

    def __init__(self, rate: Fraction, begin: Instant = BEGIN) -> None:
        job = Job(Film("0" * 64, natural=seconds(60)), "film.mp4", Size(2, 2))
        self.projector = Projector(rate, job)
        self.total = Steadiness()
        self.clip = FilmClip(self.projector, job, "film", begin, FPS, self.total)
        self.first = frame_index(Instant(begin - 1), FPS) + 1

    def watch(self, frames: Iterable[int], way: Span = WAY) -> list[int]:
        """The number of the picture that is up in each of these output frames, which reach the screen after `way`."""
        seen = []
        for number in frames:
            now = frame_instant(self.first + number, FPS)
            self.clip.poll()
            self.clip.advance(now)
            self.clip.presented(Instant(now + way))
            held = self.clip._held
            seen.append(-1 if held is None else self.projector.numbers[held])
            self.clip.release()
        return seen


NONSENSE: list[Message] = [
    ["frame", FILM_SLOTS, 0],
    ["frame", -1, 0],
    ["frame", 0, 0.5],
    ["frame", 0],
    ["frame", AHEAD, 0],
    ["overlay", FILM_SLOTS, 0, 1],
    ["overlay", FILM_SLOTS - 1, 0, 3],
    ["overlay", FILM_SLOTS - 1, -1, 1],
    ["overlay", FILM_SLOTS - 1, 10**30, 1],
    ["sound", 0, 1],
    ["sound", 0, -1],
    ["sound"],
    ["still"],
    ["failed"],
    ["crashed"],
    [{}],
    [None, [[]]],
]


@pytest.mark.parametrize("message", NONSENSE, ids=str)
@pytest.mark.parametrize("on", [False, True], ids=["before it is on", "in mid-film"])
def test_a_decoder_that_talks_nonsense_costs_its_film_only(
    message: Message, on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hostile file may have taken it over: it must not end the wall, nor point at what is not its own."""
    screening = Screening(Fraction(30))
    if on:
        screening.watch(range(10))
    monkeypatch.setattr(screening.projector, "messages", lambda: iter([message]))
    screening.clip.poll()
    assert screening.clip.state is State.FAILED
    assert screening.projector.gone
    screening.clip.advance(frame_instant(screening.first + 11, FPS))
    screening.clip.paint(pygame.Surface((2, 2)), (0, 0))


def test_a_decoder_may_not_show_a_picture_that_it_has_handed_over_already() -> None:
    screening = Screening(Fraction(30))
    screening.watch(range(4))
    held = screening.clip._held
    screening.clip.take(["frame", held, 10 * SECOND])
    assert screening.clip.state is State.FAILED


def holds(seen: list[int]) -> str:
    return "".join(str(len([*group])) for _, group in groupby(seen))


def figures(steadiness: Steadiness | None) -> tuple[object, ...]:
    assert steadiness is not None
    return (steadiness.repeats, steadiness.drops, steadiness.judder, steadiness.worst)


@pytest.mark.parametrize("off", [-17_000, -1, 0, 1, 2, 8_333, 16_666])
def test_thirty_pictures_a_second_stand_for_two_frames_each(off: int) -> None:
    screening = Screening(Fraction(30), Instant(BEGIN + off))
    assert holds(screening.watch(range(40))) == "2" * 20
    assert figures(screening.clip.steadiness) == figures(screening.total) == (0, 0, 0, 0)
    assert screening.total.shown == 20


@pytest.mark.parametrize(("rate", "held"), [(24, "2323232323"), (25, "2323223232"), (50, "1121111211"), (60, "1" * 10)])
def test_the_figures_of_an_even_film_are_zero(rate: int, held: str) -> None:
    screening = Screening(Fraction(rate))
    assert holds(screening.watch(range(240))).startswith(held)
    assert figures(screening.total) == (0, 0, 0, 0)


def test_more_pictures_than_frames_are_no_fault() -> None:
    screening = Screening(Fraction(120))
    assert screening.watch(range(5)) == [1, 3, 5, 7, 9]
    assert figures(screening.total) == (0, 0, 0, 0)


def test_a_frame_that_is_missed_is_told() -> None:
    screening = Screening(Fraction(30))
    screening.watch(frame for frame in range(60) if frame != 20)
    assert screening.total.repeats == 1
    assert screening.total.drops == 0
    assert screening.total.worst == SECOND // FPS


def test_pictures_that_were_never_shown_are_told() -> None:
    screening = Screening(Fraction(30))
    screening.watch(frame for frame in range(60) if not 20 <= frame < 26)
    assert (screening.total.repeats, screening.total.drops) == (6, 3)
    assert screening.total.worst == 0


def test_a_decoder_that_is_late_is_told() -> None:
    screening = Screening(Fraction(60))
    screening.watch(range(20))
    screening.projector.stuck = True
    screening.watch(range(20, 30))
    screening.projector.stuck = False
    screening.watch(range(30, 60))
    assert screening.total.repeats >= 3
    assert screening.total.drops == screening.total.repeats


def test_what_takes_as_long_for_each_picture_is_no_fault() -> None:
    """As on a display that has the wall wait for its refresh, which may be a whole frame later."""
    screening = Screening(Fraction(25))
    screening.watch(range(240), Span(16_000))
    assert figures(screening.total) == (0, 0, 0, 0)


def test_what_is_joined_in_its_middle_first_catches_up() -> None:
    screening = Screening(Fraction(30))
    screening.watch(range(90, 150))
    assert screening.total.shown > 10
    assert figures(screening.total) == (0, 0, 0, 0)


def test_pictures_that_reach_the_screen_unevenly_are_told() -> None:
    screening = Screening(Fraction(60))
    for start in range(0, 60, 2):
        screening.watch([start])
        screening.watch([start + 1], Span(WAY + 15_000))
    assert screening.total.worst == 15_000
    assert 7_000 < screening.total.judder < 8_000
    assert screening.total.repeats >= 29


def test_one_that_catches_up_is_not_stuck() -> None:
    """Each picture comes late and is shown at once, so there is never one in hand; work is counted slowly."""
    screening = Screening(Fraction(30))
    screening.projector.at_once = 1
    for frame in range(90, 180):
        screening.watch([frame])
        screening.projector.worked = frame // 10
    assert screening.clip.state is State.READY


def test_one_that_works_on_a_picture_is_waited_for_and_one_that_does_nothing_is_not() -> None:
    screening = Screening(Fraction(30))
    screening.watch(range(10))
    screening.projector.stuck = True
    for frame in range(10, 100):
        screening.watch([frame])
        screening.projector.worked = frame // 10
    assert screening.clip.reason == ""
    screening.watch(range(100, 160))
    assert screening.clip.state is State.FAILED


def test_a_film_that_is_not_on_has_few_pictures_in_hand_and_then_all() -> None:
    screening = Screening(Fraction(30))
    for _ in range(10):
        screening.clip.poll()
        screening.clip.release()
    assert len(screening.clip._queue) == AHEAD
    screening.watch(range(2))
    screening.clip.poll()
    assert len(screening.clip._queue) == FILM_SLOTS - 1
