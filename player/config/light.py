"""`brightness:` and `place:` of config.yaml: how bright the wall is at which time, and where the sun rises on it."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from player.config import fields, units
from player.config.checking import Part
from player.config.language import _
from player.config.suggest import WordingError
from player.config.units import kind_of
from player.config.yamlsource import Document, shown
from player.core.faults import Fault
from player.core.light import DIMMEST, Light, Place, Profile, SunEvent, Turn
from player.core.units import MINUTE, Span, seconds

_SUN = "|".join(event.value for event in SunEvent)
TURN = rf"^([0-9]{{1,2}}:[0-9]{{2}}|({_SUN})( ?[+-] ?(?=[0-9])([0-9]{{1,2}}h)?([0-9]{{1,3}}m)?)?)$"
MOST_TURNS = 24


def share(value: Any) -> float:
    """A percentage of the wall's full light, from 1%."""
    found = units.share(value)
    if found < DIMMEST:
        said = _('the least brightness is {least}, not "{word}"; for a black wall write hours')
        raise WordingError(said.format(least=f"{DIMMEST:.0%}", word=shown(str(value))))
    return found


def profile(value: Any) -> Profile:
    """`{sunrise: 100%, "22:00": 30%}`, or one percentage for all day."""
    if not isinstance(value, dict):
        return (Turn(share(value), 0),)
    if not 0 < len(value) <= MOST_TURNS:
        raise WordingError(_("from one to {limit} times are expected").format(limit=MOST_TURNS))
    return tuple(_turn(word, level) for word, level in value.items())


def _turn(value: Any, level: Any) -> Turn:
    word = str(value).strip().lower()
    if not re.fullmatch(TURN, word):
        said = _('"{word}" is no time here; write "22:00", or sunrise, sunset, dawn or dusk, such as sunset+30m')
        raise WordingError(said.format(word=shown(str(value))))
    if word[0].isdigit():
        hour, minute = (int(part) for part in word.split(":"))
        if hour > 23 or minute > 59:
            raise WordingError(_("there is no {word} on a clock").format(word=word))
        return Turn(share(level), hour * 60 + minute)
    event, sign, after = re.fullmatch(r"([a-z]+) ?([+-]?) ?(.*)", word).groups()  # type: ignore[union-attr]
    minutes = units.duration(after, MINUTE) // MINUTE if after else 0
    return Turn(share(level), -minutes if sign == "-" else minutes, SunEvent(event))


def place(value: Any) -> Place:
    """`[latitude, longitude]` in degrees."""
    if not isinstance(value, list) or len(value) != 2:
        raise WordingError(_("two numbers are expected, degrees north and east: [22.51, 103.97]"))
    return Place(_degrees(value[0], 90), _degrees(value[1], 180))


def _degrees(value: Any, most: int) -> float:
    word = str(value).strip() if isinstance(value, str | int | float) else kind_of(value)
    if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,9})?", word) or abs(float(word)) > most:
        said = _("degrees from -{most} to {most} are expected, with a point: 103.97, not {word}")
        raise WordingError(said.format(most=most, word=shown(word)))
    return float(word)


def gamma(value: Any) -> float:
    """The exponent of the wall's controller."""
    word = units.text(value).strip()
    if not re.fullmatch(units.NUMBER, word) or not 1 <= float(word) <= 4:
        raise WordingError(_('a number from 1 to 4 is expected, such as 2.2, not "{word}"').format(word=shown(word)))
    return float(word)


_PERCENT = fields.pattern(units.PERCENT, "60%")
_PROFILE = fields.any_of(
    _PERCENT,
    {
        "type": "object",
        "minProperties": 1,
        "maxProperties": MOST_TURNS,
        "propertyNames": {"pattern": TURN, "examples": ["sunrise", "sunset+30m", "22:00"]},
        "additionalProperties": _PERCENT,
    },
)
_Profile = Annotated[Profile, PlainValidator(profile), WithJsonSchema(_PROFILE)]
_Percent = Annotated[float, PlainValidator(share), WithJsonSchema(_PERCENT)]
_Ramp = Annotated[
    Span,
    PlainValidator(lambda value: units.duration(value, seconds(1), Span(240 * MINUTE))),
    WithJsonSchema(fields.DURATION),
]
_Gamma = Annotated[
    float, PlainValidator(gamma), WithJsonSchema({"type": "number", "minimum": 1, "maximum": 4, "examples": [2.2]})
]
_DEGREES = {
    "type": "array",
    "prefixItems": [{"type": "number", "minimum": -most, "maximum": most} for most in (90, 180)],
    "minItems": 2,
    "maxItems": 2,
    "examples": [[22.51, 103.97]],
}
PlaceOnEarth = Annotated[Place | None, PlainValidator(place), WithJsonSchema(_DEGREES)]


class BrightnessEntry(Part):
    """How bright the wall is, as a share of its full light."""

    levels: _Profile = Field(default=(), description="Brightness from these times on, each day")
    cap: _Profile = Field(default=(), description="Most that is ever allowed from these times on")
    ramp: _Ramp = Field(default=Span(30 * MINUTE), description="How long a change takes; its time is in the middle")
    priority: _Percent = Field(default=DIMMEST, description="At least this while a priority plays, within the cap")
    emergency: _Percent = Field(default=DIMMEST, description="At least this in an emergency, within the cap")
    gamma: _Gamma = Field(default=2.2, description="Exponent from picture to light that the wall's controller uses")


def _brightness_group(value: Any) -> Any:
    """`brightness: 60%` is short for `brightness: {levels: 60%}`."""
    return {"levels": value} if isinstance(value, str | int | float) else fields.group(value)


Brightness = Annotated[
    BrightnessEntry, BeforeValidator(_brightness_group, json_schema_input_type=str | BrightnessEntry | None)
]


def light_of(entry: BrightnessEntry, where: Place | None) -> Light:
    return Light(entry.levels, entry.cap, entry.ramp, entry.priority, entry.emergency, entry.gamma, where)


def faults_of(document: Document, light: Light) -> list[Fault]:
    """Times of the sun without a place where it rises."""
    if light.place is not None:
        return []
    said = _("the sun rises at a place; write it: place: [22.51, 103.97] (degrees north and east)")
    profiles = {"levels": light.levels, "cap": light.cap}
    return [
        document.fault(["brightness", key], said)
        for key, turns in profiles.items()
        if any(turn.sun is not None for turn in turns)
    ]
