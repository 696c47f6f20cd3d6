"""What stands before the whole show when somebody has asked for a test card.

A card comes up once it is drawn: until then the wall stays as it is. When its time is over it stays, standing still,
until the show behind it can be seen, so that nothing black comes between.
"""

import pygame

from player.core.geometry import Rect
from player.core.units import Instant, seconds
from player.media.decoder import Decoder
from player.wall.cards import CardClip

LONGEST_WAIT = seconds(10)
"""How long a card whose time is over may stand in for a show that does not come."""


class Easel:
    """`wanted` is the card that is asked for; `shown` the one that is seen."""

    def __init__(self) -> None:
        self.wanted: CardClip | None = None
        self.shown: CardClip | None = None
        self._over: Instant | None = None

    def want(self, card: CardClip | None) -> None:
        """From now on this is the card that is asked for; None: the show is."""
        before, self.wanted = self.wanted, card
        if before is not None and before is not card and before is not self.shown:
            before.close()

    def step(self, now: Instant) -> list[Rect] | None:
        """Bring the card that is asked for to `now`; what must be drawn, None where no card is due."""
        self.listen()
        card, shown = self.wanted, self.shown
        if card is None or not (card.ready or shown):
            return None
        self._over = None
        if card is shown or not card.ready:
            # One that is still to be drawn leaves the one before it where it is.
            assert shown is not None
            return shown.step(now)
        card.step(now)
        self._drop()
        self.shown = card
        return [Rect(0, 0, *card.job.size)]

    def listen(self) -> None:
        """Take in what the decoder has said."""
        if self.wanted is not None:
            self.wanted.poll()

    def gives_way(self, now: Instant, ready: bool) -> bool:
        """Whether the card whose time is over makes room for the show, which is `ready` or not."""
        if self._over is None or now < self._over:
            self._over = now
        if ready or now - self._over > LONGEST_WAIT:
            self.hide()
            return True
        return False

    def hide(self) -> None:
        """Nothing stands before the show."""
        self._drop()
        self._over = None

    def next_look(self, now: Instant) -> Instant | None:
        """When the card changes next, or must give way at the latest."""
        if self.shown is None:
            return None
        if self._over is not None:
            return Instant(self._over + LONGEST_WAIT + 1)
        return self.shown.deadline(now)

    @property
    def moves(self) -> bool:
        """Whether what is seen of it is another picture in each frame."""
        return self.shown is not None and self._over is None and self.shown.sheet.card.moves

    def paint(self, target: pygame.Surface, damage: list[Rect]) -> None:
        assert self.shown is not None
        self.shown.paint_parts(target, damage)

    def sockets(self) -> list[Decoder]:
        return self.wanted.sockets() if self.wanted is not None else []

    def _drop(self) -> None:
        if self.shown is not None and self.shown is not self.wanted:
            self.shown.close()
        self.shown = None

    def close(self) -> None:
        for card in (self.shown, self.wanted):
            if card is not None:
                card.close()
