"""The wall's one loop: read the clock once, bring the stage to that instant, present, sleep until the next deadline."""

import logging
import select
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from player.config.language import _
from player.core.geometry import Rect, Size
from player.core.pacing import frame_index, frame_instant
from player.core.units import SECOND, Instant, seconds
from player.library.shows import ShowStore, StoredShow
from player.wall.report import describe
from player.wall.screen import OFFSCREEN, Screen
from player.wall.scribe import Scribe
from player.wall.sound import Speaker
from player.wall.stage import Stage
from player.wall.tally import Tally

log = logging.getLogger(__name__)

LOOK = seconds(0.25)
"""How often the wall looks whether another show has become current."""

STATUS = seconds(1)


def read_clock() -> Instant:
    """The wall clock, in microseconds."""
    return Instant(time.time_ns() // 1000)


@dataclass
class Parts:
    """What the loop works with; `make_scribe` is called once there is a picture, for its start takes the processor."""

    store: ShowStore
    stage: Stage
    screen: Screen
    stored: StoredShow | None
    make_scribe: Callable[[], Scribe]
    make_speaker: Callable[[], Speaker]
    reopen: Callable[[Screen, Size], Screen]


class Interruptions:
    """Signals as something to wait on: TERM and INT end the loop, USR1 asks for a picture."""

    def __init__(self) -> None:
        self.leave = False
        self.picture = False
        self._read, self._write = socket.socketpair()
        for end in (self._read, self._write):
            end.setblocking(False)
        signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGTERM, self._leave)
        signal.signal(signal.SIGINT, self._leave)
        signal.signal(signal.SIGUSR1, self._ask)

    def _leave(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.leave = True

    def _ask(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.picture = True

    def fileno(self) -> int:
        return self._read.fileno()

    def drain(self) -> None:
        try:
            self._read.recv(64)
        except BlockingIOError:
            return


class Wall:
    """Plays until told to leave."""

    def __init__(self, parts: Parts, interruptions: Interruptions) -> None:
        self._parts = parts
        self._stop = interruptions
        self._tally = Tally()
        self._pointer = parts.store.pointer() if parts.stored else ""
        self._scribe: Scribe | None = None
        self._speaker: Speaker | None = None
        self._looked = self._told = self._previewed = Instant(0)
        self._repaint = True
        self._dirty = False
        self._said: set[str] = set()
        self.first_content: Instant | None = None

    def play(self, until: Instant | None) -> None:
        """The loop. `until` None plays for ever."""
        while not self._stop.leave:
            now = read_clock()
            if until is not None and now >= until:
                return
            self._follow(now)
            shown = self._tick(now)
            self._tell(now)
            if self._parts.screen.pressed():
                return
            self._sleep(shown, until)

    def _tick(self, now: Instant) -> Instant:
        """Draw the output frame that `now` lies in; its instant."""
        stage, screen = self._parts.stage, self._parts.screen
        fps = stage.show.fps
        frame = frame_index(now, fps)
        shown = frame_instant(frame, fps)
        damage = stage.tick(shown)
        if self._repaint:
            damage, self._repaint = [Rect(0, 0, *screen.canvas)], False
        if damage:
            stage.paint(screen.surface, damage, shown)
            screen.present(damage)
            self._dirty = True
            look = stage.next_look(shown)
            self._tally.note(read_clock(), frame, moving=look <= frame_instant(frame + 1, fps))
        if self.first_content is None and stage.content_shown():
            self.first_content = read_clock()
            log.info(_("first picture of the show is on the wall"))
        if self._speaker is not None:
            self._speaker.tick(stage.films(), shown)
        elif self.first_content is not None:
            self._speaker = self._parts.make_speaker()
        return shown

    def _sleep(self, shown: Instant, until: Instant | None) -> None:
        looks = [self._parts.stage.next_look(shown), Instant(self._looked + LOOK), Instant(self._told + STATUS)]
        if self._speaker is not None and (look := self._speaker.deadline(shown)) is not None:
            looks.append(look)
        if until is not None:
            looks.append(until)
        wait = max(0, min(looks) - read_clock()) / SECOND
        ready, _write, _error = select.select([self._stop, *self._parts.stage.sockets()], [], [], wait)
        if self._stop in ready:
            self._stop.drain()

    def _follow(self, now: Instant) -> None:
        """Take up the show that `current` names, when it is another one."""
        if now - self._looked < LOOK and now >= self._looked:
            return
        self._looked = now
        pointer = self._parts.store.pointer()
        if pointer == self._pointer:
            return
        self._pointer = pointer
        stored = self._parts.store.current()
        if stored is None or (self._parts.stored and stored.number == self._parts.stored.number):
            return
        self._adopt(stored, now)

    def _adopt(self, stored: StoredShow, now: Instant) -> None:
        parts = self._parts
        log.info(_("show {number} is adopted").format(number=stored.number))
        if stored.show.canvas != parts.screen.canvas:
            parts.screen = parts.reopen(parts.screen, stored.show.canvas)
            if self._scribe is not None:
                self._scribe.close()
                self._scribe = None
        parts.stored = stored
        parts.stage.adopt(stored.show, now)
        self._repaint = True

    def _tell(self, now: Instant) -> None:
        """Once a second: the status, and a preview when the picture has changed."""
        self._complain()
        if self._scribe is None:
            if self.first_content is None and now - self._looked > STATUS:
                return
            self._scribe = self._parts.make_scribe()
        if self._stop.picture and self._scribe.picture(self._parts.screen.surface, self._about(now)):
            self._stop.picture = False
        if 0 <= now - self._told < STATUS:
            return
        self._told = now
        self._scribe.status(self._describe(now))
        if self._dirty:
            self._scribe.preview(self._parts.screen.surface)
            self._dirty = False

    def _complain(self) -> None:
        troubles = self._parts.stage.troubles
        for trouble in troubles:
            log.warning(
                _("{title}: cannot be shown ({reason}); what follows stands in for it").format(
                    title=trouble.title, reason=trouble.reason
                )
            )
        troubles.clear()

    def _about(self, now: Instant) -> dict[str, object]:
        fps = self._parts.stage.show.fps
        frame = frame_index(now, fps)
        return {"instant": frame_instant(frame, fps), "frame": frame}

    def _describe(self, now: Instant) -> dict[str, object]:
        parts = self._parts
        status = describe(parts.stage, parts.stored, now)
        status["output"] = {
            "name": parts.screen.output,
            "size": list(parts.screen.size),
            "canvas": list(parts.screen.canvas),
            "shrunk": parts.screen.scaled,
            "seen": parts.screen.output != OFFSCREEN,
        }
        status["frames"] = self._tally.describe()
        status["sound"] = {"fault": self._speaker.fault if self._speaker else "", "corrections": self._corrections()}
        return status

    def _corrections(self) -> int:
        return self._speaker.corrections if self._speaker else 0

    def close(self) -> None:
        """Take down what the loop has put up, last first."""
        now = read_clock()
        if self._scribe is not None:
            self._scribe.status(self._describe(now))
            self._scribe.preview(self._parts.screen.surface)
            self._scribe.close()
        if self._speaker is not None:
            self._speaker.close()
        self._parts.stage.close()
        self._parts.screen.close()
