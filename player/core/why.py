"""Why a zone shows what it shows: the rule behind a cue, as values; the words are made elsewhere."""

from dataclasses import dataclass
from datetime import date, tzinfo

from player.core import calendar
from player.core.model import SCREEN, Item, Playlist, Start, Window, on_canvas
from player.core.plan import Cue, Inventory, ZonePlan
from player.core.rundown import Timetable
from player.core.units import Instant
from player.core.week import allowed


@dataclass(frozen=True, slots=True)
class Why:
    """What is up in a zone, and why.

    `playlist` and `item` are None for the slate, an empty ticker and a closed wall (`closed`). `window` is the one that
    lets the playlist play now; None: it may always, or (`lapsed`) not any more, and its item ends. It may play until
    `open_until`, None: without an end in sight. `turns` are the other playlists that it takes turns with, `over` those
    of lower levels that wait for it. It stands in for `missing`, which cannot be shown. `carried`: the show before had
    begun it. Its item began at `since`, is up until `until`, then comes `next`.
    """

    zone: str
    item: Item | None
    playlist: Playlist | None
    since: Instant
    until: Instant
    closed: bool = False
    window: Window | None = None
    lapsed: bool = False
    open_until: Instant | None = None
    turns: tuple[Playlist, ...] = ()
    over: tuple[Playlist, ...] = ()
    missing: Item | None = None
    carried: bool = False
    next: Cue | None = None

    @property
    def spot(self) -> bool:
        """Whether it comes in between, at its interval."""
        return self.playlist is not None and self.playlist.every is not None

    @property
    def hard(self) -> bool:
        """Whether it took over at once."""
        return self.playlist is not None and self.playlist.start is Start.HARD

    @property
    def signed(self) -> tuple[str, ...]:
        """Who signed it."""
        return self.playlist.signed if self.playlist else ()


def why(timetable: Timetable, planned: ZonePlan, inventory: Inventory, now: Instant, shown: Cue | None = None) -> Why:
    """Why `planned`, the plan of a zone at `now` with this inventory, is as it is. `shown` is what is really on the
    wall where that may be something else: what the show before had begun."""
    carried = shown is not None and not _same(shown, planned.current)
    cue = shown if shown is not None and carried else planned.current
    if cue is None:
        return Why(planned.zone, None, None, now, planned.until, closed=True, next=planned.next)
    following = planned.current if carried and planned.current and planned.current.end > cue.end else planned.next
    begun = Instant(cue.start - cue.offset)
    found = Why(planned.zone, cue.item, cue.playlist, begun, cue.end, carried=carried, next=following)
    if cue.playlist is None:
        return found
    return _reasons(timetable, found, cue.playlist, inventory, now)


def _reasons(timetable: Timetable, found: Why, playlist: Playlist, inventory: Inventory, now: Instant) -> Why:
    tz = timetable.tz
    active = [one for one in timetable.show.playlists if one.zone == found.zone and may_play(one, now, tz)]
    others = [one for one in active if one.every is None and one.id != playlist.id]
    turns = [one for one in others if one.level == playlist.level] if playlist.every is None else []
    over = sorted((one for one in others if one.level < playlist.level), key=lambda one: -one.level)
    lapsed = not is_open(playlist, now, tz)
    return Why(
        found.zone,
        found.item,
        playlist,
        found.since,
        found.until,
        window=next((one for one in playlist.windows if calendar.holds((one,), now, tz)), None),
        lapsed=lapsed,
        open_until=None if lapsed else _closes(playlist, found.item, now, tz),
        turns=tuple(turns),
        over=tuple(over),
        missing=None if found.carried else _missing(timetable, found.zone, inventory, now),
        carried=found.carried,
        next=found.next,
    )


def is_open(playlist: Playlist, now: Instant, tz: tzinfo) -> bool:
    """Whether the playlist's windows and bounds hold `now`."""
    after = playlist.since is None or playlist.since <= now
    before = playlist.until is None or now < playlist.until
    return after and before and calendar.holds(playlist.windows, now, tz)


def may_play(playlist: Playlist, now: Instant, tz: tzinfo) -> bool:
    """Whether it is open, and any of its items may play on the day."""
    today = calendar.local_day(now, tz)
    return any(allowed(item, today) for item in playlist.items) and is_open(playlist, now, tz)


def covering(reasons: tuple[Why, ...], canvas: str = "") -> Why | None:
    """What covers the whole canvas: the built-in zone `screen` on it, while it has something to show."""
    screen = on_canvas(SCREEN, canvas)
    return next((one for one in reasons if one.zone == screen and one.item is not None), None)


def _closes(playlist: Playlist, item: Item | None, now: Instant, tz: tzinfo) -> Instant | None:
    """When it may play no longer: its window closes, it is bounded, or the item's last date is over."""
    ends = [playlist.until]
    if playlist.windows:
        ends.append(calendar.closing(playlist.windows, now, tz))
    if item is not None and item.last is not None and item.last < date.max:
        ends.append(calendar.midnight(item.last + calendar.ONE_DAY, tz))
    return min((end for end in ends if end is not None and end > now), default=None)


def _missing(timetable: Timetable, zone: str, inventory: Inventory, now: Instant) -> Item | None:
    """Whose slot it is, when that cannot be shown."""
    due = timetable.at(zone, now)
    return due.item if due is not None and due.item is not None and due.item.id in inventory.missing else None


def _same(shown: Cue, planned: Cue | None) -> bool:
    """Whether the wall shows what is planned."""
    if planned is None or (shown.item is None) != (planned.item is None):
        return False
    return shown.item is None or (planned.item is not None and shown.item.id == planned.item.id)
