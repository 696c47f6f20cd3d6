"""`lights:` of config.yaml: what is to be done when the lights of the wall go on and off."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema

from player.config import fields, units
from player.config.checking import Part
from player.config.commands import Command, Words, placed
from player.core.units import Span, seconds

_WarmUp = Annotated[
    Span,
    PlainValidator(lambda value: units.duration(value, Span(0), seconds(6 * 3600))),
    WithJsonSchema(fields.any_of(fields.DURATION, {"const": 0})),
]


@dataclass(frozen=True, slots=True)
class LightsPlan:
    """The commands for lights on and off, empty for none; lights go on `warm_up` before each opening."""

    on: Words = ()
    off: Words = ()
    warm_up: Span = Span(0)


class LightsEntry(Part):
    """Hooks for a relay, a contactor, a fan: run when the lights go on and off."""

    on: Command = Field(default=(), description="Command for lights on: before each opening")
    off: Command = Field(default=(), description="Command for lights off: at each closing, and in a blackout")
    warm_up: _WarmUp = Field(default=Span(0), description="How long before the opening lights go on")

    def plan(self, base: Path) -> LightsPlan:
        return LightsPlan(placed(self.on, base), placed(self.off, base), self.warm_up)
