"""How loud the wall is to be now, as the agent has left it."""

from player.core.loudness import Loudness, volume_at
from player.core.model import Level
from player.core.units import SECOND, Instant
from player.library.wallsettings import WallSettings, zone_of


class Volume:
    """Asked at every frame with sound, and reckoned once a second."""

    def __init__(self, settings: WallSettings) -> None:
        self.follow(settings)

    def follow(self, settings: WallSettings) -> None:
        """Be as loud as these settings say from now on."""
        self._loudness: Loudness = settings.sound
        self._tz = zone_of(settings)
        self._known: dict[Level, tuple[int, float]] = {}

    def at(self, level: Level, now: Instant) -> float:
        """From 0 to 1, of what plays at `level`."""
        second = now // SECOND
        known = self._known.get(level)
        if known is None or known[0] != second:
            known = self._known[level] = second, volume_at(self._loudness, level, now, self._tz)
        return known[1]
