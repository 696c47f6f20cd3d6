"""From what the stage shows, frame by frame, to what the play log says.

Lengths are of the monotonic clock: a frame's place on it is its instant less `offset`, by which the two clocks differ.
Readings of the clocks jitter by microseconds; so `offset` stays as it is until it is wrong by more than that, and a
play of ten seconds is ten seconds long in the log. When it is wrong by a lot, the clock was set.
"""

from collections.abc import Callable, Iterable

from player.core.model import Clock, Item
from player.core.pacing import frame_instant
from player.core.plan import Cue
from player.core.playlog import BLACKOUT, TESTCARD, ClockQuality, Ending, Record, Running, What
from player.core.units import Instant, Span, seconds
from player.wall.cues import begin_of, same_play
from player.wall.layer import Trouble
from player.wall.playlog import Moment, News
from player.wall.stage import Stage

JITTER = seconds(0.001)
"""By how much two readings of the clocks may differ for no reason."""

SET = seconds(0.1)
"""By how much a clock is not moved by those who keep it gently."""

SETTLED = seconds(2)
"""How long the wall may take, once the clock was set, to have on it what belongs there: a decoder has to begin."""

LONGEST_WORDS = 300
MOST_TAGS = 10
DARK = ""
"""The place of lights-out among the zones."""


class PlayTracker:
    """What is on in each zone, and since when."""

    def __init__(self, quality: Callable[[Instant], ClockQuality]) -> None:
        self._quality = quality
        self._running: dict[str, Running] = {}
        self._cues: dict[str, Cue] = {}
        self._offset: int | None = None
        self._at = Instant(0)
        self._set: Span | None = None
        """When the clock was set last."""

    def frame(self, stage: Stage, number: int, shown: Instant, offset: int) -> list[News]:
        """The frame of the instant `shown` of the show `number` is on the wall, when the clocks differed by `offset`;
        what is new with it."""
        news = self.still(shown, offset, number)
        if not stage.open or DARK in self._running:
            news += self._lights(stage, number)
        for layer in stage.layers:
            cue = layer.cue if stage.open else None
            if cue is not self._cues.get(layer.zone.name):
                news += self._follow(stage, layer.zone.name, cue, number)
        if len(self._cues) > len(stage.layers):
            gone = self._cues.keys() - {layer.zone.name for layer in stage.layers}
            news += [self._follow(stage, name, None, number)[0] for name in sorted(gone)]
        return news

    def still(self, shown: Instant, offset: int, number: int) -> list[News]:
        """The same for a frame in which all is as it was."""
        news = self._clock(shown, offset, number)
        self._at = shown
        return news

    def moment(self) -> Moment:
        """That of the last frame."""
        return Moment(self._at, self._quality(self._at), self._now())

    @property
    def dark(self) -> bool:
        """Whether the lights are out."""
        return DARK in self._running

    def faults(self, troubles: Iterable[Trouble], number: int) -> list[News]:
        """Items that could not be shown."""
        return [
            News(
                Record(
                    What.FAULT,
                    self._at,
                    clock=self._quality(self._at),
                    show=number,
                    zone=trouble.zone,
                    item=trouble.item_id,
                    title=_clipped(trouble.title),
                    reason=_clipped(trouble.reason),
                )
            )
            for trouble in troubles
        ]

    def stopped(self, number: int) -> list[News]:
        """The wall was told to end."""
        ended = [
            News(running.ended(self._now(), None if place == DARK else Ending.STOPPED), place)
            for place, running in self._running.items()
        ]
        self._running, self._cues = {}, {}
        return [*ended, News(Record(What.STOP, self._at, clock=self._quality(self._at), show=number))]

    def _now(self) -> Span:
        return Span(self._at - (self._offset or 0))

    def _clock(self, shown: Instant, offset: int, number: int) -> list[News]:
        """How the clocks stand to each other; the beginning, or a clock that was set, is news."""
        before = self._offset
        if before is None:
            self._offset = offset
            return [News(Record(What.START, shown, clock=self._quality(shown), show=number))]
        step = offset - before
        if abs(step) > JITTER:
            self._offset = offset
        if abs(step) <= SET:
            return []
        self._set = Span(shown - offset)
        was = Instant(shown - step)
        return [News(Record(What.CLOCK, was, clock=self._quality(shown), show=number, step=step))]

    def _lights(self, stage: Stage, number: int) -> list[News]:
        """The lights are out for another reason than before, or not any more."""
        dark = self._running.get(DARK)
        reason = BLACKOUT if stage.blackout else TESTCARD if stage.easel.shown else ""
        if dark is not None and not stage.open and dark.record.reason == reason:
            return []
        ended = self._running.pop(DARK).ended(self._now(), None) if dark is not None else None
        if stage.open:
            return [News(ended, DARK)]
        record = Record(What.DARK, self._at, clock=self._quality(self._at), show=number, reason=reason)
        self._running[DARK] = Running(record, self._now())
        return [News(ended, DARK, self._running[DARK])]

    def _follow(self, stage: Stage, name: str, cue: Cue | None, number: int) -> list[News]:
        """Something else, or nothing, is on in a zone."""
        if cue is not None and (cue.item is None or isinstance(cue.item.content, Clock)):
            cue = None
        before = self._cues.get(name)
        if cue is None and before is None:
            return []
        if before is not None and cue is not None and same_play(before, cue):
            self._cues[name] = cue
            return []
        ended = running = None
        if before is not None:
            del self._cues[name]
            last = self._running.pop(name)
            ended = last.ended(self._now(), self._ending(name, before, last, stage))
        if cue is not None and cue.item is not None:
            self._cues[name] = cue
            running = self._running[name] = Running(self._record(name, cue, cue.item, number), self._now())
        return [News(ended, name, running)]

    def _ending(self, name: str, cue: Cue, running: Running, stage: Stage) -> Ending:
        assert cue.item is not None
        shown = running.record.offset + self._now() - running.since
        if shown + frame_instant(1, stage.show.fps) >= running.record.length:
            return Ending.COMPLETED
        if self._set is not None and running.since <= self._set > self._now() - SETTLED:
            return Ending.CLOCK
        if not stage.open:
            out = Ending.TESTCARD if stage.easel.shown else Ending.CLOSED
            return Ending.BLACKOUT if stage.blackout else out
        if cue.item.id not in stage.timetable.items(name):
            return Ending.WITHDRAWN
        return Ending.FAILED if stage.has_failed(cue.item.id) else Ending.CUT

    def _record(self, name: str, cue: Cue, item: Item, number: int) -> Record:
        playlist = cue.playlist
        tags = {**dict(playlist.tags if playlist else ()), **dict(item.tags)}
        return Record(
            What.PLAY,
            self._at,
            clock=self._quality(self._at),
            show=number,
            zone=name,
            item=item.id,
            title=_clipped(item.title),
            kind=type(item.content).__name__.lower(),
            asset=getattr(item.content, "asset", ""),
            playlist=_clipped(playlist.title) if playlist else "",
            source=playlist.source if playlist else "",
            level=playlist.level.name.lower() if playlist else "",
            tags=tuple((_clipped(key), _clipped(value)) for key, value in sorted(tags.items())[:MOST_TAGS]),
            signed=playlist.signed if playlist else (),
            offset=Span(max(0, self._at - begin_of(cue))),
            length=item.span,
        )


def _clipped(words: str) -> str:
    return words if len(words) <= LONGEST_WORDS else words[: LONGEST_WORDS - 1] + "…"
