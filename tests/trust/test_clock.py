"""Trusted time, by clocks that say what the tests want."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from player import BUILT
from player.library.files import write_whole
from player.trust.clock import Reading, TrustClock, is_synchronised, read_clocks, trusted_time

DAY = timedelta(days=1)


@dataclass
class Clocks:
    """The clocks of a computer whose hands the test moves."""

    reading: Reading

    def __call__(self) -> Reading:
        return self.reading

    def wait(self, span: timedelta) -> None:
        """Time passes, by both clocks."""
        moment, monotonic = self.reading.moment + span, self.reading.monotonic + span.total_seconds()
        self.reading = replace(self.reading, moment=moment, monotonic=monotonic)

    def set(self, moment: datetime, *, synchronised: bool = False) -> None:
        self.reading = replace(self.reading, moment=moment, synchronised=synchronised)


def clocks(moment: datetime, *, synchronised: bool = False) -> Clocks:
    return Clocks(Reading(moment, synchronised, 100.0))


EPOCH, MUCH_LATER = datetime(1970, 1, 1, tzinfo=UTC), datetime(2038, 1, 19, tzinfo=UTC)


def test_a_clock_without_a_battery_is_not_believed(tmp_path: Path) -> None:
    hands = clocks(EPOCH)
    clock = TrustClock(tmp_path, write_whole, hands)
    assert clock.now() == BUILT
    assert clock.doubt() == EPOCH - BUILT
    clock.learn(BUILT + 40 * DAY)
    hands.wait(DAY)
    assert clock.now() == BUILT + 41 * DAY
    # The next start, again in 1970.
    assert TrustClock(tmp_path, write_whole, clocks(EPOCH)).now() == BUILT + 40 * DAY


def test_a_clock_that_nobody_keeps_right_makes_nothing_expire(tmp_path: Path) -> None:
    clock = TrustClock(tmp_path, write_whole, clocks(MUCH_LATER))
    clock.learn(BUILT + DAY)
    assert clock.now() == BUILT + DAY
    assert clock.doubt() is None
    assert clock.doubt(fresh_until=BUILT + 30 * DAY) == MUCH_LATER - BUILT - 30 * DAY


def test_a_synchronised_clock_is_believed_and_remembered_when_signatures_hold_by_it(tmp_path: Path) -> None:
    hands = clocks(BUILT + 100 * DAY, synchronised=True)
    clock = TrustClock(tmp_path, write_whole, hands)
    assert clock.now() == BUILT + 100 * DAY
    hands.set(EPOCH)
    assert clock.now() == BUILT  # nothing was found good by it
    hands.set(BUILT + 100 * DAY, synchronised=True)
    clock.learn(BUILT + 90 * DAY)
    hands.set(EPOCH)
    assert clock.now() == BUILT + 100 * DAY


def test_it_never_goes_back(tmp_path: Path) -> None:
    clock = TrustClock(tmp_path, write_whole, clocks(EPOCH))
    clock.learn(BUILT + 50 * DAY)
    clock.learn(BUILT + 20 * DAY)
    assert clock.now() == BUILT + 50 * DAY


def test_what_is_said_to_be_signed_in_the_future_moves_no_clock_that_is_kept_right(tmp_path: Path) -> None:
    clock = TrustClock(tmp_path, write_whole, clocks(BUILT + 10 * DAY, synchronised=True))
    clock.learn(BUILT + 4000 * DAY)
    assert clock.now() == BUILT + 10 * DAY


def test_it_is_written_seldom(tmp_path: Path) -> None:
    hands, written = clocks(BUILT + DAY, synchronised=True), []
    clock = TrustClock(tmp_path, lambda path, data: written.append((path, data)), hands)
    for _minute in range(24 * 60):
        clock.learn(BUILT)
        hands.wait(timedelta(minutes=1))
    assert len(written) == 4


def test_a_damaged_memory_is_the_build_date(tmp_path: Path) -> None:
    for text in ("", "{}", '{"trusted": "yesterday"}', '{"trusted": 5}', '{"trusted": "2030-01-01T00:00:00"}', "[]"):
        (tmp_path / "time.json").write_text(text)
        assert TrustClock(tmp_path, write_whole, clocks(EPOCH)).now() == BUILT


MOMENTS = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(
    MOMENTS,
    MOMENTS,
    st.booleans(),
    st.floats(-1e6, 1e6),
)
def test_it_is_never_before_any_of_its_sources(moment: datetime, last: datetime, kept: bool, waited: float) -> None:
    now = trusted_time(Reading(moment, kept, 1000.0 + waited), last, 1000.0)
    assert now >= max(last, BUILT)
    assert now >= moment or not kept
    assert now <= max(last + timedelta(seconds=max(0.0, waited)), BUILT, moment if kept else BUILT)


def test_this_computer_has_clocks() -> None:
    reading = read_clocks()
    assert reading.moment.tzinfo is UTC
    assert reading.synchronised is is_synchronised()
