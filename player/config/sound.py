"""`sound:` of config.yaml: how loud, when, and when not at all."""

from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema

from player.config import fields, units
from player.config.checking import Part
from player.config.when import When, WhenEntry, windows_of
from player.core.loudness import Loudness, VolumeTime

_PERCENT = fields.any_of({"type": "number", "minimum": 0, "maximum": 100}, fields.pattern(units.PERCENT))
_Percent = Annotated[float, PlainValidator(units.volume), WithJsonSchema(_PERCENT)]
_PercentOrUnsaid = Annotated[float | None, PlainValidator(units.volume), WithJsonSchema(_PERCENT)]


class VolumeEntry(WhenEntry):
    """Another volume while all that is written here holds."""

    volume: _Percent = Field(..., description="0 to 100 per cent")


class SoundEntry(Part):
    """The wall's loudspeakers."""

    volume: _Percent = Field(default=1.0, description="0 to 100 per cent")
    times: list[VolumeEntry] = Field(default=[], description="Other volumes by time; the last one that holds wins")
    quiet: When = Field(default=[], description="Quiet hours: no sound, emergencies apart")
    priority: _PercentOrUnsaid = Field(default=None, description="Volume of priority playlists, at any time")
    emergency: _PercentOrUnsaid = Field(default=None, description="Volume of emergencies, at any time")

    def loudness(self) -> Loudness:
        times = tuple(VolumeTime(entry.windows(), entry.volume) for entry in self.times)
        return Loudness(self.volume, times, windows_of(self.quiet), self.priority, self.emergency)
