"""When the sun rises and sets at a gate, by astral: within a minute of an almanac (tests/library/test_sun.py)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from functools import lru_cache

from astral import Observer
from astral.sun import dawn, dusk, sunrise, sunset

from player.core.light import Place, SunEvent, SunTimes
from player.core.units import Instant, instant_of

_ASKED: dict[SunEvent, Callable[..., datetime]] = {
    SunEvent.DAWN: dawn,
    SunEvent.SUNRISE: sunrise,
    SunEvent.SUNSET: sunset,
    SunEvent.DUSK: dusk,
}


def sun_at(place: Place, tz: tzinfo) -> SunTimes:
    """When the sun does what on a local day of `tz` at `place`, seen by somebody at the height of the horizon."""
    observer = Observer(place.latitude, place.longitude)

    @lru_cache(maxsize=8)
    def times(day: date) -> Mapping[SunEvent, Instant]:
        found = {}
        for event, ask in _ASKED.items():
            try:
                found[event] = instant_of(ask(observer, day, tzinfo=tz))
            except ValueError:
                # It does not happen on that day: near the poles.
                continue
        return found

    return times
