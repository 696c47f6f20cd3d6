"""The answer to operators: what becomes of each of their files, as a text in their language."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from player.config.language import _
from player.core.model import SCREEN, Item, Level, Show
from player.core.rundown import Timetable
from player.core.strips import Strip, segments_of
from player.core.units import DAY, Instant
from player.library.inboxentries import State
from player.library.inboxitems import Seen
from player.library.watching import FolderView

AHEAD = 7 * DAY
"""How far is looked for the next time that a file plays."""

_MOST_SEGMENTS = 60_000
_WAITING = (
    State.COPYING,
    State.QUEUED,
    State.CONVERTING,
    State.UNFINISHED,
    State.HELD_UP,
    State.UNAPPROVED,
    State.EXAMINING,
)


class Turns(NamedTuple):
    """When an item of a playlist is up: now or not, and the next time that it comes, as far as is known."""

    now: bool
    next: Instant | None


def heading(title: str) -> str:
    """The first line, by which the player knows its own file."""
    return MARK + _("STATUS OF THIS FOLDER") + f" · {title}"


MARK = "GATEPLAYER · "


class FileLine(NamedTuple):
    """A file and what becomes of it; `sha` where somebody's yes to that content is asked for."""

    name: str
    said: str
    sha: str = ""


class FolderTold(NamedTuple):
    """What is to be said of the folder: of the wall as a whole, and of each file."""

    circumstances: tuple[str, ...]
    refused: tuple[FileLine, ...]
    waiting: tuple[FileLine, ...]
    playing: tuple[FileLine, ...]
    beside: tuple[FileLine, ...]

    def parts(self) -> tuple[tuple[str, tuple[FileLine, ...]], ...]:
        """The lines under their headings."""
        return (
            (_("REFUSED: something is to be done"), self.refused),
            (_("WAITING"), self.waiting),
            (_("PLAYING"), self.playing),
            (_("CAPTIONS AND SETTINGS"), self.beside),
        )


def status_text(view: FolderView, show: Show, now: Instant) -> str:
    """All that is to be said at `now`, in lines; when it was said is for the writer to add."""
    told = folder_told(view, show, now)
    lines = [line for said in told.circumstances for line in (said, "")]
    for title, part in told.parts():
        if part:
            lines += [f"{title} ({len(part)})", *(f"  {one.name}: {one.said}" for one in part), ""]
    if not view.seen and not view.strange:
        lines += [_("The folder is empty. Put pictures, films, PDF or text files here."), ""]
    return "\n".join(lines)


def folder_told(view: FolderView, show: Show, now: Instant) -> FolderTold:
    """What becomes of each file, at `now`."""
    timetable = Timetable(show)
    clock = _Clock(timetable.tz, now)
    turns = _turns(timetable, view.seen, now)
    items = {item.id: item for playlist in show.playlists for item in playlist.items}
    strange = [FileLine(*one) for one in view.strange]
    refused = [FileLine(one.name, one.reason) for one in view.seen if one.state is State.REFUSED] + strange
    waiting = [FileLine(one.name, _waiting(one), one.sha if one.state is State.UNAPPROVED else "")
               for one in view.seen if one.state in _WAITING]  # fmt: skip
    good = [FileLine(one.name, _playing(one, turns, items, clock)) for one in view.seen if one.state is State.GOOD]
    beside = [FileLine(one.name, _("goes with {name}").format(name=one.reason)) for one in view.seen
              if one.state is State.BESIDE]  # fmt: skip
    circumstances = tuple(_circumstances(timetable, now, clock))
    return FolderTold(circumstances, tuple(refused), tuple(waiting), tuple(good), tuple(beside))


class _Clock:
    """Times as people at the gate read them."""

    def __init__(self, tz: ZoneInfo, now: Instant) -> None:
        self._tz = tz
        self.today = self.local(now).date()

    def local(self, instant: Instant) -> datetime:
        return datetime.fromtimestamp(instant // 1_000_000, self._tz)

    def when(self, instant: Instant) -> str:
        moment = self.local(instant)
        return moment.strftime("%H:%M" if moment.date() == self.today else "%H:%M %d/%m/%Y")


def _circumstances(timetable: Timetable, now: Instant, clock: _Clock) -> Iterator[str]:
    if not timetable.is_open(now):
        opening = timetable.next_opening(now)
        when = clock.when(opening) if opening else "?"
        yield _("The wall is closed now; it opens at {when}.").format(when=when)
        return
    above = timetable.at(SCREEN, now)
    if above and above.playlist and above.playlist.level is Level.EMERGENCY:
        yield _("EMERGENCY: nothing but {title} is on the wall now.").format(title=above.playlist.title)


def _waiting(seen: Seen) -> str:
    said = {
        State.COPYING: _("is being copied"),
        State.QUEUED: _("waits until it is looked at"),
        State.CONVERTING: _("LibreOffice makes pages of it"),
        State.UNFINISHED: _("waiting: still being copied? ({reason})").format(reason=seen.reason),
        State.HELD_UP: _("waiting: {reason}").format(reason=seen.reason),
        State.UNAPPROVED: _("waiting for an officer's approval"),
        State.EXAMINING: seen.reason,
    }[seen.state]
    return _("{what}; until then the older copy plays").format(what=said) if seen.items else said


def _playing(seen: Seen, turns: dict[tuple[str, str], Turns], items: dict[str, Item], clock: _Clock) -> str:
    known = [turns[seen.playlist, item] for item in seen.items if (seen.playlist, item) in turns]
    coming = min((turn.next for turn in known if turn.next is not None), default=None)
    if any(turn.now for turn in known):
        said = _("on the wall now, again at {when}").format(when=clock.when(coming)) if coming else _("on the wall now")
    elif coming:
        said = _("plays, next at {when}").format(when=clock.when(coming))
    else:
        said = _idle([items[item] for item in seen.items if item in items], clock)
    return "; ".join((said, *seen.notes))


def _idle(items: list[Item], clock: _Clock) -> str:
    firsts = [item.first for item in items if item.first and item.first > clock.today]
    lasts = [item.last for item in items if item.last and item.last < clock.today]
    if firsts:
        return _("waits until {date}").format(date=min(firsts).strftime("%d/%m/%Y"))
    if lasts:
        return _("over since {date}; it may be deleted").format(date=max(lasts).strftime("%d/%m/%Y"))
    return _("no turn within the next {days} days").format(days=AHEAD // DAY)


def _turns(timetable: Timetable, seen: Iterable[Seen], now: Instant) -> dict[tuple[str, str], Turns]:
    """By playlist and item. It looks no further than all are found, a week has passed, or it has looked at a lot."""
    wanted: dict[str, set[tuple[str, str]]] = {}
    for one in seen:
        if one.items:
            wanted.setdefault(one.zone, set()).update((one.playlist, item) for item in one.items)
    found: dict[tuple[str, str], Turns] = {}
    for zone, keys in wanted.items():
        left = _MOST_SEGMENTS
        missing = set(keys)
        for strip in timetable.strips(zone, now, Instant(now + AHEAD)):
            left -= _note(strip, now, keys, missing, found)
            if not missing or left < 0:
                break
    return found


def _note(
    strip: Strip,
    now: Instant,
    keys: set[tuple[str, str]],
    missing: set[tuple[str, str]],
    found: dict[tuple[str, str], Turns],
) -> int:
    """What one round of a strip tells, and one turn more for what is up now; the segments that were looked at."""
    since = max(strip.start, now)
    count = 0
    for segment in segments_of(strip, since, Instant(min(strip.end, since + 2 * strip.sums[-1]))):
        count += 1
        key = (segment.playlist.id, segment.item.id) if segment.playlist and segment.item else None
        if key not in keys or key is None:
            continue
        if segment.start <= now < segment.end:
            found[key] = Turns(True, None)
        elif key in missing:
            found[key] = Turns(key in found and found[key].now, segment.start)
            missing.discard(key)
            if not missing:
                break
    return count + 1
