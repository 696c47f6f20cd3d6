"""How bright the wall is just now: follows what `config.yaml` says, a step a second, so that nobody sees it change."""

from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path

from player.core.light import STEPS, Brightness, Light, step_of
from player.core.model import Level
from player.core.units import SECOND, Instant, Span, seconds
from player.library.statusfiles import CONTROLLER, read_json

FRESH = 150.0
"""Seconds for which the controller is believed to be as it was last seen; it is looked at each minute."""

BEHIND = 8
"""Steps by which a controller may be behind before pictures are dimmed in its stead."""


class Lamp:
    """`confirmed` says what share of the light a controller has taken over; None where there is none, or none answers.

    What it does not do is done to the pictures.
    """

    def __init__(self, light: Light, tz: tzinfo, confirmed: Callable[[Instant], float | None]) -> None:
        self._wanted: int | None = None
        self.follow(light, tz, gently=False)
        self._confirmed = confirmed
        self.target = 0.0
        """The share of its full light that the wall is to have now."""
        self.controller: float | None = None
        self.step = STEPS
        """With how many of the STEPS pictures are to be shown."""
        self._moved = Span(0)

    def follow(self, light: Light, tz: tzinfo, *, gently: bool) -> None:
        """Have what `config.yaml` says now; at once, unless `gently`."""
        self.light = light
        if not gently:
            self._wanted = None
        self._brightness = _brightness(light, tz)

    def look(self, now: Instant, clock: Span, level: Level | None) -> None:
        """Follow the time. `clock` is the monotonic one; `level` the most urgent of what plays, None for lights out."""
        if level is None:
            # Whoever comes out of the dark has nothing to compare the light with, and gets it as it should be.
            self._wanted, self.target = None, 0.0
            return
        if self._wanted is not None and clock - self._moved < SECOND:
            return
        self._moved = clock
        self.controller = self._confirmed(now)
        wanted = step_of(self.light.code(self._brightness.at(now, level)))
        if self._wanted is None:
            self._wanted, self.step = wanted, self._rest(wanted)
        else:
            self._wanted = _towards(self._wanted, wanted)
            self.step = _towards(self.step, self._rest(self._wanted))
        self.target = self.light.share(self._wanted / STEPS)

    def _rest(self, step: int) -> int:
        """What is left to do to the pictures when the controller has done its part."""
        if self.controller is None:
            return step
        # One that is dark yet, as at night, is told in a second or two.
        done = step_of(self.light.code(self.controller))
        return STEPS if done - step <= BEHIND else step_of(step / done)

    def describe(self) -> dict[str, object]:
        """For `wall.json`: the share of the light that is wanted, of the pictures' and of the controller's making."""
        return {
            "target": round(self.target, 4),
            "pictures": round(self.light.share(self.step / STEPS), 4),
            "controller": self.controller,
        }


def _towards(step: int, wanted: int) -> int:
    return step + max(-1, min(1, wanted - step))


def _brightness(light: Light, tz: tzinfo) -> Brightness:
    if light.place is None:
        return Brightness(light, tz, lambda _day: {})
    # Astral is loaded only where the sun matters: it takes its time.
    from player.library.sun import sun_at

    return Brightness(light, tz, sun_at(light.place, tz))


class ControllerFile:
    """Reads what the agent has left of the controller; costs one stat."""

    def __init__(self, run: Path) -> None:
        self._path = run / CONTROLLER
        self._stamp = 0
        self._share: float | None = None

    def __call__(self, now: Instant) -> float | None:
        try:
            stamp = self._path.stat().st_mtime_ns
        except OSError:
            return None
        if stamp != self._stamp:
            self._stamp = stamp
            said = read_json(self._path)
            share = said.get("confirmed")
            good = isinstance(share, int | float) and 0 <= share <= 1 and not said.get("fault")
            self._share = share if good else None
        fresh = abs(now - stamp // 1000) <= seconds(FRESH)
        return self._share if fresh else None
