"""The video outputs of the computer: a window that fills each, on X11, Wayland or KMSDRM.

Without a GPU, SDL's window framebuffer goes through a software OpenGL; `SDL_FRAMEBUFFER_ACCELERATION=0` makes it write
to X11's shared memory straight away, for a hundredth of the cost. There nothing waits for the display's refresh, and a
picture may be torn; on the others SDL presents with it (`SDL_RENDER_VSYNC`), and not one frame ahead of what is seen.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

import pygame

from player.config.language import _
from player.core.faults import DisplayFault
from player.core.geometry import Rect, Size

_CENTERED_ON = 0x2FFF0000
"""SDL_WINDOWPOS_CENTERED_DISPLAY: with the number of a display added, a place on that display."""


WAITING = ("wayland", "kmsdrm")
"""Where presenting waits for the display's refresh."""


class Output(ABC):
    """A window as large as its output. `surface` is what is drawn on."""

    surface: pygame.Surface

    @property
    def size(self) -> Size:
        return Size(*self.surface.get_size())

    @abstractmethod
    def update(self, places: Sequence[Rect] | None = None) -> None:
        """Have what was drawn in these places seen, or all of it."""

    @abstractmethod
    def close(self) -> None:
        """Take the window down."""


class MainOutput(Output):
    """That of pygame's own window, which can be updated in parts."""

    def __init__(self, number: int, size: Size) -> None:
        self.surface = pygame.display.set_mode(size, pygame.FULLSCREEN | pygame.NOFRAME, display=number)
        pygame.display.set_caption("Gateplayer")
        pygame.display.set_allow_screensaver(False)
        pygame.mouse.set_visible(False)

    def update(self, places: Sequence[Rect] | None = None) -> None:
        if places is None:
            pygame.display.flip()
        else:
            pygame.display.update([pygame.Rect(place) for place in places])

    def close(self) -> None:
        # It goes with the driver.
        pygame.display.quit()


class OtherOutput(Output):
    """A further one."""

    def __init__(self, number: int, size: Size) -> None:
        # The first alone waits for its display's refresh: two displays have none in common.
        os.environ["SDL_RENDER_VSYNC"] = "0"
        place = _CENTERED_ON | number
        self._window = pygame.Window(f"Gateplayer {number + 1}", size, (place, place), borderless=True)
        self._window.set_fullscreen(True)
        self.surface = self._window.get_surface()

    def update(self, _places: Sequence[Rect] | None = None) -> None:
        self._window.flip()

    def close(self) -> None:
        self._window.destroy()


def open_outputs(driver: str, numbers: Sequence[int]) -> dict[int, Output]:
    """Black windows on the outputs of these numbers, counted from 1, of the one of SDL's video drivers that is named;
    without those that are not there.

    pygame.error when that does not work; DisplayFault when none of them is there.
    """
    os.environ["SDL_VIDEODRIVER"] = driver
    os.environ["SDL_FRAMEBUFFER_ACCELERATION"] = os.environ["SDL_RENDER_VSYNC"] = "1" if driver in WAITING else "0"
    os.environ["SDL_VIDEO_DOUBLE_BUFFER"] = "1"
    pygame.display.init()
    sizes = [Size(*size) for size in pygame.display.get_desktop_sizes()]
    here = [number for number in sorted(numbers) if number <= len(sizes)]
    if not here:
        said = _("there is no screen {number}: this computer has {count} (display: in config.yaml)")
        raise DisplayFault(said.format(number=min(numbers), count=len(sizes)))
    outputs: dict[int, Output] = {}
    for number in here:
        kind = OtherOutput if outputs else MainOutput
        outputs[number] = output = kind(number - 1, sizes[number - 1])
        output.surface.fill((0, 0, 0))
        output.update()
    return outputs


def plugged_in() -> int:
    """How many screens this computer has now, as far as anybody tells: SDL hears of it on X11, the kernel always."""
    known = len(pygame.display.get_desktop_sizes()) if pygame.display.get_init() else 0
    plugs = Path("/sys/class/drm").glob("card*-*/status")
    return max(known, sum(text_of(plug).strip() == "connected" for plug in plugs))


def text_of(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except OSError:
        # It was unplugged this moment.
        return ""
