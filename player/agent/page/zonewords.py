"""Each zone as the page tells of it: what is up, why, for how long, and what comes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from player.config.language import _
from player.core.model import (
    SCREEN,
    Banner,
    Caption,
    Clock,
    Content,
    Film,
    Item,
    Notice,
    Page,
    Picture,
    canvas_of,
    plain_zone,
)
from player.core.units import MINUTE, Instant
from player.library import wording
from player.library.gatefacts import Facts, ZoneFacts
from player.library.whywords import explain


@dataclass(frozen=True, slots=True)
class ZoneCard:
    """`begins` and `ends` are milliseconds since 1970; `ends` 0: it does not end within sight."""

    id: str
    name: str
    title: str
    kind: str
    playlist: str
    level: str
    level_word: str
    begins: int
    ends: int
    until: str
    next: str
    next_at: str
    reasons: tuple[str, ...]
    quiet: bool = False


def zone_cards(facts: Facts) -> list[ZoneCard]:
    """The zones that somebody may see, in the order of the layout; what covers the rest first."""
    told = (zone for zone in facts.zones if plain_zone(zone.name) != SCREEN or zone.why.item is not None)
    cards = [_card(facts, zone) for zone in told]
    return sorted(cards, key=lambda card: (plain_zone(card.id) != SCREEN, card.quiet))


def zone_name(zone: str) -> str:
    """What a zone is called by people; the names that everybody uses are translated."""
    known = {"main": _("Main picture"), "ticker": _("Crawling line"), "clock": _("Clock"), SCREEN: _("Whole wall")}
    name, canvas = plain_zone(zone), canvas_of(zone)
    said = known.get(name, name)
    return f"{said} ({canvas})" if canvas else said


def title_of(item: Item) -> str:
    """What people call an item: its caption, else its name without the folder."""
    if isinstance(item.content, Clock):
        return _("date and time")
    caption = getattr(item.content, "caption", None)
    if isinstance(item.content, Picture | Film | Page) and isinstance(caption, Caption):
        return caption.text
    if isinstance(item.content, Notice | Banner):
        return item.title
    # "media/guide.pdf (1/2)": a page's number follows the path.
    path, space, number = item.title.partition(" (")
    return f"{path.rpartition('/')[2]}{space}{number}" or item.title


def kind_name(content: Content) -> str:
    match content:
        case Picture():
            return _("picture")
        case Film():
            return _("film")
        case Page():
            return _("page")
        case Notice():
            return _("notice")
        case Banner():
            return _("banner")
    return _("clock")


def clock_time(instant: Instant, facts: Facts, *, exact: bool = True) -> str:
    local = datetime.fromtimestamp(instant / 1_000_000, facts.clock_zone)
    today = datetime.fromtimestamp(facts.now / 1_000_000, facts.clock_zone).date()
    told = local.strftime("%H:%M:%S" if exact else "%H:%M")
    return told if local.date() == today else f"{told} {wording.day(local)}"


def _card(facts: Facts, zone: ZoneFacts) -> ZoneCard:
    why = zone.why
    far = why.until - facts.now > 366 * 24 * 60 * MINUTE
    nothing = not zone.hidden and not why.closed and why.item is None
    following = why.next if why.next and why.next.item else None
    return ZoneCard(
        id=zone.name,
        name=zone_name(zone.name),
        title=title_of(why.item) if why.item else _empty(zone, nothing=nothing),
        kind=kind_name(why.item.content) if why.item else "",
        playlist=why.playlist.title if why.playlist else "",
        level=why.playlist.level.name.lower() if why.playlist else "normal",
        level_word=wording.level(why.playlist.level) if why.playlist else "",
        begins=why.since // 1000,
        ends=0 if far or why.item is None else why.until // 1000,
        until="" if far else clock_time(why.until, facts),
        next=title_of(following.item) if following and following.item else "",
        next_at=clock_time(following.start, facts) if following else "",
        reasons=tuple(_reasons(facts, zone)),
        quiet=isinstance(why.item.content, Clock) if why.item else zone.hidden,
    )


def _empty(zone: ZoneFacts, *, nothing: bool) -> str:
    if zone.why.closed:
        return _("dark")
    return _("the gate's own picture") if nothing else _("nothing; what lies below is seen")


def _reasons(facts: Facts, zone: ZoneFacts) -> Iterator[str]:
    if zone.covered:
        yield _("An emergency covers it just now.")
    yield from explain(zone.why, facts.clock_zone, facts.now)
    if zone.why.item is not None:
        yield _("It lasts {span}.").format(span=wording.span(zone.why.item.span))
