"""Volumes by time, quiet hours and emergencies, on the gate's clock."""

from zoneinfo import ZoneInfo

import pytest

from player.core.loudness import SLOWNESS, Loudness, VolumeTime, nearer, volume_at
from player.core.model import DateRange, Level, Window
from player.core.units import SECOND, Span
from tests.core.making import GATE, MONDAY, at, times

TZ = ZoneInfo(GATE)
NIGHT = times("22:00", "06:00")
HOLIDAY = Window(dates=(DateRange(MONDAY, MONDAY),), start=8 * 60, end=23 * 60)
LOUDNESS = Loudness(
    0.8,
    (VolumeTime((times("18:00", "22:00"), NIGHT), 0.4), VolumeTime((HOLIDAY,), 0.6)),
    (times("23:00", "05:00"),),
)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("09-01 12:00", 0.8),
        ("09-01 17:59", 0.8),
        ("09-01 18:00", 0.4),  # half-open
        ("08-31 18:00", 0.6),  # a holiday: the last one that holds wins
        ("09-01 22:59", 0.4),
        ("09-01 23:00", 0.0),
        ("09-02 04:59", 0.0),  # of the evening before
        ("09-02 05:00", 0.4),
        ("09-02 06:00", 0.8),
    ],
)
def test_by_the_clock(moment: str, expected: float) -> None:
    assert volume_at(LOUDNESS, Level.NORMAL, at(moment), TZ) == expected
    # Where it is not said otherwise, priority is as loud as anything else, and only an emergency breaks the silence.
    assert volume_at(LOUDNESS, Level.PRIORITY, at(moment), TZ) == expected
    assert volume_at(LOUDNESS, Level.EMERGENCY, at(moment), TZ) == expected or expected == 0


def test_an_emergency_is_heard_at_night() -> None:
    night = at("09-02 02:00")
    assert volume_at(LOUDNESS, Level.EMERGENCY, night, TZ) == 0.4
    louder = Loudness(0.8, quiet=(NIGHT,), priority=0.3, emergency=1.0)
    found = {level: volume_at(louder, level, night, TZ) for level in Level}
    assert found == {Level.NORMAL: 0.0, Level.PRIORITY: 0.3, Level.EMERGENCY: 1.0}


def test_with_nothing_said_it_is_always_the_same() -> None:
    assert volume_at(Loudness(0.5), Level.NORMAL, at("09-02 02:00"), TZ) == 0.5


def test_on_its_way_it_never_jumps_and_it_arrives() -> None:
    volume, frame = 1.0, Span(SECOND // 20)
    steps = []
    while volume > 0.2:
        before, volume = volume, nearer(volume, 0.2, frame)
        steps.append(before - volume)
    assert volume == 0.2
    assert max(steps) < 0.03
    assert len(steps) * frame <= SLOWNESS
    # After a pause, or a clock that was set, it does not jump either.
    assert 0.2 < nearer(0.2, 1.0, Span(3600 * SECOND)) <= 0.31
    assert nearer(0.2, 1.0, Span(-SECOND)) == 0.2
