"""The wall's one loop: read the clock once, bring the stage to that instant, present, sleep until the next deadline."""

import logging
import select
import time
from collections.abc import Callable
from dataclasses import dataclass

from player.config.language import _, use
from player.core.geometry import Rect, Size
from player.core.pacing import frame_index, frame_instant, next_frame
from player.core.units import SECOND, Instant, Span, iso, seconds
from player.library.shows import ShowStore, StoredShow
from player.library.wallsettings import WallSettings
from player.wall.cardwatch import CardWatch, Setting
from player.wall.dimmer import Dimmer
from player.wall.display import Display
from player.wall.heartbeat import Heartbeat
from player.wall.incoming import Arrival, Incoming
from player.wall.interruptions import Interruptions
from player.wall.report import describe, headline
from player.wall.screen import warn_of_refresh
from player.wall.scribe import Scribe
from player.wall.sound import Speaker
from player.wall.stage import Stage
from player.wall.tally import Tally
from player.wall.volume import Volume
from player.wall.witness import Witness

log = logging.getLogger(__name__)

LOOK = seconds(0.25)
"""How often the wall looks whether there is a blackout or other settings; for another show, at each frame."""

REST = seconds(0.75)
"""How often the stage is looked after where nothing on it is due: what it waits for announces itself, but for a child
that was seen to be dead in passing."""

STATUS = seconds(1)
"""How often the status is written, counted in looks."""

RESERVE = seconds(0.003)
"""How long before an output frame that will differ the wall stops reading another show."""

SHARE_AT_LEAST, SHARE_AT_REST = seconds(0.001), seconds(0.02)
"""How long it reads on in one go where frames leave no time, and where nothing moves."""


def read_clock() -> Instant:
    """The wall clock, in microseconds."""
    return Instant(time.time_ns() // 1000)


def read_monotonic() -> Span:
    """The clock that nobody sets, in microseconds."""
    return Span(time.monotonic_ns() // 1000)


@dataclass
class Parts:
    """What the loop works with.

    `make_scribe` and `make_speaker` are called once there is a picture, for they take time; `new_settings` gives the
    settings when they have changed.
    """

    store: ShowStore
    stage: Stage
    display: Display
    stored: StoredShow | None
    settings: WallSettings
    new_settings: Callable[[], WallSettings | None]
    make_scribe: Callable[[Size], Scribe]
    make_speaker: Callable[[Volume], Speaker]
    witness: Witness
    dimmer: Dimmer
    cards: CardWatch
    heartbeat: Heartbeat


class Wall:
    """Plays until told to leave."""

    def __init__(self, parts: Parts, interruptions: Interruptions) -> None:
        self._parts = parts
        self._stop = interruptions
        self._tally = Tally()
        self._incoming = Incoming(parts.store, parts.stored, read_clock)
        self._arrival: Arrival | None = None
        """A show that is to be adopted after the next output frame than that of `_arrived`."""
        self._arrived = Instant(0)
        self._adopted: Instant | None = None
        """When the show on the wall took the place of another."""
        self._scribe: Scribe | None = None
        self._speaker: Speaker | None = None
        self._volume = Volume(parts.settings)
        self._started = read_clock()
        self._looked = self._ticked = self._beaten = Instant(0)
        """When the wall last looked what is new, and after the stage; which of these looks systemd knows of."""
        self._told = self._started
        self._shown = self._started
        """The instant of the output frame that is on the screen."""
        self._look = self._started
        """When the stage wants the next one, news apart."""
        self._news = False
        """Whether a decoder has said something since."""
        self._dirty = False
        self.first_content: Instant | None = None

    def play(self, until: Instant | None) -> None:
        """The loop. `until` None plays for ever."""
        while not self._stop.leave:
            now = read_clock()
            if until is not None and now >= until:
                return
            self._follow(now)
            shown = self._tick(now)
            self._take_in(shown)
            if self._looked == now:
                self._attend()
            if self._looked == now and self._beaten != self._ticked:
                self._beat()
            self._tell(now)
            if self._looked == now and self._hear_screen():
                return
            self._sleep(shown, until)

    def _hear_screen(self) -> bool:
        """See to what is told at the screen; whether somebody there asked to leave."""
        news = self._parts.display.screen.news()
        if news.sound_gone and self._speaker is not None:
            self._speaker.lost()
        return news.leave

    def _tick(self, now: Instant) -> Instant:
        """Draw the output frame that `now` lies in, if that has not been done; its instant."""
        stage, display = self._parts.stage, self._parts.display
        fps = stage.show.fps
        frame = frame_index(now, fps)
        shown = frame_instant(frame, fps)
        if self._rests(now):
            self._parts.witness.still(shown)
            return shown
        # Now and then without news too: that a child has died may have been noticed in passing.
        self._news |= self._looked == now
        if shown == self._shown:
            stage.listen()
            return shown
        self._ticked = now
        news, self._shown, self._news = self._news, shown, False
        damage = stage.tick(shown, news)
        moved = bool(damage)
        if display.redraw:
            damage, display.redraw = [Rect(0, 0, *display.screen.canvas)], False
        self._look = stage.next_look(shown)
        if damage:
            # Where parts of the screen can be shown one by one, a banner does not wait for the film behind it.
            portions = [[rect] for rect in damage] if display.screen.immediate else [damage]
            for number, portion in enumerate(portions):
                stage.paint(display.screen.surface, portion, shown)
                display.screen.present(portion)
                if number == 0 and self.first_content is not None:
                    self._tally.note(read_clock(), frame, moving=self._look <= frame_instant(frame + 1, fps))
            self._dirty = True
            self._parts.heartbeat.presented(read_monotonic(), moved=moved)
        stage.presented(read_clock())
        # Also when nothing of it was to be seen: a film behind an alert goes on, and its decoder needs its slots.
        stage.release()
        self._parts.witness.frame(stage, self._parts.stored.number if self._parts.stored else 0, shown)
        self._complain()
        if self.first_content is None and stage.content_shown():
            self.first_content = read_clock()
            log.info(_("first picture of the show is on the wall"))
        if self._speaker is not None:
            self._speaker.tick(stage.films(), shown, at_once=stage.silenced)
        elif self.first_content is not None and not stage.mute:
            self._speaker = self._parts.make_speaker(self._volume)
        return shown

    def _rests(self, now: Instant) -> bool:
        """Whether the stage has nothing to do, now or until the next look."""
        due = self._news or self._parts.display.redraw or self._parts.stage.restless
        return not due and self._shown <= now < self._look - LOOK and 0 <= now - self._ticked < REST

    def _sleep(self, shown: Instant, until: Instant | None) -> None:
        stage = self._parts.stage
        following = next_frame(shown, stage.show.fps)
        look = following if self._news or self._parts.display.redraw else max(self._look, following)
        # Where the next frame is another one, the wall looks when it has drawn that.
        looks = [look if look <= following else min(look, Instant(self._looked + LOOK))]
        if self._arrival is not None:
            looks.append(following)
        elif self._incoming.busy and look > following:
            looks.append(shown)
        if self._speaker is not None and (feeding := self._speaker.deadline(shown)) is not None:
            looks.append(feeding)
        if until is not None:
            looks.append(until)
        wait = max(0, min(looks) - read_clock()) / SECOND
        sockets = [self._stop.fileno(), *(decoder.fileno() for decoder in self._parts.stage.sockets())]
        ready = select.select(sockets, [], [], wait)[0]
        self._news = self._news or bool(ready)
        if self._stop.fileno() in ready:
            self._stop.drain()

    def _follow(self, now: Instant) -> None:
        """See what else is new."""
        if now - self._looked < LOOK and now >= self._looked:
            return
        self._looked = now
        if self._parts.dimmer.look(self._parts.stage):
            # Whatever else is new can wait for the next look. The status tells it at once.
            self._parts.display.redraw, self._told = True, Instant(0)
        else:
            self._follow_cards(now)
            self._follow_settings()
            self._parts.display.seek(now, self._parts.stage.show.fps)
        self._parts.display.light(now, read_monotonic(), self._parts.stage.level)

    def _follow_cards(self, now: Instant) -> None:
        parts = self._parts
        setting = Setting(parts.stage.show, parts.settings, parts.display.screen)
        if parts.cards.look(parts.stage.easel, setting, now, read_monotonic()):
            self._told = Instant(0)

    def _take_in(self, shown: Instant) -> None:
        """Take up the show that `current` names, when it is another one, as far as no frame has to wait for it."""
        if self._arrival is not None and shown > self._arrived:
            # A frame has just been shown: there is time until the next.
            self._adopt(self._arrival, read_clock())
            self._arrival = None
        self._incoming.look()
        if self._arrival is not None or not self._incoming.busy:
            return
        now, following = read_clock(), next_frame(shown, self._parts.stage.show.fps)
        moving = self._news or self._parts.display.redraw or self._look <= following
        until = max(now + SHARE_AT_LEAST, following - RESERVE) if moving else now + SHARE_AT_REST
        self._arrival, self._arrived = self._incoming.work(Instant(until)), shown

    def _adopt(self, arrival: Arrival, now: Instant) -> None:
        # The agent wrote them before the show.
        self._follow_settings()
        parts, stored = self._parts, arrival.stored
        log.info(_("show {number} is adopted").format(number=stored.number))
        if stored.show.canvas != parts.display.screen.canvas:
            if self._scribe is not None:
                self._scribe.close()
                self._scribe = None
            parts.display.open(stored.show.canvas, stored.show.fps)
        elif parts.stored is None or stored.show.fps != parts.stored.show.fps:
            warn_of_refresh(parts.display.screen, stored.show.fps)
        parts.stored = stored
        parts.stage.adopt(stored.show, now, arrival.timetable)
        self._adopted = read_clock()
        parts.display.redraw = True

    def _follow_settings(self) -> None:
        parts = self._parts
        settings = parts.new_settings()
        if settings is None:
            return
        parts.settings = settings
        use(settings.language)
        # Before there is a show nothing was known of the gate.
        parts.display.follow(settings, parts.stage.show.fps, gently=parts.stored is not None)
        self._volume.follow(settings)

    def _attend(self) -> None:
        """At each look: what goes on beside the drawing."""
        if self._scribe is not None:
            self._parts.witness.beat()
        if self._speaker is not None:
            self._speaker.attend(mute=self._parts.stage.mute, clock=time.monotonic())

    def _tell(self, now: Instant) -> None:
        """Once a second: the status, and a preview when the picture has changed."""
        if self._scribe is not None and self._stop.picture:
            # Forgotten first: what is asked for while this one is handed over is another.
            self._stop.picture = False
            if not self._scribe.picture(self._parts.display.screen.surface, {"instant": self._shown}):
                self._stop.picture = True
        first = self._scribe is None and self.first_content is not None
        if not first and (self._looked != now or 0 <= now - self._told < STATUS):
            return
        self._told = now
        if self._scribe is None:
            self._scribe = self._parts.make_scribe(self._parts.display.screen.canvas)
        self._parts.dimmer.see_to(self._parts.stage.blackout, now, self._scribe.make_blackout_last)
        self._scribe.status(self._describe(now))
        if self._dirty:
            self._scribe.preview(self._parts.display.screen.surface)
            self._dirty = False

    def _beat(self) -> None:
        """Several times a second, or about once where nothing moves: what systemd is to know."""
        self._beaten = self._ticked
        stage, heartbeat, clock = self._parts.stage, self._parts.heartbeat, read_monotonic()
        self._parts.display.redraw |= heartbeat.wants_frame(clock)
        heartbeat.beat(clock, lit=stage.lit, moving=stage.moving(self._shown), tries=stage.retries)
        heartbeat.status(headline(stage, self._parts.stored))

    def _complain(self) -> None:
        troubles = self._parts.stage.troubles
        if troubles:
            self._parts.witness.faults(troubles)
        for trouble in troubles:
            log.warning(
                _("{title}: cannot be shown ({reason}); what follows stands in for it").format(
                    title=trouble.title, reason=trouble.reason
                )
            )
        troubles.clear()

    def _describe(self, now: Instant) -> dict[str, object]:
        parts = self._parts
        status = describe(parts.stage, parts.stored, now)
        status["adopted"] = iso(self._adopted) if self._adopted is not None else None
        status |= parts.display.describe()
        status["testcard"] = parts.cards.values(parts.stage.easel, now, read_monotonic())
        status["frames"] = self._tally.describe()
        status["playlog"] = parts.witness.describe()
        status["started"] = iso(self._started)
        status["first_picture"] = iso(self.first_content) if self.first_content is not None else None
        if self._speaker is not None:
            status["sound"] = self._speaker.describe(parts.stage.films(), now)
        return status

    def close(self) -> None:
        """Take down what the loop has put up, last first."""
        now = read_clock()
        self._parts.heartbeat.stopping()
        self._parts.witness.close()
        if self._scribe is not None:
            self._scribe.status(self._describe(now))
            self._scribe.preview(self._parts.display.screen.surface)
            self._scribe.close()
        if self._speaker is not None:
            self._speaker.close()
        self._parts.stage.close()
        self._parts.display.screen.close()
