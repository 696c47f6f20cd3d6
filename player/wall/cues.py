"""Questions about cues, and about what is on the wall when one comes."""

from player.core.model import Change, Clock, Film
from player.core.plan import Cue
from player.core.units import Instant
from player.wall.clips import Showing, State, StillClip


def begin_of(cue: Cue) -> Instant:
    """When the item begins, virtually: before the cue where the cue joins it in its middle."""
    return Instant(cue.start - cue.offset)


def in_transition(cue: Cue, now: Instant) -> bool:
    """Whether `cue` is in its transition."""
    assert cue.item is not None
    change = cue.item.transition
    return cue.offset == 0 and change.change is not Change.CUT and now < cue.start + change.span


def same_play(one: Cue, other: Cue) -> bool:
    """Whether two cues are of one play: the same item with the same beginning."""
    return (
        one.item is not None
        and other.item is not None
        and one.item.id == other.item.id
        and begin_of(one) == begin_of(other)
    )


def has_failed(showing: Showing | None) -> bool:
    """Whether there is nothing on, or what is on will show nothing new."""
    return showing is None or showing.state is State.FAILED


def lasts_into(showing: Showing | None, cue: Cue) -> bool:
    """Whether a still picture that is on is also what `cue` wants."""
    assert cue.item is not None
    return (
        isinstance(showing, StillClip)
        and showing.state is State.READY
        and showing.item_id == cue.item.id
        and not isinstance(cue.item.content, Clock | Film)
    )
