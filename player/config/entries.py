"""The groups of config.yaml as people write them."""

from ipaddress import ip_address
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from player.config import fields, units
from player.config.canvases import PictureEntry
from player.config.checking import Part
from player.config.controller import ControllerEntry
from player.config.fields import Name, Text, Title, Url, YesNo, as_group
from player.config.language import LANGUAGES, _
from player.config.light import Brightness, BrightnessEntry, PlaceOnEarth
from player.config.lights import LightsEntry
from player.config.sound import SoundEntry
from player.config.styles import StylesEntry
from player.config.suggest import WordingError, plain, unknown
from player.config.when import When
from player.config.yamlsource import shown
from player.core.units import Span, seconds

_WEB = "^https?://.+"
_MOST_ADDRESSES = 8
FLASHING = ("report", "refuse")
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
_Fps = Annotated[
    int | None,
    PlainValidator(lambda value: None if value == "auto" else units.whole(value, 1, 240)),
    WithJsonSchema(fields.any_of({"type": "integer", "minimum": 1, "maximum": 240}, fields.one_of("auto"))),
]
_TimeZone = Annotated[str, PlainValidator(timezone), WithJsonSchema({"type": "string", "examples": [_HOME_ZONE]})]
_Settle = Annotated[Span, _seconds(0.1, 600), WithJsonSchema(fields.DURATION)]
_Interval = Annotated[Span, _seconds(5, 86400), WithJsonSchema(fields.DURATION)]


class DisplayEntry(PictureEntry):
    """The picture and where it goes."""

    output: _WordOfOutput = Field(default="auto", description="How to reach the screen; auto looks what there is")
    fps: _Fps = Field(default=60, description="Frames a second; auto takes the display's own refresh")


class FolderEntry(Part):
    """The watched folder."""

    path: Text = Field(..., description="Where operators drop files")
    approve: YesNo = Field(default=False, description="Let new files wait until somebody approves them")
    settle: _Settle = Field(default=seconds(2), description="How long a file must lie untouched before it is taken")


def addresses(value: Any) -> tuple[str, ...]:
    """One address or several, each written once."""
    written = value if isinstance(value, list) else [value]
    if not 0 < len(written) <= _MOST_ADDRESSES:
        raise WordingError(_("from one to {limit} addresses are expected").format(limit=_MOST_ADDRESSES))
    return tuple(dict.fromkeys(fields.url(word).rstrip("/") for word in written))


def listening(value: Any) -> tuple[str, int]:
    """ "0.0.0.0:8136": where to listen."""
    word = units.text(value).strip()
    host, colon, port = word.rpartition(":")
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        address = None
    if not address or not colon or not port.isdecimal() or not 1024 <= int(port) <= 65535:
        said = _('"{word}" is no address to listen on; write an IP address and a port, such as 192.168.1.5:8136')
        raise WordingError(said.format(word=shown(word)))
    return str(address), int(port)


_Addresses = Annotated[
    tuple[str, ...],
    PlainValidator(addresses),
    WithJsonSchema(
        fields.any_of(
            {"type": "string", "pattern": _WEB}, {"type": "array", "items": {"type": "string", "pattern": _WEB}}
        )
    ),
]
_Listening = Annotated[
    tuple[str, int] | None,
    PlainValidator(listening),
    WithJsonSchema(fields.pattern(r"^.+:[0-9]{4,5}$", "192.168.1.5:8136")),
]
_Rate = Annotated[int | None, PlainValidator(units.rate), WithJsonSchema(fields.pattern(units.RATE, "500 kB/s"))]
_Amount = Annotated[
    int,
    PlainValidator(lambda value: units.amount(value, 10**8, 10**14)),
    WithJsonSchema(fields.pattern(units.AMOUNT, "20 GB")),
]
_Connections = Annotated[
    int,
    PlainValidator(lambda value: units.whole(value, 1, 16)),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 16}),
]


class CentralEntry(Part):
    """The central server: only what both agencies have signed is taken from it."""

    url: _Addresses = Field(default=(), description="Address of the server's tree, or several to be tried in order")
    every: _Interval = Field(default=seconds(30), description="How often to ask")
    root: Text = Field(..., description="File with the root of trust, as `gateplayer enroll` leaves it")
    mirrors: _Addresses = Field(default=(), description="Neighbours that are asked for media first")
    share: _Listening = Field(default=None, description="Where to hand media to neighbours; nowhere when left out")
    rate_limit: _Rate = Field(default=None, description="Most that downloads take of the link")
    hours: When = Field(default=[], description="When large files may be fetched; always when left out")
    connections: _Connections = Field(default=4, description="Downloads at one time")
    cache: _Amount = Field(default=20 * 10**9, description="Room for files, those not needed just now included")
    ca: Text | None = Field(default=None, description="File with the certificate of a private authority")
    proxy: Url | None = Field(default=None, description="Proxy on the way to the server")


_Often = Annotated[Span, _seconds(10, 3600), WithJsonSchema(fields.DURATION)]
_Template = Annotated[str, PlainValidator(fields.template), WithJsonSchema(fields.pattern(fields.TEMPLATE))]
_Picture = Annotated[
    Span | None,
    PlainValidator(fields.on_or_every),
    WithJsonSchema(fields.any_of({"type": "boolean"}, fields.one_of("on", "off", "yes", "no"), fields.DURATION)),
]
_Header = Annotated[str, PlainValidator(fields.header), WithJsonSchema(fields.pattern(fields.HEADER, "X-Auth-Token"))]


class ReportsEntry(Part):
    """What the gate tells the province of itself: how it is, and the days of its play log."""

    token: Text = Field(default="trust/report-token", description="File with the gate's token; without it, no reports")
    url: _Template = Field(
        default="",
        description="Where to put each, with {name} and perhaps {gate} in it; else the central server",
    )
    header: _Header = Field(default="Authorization", description="Header that carries the token")
    every: _Often = Field(default=seconds(60), description="How often to tell how it is")
    picture: _Picture = Field(default=Span(0), description="on: a small picture with each; off; 10m: so often at most")


class SourcesEntry(Part):
    """Where content comes from; what is not named here is not used."""

    playlists: Text = Field(default="", description="Folder of playlists (*.yaml)")
    folder: Annotated[
        FolderEntry | None, BeforeValidator(_path_group, json_schema_input_type=str | FolderEntry | None)
    ] = None
    central: CentralEntry | None = None
    usb: Text = Field(default="", description="Where a stick with the server's tree appears: /media/*/*/gateplayer")


PAGE = ("127.0.0.1", 8137)
"""Where the status page is found unless config.yaml says otherwise."""


def _page_group(value: Any) -> Any:
    """`page: off` is none, and `page: 192.168.1.5:8137` is short for `page: {listen: 192.168.1.5:8137}`."""
    if value is None or isinstance(value, dict):
        return value or {}
    word = str(value).strip().lower()
    if word in units.YES_NO:
        return {} if units.YES_NO[word] else None
    return {"listen": value}


class PageEntry(Part):
    """The status page."""

    listen: Annotated[
        tuple[str, int],
        PlainValidator(listening),
        WithJsonSchema(fields.pattern(r"^.+:[0-9]{4,5}$", "127.0.0.1:8137", "192.168.1.5:8137")),
    ] = Field(default=PAGE, description="Address and port; beyond this computer only with a password")


class SafetyEntry(Part):
    """What protects the people in front of the wall."""

    flashing: Annotated[
        str,
        PlainValidator(lambda value: units.choice(value, {word: word for word in FLASHING})),
        WithJsonSchema(fields.one_of(*FLASHING)),
    ] = Field(default="report", description="Films that flash more than three times a second: report or refuse them")


class ConfigEntry(Part):
    """A gate, its wall and its sources."""

    # `layout` is read by itself, zone by zone.
    gate: Name = Field(..., description="Name of the gate for machines: small letters, digits, hyphens")
    title: Title = Field(default="", description="Name of the gate for people, shown when nothing is playing")
    language: _WordOfLanguage = Field(default="vi", description="Language of messages")
    timezone: _TimeZone = Field(default=_HOME_ZONE, description="Named time zone of the gate")
    display: Annotated[DisplayEntry, as_group(DisplayEntry)] = DisplayEntry()
    brightness: Brightness = BrightnessEntry()
    place: PlaceOnEarth = Field(default=None, description="Where the gate is: degrees north and east")
    layout: Any = Field(default=None, description="Zones by name, each over those before it")
    hours: When = Field(default=[], description="Opening hours; none means always open")
    sources: Annotated[SourcesEntry, as_group(SourcesEntry)] = SourcesEntry(playlists="playlists/")
    reports: Annotated[ReportsEntry, as_group(ReportsEntry)] = ReportsEntry()
    sound: Annotated[SoundEntry, as_group(SoundEntry)] = SoundEntry()
    style: Annotated[StylesEntry, as_group(StylesEntry)] = StylesEntry()
    fonts: Text | None = Field(default=None, description="Folder of the gate's own fonts, preferred to Noto")
    state: Text = Field(default="state/", description="Folder for what the player keeps")
    page: Annotated[
        PageEntry | None, BeforeValidator(_page_group, json_schema_input_type=bool | str | PageEntry | None)
    ] = Field(default=PageEntry(), description="The status page; off for none")
    safety: Annotated[SafetyEntry, as_group(SafetyEntry)] = SafetyEntry()
    lights: Annotated[LightsEntry | None, as_group(LightsEntry)] = None
    controller: ControllerEntry | None = Field(default=None, description="What sets the brightness of the LED modules")
