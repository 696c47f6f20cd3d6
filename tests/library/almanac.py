"""An almanac to compare with: XEphem's, reckoned in the way of the US Naval Observatory."""

from datetime import UTC, date, datetime, time, tzinfo

import ephem

from player.core.light import Place, SunEvent
from player.core.units import Instant, instant_of


def almanac(place: Place, tz: tzinfo, day: date, event: SunEvent) -> Instant:
    """The upper limb 34 minutes of arc below the horizon, or the centre 6 degrees, and no other refraction."""
    observer = ephem.Observer()
    observer.lat, observer.lon, observer.pressure = str(place.latitude), str(place.longitude), 0
    twilight = event in (SunEvent.DAWN, SunEvent.DUSK)
    observer.horizon = "-6" if twilight else "-0:34"
    observer.date = datetime.combine(day, time(), tz).astimezone(UTC).replace(tzinfo=None)
    rising = event in (SunEvent.DAWN, SunEvent.SUNRISE)
    find = observer.next_rising if rising else observer.next_setting
    return instant_of(find(ephem.Sun(), use_center=twilight).datetime().replace(tzinfo=UTC))
