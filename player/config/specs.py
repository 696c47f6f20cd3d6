"""Items of playlists, checked: what `library` turns into items of a show."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from player.core.faults import Place
from player.core.model import Caption, Direction, Fit, Style, Surround, Transition
from player.core.units import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What all items have: `name` as written, or the beginning of the text. `first` and `last` are included."""

    place: Place
    name: str
    transition: Transition
    first: date | None
    last: date | None
    tags: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSpec(Spec):
    path: Path
    span: Span
    fit: Fit
    surround: Surround
    caption: Caption | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoSpec(Spec):
    """`span` None: as long as the film is. `volume` from 0 to 1."""

    path: Path
    span: Span | None
    fit: Fit
    surround: Surround
    volume: float
    caption: Caption | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesSpec(Spec):
    """`span` is that of each page."""

    path: Path
    span: Span
    fit: Fit
    surround: Surround
    caption: Caption | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSpec(Spec):
    """Whatever lies in the folder `path`. None: what is usual for a file of its kind."""

    path: Path
    span: Span | None
    fit: Fit | None
    surround: Surround | None
    volume: float
    caption: Caption | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSpec(Spec):
    """`path` is the picture behind the text, if any."""

    title: str
    text: str
    lang: str
    style: Style
    path: Path | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class BannerSpec(Spec):
    """A text that crawls; `speed` in pixels a second. How long it takes depends on the letters.

    It is `text`, or what the text file at `path` says, or the newest `most` titles of the feed at the address `feed`.
    """

    text: str
    path: Path | None
    feed: str
    most: int
    lang: str
    style: Style
    speed: int
    direction: Direction


ItemSpec = ImageSpec | VideoSpec | PagesSpec | FolderSpec | NoticeSpec | BannerSpec
