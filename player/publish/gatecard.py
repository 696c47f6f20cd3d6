"""What the board says of one gate: how it is, what plays, and what is wrong, the worst first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from player.config.language import _
from player.core.playlog import ClockQuality
from player.publish import wording
from player.publish.heartbeats import Heartbeat, Synced, ZoneNow

MISSED, LOST = 5, 15
"""After how many heartbeats that did not come a gate is late, and after how many it is taken for lost."""

_FULL, _NEARLY = 0.02, 0.08
_HOT = 85.0
_LOG_LATE, _LOG_VERY_LATE = 3, 14
_ZONES = 3


class Mood(IntEnum):
    """How a gate is; sorted by it, the worst comes first. CLOSED is well, outside its opening hours."""

    BAD = 0
    CARE = 1
    GOOD = 2
    CLOSED = 3


@dataclass(frozen=True, slots=True, order=True)
class Trouble:
    """Something wrong, and how bad."""

    mood: Mood
    said: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What lies in a gate's folder: when its heartbeat came, by the server's clock (None: never), and the heartbeat;
    `beat` None with a time means that what came is none. `picture` tells versions of the picture apart, empty for
    none; `pictured` is when it came."""

    gate: str
    title: str
    came: datetime | None = None
    beat: Heartbeat | None = None
    picture: str = ""
    pictured: datetime | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A gate on the board. `stale`: its picture tells of earlier, not of now."""

    seen: Seen
    mood: Mood
    title: str
    age: str
    troubles: tuple[Trouble, ...]
    zones: tuple[ZoneNow, ...] = ()
    zones_more: int = 0
    facts: tuple[str, ...] = ()
    machine: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    search: str = ""
    stale: bool = False

    @property
    def rank(self) -> tuple[Mood, int, str, str]:
        return self.mood, -len(self.troubles), self.title.casefold(), self.seen.gate


def card(seen: Seen, now: datetime) -> Card:
    """The card, at the instant `now`."""
    age = (now - seen.came).total_seconds() if seen.came else 0.0
    beat = seen.beat
    troubles = tuple(sorted(_troubles(seen, beat, age), key=lambda one: one.mood))
    calm = Mood.CLOSED if beat and beat.open is False else Mood.GOOD
    title = (beat.title if beat else "") or seen.title or seen.gate
    is_lit = beat is not None and beat.open is not False
    zones = beat.zones if beat and is_lit else ()
    return Card(
        seen=seen,
        mood=min((one.mood for one in troubles), default=calm),
        title=title,
        age=wording.ago(age) if seen.came else _("never"),
        troubles=troubles,
        zones=zones[:_ZONES],
        zones_more=max(0, len(zones) - _ZONES),
        facts=tuple(_facts(beat)) if beat else (),
        machine=tuple(_machine(beat)) if beat else (),
        notes=tuple(_notes(beat)) if beat else (),
        search=f"{seen.gate} {title}".casefold(),
        stale=beat is None or not beat.fresh or age > beat.every * MISSED,
    )


def _troubles(seen: Seen, beat: Heartbeat | None, age: float) -> Iterator[Trouble]:
    if seen.came is None:
        yield Trouble(Mood.BAD, _("never seen: no report has come yet"))
        return
    if beat is None:
        yield Trouble(Mood.BAD, _("what it sent is no report: its token may be in strange hands"))
        return
    every = max(10.0, min(beat.every, 3600.0))
    if age > every * MISSED:
        mood = Mood.BAD if age > every * LOST else Mood.CARE
        yield Trouble(mood, _("not seen since {moment}").format(moment=_clock(seen.came)))
    yield from _of_wall(beat)
    yield from _of_machine(beat)
    if beat.sync:
        yield from _of_sync(beat.sync, beat.at or seen.came)
    if beat.waiting > _LOG_LATE:
        mood = Mood.BAD if beat.waiting > _LOG_VERY_LATE else Mood.CARE
        yield Trouble(mood, _("play log: {count} days not delivered").format(count=beat.waiting))


def _of_wall(beat: Heartbeat) -> Iterator[Trouble]:
    if not beat.running:
        yield Trouble(Mood.BAD, _("the wall is not running"))
    elif not beat.fresh:
        yield Trouble(Mood.BAD, _("the wall does not move"))
    elif beat.open and not beat.zones:
        yield Trouble(Mood.BAD, _("open, but nothing plays"))
    if beat.agent == "stuck":
        yield Trouble(Mood.BAD, _("no show can be made"))
    if beat.troubles:
        yield Trouble(Mood.CARE, _("cannot be shown: {count} items").format(count=beat.troubles))
    for said in beat.faults[:2]:
        yield Trouble(Mood.CARE, said)
    if (more := beat.faults_in_all - min(2, len(beat.faults))) > 0:
        yield Trouble(Mood.CARE, _("and {count} more faults").format(count=more))


def _of_machine(beat: Heartbeat) -> Iterator[Trouble]:
    if beat.disk_free is not None and beat.disk_total:
        share = beat.disk_free / beat.disk_total
        if share < _NEARLY:
            free = wording.amount(max(0, int(beat.disk_free)))
            said = _("disk nearly full: {free} left").format(free=free)
            yield Trouble(Mood.BAD if share < _FULL else Mood.CARE, said)
    if beat.temperature is not None and beat.temperature >= _HOT:
        yield Trouble(Mood.CARE, _("hot: {degrees} °C").format(degrees=round(beat.temperature)))
    if beat.clock == ClockQuality.WRONG.value:
        yield Trouble(Mood.BAD, _("its clock is wrong"))
    elif beat.clock == ClockQuality.FREE.value:
        yield Trouble(Mood.CARE, _("nobody keeps its clock right"))


def _of_sync(sync: Synced, at: datetime) -> Iterator[Trouble]:
    said = {
        "unreachable": _("central server not reached"),
        "refused": _("content refused: not signed as it must be"),
        "stuck": _("content cannot be stored"),
    }.get(sync.state)
    if said and sync.checked:
        since = max(0.0, (at - sync.checked).total_seconds())
        said += " · " + _("in step {ago}").format(ago=wording.ago(since))
    if said:
        yield Trouble(Mood.CARE if sync.state == "unreachable" else Mood.BAD, said)


def _notes(beat: Heartbeat) -> Iterator[str]:
    """What is not wrong, and yet to be seen at once."""
    if beat.open is False:
        yield _("closed")
    if beat.sync:
        if beat.sync.blank:
            yield _("made black by the province")
        for template in beat.sync.alerts:
            yield _("alert: {template}").format(template=template)
        if beat.sync.awaited is not None:
            yield _("fetching, {share} %").format(share=beat.sync.awaited)


def _facts(beat: Heartbeat) -> Iterator[str]:
    if beat.show:
        yield _("show {number}").format(number=beat.show)
    if beat.sync and beat.sync.release:
        yield _("release {number}").format(number=beat.sync.release)


def _machine(beat: Heartbeat) -> Iterator[str]:
    """For technicians."""
    if beat.temperature is not None:
        yield f"{wording.number(beat.temperature)} °C"
    if beat.disk_free is not None:
        yield _("{free} free").format(free=wording.amount(max(0, int(beat.disk_free))))
    if beat.version:
        yield beat.version


def _clock(moment: datetime) -> str:
    return wording.moment(moment.astimezone())
