"""The show: everything that the wall may play, as immutable values.

A show is complete in itself. Names of holidays have become dates, folders have become files, films have become
lengths; what is left is to ask what is up at an instant (`rundown`, `plan`). All tuples are in canonical order
(`Show.playlists` by source, then id), so the order in which files were found never changes a result.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, IntEnum

from player.core.geometry import Rect, Size
from player.core.units import Instant, Span

SCREEN = "screen"
"""The built-in zone: the whole canvas, above every other, hidden while empty. Emergencies play here."""


def on_canvas(zone: str, canvas: str) -> str:
    """The name that a show gives a zone of another canvas than its first (""): main@east."""
    return f"{zone}@{canvas}" if canvas else zone


def plain_zone(zone: str) -> str:
    """What people call a zone, whichever canvas it is on."""
    return zone.partition("@")[0]


def canvas_of(zone: str) -> str:
    """The canvas that a zone is on; "" for the first, or only one."""
    return zone.partition("@")[2]


class Level(IntEnum):
    """A higher level pre-empts a lower one at once."""

    NORMAL = 0
    PRIORITY = 1
    EMERGENCY = 2


class Start(Enum):
    """How a playlist takes over within its level: when the item on screen ends, or at once."""

    SOFT = "soft"
    HARD = "hard"


class Fit(Enum):
    """How a picture meets its zone: cropped to fill, whole with a surround, or pulled out of shape."""

    COVER = "cover"
    CONTAIN = "contain"
    STRETCH = "stretch"


class Surround(Enum):
    """What is around a contained picture: a plain colour, or the picture itself, enlarged and blurred."""

    PLAIN = "plain"
    BLUR = "blur"


class Change(Enum):
    """Transitions from one item to the next."""

    CUT = "cut"
    FADE = "fade"
    SLIDE = "slide"
    WIPE = "wipe"


class Edge(Enum):
    """What keeps letters legible over pictures and on coarse LED."""

    NONE = "none"
    OUTLINE = "outline"
    SHADOW = "shadow"


class Direction(Enum):
    """Where a banner crawls to."""

    LEFT = "left"
    UP = "up"


@dataclass(frozen=True, slots=True)
class Transition:
    change: Change = Change.CUT
    span: Span = Span(0)


@dataclass(frozen=True, slots=True)
class Style:
    """Colours as "#RRGGBB" or "#RRGGBBAA". `size` is the letter height as a share of the zone's height; 0 chooses."""

    ink: str = "#FFFFFF"
    ground: str = "#0B2545"
    bold: bool = False
    edge: Edge = Edge.NONE
    size: float = 0.0


@dataclass(frozen=True, slots=True)
class Caption:
    """A line or two under a picture or film."""

    text: str
    lang: str = ""
    style: Style = Style(ground="#000000B0")


@dataclass(frozen=True, slots=True)
class Picture:
    """A still picture: `asset` is its SHA-256."""

    asset: str
    fit: Fit = Fit.COVER
    surround: Surround = Surround.BLUR
    caption: Caption | None = None


@dataclass(frozen=True, slots=True)
class Film:
    """A film or an animated picture. `natural` is its own length; an item that lasts longer shows it again.

    `volume` 0 to 1; 0 is mute.
    """

    asset: str
    natural: Span
    fit: Fit = Fit.CONTAIN
    surround: Surround = Surround.PLAIN
    volume: float = 0.0
    caption: Caption | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a PDF, counted from 0."""

    asset: str
    number: int
    fit: Fit = Fit.CONTAIN
    surround: Surround = Surround.PLAIN
    caption: Caption | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A title and wrapped text; `asset`, when not empty, is the SHA-256 of a background picture."""

    title: str
    text: str
    lang: str = ""
    style: Style = Style()
    asset: str = ""


@dataclass(frozen=True, slots=True)
class Banner:
    """A text that crawls: to the left as one line, upwards set in lines of its zone's width.

    `width` is the length of the whole strip with its separator, in pixels along its way, and `step` the whole pixels
    that it moves a frame, so that its item lasts `width / step` frames. `height` is the zone's that it was measured
    for, and `across` the zone's width where that matters: upwards.
    """

    text: str
    width: int
    height: int
    step: int
    lang: str = ""
    style: Style = Style()
    direction: Direction = Direction.LEFT
    across: int = 0


@dataclass(frozen=True, slots=True)
class Clock:
    """Date and time in the gate's language; one item is one minute."""

    style: Style = Style()


Content = Picture | Film | Page | Notice | Banner | Clock


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a playlist. `id` tells its content: same content, same id, wherever it stands.

    `first` and `last` are local dates, both included. A span that is not above 0 raises ValueError.
    """

    id: str
    title: str
    content: Content
    span: Span
    transition: Transition = Transition()
    first: date | None = None
    last: date | None = None
    tags: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.span <= 0:
            raise ValueError("an item lasts longer than nothing")


@dataclass(frozen=True, slots=True)
class DateRange:
    """Local dates, both included; None leaves that side open."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Window:
    """When something may play: on these dates AND these weekdays, from `start` to `end` in local time.

    No dates or no weekdays (0 is Monday) means any. `start` and `end` are minutes after midnight, half-open, `end` up
    to 1440; an `end` at or before `start` falls on the next day, and the whole stretch belongs to the day it starts.
    Minutes or weekdays that no day has raise ValueError.
    """

    dates: tuple[DateRange, ...] = ()
    weekdays: frozenset[int] = frozenset()
    start: int = 0
    end: int = 1440

    def __post_init__(self) -> None:
        if not (0 <= self.start < 1440 and 0 <= self.end <= 1440):
            raise ValueError("a window starts and ends within a day")
        if not self.weekdays <= frozenset(range(7)):
            raise ValueError("weekdays are 0 (Monday) to 6")


@dataclass(frozen=True, slots=True)
class Playlist:
    """Items for one zone at one level. No windows means always. `every` makes it a spot: one whole pass at each
    multiple of `every` after its window opened. An `every` that is not above 0 raises ValueError.

    `since` and `until`, half-open, bound it to a stretch of time besides: an alert ends at an instant, not on a date.
    `signed` are the ids of those on whose signature it plays, sorted; nobody's for what was put here by hand.
    """

    id: str
    title: str
    zone: str
    source: str
    items: tuple[Item, ...]
    level: Level = Level.NORMAL
    windows: tuple[Window, ...] = ()
    start: Start = Start.SOFT
    every: Span | None = None
    tags: tuple[tuple[str, str], ...] = ()
    since: Instant | None = None
    until: Instant | None = None
    signed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.every is not None and self.every <= 0:
            raise ValueError("a spot's interval is longer than nothing")


@dataclass(frozen=True, slots=True)
class Zone:
    """A rectangle of the canvas. Later zones of a show lie above earlier ones."""

    name: str
    rect: Rect
    hide_when_empty: bool = False
    ground: str = "#000000"


@dataclass(frozen=True, slots=True)
class Show:
    """All that a gate plays. `hours` without windows means always open."""

    gate: str
    timezone: str
    language: str
    canvas: Size
    fps: int
    zones: tuple[Zone, ...]
    playlists: tuple[Playlist, ...]
    hours: tuple[Window, ...] = ()

    def __post_init__(self) -> None:
        if self.fps < 1:
            raise ValueError("at least one frame a second")


def arranged(show: Show) -> Show:
    """`show` with its playlists in canonical order: two shows of the same playlists become equal."""
    return replace(show, playlists=tuple(sorted(show.playlists, key=lambda playlist: (playlist.source, playlist.id))))
