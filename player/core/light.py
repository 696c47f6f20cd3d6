"""How bright a wall is to be: a function of the instant, of where the sun is and of how urgent is what plays.

Brightness is a share of the wall's full light, over 0 and up to 1. Eyes judge it as the numbers in a picture do, by its
power of 1/gamma; so ramps are even in those, the *code* share, and a step of 1/256 of it is about as much as is seen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from enum import Enum

from player.core.calendar import ONE_DAY, local_day, minute_of
from player.core.model import Level
from player.core.units import MINUTE, Instant, Span

STEPS = 256
"""The steps from black to full light, even for the eye."""

DIMMEST = 0.01


class SunEvent(Enum):
    """What the sun does on a day; dawn and dusk are civil: 6 degrees below the horizon."""

    DAWN = "dawn"
    SUNRISE = "sunrise"
    SUNSET = "sunset"
    DUSK = "dusk"


SunTimes = Callable[[date], Mapping[SunEvent, Instant]]
"""When the sun does what on a local day; what it does not do that day, as near the poles, is left out."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the wall stands: degrees north and east."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Turn:
    """Each day the brightness becomes `share`: `minutes` after midnight or, with a `sun`, after that (or before it)."""

    share: float
    minutes: int
    sun: SunEvent | None = None

    def __post_init__(self) -> None:
        if not DIMMEST <= self.share <= 1:
            raise ValueError(f"no such brightness: {self.share}")


Profile = tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Light:
    """How bright the wall is when. Each turn of `levels` is half done at its time and takes `ramp`.

    What plays with a level above normal may raise it to `priority` or `emergency`, but never over `cap`, which holds
    for everything. `gamma` is the exponent from the numbers of a picture to the light of the wall.
    """

    levels: Profile = ()
    cap: Profile = ()
    ramp: Span = Span(30 * MINUTE)
    priority: float = DIMMEST
    emergency: float = DIMMEST
    gamma: float = 2.2
    place: Place | None = None

    @property
    def full(self) -> bool:
        """Whether the wall is as bright as it can be, always."""
        return not self.levels and not self.cap

    def raised(self, level: Level) -> float:
        """The least brightness while something of this level plays."""
        return {Level.NORMAL: DIMMEST, Level.PRIORITY: self.priority, Level.EMERGENCY: self.emergency}[level]

    def code(self, share: float) -> float:
        """By what the numbers of a picture are multiplied to be shown with this share of the light."""
        return float(share ** (1 / self.gamma))

    def share(self, code: float) -> float:
        """The share of the light that is left of numbers multiplied by `code`."""
        return float(code**self.gamma)


FULL = Light()


class Brightness:
    """`Light` at a place: what it says at any instant. `sun` is asked for days around."""

    def __init__(self, light: Light, tz: tzinfo, sun: SunTimes) -> None:
        self.light = light
        self._tz, self._sun = tz, sun
        self._day: date | None = None
        self._levels: list[tuple[Instant, float]] = []
        self._cap: list[tuple[Instant, float]] = []

    def at(self, now: Instant, level: Level = Level.NORMAL) -> float:
        """The brightness at `now` while the most urgent of what plays is of this level."""
        day = local_day(now, self._tz)
        if day != self._day:
            self._day = day
            self._levels, self._cap = self._turns(self.light.levels, day), self._turns(self.light.cap, day)
        code = self._code(self._levels, now)
        return self.light.share(min(self._code(self._cap, now), max(code, self.light.code(self.light.raised(level)))))

    def _turns(self, profile: Profile, day: date) -> list[tuple[Instant, float]]:
        """The turns of the days around `day` in their order, with the code share that each leads to."""
        found = []
        for ahead in range(-2, 2):
            one = day + ahead * ONE_DAY
            events = self._sun(one) if any(turn.sun for turn in profile) else {}
            # Where clocks go forward two of them may be one instant: the later one stays.
            for turn in sorted(profile, key=lambda turn: turn.minutes):
                at = self._instant(turn, one, events)
                if at is not None:
                    found.append((at, self.light.code(turn.share)))
        return sorted(found, key=lambda turn: turn[0])

    def _instant(self, turn: Turn, day: date, events: Mapping[SunEvent, Instant]) -> Instant | None:
        if turn.sun is None:
            return minute_of(day, turn.minutes, self._tz)
        event = events.get(turn.sun)
        return None if event is None else Instant(event + turn.minutes * MINUTE)

    def _code(self, turns: Sequence[tuple[Instant, float]], now: Instant) -> float:
        """Each turn adds its difference over its ramp, so that two that meet make one slope."""
        if not turns:
            return 1.0
        code = before = turns[0][1]
        for at, after in turns[1:]:
            code += (after - before) * self._done(at, now)
            before = after
        return min(1.0, max(0.0, code))

    def _done(self, at: Instant, now: Instant) -> float:
        if self.light.ramp <= 0:
            return float(now >= at)
        return min(1.0, max(0.0, (now - at) / self.light.ramp + 0.5))


def step_of(code: float) -> int:
    """The nearest of the STEPS, never black."""
    return max(1, round(code * STEPS))
