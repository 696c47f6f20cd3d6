"""One zone on the wall: what it shows, what it showed, what it will show.

The rule above all others: what is on the wall stays until there is something better. So a cue whose clip is not ready
yet leaves the old picture standing; a film whose decoder dies keeps its last picture while it is opened anew.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pygame

from player.core.geometry import Rect
from player.core.model import Banner, Direction, Level, Zone
from player.core.pacing import crawl_out, next_frame, progress
from player.core.plan import Cue, ZonePlan
from player.core.units import Instant
from player.media.decoder import Decoder
from player.wall.clips import Showing, State
from player.wall.crawl import CrawlClip
from player.wall.cues import begin_of, has_failed, in_transition, lasts_into, same_play
from player.wall.transitions import blend
from player.wall.waiting import FORGIVEN, LEAD, TRIES, Tries, Waiting


@dataclass(frozen=True, slots=True)
class Trouble:
    """An item that could not be shown in its time."""

    zone: str
    item_id: str
    title: str
    reason: str
    until: Instant


class Layer:
    """Turns the plan of one zone into clips, and clips into pixels."""

    def __init__(self, zone: Zone, open_clip: Callable[[Zone, Cue, Instant], Showing], fps: int) -> None:
        self.zone = zone
        self.area = pygame.Rect(zone.rect)
        self.troubles: list[Trouble] = []
        self.retries = 0
        self.front: Showing | None = None
        self._cue: Cue | None = None
        """The cue of `front`; None also while the slate or nothing is shown."""
        self._open, self._fps = open_clip, fps
        self._leaving: Showing | None = None
        self._leaving_end = Instant(0)
        self._pending: Waiting | None = None
        self._coming: Waiting | None = None
        self._tries: Tries | None = None
        self._previous: Cue | None = None
        self._tail: Cue | None = None
        """The banner that still leaves a zone for which nothing else is due."""
        self._plan: ZonePlan | None = None
        """The plan that was followed last."""
        self._rests_until = Instant(0)
        """Until then it wants nothing, if the plan stays and no decoder speaks."""
        self._moving = False
        self._changed = True

    @property
    def visible(self) -> bool:
        return self.front is not None or not self.zone.hide_when_empty

    @property
    def shows_item(self) -> bool:
        return self.cue is not None

    @property
    def cue(self) -> Cue | None:
        """The cue of the item that is seen; None while it is the slate, or nothing."""
        return self._cue if self.front is not None else None

    def all(self) -> list[Showing]:
        """Everything that has decoders."""
        waiting = [one.showing for one in (self._pending, self._coming) if one is not None]
        return [one for one in (self.front, self._leaving, *waiting) if one is not None]

    def sockets(self) -> list[Decoder]:
        return [decoder for showing in self.all() for decoder in showing.sockets()]

    def hear(self) -> bool:
        """Take in what has been said by decoders that are not waited for; whether `update` is to look at it."""
        return any(showing.hear() for showing in self.all())

    def update(self, plan: ZonePlan, slate: Callable[[Zone], Showing | None], now: Instant) -> None:
        """Take in news, and bring on what the plan says, as far as it is ready."""
        for showing in self.all():
            showing.poll()
        self._tail = self._leaving_banner(plan, now)
        due = self._tail or plan.current
        if due is None or due.item is None:
            self._empty(slate(self.zone))
        else:
            self._previous = None if self._tail else plan.previous
            self._settle(due, now)
        self._prepare(plan, now)
        self._plan, self._rests_until = plan, self._rest(plan, now)

    def get_ready(self, plan: ZonePlan, slate: Callable[[Zone], Showing | None], now: Instant) -> None:
        """Prepare what the plan says to come, while nothing is shown."""
        for showing in self.all():
            showing.poll()
        self._prepare(plan, now)
        if plan.next is not None and plan.next.item is None and plan.next.start - LEAD <= now:
            slate(self.zone)

    def rests(self, plan: ZonePlan, now: Instant) -> bool:
        """Whether `update` would find nothing to do, as long as no decoder has spoken."""
        broken = self.front is not None and self.front.state is State.FAILED
        return plan is self._plan and now < self._rests_until and not broken

    def _rest(self, plan: ZonePlan, now: Instant) -> Instant:
        """Until when what is on needs no attention; `now` when it does."""
        if (
            self._pending
            or self._leaving
            or self._tail
            or not self.shows(plan)
            or (self.front is None and self.visible)
        ):
            return now
        if self._coming is not None and self._coming.showing.unborn:
            return Instant(min(plan.until, self._coming.limit))
        if plan.next is None or self._coming is not None or now >= plan.next.start - LEAD:
            return plan.until
        return Instant(min(plan.until, plan.next.start - LEAD))

    def _leaving_banner(self, plan: ZonePlan, now: Instant) -> Cue | None:
        """The banner before a pause, as long as any of it is still to be read."""
        before = plan.previous
        if plan.current is None or plan.current.item is not None or before is None or before.item is None:
            return None
        banner = before.item.content
        if not isinstance(banner, Banner) or before.end != plan.current.start:
            return None
        size = self.zone.rect.size
        extent = size.height if banner.direction is Direction.UP else size.width
        return before if now < crawl_out(before.end, extent, banner.step, self._fps) else None

    def _empty(self, slate: Showing | None) -> None:
        """Nothing is due: the slate, or nothing at all."""
        self._drop_pending()
        self._cue = None
        if self.front is not slate and (slate is None or slate.ready):
            self._swap(slate)

    def _settle(self, cue: Cue, now: Instant) -> None:
        if self._cue is not None and same_play(self._cue, cue) and not has_failed(self.front):
            self._cue = cue
            return
        if self._follow(cue):
            return
        if self._pending is None or not same_play(self._pending.cue, cue):
            self._drop_pending()
            if self._cue is not None and same_play(self._cue, cue) and self.front is not None:
                self._give_up(cue, self.front, now)
                return
            self._pending = self._claim(cue, now)
        if self._pending.is_to_be_tried_again(now):
            self._pending = self._begin_opening(cue, now, now)
        showing = self._pending.showing
        if showing.unborn:
            return
        if showing.state is not State.FAILED and not showing.ready:
            showing.advance(now)
        if showing.ready and showing.state is not State.FAILED:
            self._pending = None
            self._bring_on(cue, showing, now)
        elif showing.state is State.FAILED or self._pending.overdue(now):
            self._give_up(cue, showing, now)

    def _follow(self, cue: Cue) -> bool:
        """Let what is on go on where it can serve the next cue too: the same still picture, or a crawl."""
        assert cue.item is not None
        if isinstance(self.front, CrawlClip) and self.front.takes(cue.item):
            if self.front.state is State.FAILED:
                return False
            self.front.follow(cue)
        elif lasts_into(self.front, cue):
            assert self.front is not None
            self.front.begin = begin_of(cue)
        else:
            return False
        self._drop_pending()
        self._cue = cue
        return True

    def _claim(self, cue: Cue, now: Instant) -> Waiting:
        """The clip prepared for `cue`, or a new one."""
        prepared = self._coming
        if prepared is not None and same_play(prepared.cue, cue) and prepared.serves:
            self._coming = None
            prepared.due(now)
            return prepared
        return self._begin_opening(cue, now, now)

    def _begin_opening(self, cue: Cue, first: Instant, now: Instant) -> Waiting:
        """Open `cue` so that it can be shown from `first`."""
        return Waiting.begun(cue, self._open(self.zone, cue, first), now)

    def _bring_on(self, cue: Cue, showing: Showing, now: Instant) -> None:
        before = self.front
        resumed = self._cue is not None and same_play(self._cue, cue)
        self._drop_leaving()
        if resumed or not in_transition(cue, now):
            if before is not None:
                before.close()
        elif before is not None:
            self._leaving = before
        elif self._previous is not None and self._previous.item is not None:
            # Begun in the middle of a transition: what it leads from was never on this wall.
            self._leaving = self._open(self.zone, self._previous, Instant(cue.start - 1))
        self._leaving_end = Instant(cue.start - 1)
        self.front, self._cue, self._changed = showing, cue, True

    def _give_up(self, cue: Cue, showing: Showing, now: Instant) -> None:
        """`showing` has failed. Open it once more; then let others stand in for it until its time is over."""
        assert cue.item is not None
        again = self._tries is not None and same_play(self._tries.cue, cue) and now - self._tries.at < FORGIVEN
        tries = self._tries.failures + 1 if self._tries is not None and again else 1
        self._tries = Tries(cue, tries, now)
        self._drop_pending()
        self.retries += 1
        if showing.deliberate or tries >= TRIES:
            reason = showing.reason or "the decoder was too slow"
            self.troubles.append(Trouble(self.zone.name, cue.item.id, cue.item.title, reason, cue.end))
        else:
            self._pending = self._begin_opening(cue, now, now)

    def _prepare(self, plan: ZonePlan, now: Instant) -> None:
        cue = plan.next
        if self._coming is not None and (
            cue is None or not same_play(self._coming.cue, cue) or self._coming.is_to_be_tried_again(now)
        ):
            self._coming.showing.close()
            self._coming = None
        if cue is None or cue.item is None or self._coming is not None or now < cue.start - LEAD:
            return
        if (
            self._pending is not None
            or (self._cue is not None and same_play(self._cue, cue))
            or lasts_into(self.front, cue)
        ):
            return
        if isinstance(self.front, CrawlClip) and self.front.takes(cue.item):
            self.front.prepare(cue.item)
        else:
            self._coming = self._begin_opening(cue, cue.start, now)

    def next_look(self, plan: ZonePlan, now: Instant) -> Instant | None:
        """When this layer next has something to do that no decoder will announce."""
        looks = []
        if self._moving:
            looks.append(next_frame(now, self._fps))
        elif self.front is not None and (deadline := self.front.deadline(now)) is not None:
            looks.append(deadline)
        if self._pending is not None:
            looks.append(Instant(self._pending.limit + 1))
        if self._coming is not None and self._coming.showing.unborn:
            looks.append(Instant(self._coming.limit + 1))
        if plan.next is not None and self._coming is None and now < plan.next.start - LEAD:
            looks.append(Instant(plan.next.start - LEAD))
        return min(looks, default=None)

    def advance(self, now: Instant) -> bool:
        """Choose what is seen at `now`; whether the zone must be drawn."""
        changed, self._changed = self._changed or self._moving, False
        self._moving = self._leaving is not None and self._progress(now) < 1
        if not self._moving:
            self._drop_leaving()
        if self._leaving is not None:
            self._leaving.advance(Instant(min(now, self._leaving_end)))
        if self.front is not None:
            changed |= self.front.advance(now)
        return changed or self._moving

    def _progress(self, now: Instant) -> float:
        if self._cue is None or self._cue.item is None:
            return 1.0
        return progress(now, begin_of(self._cue), self._cue.item.transition.span)

    def shows(self, plan: ZonePlan) -> bool:
        """Whether what the plan says is what is seen."""
        due = self._tail or plan.current
        if due is None or due.item is None:
            return self._cue is None and (self.front is None or self.front.ready)
        ready = self.front is not None and self.front.ready and (self._leaving is None or self._leaving.ready)
        return ready and self._cue is not None and same_play(self._cue, due)

    def covers(self, rect: Rect) -> bool:
        """Whether this layer hides everything below it in `rect`."""
        hides = self.visible if self.front is None else self.front.hides
        return hides and self.area.contains(pygame.Rect(rect))

    def paint(self, target: pygame.Surface, now: Instant) -> None:
        """Draw the zone into the target, within the target's clip."""
        if self.front is None:
            target.fill(pygame.Color(self.zone.ground), self.area)
        elif self._leaving is not None and self._leaving.ready and self._cue is not None and self._cue.item is not None:
            change = self._cue.item.transition.change
            blend(change, self._progress(now), self._leaving, self.front, target, self.area)
        else:
            self.front.paint(target, self.area.topleft)

    @property
    def level(self) -> Level:
        """Of the item that is seen."""
        playlist = self._cue.playlist if self._cue is not None else None
        return playlist.level if playlist is not None else Level.NORMAL

    def _swap(self, showing: Showing | None) -> None:
        if self.front is not None:
            self.front.close()
        self._drop_leaving()
        self.front, self._changed = showing, True

    def _drop_leaving(self) -> None:
        if self._leaving is not None:
            self._leaving.close()
        self._leaving = None

    def _drop_pending(self) -> None:
        if self._pending is not None:
            self._pending.showing.close()
        self._pending = None

    def close(self) -> None:
        for showing in self.all():
            showing.close()
