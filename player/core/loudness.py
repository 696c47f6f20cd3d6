"""How loud the wall is at an instant: volumes by time, quiet hours, and what emergencies are allowed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from player.core.calendar import holds
from player.core.model import Level, Window
from player.core.units import SECOND, Instant, Span

SLOWNESS = Span(2 * SECOND)
"""How long it takes from silence to full volume while something sounds, and back: steps so small do not click."""

_LONGEST_STEP = Span(SECOND // 5)


@dataclass(frozen=True, slots=True)
class VolumeTime:
    """The volume, 0 to 1, while one of the windows is open."""

    windows: tuple[Window, ...]
    volume: float


@dataclass(frozen=True, slots=True)
class Loudness:
    """Volumes are from 0 to 1. Of `times` the last one that is open wins, else it is `volume`; in `quiet` there is no
    sound. `priority` and `emergency`, where set, are those of their levels, whatever the time."""

    volume: float = 1.0
    times: tuple[VolumeTime, ...] = ()
    quiet: tuple[Window, ...] = ()
    priority: float | None = None
    emergency: float | None = None


def volume_at(loudness: Loudness, level: Level, now: Instant, tz: tzinfo) -> float:
    """The volume of what plays at `level`. An emergency is heard in quiet hours too, be it only as loud as by day."""
    own = {Level.PRIORITY: loudness.priority, Level.EMERGENCY: loudness.emergency}.get(level)
    if own is not None:
        return own
    if level is not Level.EMERGENCY and _within(loudness.quiet, now, tz):
        return 0.0
    open_now = (one.volume for one in reversed(loudness.times) if _within(one.windows, now, tz))
    return next(open_now, loudness.volume)


def _within(windows: Sequence[Window], now: Instant, tz: tzinfo) -> bool:
    """Here no windows are never."""
    return bool(windows) and holds(windows, now, tz)


def nearer(volume: float, wanted: float, passed: Span) -> float:
    """`volume` on its way to `wanted`, so long after it was set last."""
    step = min(max(passed, 0), _LONGEST_STEP) / SLOWNESS
    return max(wanted, volume - step) if volume > wanted else min(wanted, volume + step)
