"""Proof of play: what the play log says, as values.

A record is final when it is written: it tells of something that has ended. Instants are what the gate's clock said;
lengths come from the monotonic clock, so none is ever below 0 and none is changed by a clock that is set. Records are
numbered as they are written (`seq`), which is the order of what happened also where the clock was set back.
"""

from dataclasses import dataclass, replace
from enum import Enum

from player.core.units import Instant, Span


class What(Enum):
    """What a record tells of.

    PLAY an item in a zone · DARK lights out, outside the opening hours, in a blackout (then `reason` is BLACKOUT) or
    behind a test card (TESTCARD) · GAP nothing was drawn: the wall did not run · CLOCK the clock was set, by `step` ·
    START the wall began to draw · STOP it was told to end · FAULT an item could not be shown · MENDED the log was
    damaged: `reason` says how much of it was saved.
    """

    PLAY = "play"
    DARK = "dark"
    GAP = "gap"
    CLOCK = "clock"
    START = "start"
    STOP = "stop"
    FAULT = "fault"
    MENDED = "mended"


class Ending(Enum):
    """How a play ended.

    COMPLETED it was shown to its end · CUT by what the rundown brought next: a higher level, a hard start · CLOSED the
    opening hours were over · BLACKOUT somebody switched the wall off · TESTCARD somebody had one shown · WITHDRAWN it
    left the show · FAILED its decoder gave up · CLOCK the clock was set · STOPPED the wall was told to end · LOST the
    wall, or its power, was gone: the length is what is known of it.
    """

    COMPLETED = "completed"
    CUT = "cut"
    CLOSED = "closed"
    BLACKOUT = "blackout"
    TESTCARD = "testcard"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    CLOCK = "clock"
    STOPPED = "stopped"
    LOST = "lost"


class ClockQuality(Enum):
    """What the instant of a record is worth: the clock was SYNCHRONISED, nobody kept it (FREE), or it said less than is
    known to be past (WRONG)."""

    SYNCHRONISED = "synchronised"
    FREE = "free"
    WRONG = "wrong"


BLACKOUT = "blackout"
"""The `reason` of a DARK that somebody has switched on: also within the opening hours, and in place of the other DARK
outside of them."""

TESTCARD = "testcard"
"""The `reason` of a DARK in which a test card stood in the place of everything else."""


class Cause(Enum):
    """Why nothing was drawn in a GAP: the computer was off or began anew, or the wall alone."""

    POWER = "power"
    PLAYER = "player"


@dataclass(frozen=True, slots=True)
class Record:
    """One record. `offset` is how far into its item a play began and `length` how long the item is in full; `step` by
    how much a clock was set. `signed` names who signed what was shown, by their ids; nobody for local sources.

    `asset` is a SHA-256 or empty, `kind` the content's class in small letters (picture, film, page, notice, banner,
    clock). `reason` is the `Cause` of a GAP, BLACKOUT, TESTCARD or nothing of DARK, and words for people in a FAULT.
    """

    what: What
    at: Instant
    span: Span = Span(0)
    clock: ClockQuality = ClockQuality.SYNCHRONISED
    show: int = 0
    zone: str = ""
    item: str = ""
    title: str = ""
    kind: str = ""
    asset: str = ""
    playlist: str = ""
    source: str = ""
    level: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    signed: tuple[str, ...] = ()
    offset: Span = Span(0)
    length: Span = Span(0)
    ending: Ending | None = None
    step: int = 0
    reason: str = ""
    seq: int = 0

    def __post_init__(self) -> None:
        if self.span < 0:
            raise ValueError("nothing lasts less than no time")


@dataclass(frozen=True, slots=True)
class Running:
    """What is on now: `record` as it will be, but for its length; `since` by the monotonic clock."""

    record: Record
    since: Span

    def ended(self, now: Span, ending: Ending | None) -> Record:
        """Its record when it ends at `now` of the monotonic clock."""
        return replace(self.record, span=Span(max(0, now - self.since)), ending=ending)
