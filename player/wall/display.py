"""The screen as the wall has it: opened anew when that is needed, as bright as it is to be, and what is told of it."""

from collections.abc import Callable

from player.core.geometry import Size
from player.core.mapping import Mapping
from player.core.model import Level
from player.core.units import Instant, Span, seconds
from player.library.wallsettings import WallSettings, zone_of
from player.wall.lamp import Lamp
from player.wall.screen import OFFSCREEN, Screen, candidates, warn_of_refresh

AGAIN = seconds(10)
"""How often a display that is not there is looked for."""

OpenScreen = Callable[[str, Size, Mapping], Screen]


class Display:
    """`redraw`: all of it must be drawn at the next output frame, whatever has changed."""

    def __init__(self, open_screen: OpenScreen, canvas: Size, settings: WallSettings, lamp: Lamp) -> None:
        self._open_screen = open_screen
        self._settings = settings
        self._lamp = lamp
        self._sought = Instant(0)
        self.redraw = True
        self.screen = open_screen(settings.output, canvas, settings.mapping)

    def follow(self, settings: WallSettings, fps: int, *, gently: bool) -> None:
        """Have what `settings` say now; the brightness comes at once unless `gently`."""
        before, self._settings = self._settings, settings
        if (settings.light, settings.timezone) != (before.light, before.timezone):
            self._lamp.follow(settings.light, zone_of(settings), gently=gently)
        if (settings.output, settings.mapping) != (before.output, before.mapping):
            self.open(self.screen.canvas, fps)

    def open(self, canvas: Size, fps: int) -> None:
        """Take down the screen and open one for this canvas."""
        self.screen.close()
        self.screen = self._open_screen(self._settings.output, canvas, self._settings.mapping)
        self.screen.dim(self._lamp.step)
        warn_of_refresh(self.screen, fps)
        self.redraw = True

    def seek(self, now: Instant, fps: int) -> None:
        """A display that was not there at the start may come later, as after a power cut."""
        none = self.screen.output == OFFSCREEN and self._settings.output == "auto"
        if not (none or self.screen.missing) or 0 <= now - self._sought <= AGAIN:
            return
        self._sought = now
        if self.screen.may_be_complete() or (none and candidates("auto") != [OFFSCREEN]):
            self.open(self.screen.canvas, fps)

    def light(self, now: Instant, clock: Span, level: Level | None) -> None:
        """Have it as bright as it is to be by now: see `Lamp.look`."""
        self._lamp.look(now, clock, level)
        if self._lamp.step != self.screen.step:
            self.screen.dim(self._lamp.step)
            self.redraw = True

    def describe(self) -> dict[str, object]:
        """For `wall.json`."""
        screen = self.screen
        output = {
            "name": screen.output,
            "size": list(screen.size),
            "screens": {str(number): list(size) for number, size in screen.sizes.items()},
            "canvas": list(screen.canvas),
            "shrunk": screen.scaled,
            "mapped": len(screen.mapping),
            "missing": screen.missing,
            "cut_off": [list(rect) for rect in screen.cut_off],
            "seen": screen.output != OFFSCREEN,
            "refresh": screen.refresh,
            "waits": screen.waits,
        }
        return {"output": output, "light": self._lamp.describe()}
