"""Whatever moves, by what is in the file and not by its name."""

from typing import Protocol

from player.core.geometry import Size
from player.core.model import Fit, Surround
from player.core.units import Span
from player.media.animation import Animation
from player.media.film import Film
from player.media.sniff import Kind, sniff


class Reel(Protocol):
    """Pictures in order, and perhaps sound; see `Film`."""

    natural: Span
    has_sound: bool

    @property
    def sound_position(self) -> Span: ...
    def next_frame(self, target: memoryview) -> Span | None: ...
    def next_sound(self, until: Span) -> bytes | None: ...
    def close(self) -> None: ...


def open_reel(
    path: str,
    size: Size,
    fit: Fit,
    surround: Surround,
    *,
    offset: Span = Span(0),
    loop: bool = False,
    sound: bool = False,
    natural: Span = Span(0),
    background: str = "#000000",
) -> Reel:
    """The film or animated picture at `path`, from `offset` on; see `Film`. Raises ContentFault."""
    if sniff(path) is Kind.PICTURE:
        return Animation(path, size, fit, surround, offset=offset, loop=loop, natural=natural, background=background)
    return Film(
        path, size, fit, surround, offset=offset, loop=loop, sound=sound, natural=natural, background=background
    )
