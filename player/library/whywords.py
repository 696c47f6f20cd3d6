"""Why a zone shows what it shows, in sentences."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from player.config.language import _
from player.core import calendar
from player.core.model import SCREEN, Level, Playlist, plain_zone
from player.core.units import Instant
from player.core.why import Why
from player.library import wording
from player.library.sources import ALERTS, CENTRAL, FOLDER

_MOST_NAMED = 4


def explain(why: Why, tz: ZoneInfo, now: Instant) -> list[str]:
    """The sentences, the most important first."""
    return list(_sentences(why, tz, now))


def place_of(playlist: Playlist) -> str:
    """Where a playlist comes from."""
    if playlist.source == FOLDER:
        return _("the watched folder")
    if playlist.source == CENTRAL:
        return _("the central server")
    if playlist.source == ALERTS:
        return _("an alert of the province")
    return _("the file {name}").format(name=playlist.source)


def quoted(text: str) -> str:
    """A title within a sentence."""
    return f"«{text}»" if text else _("(no title)")


def when(instant: Instant, tz: ZoneInfo, now: Instant) -> str:
    """A time of day; with its date unless that is today's."""
    local = datetime.fromtimestamp(instant // 1_000_000, tz)
    if local.date() == calendar.local_day(now, tz):
        return local.strftime("%H:%M")
    return f"{local:%H:%M} {wording.day(local)}"


def _sentences(why: Why, tz: ZoneInfo, now: Instant) -> Iterator[str]:
    playlist = why.playlist
    if why.closed:
        yield _("The wall is dark: it is outside the opening hours.")
        return
    if playlist is None or why.item is None:
        yield _("No playlist of this zone is open now.")
        return
    yield _("It belongs to {playlist}, a playlist of the level “{level}” from {place}.").format(
        playlist=quoted(playlist.title), level=wording.level(playlist.level), place=place_of(playlist)
    )
    yield from _rule(why, playlist, tz, now)
    yield from _circumstances(why, playlist)
    if why.signed:
        yield _("It was signed by {names}.").format(names=_listed(why.signed))


def _rule(why: Why, playlist: Playlist, tz: ZoneInfo, now: Instant) -> Iterator[str]:
    """What lets it play, and how it takes its place."""
    if playlist.until is not None and playlist.source == ALERTS:
        yield _("The alert is on until {when}.").format(when=when(playlist.until, tz, now))
    elif why.lapsed:
        yield _("Its time is over; the item on screen is played to its end, for five minutes at most.")
    elif why.window is not None:
        window = wording.windows([why.window], calendar.local_day(now, tz))
        if why.open_until is None:
            yield _("Its time is {window}.").format(window=window)
        else:
            until = when(why.open_until, tz, now)
            yield _("Its time is {window}; it is open until {when}.").format(window=window, when=until)
    elif why.open_until is not None:
        yield _("It may play until {when}.").format(when=when(why.open_until, tz, now))
    else:
        yield _("It may play at any time.")
    if playlist.every is not None:
        yield _("It comes in between, once every {span}.").format(span=wording.span(playlist.every))
    if why.hard:
        yield _("It begins at once when its time comes and waits for nothing.")
    if why.turns:
        yield _("It takes turns with {names}.").format(names=_titles(why.turns))


def _circumstances(why: Why, playlist: Playlist) -> Iterator[str]:
    if why.missing is not None:
        said = _("It stands in for {title}, which cannot be shown.")
        yield said.format(title=quoted(why.missing.title))
    if why.carried:
        yield _("It was on the wall when the playlists changed, and is played to its end.")
    if why.over:
        yield _("It goes before lower levels; these wait: {names}.").format(names=_titles(why.over))
    if plain_zone(why.zone) == SCREEN and playlist.level is Level.EMERGENCY:
        yield _("It covers the whole wall until it ends.")


def _titles(playlists: Sequence[Playlist]) -> str:
    return _listed([quoted(one.title) for one in playlists])


def _listed(names: Sequence[str]) -> str:
    said = ", ".join(names[:_MOST_NAMED])
    if len(names) <= _MOST_NAMED:
        return said
    return said + " " + _("and {count} more").format(count=len(names) - _MOST_NAMED)
