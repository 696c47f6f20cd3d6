"""Another show on its way to the wall: read, and its week worked out, in steps between one output frame and the next.
What moves on the wall moves on meanwhile."""

import gc
import logging
from collections.abc import Callable
from dataclasses import dataclass

from player.config.language import _
from player.core.rundown import Timetable
from player.core.units import Instant
from player.library.showlines import Steps
from player.library.shows import ShowStore, StoredShow

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A show that can be adopted at once."""

    stored: StoredShow
    timetable: Timetable


class Incoming:
    """Follows `current`. `playing` is the show that is on the wall already."""

    def __init__(self, store: ShowStore, playing: StoredShow | None, clock: Callable[[], Instant]) -> None:
        self._store = store
        self._clock = clock
        self._number = playing.number if playing else None
        self._pointer = store.pointer() if playing else ""
        self._coming = ""
        """What `current` said when the show was begun that is being read."""
        self._steps: Steps[Arrival | None] | None = None
        self._unread = ""
        """Why the show that is current could not be read."""

    @property
    def busy(self) -> bool:
        return self._steps is not None

    def look(self) -> None:
        """Begin to read the show that `current` names, when it is another one. One that is being read is read to its
        end first, so that the wall gets somewhere however often there is another."""
        if not self.busy and (pointer := self._store.pointer()) != self._pointer:
            self._coming, self._steps = pointer, self._read()
            # Thousands of values are made, none of them in a circle: searched for such, they would hold up a frame.
            gc.disable()

    def work(self, until: Instant) -> Arrival | None:
        """Read on, until that instant and at least one step; the show once it is all there."""
        if self._steps is None:
            return None
        try:
            next(self._steps)
            while self._clock() < until:
                next(self._steps)
        except StopIteration as end:
            self._pointer, self._unread = self._coming, ""
            found: Arrival | None = end.value
            self._end()
            return found
        except OSError as error:
            # It is looked at again.
            if str(error) != self._unread:
                log.error(_("the new show cannot be read: {reason}").format(reason=error.strerror or error))
            self._unread = str(error)
            self._end()
        return None

    def _end(self) -> None:
        self._steps = None
        # They live as long as the show does: so they are put among what is old without being searched first. Left
        # frozen, what is in circles by then, as rundowns of the show before are, would stay for ever.
        gc.freeze()
        gc.unfreeze()
        gc.enable()

    def _read(self) -> Steps[Arrival | None]:
        stored = yield from self._store.reading()
        if stored is None or stored.number == self._number:
            return None
        self._number = stored.number
        yield
        timetable = Timetable(stored.show)
        yield
        yield from timetable.warming(self._clock())
        return Arrival(stored, timetable)
