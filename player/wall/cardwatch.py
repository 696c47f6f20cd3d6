"""Follows what is asked for in the way of test cards, and has the stage show it for as long as that is meant."""

import logging
from dataclasses import dataclass

from player.config.language import _
from player.core.mapping import Face, screens_of
from player.core.model import Show
from player.core.testcards import Card
from player.core.units import Instant, Span
from player.library.testcard import Mark, Request, Requests
from player.library.wallsettings import WallSettings
from player.media.jobs import CardCanvas, CardSheet
from player.media.nursery import Nursery
from player.wall.cards import CardClip, sheet_of
from player.wall.clips import State
from player.wall.easel import Easel
from player.wall.screen import Screen

log = logging.getLogger(__name__)

TRIES = 3
"""How often a card is begun that cannot be drawn."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a card tells of."""

    show: Show
    settings: WallSettings
    screen: Screen

    def sheet(self, card: Card) -> CardSheet:
        """A card as it is to be drawn now."""
        screen, settings = self.screen, self.settings
        gate = settings.title or settings.gate or self.show.gate
        output = self._output(screens_of(screen.mapping)[0])
        canvases = (CardCanvas(face.name, face.rect, self._output(self._screen(face))) for face in settings.faces)
        return sheet_of(card, gate, output, self.show.fps, self.show.zones, screen.mapping, canvases)

    def _screen(self, face: Face) -> int:
        """The first output that a canvas is on."""
        found = (patch.screen for patch in self.screen.mapping if face.rect.covers(patch.source))
        return next(found, 1)

    def _output(self, number: int) -> str:
        size = self.screen.sizes.get(number)
        if size is None:
            return ""
        which = f" {number}" if len(self.screen.sizes) > 1 or number > 1 else ""
        return f"{self.screen.output}{which} {size.width} × {size.height}"


class CardWatch:
    """Looks at requests for the wall. What lies there when the wall starts was asked of another one. How long a card
    stays is measured by the monotonic clock: a wall clock that is set must not leave it there for years."""

    def __init__(self, requests: Requests, nursery: Nursery) -> None:
        self._requests, self._nursery = requests, nursery
        self._done: Mark | None = requests.mark()
        """The request that is not followed any more."""
        self._mark: Mark | None = None
        self._request: Request | None = None
        self._ends = Span(0)
        self._tries = 0
        self._told: Request | None = None

    def look(self, easel: Easel, setting: Setting, now: Instant, clock: Span) -> bool:
        """Have the easel follow; whether what is seen is another card by that, or none any more."""
        request = self._asked(now, clock)
        if request is None:
            easel.want(None)
        else:
            self._provide(easel, setting, request.card)
        seen = request if easel.shown is not None else None
        before, self._told = self._told, seen
        if before == seen:
            return False
        said = _("a test card is on the wall: {card}") if seen else _("the test card has ended")
        log.info(said.format(card=seen.card.value if seen else ""))
        return True

    def values(self, easel: Easel, now: Instant, clock: Span) -> dict[str, object] | None:
        """For the status: the card that is seen, and when it ends."""
        if self._request is None or easel.shown is None or easel.wanted is None:
            return None
        return Request(easel.shown.sheet.card, Instant(now + self._ends - clock), self._request.by).values()

    def _asked(self, now: Instant, clock: Span) -> Request | None:
        """What is to be on the wall; None for nothing."""
        found = self._requests.look(now)
        if found is not None and found[0] not in (self._mark, self._done):
            self._mark, self._request = found
            self._ends, self._tries = Span(clock + self._request.until - now), 0
        elif self._request is not None and (found is None or clock >= self._ends or self._tries >= TRIES):
            self._done, self._request = self._mark, None
        return self._request

    def _provide(self, easel: Easel, setting: Setting, card: Card) -> None:
        """A clip of the card as it is to be drawn now, unless there is one."""
        wanted = setting.sheet(card), setting.show.canvas, setting.settings.language
        clip = easel.wanted
        if clip is not None and (clip.sheet, clip.job.size, clip.job.language) == wanted:
            if clip.ready or clip.state is not State.FAILED:
                return
            self._tries += not clip.unborn
            log.error("the test card cannot be drawn: %s", clip.reason)
        easel.want(CardClip(self._nursery, *wanted))
