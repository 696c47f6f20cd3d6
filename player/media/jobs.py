"""What the wall asks of a decoder, and the picture that comes back. Both cross a process as JSON and raw pixels."""

from dataclasses import dataclass
from typing import NamedTuple

from player.core.geometry import Rect, Size
from player.core.model import Content, plain_zone
from player.core.testcards import Card
from player.core.units import Instant, Span


@dataclass(frozen=True, slots=True)
class Slate:
    """The built-in picture for when nothing else can be shown: the gate's name and nothing alarming."""

    title: str


class CardCanvas(NamedTuple):
    """One of several canvases on a card: each has its own."""

    name: str
    rect: Rect
    output: str


@dataclass(frozen=True, slots=True)
class CardSheet:
    """A built-in card for whoever adjusts a wall. `gate` is its name for people, `output` where the picture goes to,
    in words; `zones` with their names, and what of the canvas each entry of the mapping takes, in its order."""

    card: Card
    gate: str
    output: str = ""
    fps: int = 60
    zones: tuple[tuple[str, Rect], ...] = ()
    parts: tuple[Rect, ...] = ()
    canvases: tuple[CardCanvas, ...] = ()

    def of(self, canvas: CardCanvas) -> "CardSheet":
        """That of one of its canvases alone."""
        x, y = canvas.rect.x, canvas.rect.y
        zones = ((plain_zone(name), rect.offset(-x, -y)) for name, rect in self.zones if canvas.rect.covers(rect))
        parts = tuple(part.offset(-x, -y) for part in self.parts if canvas.rect.covers(part))
        told = () if parts == (Rect(0, 0, *canvas.rect.size),) else parts
        return CardSheet(self.card, f"{self.gate} · {canvas.name}", canvas.output, self.fps, tuple(zones), told)


@dataclass(frozen=True, slots=True)
class Job:
    """Show `content` at `size` pixels.

    `path` is the file of the content's asset ("" when it has none). A film begins `offset` into its item; a clock
    shows the minute of `at` in `timezone` and `language`. `band` is how many rows at the top and the bottom lie under
    other zones, such as a ticker: pictures may reach under them, words and whole pages keep clear.
    """

    content: Content | Slate | CardSheet
    path: str
    size: Size
    offset: Span = Span(0)
    at: Instant = Instant(0)
    timezone: str = "UTC"
    language: str = "vi"
    band: tuple[int, int] = (0, 0)

    @property
    def clear(self) -> Size:
        """The size of what no other zone covers."""
        return Size(self.size.width, max(1, self.size.height - sum(self.band)))


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Pixels, four bytes each in the order blue, green, red, alpha (not premultiplied), rows without padding.

    `opaque` promises that every alpha is 255, so that the compositor may copy instead of blend.
    """

    size: Size
    pixels: bytes
    opaque: bool = True

    def __post_init__(self) -> None:
        if len(self.pixels) != self.size.width * self.size.height * 4:
            raise ValueError("pixels do not match the size")
