"""All the layers of one show: what is up, what is missing, what must be drawn again."""

from collections.abc import Callable

import pygame

from player.core.geometry import Rect
from player.core.model import Film, Level, Show, Zone
from player.core.plan import Carry, Cue, Inventory, Plan, carry_over, plan
from player.core.rundown import Timetable
from player.core.units import Instant
from player.library.blackout import Blackout
from player.media.decoder import Decoder
from player.wall.clips import FilmClip, Showing
from player.wall.easel import Easel
from player.wall.layer import Layer, Trouble
from player.wall.motion import moves
from player.wall.opening import Opener
from player.wall.steadiness import Steadiness

STRIKES = 3
"""Plays in which an item could not be shown, after which it is left out until another show comes."""


class Stage:
    """The show on the wall. `troubles` gathers what went wrong, for the log and the status. As long as there is a
    `blackout` it is dark, whatever the plan says. `open`: the lights are on, and no card of the `easel` stands before
    the show."""

    def __init__(
        self, show: Show, opener: Callable[[Show, Timetable], Opener], slate: Callable[[Zone], Showing | None]
    ):
        self.show = show
        self.has_sound = _has_sound(show)
        self.timetable = Timetable(show)
        self.troubles: list[Trouble] = []
        self.quarantined: dict[str, Trouble] = {}
        self.open = True
        self.blackout: Blackout | None = None
        self.easel = Easel()
        self._make_opener = opener
        self._opener = opener(show, self.timetable)
        self._slate = slate
        self._strikes: dict[str, int] = {}
        self._benched: dict[str, Instant] = {}
        self._carry: tuple[Carry, ...] = ()
        self._missing: frozenset[str] = frozenset()
        self._planned: Instant | None = None
        """When the plan was made; None: it is another show's."""
        self.layers = [self._layer(zone) for zone in show.zones]
        self.plan: Plan | None = None
        self._dark = False

    def _layer(self, zone: Zone) -> Layer:
        return Layer(zone, self._open_clip, self.show.fps)

    def _open_clip(self, zone: Zone, cue: Cue, now: Instant) -> Showing:
        return self._opener(zone, cue, now)

    def adopt(self, show: Show, now: Instant, timetable: Timetable | None = None) -> None:
        """Play another show; what is on the screen plays on if it is still part of it. `timetable` is that show's, if
        it has been worked out already."""
        timetable = timetable or Timetable(show)
        if self.blackout or self.easel.shown:
            self._carry = ()
        elif self.plan is not None:
            self._carry = carry_over(self.timetable, timetable, self.plan, Inventory(), now)
        kept = {layer.zone: layer for layer in self.layers}
        if (show.canvas, show.fps) != (self.show.canvas, self.show.fps):
            kept = {}
        self.show, self.timetable, self.has_sound = show, timetable, _has_sound(show)
        self._opener = self._make_opener(show, timetable)
        old, self.layers = self.layers, [kept.get(zone) or self._layer(zone) for zone in show.zones]
        for layer in old:
            if layer not in self.layers:
                layer.close()
        self._strikes, self._benched, self.quarantined = {}, {}, {}
        self._planned = None
        self._dark = False

    def tick(self, now: Instant, news: bool = True) -> list[Rect]:
        """Bring the layers to `now`; the rectangles of the canvas that must be drawn again, smallest first. `news`: a
        decoder may have said something."""
        made = self._made(now)
        card = self.easel.step(now) if not self.blackout else None
        if card is not None:
            self._lights_out()
            return card
        if self.blackout or not made.open:
            self._dark &= self.easel.shown is None
            self.easel.hide()
            damage = self._lights_out()
            if not self.blackout:
                self._get_ready(made, now)
            return damage
        damage = self._play(made, now, news)
        if self.easel.shown is None:
            self.open = True
            return damage
        self.open = self.easel.gives_way(now, self.ready())
        return [Rect(0, 0, *self.show.canvas)] if self.open else []

    def _play(self, made: Plan, now: Instant, news: bool) -> list[Rect]:
        """Bring on what the plan says; what of it must be drawn again."""
        self._dark = False
        changed = []
        for number, (layer, zone_plan) in enumerate(zip(self.layers, made.zones, strict=True)):
            shown = layer.visible
            if news or layer.hear() or not layer.rests(zone_plan, now):
                layer.update(zone_plan, self._slate, now)
            if layer.advance(now) or layer.visible != shown:
                changed.append(number)
            self._note(layer)
        return self._damage(changed) if changed else []

    def _damage(self, changed: list[int]) -> list[Rect]:
        """What can be seen of these layers: a picture under a ticker need not be drawn there."""
        parts: list[Rect] = []
        for number in reversed(changed):
            pieces = [self.layers[number].zone.rect]
            for above in self.layers[number + 1 :]:
                if above.covers(above.zone.rect):
                    pieces = [rest for piece in pieces for rest in piece.subtract(above.zone.rect)]
            parts += [piece for piece in pieces if not any(part.covers(piece) for part in parts)]
        return sorted(parts, key=_area)

    def _made(self, now: Instant) -> Plan:
        """The plan at `now`: the last one as long as nothing it rests on has changed."""
        self._benched = {item: until for item, until in self._benched.items() if until > now}
        missing = frozenset(self._benched) | frozenset(self.quarantined)
        made, since = self.plan, self._planned
        if made is None or since is None or missing != self._missing or not since <= now < made.look_again:
            made = self.plan = plan(self.timetable, Inventory(missing), now, self._carry)
            self._carry, self._missing, self._planned = made.carry, missing, now
        return made

    @property
    def level(self) -> Level | None:
        """That of the most urgent of what plays; None while the wall is black."""
        if self.easel.shown is not None and not self.blackout:
            return Level.NORMAL
        if not self.open:
            return None
        cues = [zone.current for zone in self.plan.zones] if self.plan else []
        return max((cue.playlist.level for cue in cues if cue and cue.playlist), default=Level.NORMAL)

    @property
    def benched(self) -> tuple[str, ...]:
        """The items that are passed over just now, and may be tried again."""
        return tuple(item for item in self._benched if item not in self.quarantined)

    def listen(self) -> None:
        """Take in what decoders have said, without changing what is seen."""
        for layer in self.layers:
            for showing in layer.all():
                showing.poll()
        self.easel.listen()

    def presented(self, at: Instant) -> None:
        """What the last tick chose is on the screen since `at`."""
        for layer in self.layers:
            if layer.front is not None:
                layer.front.presented(at)

    def release(self) -> None:
        """Let decoders have back what is not shown any more."""
        for layer in self.layers:
            for showing in layer.all():
                showing.release()

    def _note(self, layer: Layer) -> None:
        for trouble in layer.troubles:
            self.troubles.append(trouble)
            self._benched[trouble.item_id] = trouble.until
            self._strikes[trouble.item_id] = self._strikes.get(trouble.item_id, 0) + 1
            if self._strikes[trouble.item_id] >= STRIKES:
                self.quarantined[trouble.item_id] = trouble
        layer.troubles.clear()

    def _lights_out(self) -> list[Rect]:
        """Outside the opening hours, in a blackout and behind a card nothing of the show is seen and nothing decodes;
        outside the hours alone, what opens the day is prepared shortly before it does."""
        self.open = False
        barred = self.blackout is not None or self.easel.shown is not None
        if self._dark and not (barred and any(layer.all() for layer in self.layers)):
            return []
        damage = [] if self._dark else [Rect(0, 0, *self.show.canvas)]
        self._dark = True
        for layer in self.layers:
            layer.close()
        self.layers = [self._layer(zone) for zone in self.show.zones]
        return damage

    def _get_ready(self, made: Plan, now: Instant) -> None:
        """Have what opens the day prepared, so that it is there in the first frame of the day."""
        for layer, zone_plan in zip(self.layers, made.zones, strict=True):
            layer.get_ready(zone_plan, self._slate, now)

    def next_look(self, now: Instant) -> Instant:
        """When there is something to do next, news from decoders apart."""
        if self.plan is None:
            return now
        looks = [self.plan.look_again]
        if (look := self.easel.next_look(now)) is not None:
            looks.append(look)
        if not self.blackout and not (self._dark and self.easel.shown is not None):
            for layer, zone_plan in zip(self.layers, self.plan.zones, strict=True):
                look = layer.next_look(zone_plan, now)
                if look is not None:
                    looks.append(look)
        if not self._dark and self.plan.open and (any(layer.troubles for layer in self.layers) or self._stale()):
            looks.append(now)
        return Instant(min(looks))

    def _stale(self) -> bool:
        """Whether an item was benched after the plan was made."""
        assert self.plan is not None
        return any(
            zone.current is not None and zone.current.item is not None and zone.current.item.id in self._benched
            for zone in self.plan.zones
        )

    def has_failed(self, item_id: str) -> bool:
        """Whether an item could not be shown and others stand in for it."""
        return item_id in self._benched or item_id in self.quarantined

    def sockets(self) -> list[Decoder]:
        return [decoder for layer in self.layers for decoder in layer.sockets()] + self.easel.sockets()

    def paint(self, target: pygame.Surface, damage: list[Rect], now: Instant) -> None:
        """Draw the damaged rectangles, bottom layer first, beginning with the topmost that hides all below it."""
        if self.easel.shown is not None:
            self.easel.paint(target, damage)
            return
        if not self.open:
            target.fill((0, 0, 0))
            return
        for rect in damage:
            target.set_clip(pygame.Rect(rect))
            first = self._lowest_seen(rect)
            if first is None:
                target.fill((0, 0, 0))
            for layer in self.layers[first or 0 :]:
                if layer.visible and layer.area.colliderect(pygame.Rect(rect)):
                    target.set_clip(layer.area.clip(pygame.Rect(rect)))
                    layer.paint(target, now)
        target.set_clip(None)

    def _lowest_seen(self, rect: Rect) -> int | None:
        for number in range(len(self.layers) - 1, -1, -1):
            if self.layers[number].covers(rect):
                return number
        return None

    def ready(self) -> bool:
        """Whether every zone shows what the plan says: what a snapshot waits for."""
        if self.plan is None or not self.plan.open or self.blackout:
            return self.plan is not None
        return all(layer.shows(zone_plan) for layer, zone_plan in zip(self.layers, self.plan.zones, strict=True))

    @property
    def figures(self) -> Steadiness:
        """How evenly films have come up so far."""
        return self._opener.figures

    def films(self) -> dict[FilmClip, Level | None]:
        """The films that are on, and at which level each plays; None: it is hidden by others, and not to be heard."""
        found: dict[FilmClip, Level | None] = {}
        for number, layer in enumerate(self.layers if self.open else []):
            if isinstance(layer.front, FilmClip):
                found[layer.front] = layer.level if self._damage([number]) else None
        return found

    @property
    def idle(self) -> bool:
        """Whether the lights are out, and nothing is being prepared for when they go on."""
        return not self.open and not any(layer.all() for layer in self.layers)

    @property
    def restless(self) -> bool:
        """Whether there is something on it, or on its way, that is to be looked after more than once a second."""
        cards = self.easel.wanted is not None or self.easel.shown is not None
        return cards or any(isinstance(layer.front, FilmClip) for layer in self.layers)

    @property
    def mute(self) -> bool:
        """Whether nothing is to be heard in the next seconds either."""
        return not self.has_sound or self.idle

    @property
    def silenced(self) -> bool:
        """Whether sound is to stop at once, not with the next item."""
        return self.blackout is not None or self.easel.shown is not None

    def content_shown(self) -> bool:
        """Whether some zone shows an item of the show, or black because the lights are out, or a card."""
        return not self.open or any(layer.shows_item for layer in self.layers)

    @property
    def lit(self) -> bool:
        """Whether something is to be seen, be it the slate or a card, or lights are out."""
        return not self.open or any(layer.front is not None and layer.front.ready for layer in self.layers)

    @property
    def retries(self) -> int:
        """How often an item had to be opened again, or given up."""
        return sum(layer.retries for layer in self.layers)

    def moving(self, now: Instant) -> bool:
        """Whether something in sight is to move; nothing does while the wall is black."""
        if self.easel.shown is not None:
            return self.easel.moves
        if self.plan is None or not self.open:
            return False
        zones = enumerate(zip(self.layers, self.plan.zones, strict=True))
        return any(moves(layer, zone_plan, now) and self._damage([number]) for number, (layer, zone_plan) in zones)

    def close(self) -> None:
        self.easel.close()
        for layer in self.layers:
            layer.close()


def _has_sound(show: Show) -> bool:
    contents = (item.content for playlist in show.playlists for item in playlist.items)
    return any(isinstance(content, Film) and content.volume > 0 for content in contents)


def _area(rect: Rect) -> int:
    return rect.width * rect.height
