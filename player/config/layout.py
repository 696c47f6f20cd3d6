"""`layout:` of config.yaml: zones of the canvas."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema

from player.config import fields, units
from player.config.checking import Part, check
from player.config.fields import Colour, YesNo
from player.config.language import _
from player.config.styles import OwnStyle, StyleEntry, Styles
from player.config.suggest import WordingError
from player.config.units import kind_of
from player.config.yamlsource import Document, Loc, shown
from player.core.faults import Fault
from player.core.geometry import Length, Rect, Size, place
from player.core.model import SCREEN, Style, Zone

_PIXELS = r"^[0-9]{1,5}$"
_MOST_ZONES = 32


Pair = tuple[Length, Length]


def pair(value: Any) -> Pair:
    """`[x, y]` or `[width, height]`, each in pixels or per cent of the canvas."""
    if not isinstance(value, list) or len(value) != 2:
        raise WordingError(_("two values are expected, across and down: [0, 90%]"))
    return _length(value[0]), _length(value[1])


def _length(value: Any) -> Length:
    word = value.strip() if isinstance(value, str) else ""
    if units.matches(_PIXELS, word):
        return int(word)
    if units.matches(units.PERCENT, word):
        return word.replace(" ", "")
    raise WordingError(
        _("write pixels (192) or per cent of the canvas (10%), not {found}").format(found=kind_of(value))
    )


_LENGTH_SCHEMA = fields.any_of({"type": "integer", "minimum": 0}, fields.pattern(units.PERCENT, "10%"))
_PAIR_SCHEMA = {"type": "array", "items": _LENGTH_SCHEMA, "minItems": 2, "maxItems": 2}
_Pair = Annotated[Pair, PlainValidator(pair), WithJsonSchema(_PAIR_SCHEMA)]


def _shown_in_zone(value: Any) -> str:
    return units.choice(value, {"clock": "clock", "playlists": ""})


class ZoneEntry(Part):
    """A rectangle of the canvas; zones lie over those written before them."""

    at: _Pair = Field(default=(0, 0), description="Left and top, in pixels or per cent")
    size: _Pair = Field(..., description="Width and height, in pixels or per cent")
    hide_when_empty: YesNo = Field(default=False, description="Show what lies below while there is nothing to play")
    background: Colour = None
    shows: Annotated[str, PlainValidator(_shown_in_zone), WithJsonSchema(fields.one_of("clock", "playlists"))] = Field(
        default="", description="clock: the zone is a built-in clock and takes no playlists"
    )
    style: OwnStyle = StyleEntry()


@dataclass(frozen=True, slots=True)
class ClockZone:
    """A zone that shows the time of day."""

    zone: str
    style: Style


@dataclass(frozen=True, slots=True)
class Layout:
    """Zones from the bottom to the top, the built-in `screen` last, and those of them that are clocks."""

    zones: tuple[Zone, ...]
    clocks: tuple[ClockZone, ...] = ()


def default_layout(canvas: Size) -> Layout:
    """Everything in `main`, and a strip at the bottom for banners when there are any."""
    ticker = place((0, "90%"), ("100%", "10%"), canvas)
    return Layout((Zone("main", Rect(0, 0, *canvas)), Zone("ticker", ticker, hide_when_empty=True), _screen(canvas)))


def read_layout(
    document: Document, at: Loc, value: Any, canvas: Size | None, styles: Styles
) -> tuple[Layout, list[Fault]]:
    """The layout that `value`, found at `at`, describes, less the zones with faults; `canvas` None: not known."""
    if not isinstance(value, dict) or not value:
        said = _("names of zones with their places are expected, not {found}").format(found=kind_of(value))
        return Layout(()), [document.fault(at, said)]
    zones: list[Zone] = []
    clocks: list[ClockZone] = []
    faults: list[Fault] = []
    for name, written in value.items():
        entry, wrong = _zone_entry(document, [*at, name], written)
        rect = placed(entry, canvas) if entry and canvas else None
        if entry and canvas and rect:
            zones.append(Zone(name, rect, entry.hide_when_empty, entry.background or Zone(name, rect).ground))
            if entry.shows == "clock":
                clocks.append(ClockZone(name, entry.style.over(styles.clock)))
        elif entry and canvas:
            said = _("lies outside the canvas of {width} x {height} pixels, or covers not one of them")
            wrong.append(document.fault([*at, name], said.format(width=canvas.width, height=canvas.height)))
        faults += wrong
    if len(value) > _MOST_ZONES:
        faults.append(document.fault(at, _("at most {limit} zones").format(limit=_MOST_ZONES)))
    return Layout((*zones, *_screens(canvas)), tuple(clocks)), faults


def _zone_entry(document: Document, loc: Loc, written: Any) -> tuple[ZoneEntry | None, list[Fault]]:
    name = str(loc[-1])
    entry, faults = check(ZoneEntry, document, loc, written)
    try:
        fields.name(name)
    except WordingError as error:
        faults.append(document.fault(loc, str(error), key=True))
    if name == SCREEN:
        said = _("the zone {name} is built in: the whole canvas, for emergencies; choose another name")
        faults.append(document.fault(loc, said.format(name=shown(name)), key=True))
    return (None if faults else entry), faults


def placed(entry: ZoneEntry, canvas: Size) -> Rect | None:
    """The zone's rectangle, None when it leaves the canvas or is empty."""
    rect = place(entry.at, entry.size, canvas)
    fits = rect.width > 0 and rect.height > 0 and rect.right <= canvas.width and rect.bottom <= canvas.height
    return rect if fits else None


def _screen(canvas: Size) -> Zone:
    return Zone(SCREEN, Rect(0, 0, *canvas), hide_when_empty=True)


def _screens(canvas: Size | None) -> Iterable[Zone]:
    return [_screen(canvas)] if canvas else []
