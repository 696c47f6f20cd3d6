"""`display.mapping` of config.yaml: which rectangle of the canvas goes where on the video output."""

from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema

from player.config import fields, units
from player.config.checking import Part
from player.config.language import _
from player.config.suggest import WordingError
from player.config.yamlsource import Document, Loc
from player.core.faults import Fault
from player.core.geometry import Rect, Size
from player.core.mapping import TURNS, Flip, Mapping, Patch, gaps, outside, overlaps

_MOST = 16384
"""Pixels across or down, as for a canvas."""

MOST_PATCHES = 64
MOST_SCREENS = 8


def _numbers(value: Any, least: tuple[int, ...], example: str) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) != len(least):
        said = _("{count} whole numbers in brackets are expected: {example}")
        raise WordingError(said.format(count=len(least), example=example))
    return tuple(units.whole(one, low, _MOST) for one, low in zip(value, least, strict=True))


def _source(value: Any) -> Rect:
    """`[left, top, width, height]`, in pixels of the canvas."""
    return Rect(*_numbers(value, (0, 0, 1, 1), "[0, 0, 1280, 96]"))


def _place(value: Any) -> tuple[int, int]:
    """`[left, top]`, in pixels of the output."""
    left, top = _numbers(value, (0, 0), "[0, 96]")
    return left, top


def _turn(value: Any) -> int:
    return units.choice(value, {str(turn): turn for turn in TURNS})


def _flip(value: Any) -> Flip:
    return units.choice(value, {flip.value: flip for flip in Flip})


def _list_of(least: tuple[int, ...]) -> dict[str, Any]:
    items = [{"type": "integer", "minimum": low, "maximum": _MOST} for low in least]
    return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}


class PatchEntry(Part):
    """A rectangle of the canvas and its place on the output."""

    source: Annotated[Rect, PlainValidator(_source), WithJsonSchema(_list_of((0, 0, 1, 1)))] = Field(
        ..., alias="from", description="Left, top, width and height in pixels of the canvas"
    )
    place: Annotated[tuple[int, int], PlainValidator(_place), WithJsonSchema(_list_of((0, 0)))] = Field(
        ..., alias="to", description="Left and top in pixels of the output"
    )
    rotate: Annotated[int, PlainValidator(_turn), WithJsonSchema({"enum": list(TURNS)})] = Field(
        default=0, description="Degrees to turn it clockwise"
    )
    flip: Annotated[Flip, PlainValidator(_flip), WithJsonSchema(fields.one_of(*Flip))] = Field(
        default=Flip.NONE, description="horizontal exchanges left and right, before it is turned"
    )

    screen: Annotated[
        int | None,
        PlainValidator(lambda value: units.whole(value, 1, MOST_SCREENS)),
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST_SCREENS}),
    ] = Field(default=None, description="The output of the computer, where it is not that of the whole canvas")

    def patch(self, screen: int) -> Patch:
        """Of a canvas that is on this output."""
        return Patch(self.source, *self.place, self.rotate, self.flip, self.screen or screen)


def faults_of(document: Document, at: Loc, mapping: Mapping, canvas: Size) -> list[Fault]:
    """What no wall can be meant to look like: parts that are not on the canvas, and two at one place of the output."""
    found = [
        document.fault(
            [*at, number, "from"],
            _("reaches over the canvas of {width} x {height} pixels").format(width=canvas.width, height=canvas.height),
        )
        for number in outside(mapping, canvas)
    ]
    for one, other in overlaps(mapping):
        said = _("lies over part {number} of this list on the output: [{x}, {y}, {width}, {height}]")
        target = mapping[one].target
        words = {"x": target.x, "y": target.y, "width": target.width, "height": target.height}
        found.append(document.fault([*at, other, "to"], said.format(number=one + 1, **words)))
    return found


def notes_of(document: Document, at: Loc, mapping: Mapping, canvas: Size) -> list[Fault]:
    """What may be meant, and is told: parts of the canvas that are seen nowhere."""
    said = _("this part of the canvas is copied nowhere: [{x}, {y}, {width}, {height}]")
    return [
        document.fault(at, said.format(x=gap.x, y=gap.y, width=gap.width, height=gap.height))
        for gap in gaps(mapping, canvas)
    ]
