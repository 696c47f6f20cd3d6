"""The wall's picture as config.yaml has it: one canvas, or several under `display: canvases:`, each with its layout,
its output and its mapping.

Several lie below one another on one sheet, which is what is drawn; each is copied from there to its output. The zones
of the first have their plain names, those of another are called `main@its-name`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from player.config import fields, units
from player.config.checking import Part
from player.config.language import _
from player.config.layout import ClockZone, Layout, default_layout, read_layout
from player.config.mapping import MOST_PATCHES, MOST_SCREENS, PatchEntry, faults_of, notes_of
from player.config.styles import Styles
from player.config.suggest import WordingError
from player.config.yamlsource import Document, Loc
from player.core.faults import Fault
from player.core.geometry import Rect, Size
from player.core.mapping import Face, Mapping, Patch, overlaps
from player.core.model import Zone, on_canvas

MOST_CANVASES = 8

CanvasSize = Annotated[Size, PlainValidator(units.size), WithJsonSchema(fields.pattern(units.SIZE, "1920x1080"))]
ScreenNumber = Annotated[
    int,
    PlainValidator(lambda value: units.whole(value, 1, MOST_SCREENS)),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST_SCREENS}),
]
Patches = Annotated[tuple[PatchEntry, ...], Field(max_length=MOST_PATCHES)]


class CanvasEntry(Part):
    """One of several canvases: a face of the gate."""

    canvas: CanvasSize = Field(..., description="Its size in LED pixels")
    screen: ScreenNumber = Field(default=1, description="The output of the computer that it is on, counted from 1")
    mapping: Patches = Field(default=(), description="Which part of it goes where on the output")
    # Read by itself, zone by zone.
    layout: Any = Field(default=None, description="Its own zones; those of the whole file when left out")


def _canvases(value: Any) -> Any:
    if not isinstance(value, dict) or not 0 < len(value) <= MOST_CANVASES:
        said = _("from one to {limit} canvases by name are expected: {example}")
        raise WordingError(said.format(limit=MOST_CANVASES, example="{east: {canvas: 1920x1080, screen: 1}}"))
    for name in value:
        fields.name(name)
    return value


@dataclass(frozen=True, slots=True)
class Picture:
    """All that is drawn. `canvas` is the sheet; `faces` the canvases on it, none where there is but one."""

    canvas: Size
    zones: tuple[Zone, ...]
    clocks: tuple[ClockZone, ...]
    mapping: Mapping
    faces: tuple[Face, ...] = ()


def read_picture(
    document: Document, layout: Any, display: "PictureEntry | None", styles: Styles
) -> tuple[Picture, list[Fault], list[Fault]]:
    """The picture, its faults and notes. `layout` is what is written under that key, None for nothing; of a `display`
    with faults of its own nothing is known."""
    if display is None:
        found, faults = _layout(document, ["layout"], layout, None, styles)
        return Picture(Size(1, 1), found.zones, found.clocks, ()), faults, []
    if not display.canvases:
        return _only(document, layout, display, styles)
    return _sheet(document, layout, display, styles)


class PictureEntry(Part):
    """What of `display:` makes the picture."""

    canvas: CanvasSize = Field(default=Size(1920, 1080), description="Size of the wall's picture in LED pixels")
    screen: ScreenNumber = Field(default=1, description="The output of the computer, counted from 1")
    mapping: Patches = Field(
        default=(), description="Which part of the canvas goes where on the output; left out: all of it at the top left"
    )
    canvases: Annotated[dict[str, CanvasEntry], BeforeValidator(_canvases)] = Field(
        default={}, description="Several canvases by name, each with its size, output and mapping"
    )


def _only(
    document: Document, layout: Any, display: PictureEntry, styles: Styles
) -> tuple[Picture, list[Fault], list[Fault]]:
    found, faults = _layout(document, ["layout"], layout, display.canvas, styles)
    mapping = _patches(display.mapping, display.screen)
    at = ["display", "mapping"]
    faults += faults_of(document, at, mapping, display.canvas)
    notes = notes_of(document, at, mapping, display.canvas)
    if not mapping and display.screen > 1:
        mapping = _whole(display.canvas, display.screen)
    return Picture(display.canvas, found.zones, found.clocks, mapping), faults, notes


def _sheet(
    document: Document, layout: Any, display: PictureEntry, styles: Styles
) -> tuple[Picture, list[Fault], list[Fault]]:
    zones: list[Zone] = []
    clocks: list[ClockZone] = []
    faces: list[Face] = []
    mapping: list[Patch] = []
    faults = list(_misplaced(document, display))
    notes: list[Fault] = []
    top = 0
    for name, entry in display.canvases.items():
        loc: Loc = ["display", "canvases", name]
        own = entry.layout is not None
        at = [*loc, "layout"] if own else ["layout"]
        found, wrong = _layout(document, at, entry.layout if own else layout, entry.canvas, styles)
        patches = _patches(entry.mapping, entry.screen)
        faults += [*wrong, *faults_of(document, [*loc, "mapping"], patches, entry.canvas)]
        notes += notes_of(document, [*loc, "mapping"], patches, entry.canvas)
        canvas = name if faces else ""
        zones += (replace(one, name=on_canvas(one.name, canvas), rect=one.rect.offset(0, top)) for one in found.zones)
        clocks += [replace(clock, zone=on_canvas(clock.zone, canvas)) for clock in found.clocks]
        moved = patches or _whole(entry.canvas, entry.screen)
        mapping += [replace(patch, source=patch.source.offset(0, top)) for patch in moved]
        faces.append(Face(name, Rect(0, top, *entry.canvas)))
        top += entry.canvas.height
    sheet = Size(max(face.rect.width for face in faces), top)
    faults += _crossing(document, faces, tuple(mapping))
    picture = Picture(sheet, tuple(zones), tuple(clocks), tuple(mapping), tuple(faces))
    # A layout that canvases share is wrong once.
    return picture, list(dict.fromkeys(faults)), notes


def _misplaced(document: Document, display: PictureEntry) -> Iterator[Fault]:
    for key in ("canvas", "screen", "mapping"):
        if key in display.model_fields_set:
            said = _("with several canvases, each has its own {key}; write it there")
            yield document.fault(["display", key], said.format(key=key), key=True)


def _crossing(document: Document, faces: list[Face], mapping: Mapping) -> Iterator[Fault]:
    """Canvases that claim the same pixels of an output."""
    told = set()
    for one, other in overlaps(mapping):
        names = tuple(next(face.name for face in faces if face.rect.covers(mapping[n].source)) for n in (one, other))
        if names[0] != names[1] and names not in told:
            told.add(names)
            said = _("lies over the canvas {name} on screen {screen}; give it another screen, or a mapping")
            words = said.format(name=names[0], screen=mapping[one].screen)
            yield document.fault(["display", "canvases", names[1]], words, key=True)


def _patches(entries: tuple[PatchEntry, ...], screen: int) -> Mapping:
    return tuple(entry.patch(screen) for entry in entries)


def _whole(canvas: Size, screen: int) -> Mapping:
    return (Patch(Rect(0, 0, *canvas), 0, 0, screen=screen),)


def _layout(
    document: Document, at: Loc, written: Any, canvas: Size | None, styles: Styles
) -> tuple[Layout, list[Fault]]:
    if written is None and at == ["layout"] and "layout" not in (document.value or {}):
        return default_layout(canvas or Size(1920, 1080)), []
    return read_layout(document, at, written, canvas, styles)
