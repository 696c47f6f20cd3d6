"""The groups of config.yaml as people write them."""

from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from player.config import fields, units
from player.config.checking import Part
from player.config.fields import Name, Text, Title, Url, YesNo, as_group
from player.config.language import LANGUAGES
from player.config.styles import StylesEntry
from player.config.suggest import plain, unknown
from player.config.when import When
from player.core.geometry import Size
from player.core.units import Span, seconds

OUTPUTS = ("auto", "kmsdrm", "x11", "wayland", "offscreen")
_HOME_ZONE = "Asia/Ho_Chi_Minh"


def timezone(value: Any) -> str:
    """A name of the time zone database."""
    word = units.text(value).strip()
    known = available_timezones()
    if word in known:
        return word
    if "noi" in plain(word) or "/" not in word:
        # Hà Nội is in no time zone database, and it is what people write first.
        known = {_HOME_ZONE, "UTC"} if "noi" not in plain(word) else {_HOME_ZONE}
    raise unknown(word, sorted(known))


def _path_group(value: Any) -> Any:
    """`folder: inbox/` is short for `folder: {path: inbox/}`."""
    return {"path": value} if isinstance(value, str) else value


def _seconds(least: float, most: float) -> PlainValidator:
    return PlainValidator(lambda value: units.duration(value, seconds(least), seconds(most)))


_WordOfOutput = Annotated[
    str,
    PlainValidator(lambda value: units.choice(value, {word: word for word in OUTPUTS})),
    WithJsonSchema(fields.one_of(*OUTPUTS)),
]
_WordOfLanguage = Annotated[
    str,
    PlainValidator(lambda value: units.choice(value, {word: word for word in LANGUAGES})),
    WithJsonSchema(fields.one_of(*LANGUAGES)),
]
_Canvas = Annotated[Size, PlainValidator(units.size), WithJsonSchema(fields.pattern(units.SIZE, "1920x1080"))]
_Fps = Annotated[
    int,
    PlainValidator(lambda value: units.whole(value, 1, 240)),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 240}),
]
_Percent = Annotated[
    float,
    PlainValidator(units.volume),
    WithJsonSchema(fields.any_of({"type": "number", "minimum": 0, "maximum": 100}, fields.pattern(units.PERCENT))),
]
_TimeZone = Annotated[str, PlainValidator(timezone), WithJsonSchema({"type": "string", "examples": [_HOME_ZONE]})]
_Settle = Annotated[Span, _seconds(0.1, 600), WithJsonSchema(fields.DURATION)]
_Interval = Annotated[Span, _seconds(5, 86400), WithJsonSchema(fields.DURATION)]


class DisplayEntry(Part):
    """The picture and where it goes."""

    canvas: _Canvas = Field(default=Size(1920, 1080), description="Size of the wall's picture in LED pixels")
    output: _WordOfOutput = Field(default="auto", description="How to reach the screen; auto looks what there is")
    fps: _Fps = Field(default=60, description="Frames a second")


class FolderEntry(Part):
    """The watched folder."""

    path: Text = Field(..., description="Where operators drop files")
    approve: YesNo = Field(default=False, description="Let new files wait until somebody approves them")
    settle: _Settle = Field(default=seconds(2), description="How long a file must lie untouched before it is taken")


class CentralEntry(Part):
    """The central server."""

    url: Url = Field(..., description="Address of the server's tree")
    every: _Interval = Field(default=seconds(30), description="How often to ask")
    root: Text = Field(..., description="File with the root of trust")


class SourcesEntry(Part):
    """Where content comes from; what is not named here is not used."""

    playlists: Text = Field(default="", description="Folder of playlists (*.yaml)")
    folder: Annotated[
        FolderEntry | None, BeforeValidator(_path_group, json_schema_input_type=str | FolderEntry | None)
    ] = None
    central: CentralEntry | None = None


class SoundEntry(Part):
    """The wall's loudspeakers."""

    volume: _Percent = Field(default=1.0, description="0 to 100 per cent")


class ConfigEntry(Part):
    """A gate, its wall and its sources."""

    # `layout` is read by itself, zone by zone.
    gate: Name = Field(..., description="Name of the gate for machines: small letters, digits, hyphens")
    title: Title = Field(default="", description="Name of the gate for people, shown when nothing is playing")
    language: _WordOfLanguage = Field(default="vi", description="Language of messages")
    timezone: _TimeZone = Field(default=_HOME_ZONE, description="Named time zone of the gate")
    display: Annotated[DisplayEntry, as_group(DisplayEntry)] = DisplayEntry()
    layout: Any = Field(default=None, description="Zones by name, each over those before it")
    hours: When = Field(default=[], description="Opening hours; none means always open")
    sources: Annotated[SourcesEntry, as_group(SourcesEntry)] = SourcesEntry(playlists="playlists/")
    sound: Annotated[SoundEntry, as_group(SoundEntry)] = SoundEntry()
    style: Annotated[StylesEntry, as_group(StylesEntry)] = StylesEntry()
    fonts: Text | None = Field(default=None, description="Folder of the gate's own fonts, preferred to Noto")
    state: Text = Field(default="state/", description="Folder for what the player keeps")
