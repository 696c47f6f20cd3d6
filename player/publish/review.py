"""`gateplayer publish review`: one page that shows editors exactly what they are asked to sign."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC
from itertools import islice
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from player.config.language import _, language_in_use
from player.config.playlists import SUFFIXES
from player.config.settings import Config
from player.core.calendar import local_day
from player.core.faults import ContentFault
from player.core.model import (
    Banner,
    Content,
    DateRange,
    Film,
    Item,
    Notice,
    Page,
    Picture,
    Playlist,
    Show,
    Zone,
)
from player.core.rundown import Timetable
from player.core.units import Instant, Span, utc
from player.library.centralshow import ALERTS
from player.library.safety import Verdicts
from player.library.shows import assets_of
from player.library.templates import Template
from player.media.text.dates import long_date
from player.publish import changes, dayplan, wording
from player.publish.changes import Change
from player.publish.dayplan import Day
from player.publish.labels import labels
from player.publish.pictures import Frame, Painter, embedded, is_wide, offsets, width_for
from player.publish.preview import Draft, Preview, Tell
from player.trust.fingerprint import grouped
from player.trust.names import TEMPLATES

_MOST_UNUSED = 20
_WALL_WIDTH = 800
_NONE: Verdicts = {}
_PARTS, _AHEAD = (1 / 6, 1 / 2, 5 / 6), 100
"""When the whole wall is drawn, in the opening hours, and how many segments on to look for an item not seen yet."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words that are on the wall, in the language `lang` if that is known."""

    text: str
    title: str
    lang: str


@dataclass(slots=True)
class Card:
    """One item of the contact sheet. `problem` is why the wall cannot show it, `flashes` how it flashes too much."""

    number: int
    title: str
    kind: str
    facts: list[str]
    texts: list[Text]
    frames: list[Frame] = field(default_factory=list)
    problem: str = ""
    flashes: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One playlist of the contact sheet."""

    playlist: Playlist
    level: str
    facts: list[str]
    wide: bool
    tall: bool
    cards: list[Card]


def page(
    draft: Draft,
    preview: Preview,
    config: Config,
    painter: Painter,
    compared: list[Change] | None,
    now: Instant,
    tell: Tell,
    templates: Iterable[Template] = (),
    flashes: Verdicts = _NONE,
) -> str:
    """The page as HTML. `compared` is what it changes in its playlists, None where that is not known; `templates` are
    those of a draft of templates; `tell` is told of each picture drawn; `flashes` says which items flash too much.
    DisplayFault when decoders do not answer."""
    tz = ZoneInfo(preview.show.timezone)
    day = dayplan.next_day(preview.show, now, preview.playlists)
    width = width_for(sum(1 for _one in _takes(preview)))
    sheets = [_sheet(playlist, preview.show, painter, width, day, tell) for playlist in preview.playlists]
    for sheet in sheets:
        for card, item in zip(sheet.cards, sheet.playlist.items, strict=True):
            card.flashes = flashes[sheet.playlist.id, item.id].said if (sheet.playlist.id, item.id) in flashes else ""
    number = 0
    for card in (card for sheet in sheets for card in sheet.cards):
        card.number = number = number + 1
    files = changes.of_files(draft.live or (), draft.release.entries)
    values = {
        "words": labels(),
        "language": language_in_use(),
        "wording": wording,
        "draft": draft,
        "config": config,
        "show": preview.show,
        "made": wording.moment(utc(now).astimezone(tz)),
        "expires": wording.day(draft.expires.replace(tzinfo=UTC).astimezone(tz).date()),
        "fingerprint": grouped(draft.sha).split(" "),
        "items": number,
        "first": draft.live is None,
        "playlist_changes": compared,
        "file_changes": files,
        "warnings": [*_flashing(sheets), *_warnings(draft, preview, now, sheets)],
        "day": day,
        "date": long_date(utc(day.start).astimezone(tz).date(), language_in_use()),
        "closed": _closed(day),
        "marks": dayplan.marks(day, tz),
        "clock": lambda instant: f"{utc(max(instant, day.start)).astimezone(tz):%H:%M:%S}",
        "walls": _walls(day, preview.show, painter, tz) if draft.role != TEMPLATES else [],
        "bins": dayplan.BINS,
        "sheets": sheets,
        "templates": {f"alert:{template.name}#1": template for template in templates},
        "is_gate": draft.role != TEMPLATES,
    }
    return _environment().get_template("review.html").render(values)


def pictures(preview: Preview) -> int:
    """How many pictures the page will have."""
    return sum(1 for _one in _takes(preview))


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("player.publish"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _takes(preview: Preview) -> Iterator[tuple[Item, Span]]:
    zones = {zone.name: zone for zone in preview.show.zones}
    for playlist in preview.playlists:
        for item in playlist.items:
            for offset in offsets(item, zones[playlist.zone].rect.size, preview.show):
                yield item, offset


def _sheet(playlist: Playlist, show: Show, painter: Painter, width: int, day: Day, tell: Tell) -> Sheet:
    zone = next(zone for zone in show.zones if zone.name == playlist.zone)
    size, today = zone.rect.size, local_day(day.start, ZoneInfo(show.timezone))
    facts = [f"{_('zone')}: {zone.name} ({size.width} × {size.height})"]
    if playlist.source != ALERTS:
        facts.append(wording.windows(playlist.windows, today))
    if playlist.every:
        facts.append(_("once every {span}").format(span=wording.span(playlist.every)))
    cards = [_card(playlist, item, zone, show, painter, width, day, tell) for item in playlist.items]
    return Sheet(
        playlist,
        wording.level(playlist.level),
        [*facts, *wording.tags(playlist.tags)],
        is_wide(size),
        size.height > size.width,
        cards,
    )


def _card(
    playlist: Playlist, item: Item, zone: Zone, show: Show, painter: Painter, width: int, day: Day, tell: Tell
) -> Card:
    card = Card(0, item.title, _kind(item.content), _facts(item), list(_texts(item.content)))
    for offset in offsets(item, zone.rect.size, show):
        try:
            card.frames.append(embedded(painter.item(playlist, item, day.start, offset), width, offset))
        except ContentFault as fault:
            card.problem = str(fault)
        tell(1)
    return card


def _kind(content: Content) -> str:
    names = {Picture: _("picture"), Film: _("film"), Page: _("page"), Notice: _("notice"), Banner: _("banner")}
    return names.get(type(content), "")


def _facts(item: Item) -> list[str]:
    """How it is shown, in a few words."""
    content = item.content
    facts = [wording.span(item.span)]
    if isinstance(content, Film):
        if item.span > content.natural:
            facts.append(_("again and again, of {span}").format(span=wording.span(content.natural)))
        elif item.span < content.natural:
            facts.append(_("cut, of {span}").format(span=wording.span(content.natural)))
        loud = _("with sound, {volume} %").format(volume=round(content.volume * 100))
        facts.append(loud if content.volume else _("without sound"))
    if isinstance(content, Picture | Film | Page):
        facts.append(wording.fit(content.fit))
    facts.append(wording.transition(item.transition))
    if item.first or item.last:
        facts.append(wording.dates(DateRange(item.first, item.last)))
    return [fact for fact in (*facts, *wording.tags(item.tags)) if fact]


def _texts(content: Content) -> Iterator[Text]:
    """All that it says, as text."""
    match content:
        case Notice(title=title, text=text, lang=lang):
            yield Text(text, title, lang)
        case Banner(text=text, lang=lang):
            yield Text(text, "", lang)
        case Picture(caption=caption) | Film(caption=caption) | Page(caption=caption) if caption:
            yield Text(caption.text, "", caption.lang)


def _closed(day: Day) -> list[tuple[float, float]]:
    """Where in the day, from 0 to 1, the gate is closed: from, and how long."""
    edges = [day.start, *(edge for stretch in day.open for edge in stretch), day.end]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [(day.place(one), day.place(other) - day.place(one)) for one, other in pairs if other > one]


def _walls(day: Day, show: Show, painter: Painter, tz: ZoneInfo) -> list[tuple[Frame, str]]:
    """The whole wall early, in the middle and late in the opening hours, and when that is: in the middle of what its
    largest zone shows, of another item each time."""
    if not day.open or not day.zones:
        return []
    first, last = day.open[0][0], day.open[-1][1]
    largest = max((one.zone for one in day.zones), key=lambda zone: zone.rect.width * zone.rect.height)
    timetable = Timetable(show)
    seen: set[str] = set()
    found = []
    for part in _PARTS:
        ahead = islice(timetable.segments(largest.name, Instant(first + round((last - first) * part)), last), _AHEAD)
        segment = next((one for one in ahead if one.item and one.item.id not in seen), None)
        if segment and segment.item:
            seen.add(segment.item.id)
            at = Instant((segment.start + segment.end) // 2)
            found.append((embedded(painter.wall(at), _WALL_WIDTH), f"{utc(at).astimezone(tz):%H:%M:%S}"))
    return found


def _warnings(draft: Draft, preview: Preview, now: Instant, sheets: Iterable[Sheet]) -> Iterator[str]:
    for fault in (*preview.faults, *preview.notes):
        yield str(fault)
    for card in (card for sheet in sheets for card in sheet.cards if card.problem):
        yield _("no. {number}, {title}: {reason}").format(number=card.number, title=card.title, reason=card.problem)
    for playlist, item in dayplan.never_played(preview.show, preview.playlists, now):
        if item is None:
            yield _("{title}: there is no day in the coming year on which it plays").format(title=playlist.title)
        else:
            assert item.last is not None
            said = _("{title}: {item} had its last day on {day} and will not be shown")
            yield said.format(title=playlist.title, item=item.title, day=wording.day(item.last))
    if unused := list(_unused(draft, preview)):
        names = ", ".join(unused[:_MOST_UNUSED]) + (" …" if len(unused) > _MOST_UNUSED else "")
        yield _("files that no playlist shows: {names}").format(names=names)


def _flashing(sheets: Iterable[Sheet]) -> Iterator[str]:
    for card in (card for sheet in sheets for card in sheet.cards if card.flashes):
        said = _("no. {number}, {title}: this film {flashes}")
        yield said.format(number=card.number, title=card.title, flashes=card.flashes)


def _unused(draft: Draft, preview: Preview) -> Iterator[str]:
    used = assets_of(preview.show)
    for entry in draft.release.entries:
        if entry.sha256 not in used and not entry.name.lower().endswith((*SUFFIXES, ".txt")):
            yield entry.name
