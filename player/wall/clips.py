"""One play of one item: its decoder, and the picture of it at an instant.

A clip begins OPENING, is READY once it has a picture, and FAILED when its decoder says so, dies or stalls. A failed
clip keeps its last picture, for the wall holds it until there is a better one.
"""

import logging
from abc import ABC, abstractmethod
from collections import deque
from enum import Enum
from typing import NamedTuple

import pygame

from player.core.cadence import Cadence
from player.core.pacing import frame_index, frame_instant
from player.core.units import Instant, Span
from player.media.channel import Message
from player.media.decoder import Decoder
from player.media.effort import Effort
from player.media.jobs import Job
from player.media.sharing import AHEAD
from player.wall.hunger import Hunger
from player.wall.pixels import draw_opaque, surface_of
from player.wall.steadiness import Observer, Steadiness

log = logging.getLogger(__name__)


class State(Enum):
    OPENING = "opening"
    READY = "ready"
    FAILED = "failed"


class Showing(ABC):
    """What a layer can show. `begin` is the instant at which the item (virtually) begins."""

    def __init__(self, item_id: str, begin: Instant) -> None:
        self.item_id = item_id
        self.begin = begin
        self.state = State.OPENING
        self.reason = ""
        self.deliberate = False
        """Whether the decoder itself refused the file, so that another try is of no use."""
        self.steadiness: Steadiness | None = None
        """How evenly this play of it comes up, for what moves."""

    @property
    @abstractmethod
    def ready(self) -> bool:
        """Whether there is a picture; a failed one may still have its last."""

    @property
    def unborn(self) -> bool:
        """Whether no decoder could be started for it, through no fault of its own."""
        return False

    @property
    def hides(self) -> bool:
        """Whether nothing below can be seen through it."""
        return True

    @abstractmethod
    def sockets(self) -> list[Decoder]:
        """What to wait on for news."""

    @abstractmethod
    def effort(self) -> Effort | None:
        """What the decoder has done so far; None when it is gone."""

    @abstractmethod
    def poll(self) -> None:
        """Take in what the decoders have said."""

    def hear(self) -> bool:
        """Take in what decoders have said that `sockets` leaves out; whether it is news, not just pictures."""
        return False

    @abstractmethod
    def advance(self, now: Instant) -> bool:
        """Choose the picture for `now`; whether it is another than before."""

    def release(self) -> None:  # noqa: B027 - most have nothing to give back
        """Give back what is not shown any more.

        Called when the frame is on the screen: a decoder that gets room to work may take the processor from the wall.
        """

    def presented(self, at: Instant) -> None:  # noqa: B027 - what stands still has nothing to note
        """What was chosen last is on the screen since `at`."""

    def deadline(self, now: Instant) -> Instant | None:
        """When the picture changes by itself next."""
        del now
        return None

    @abstractmethod
    def paint(self, target: pygame.Surface, origin: tuple[int, int]) -> None:
        """Draw the chosen picture with its top left at `origin`, within the target's clip."""

    @abstractmethod
    def close(self) -> None:
        """End the decoders; the last picture stays."""


class Clip(Showing):
    """What has one decoder."""

    def __init__(self, decoder: Decoder, job: Job, item_id: str, begin: Instant) -> None:
        super().__init__(item_id, begin)
        self.job = job
        self.decoder = decoder
        self.picture: pygame.Surface | None = None
        self.overlay: tuple[pygame.Surface, int] | None = None

    @property
    def ready(self) -> bool:
        return self.picture is not None

    @property
    def unborn(self) -> bool:
        return self.decoder.unborn

    def sockets(self) -> list[Decoder]:
        return [] if self.decoder.gone else [self.decoder]

    def effort(self) -> Effort | None:
        return self.decoder.effort()

    def poll(self) -> None:
        for message in self.decoder.messages():
            if message[0] == "failed":
                self.deliberate = True
                self.fail(" ".join(map(str, message[1:])))
            elif message[0] == "crashed":
                log.error("a decoder crashed over %s: %s", self.job.path or "a text", " ".join(map(str, message[1:])))
                self.decoder.close()
            else:
                self.take(message)
        if self.decoder.gone and self.state is not State.FAILED:
            self.bereaved()

    @abstractmethod
    def take(self, message: Message) -> None:
        """One message of the decoder. Whatever it says, nothing is raised: a file may have taken it over."""

    def bereaved(self) -> None:
        """The decoder is gone."""
        self.fail("the decoder died")

    def fail(self, reason: str) -> None:
        self.state, self.reason = State.FAILED, reason
        self.decoder.close()

    def paint(self, target: pygame.Surface, origin: tuple[int, int]) -> None:
        if self.picture is not None:
            self.draw(self.picture, target, origin)
        if self.overlay is not None:
            surface, top = self.overlay
            target.blit(surface, (origin[0], origin[1] + top))

    def draw(self, picture: pygame.Surface, target: pygame.Surface, origin: tuple[int, int]) -> None:
        """Draw the picture itself."""
        target.blit(picture, origin)

    def close(self) -> None:
        self.decoder.close()


class StillClip(Clip):
    """A picture, page, notice or clock: one picture, then the decoder leaves."""

    opaque = True
    _fresh = False

    @property
    def hides(self) -> bool:
        return self.opaque

    def take(self, message: Message) -> None:
        if message[0] == "still" and not self.ready:
            self.opaque = message[1:] == [True]
            self.picture = surface_of(self.decoder.memory.slot(0), self.job.size, self.opaque)
            self.state = State.READY
            self._fresh = True
            self.decoder.close()

    def bereaved(self) -> None:
        if not self.ready:
            super().bereaved()

    def advance(self, now: Instant) -> bool:
        del now
        fresh, self._fresh = self._fresh, False
        return fresh


class _Due(NamedTuple):
    """A picture in `slot`, which comes up in output frame `frame`."""

    frame: int
    slot: int


class FilmClip(Clip):
    """Pictures that come in order, each with its time; the latest that is due is shown, earlier ones are given back.

    `figures` are what it adds to, besides its own.
    """

    def __init__(self, decoder: Decoder, job: Job, item_id: str, begin: Instant, fps: int, figures: Steadiness) -> None:
        super().__init__(decoder, job, item_id, begin)
        self.steadiness = Steadiness()
        self._observer = Observer(fps, (self.steadiness, figures))
        self._cadence = Cadence.of(begin, fps)
        self._queue: deque[_Due] = deque()
        self._surfaces: dict[int, pygame.Surface] = {}
        self._held: int | None = None
        self._shown = 0
        """The slot of `picture`."""
        self._spent: list[int] = []
        """Slots that the decoder may have again."""
        self._kept = list(range(AHEAD, decoder.layout.slots))
        """Those that it may have as well once the film is on."""
        self._hunger = Hunger(decoder.effort)
        self.sound_end = 0
        """Samples up to here (counted from the item's beginning) lie in the ring."""
        self.sound_start: int | None = None

    def take(self, message: Message) -> None:
        match message:
            case ["frame", int(slot), int(at)] if self._lent(slot):
                self._queue.append(_Due(self._cadence.frame_of(Span(at)), slot))
                self.state = State.READY
                if self.picture is None:
                    self._show(slot)
            case ["overlay", int(slot), int(top), int(height)] if (
                slot in self._kept and top >= 0 and 0 < height <= self.job.size.height - top
            ):
                pixels = self.decoder.memory.slot(slot)[: self.job.size.width * height * 4]
                self.overlay = surface_of(pixels, (self.job.size.width, height), opaque=False), top
                self._kept = [kept for kept in self._kept if kept != slot]
            case ["sound", int(position), int(count)] if 0 <= count <= self.decoder.layout.ring:
                self.sound_start = position if self.sound_start is None else self.sound_start
                self.sound_end = position + count
            case _:
                self.fail("the decoder says what makes no sense")

    def _lent(self, slot: int) -> bool:
        """Whether the decoder may draw in this slot."""
        ours = (self._held, *self._kept, *self._spent, *(due.slot for due in self._queue))
        return 0 <= slot < self.decoder.layout.slots and slot not in ours

    def sockets(self) -> list[Decoder]:
        """None while there are pictures in hand: what comes then has time until the next of them is due."""
        return [] if self._queue else super().sockets()

    def hear(self) -> bool:
        state = self.state
        self.poll()
        return self.state is not state

    def _show(self, slot: int) -> None:
        if slot not in self._surfaces:
            self._surfaces[slot] = surface_of(self.decoder.memory.slot(slot), self.job.size, opaque=True)
        self.picture, self._shown = self._surfaces[slot], slot

    def advance(self, now: Instant) -> bool:
        frame = frame_index(now, self._cadence.fps)
        due: _Due | None = None
        while self._queue and self._queue[0].frame <= frame:
            if due is not None:
                self._spent.append(due.slot)
            due = self._queue.popleft()
            self._observer.take(due.frame, frame)
        if self.state is not State.READY or due is not None or self._queue:
            self._hunger.fed()
        elif self._hunger.hopeless(now):
            self.fail("the decoder stalled")
        if due is None:
            return False
        self._spent += self._kept
        self._kept = []
        if self._held is not None:
            self._spent.append(self._held)
        self._held = due.slot
        self._show(due.slot)
        return True

    def draw(self, picture: pygame.Surface, target: pygame.Surface, origin: tuple[int, int]) -> None:
        draw_opaque(self.decoder.memory.slot(self._shown), picture, target, origin)

    def presented(self, at: Instant) -> None:
        self._observer.presented(at)

    def release(self) -> None:
        for slot in self._spent:
            self.decoder.tell("free", slot)
        self._spent.clear()

    def deadline(self, now: Instant) -> Instant | None:
        if self._queue:
            return Instant(max(frame_instant(self._queue[0].frame, self._cadence.fps), now))
        return self._hunger.deadline(now) if self.state is State.READY else None

    def samples(self, position: int, count: int) -> bytes | None:
        """`count` sound frames from `position` if they lie in the ring, else None."""
        oldest = self.sound_end - self.decoder.layout.ring
        if self.sound_start is None or position < max(self.sound_start, oldest) or position + count > self.sound_end:
            return None
        return self.decoder.memory.read_sound(position, count)

    def heard(self, position: int) -> None:
        """Samples before `position` are done with."""
        self.decoder.tell("heard", position)
