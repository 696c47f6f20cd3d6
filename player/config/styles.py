"""How letters look: `style:` of config.yaml and of single texts."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema

from player.config import units
from player.config.checking import Part
from player.config.fields import Colour, Share, YesNoOrUnsaid, as_group, one_of
from player.core.model import Caption, Edge, Style

EDGES = {edge.value: edge for edge in Edge}


class StyleEntry(Part):
    """What somebody wants otherwise; the rest stays as it is."""

    ink: Colour = Field(default=None, description="Colour of the letters")
    background: Colour = Field(default=None, description="Colour behind the letters")
    bold: YesNoOrUnsaid = None
    edge: Annotated[
        Edge | None, PlainValidator(lambda value: units.choice(value, EDGES)), WithJsonSchema(one_of(*EDGES))
    ] = Field(default=None, description="What keeps letters legible over pictures")
    size: Share = Field(default=None, description="Height of the letters, as a share of the zone's height")

    def over(self, base: Style) -> Style:
        """`base` with what is written here."""
        return Style(
            ink=self.ink or base.ink,
            ground=self.background or base.ground,
            bold=base.bold if self.bold is None else self.bold,
            edge=self.edge or base.edge,
            size=self.size or base.size,
        )


OwnStyle = Annotated[StyleEntry, as_group(StyleEntry)]


_PLAIN = Style()
_CAPTION = Caption("").style


@dataclass(frozen=True, slots=True)
class Styles:
    """The gate's styles of all that is text."""

    notice: Style = _PLAIN
    caption: Style = _CAPTION
    banner: Style = _PLAIN
    clock: Style = _PLAIN


class StylesEntry(Part):
    """`style:` of config.yaml: one group for each kind of text."""

    notice: OwnStyle = StyleEntry()
    caption: OwnStyle = StyleEntry()
    banner: OwnStyle = StyleEntry()
    clock: OwnStyle = StyleEntry()

    def styles(self) -> Styles:
        base = Styles()
        return Styles(
            notice=self.notice.over(base.notice),
            caption=self.caption.over(base.caption),
            banner=self.banner.over(base.banner),
            clock=self.clock.over(base.clock),
        )
