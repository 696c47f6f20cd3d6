"""The output: an X11, Wayland or KMSDRM screen, or none. Chosen by looking at what is there.

Without a GPU, SDL's window framebuffer goes through a software OpenGL; `SDL_FRAMEBUFFER_ACCELERATION=0` makes it write
to X11's shared memory straight away, for a hundredth of the cost. There nothing waits for the display's refresh, and a
picture may be torn; on the others SDL presents with it (`SDL_RENDER_VSYNC`), and not one frame ahead of what is seen.
"""

import logging
import os
from pathlib import Path
from typing import NamedTuple

import pygame

from player.config.language import _
from player.core.faults import DisplayFault
from player.core.geometry import Rect, Size
from player.core.mapping import Flip, Mapping, Patch, copies, cut_off
from player.library.refresh import misfit

log = logging.getLogger(__name__)

OUTPUTS = ("wayland", "x11", "kmsdrm")
OFFSCREEN = "offscreen"
LEAVE = (pygame.K_ESCAPE, pygame.K_q)


def candidates(wanted: str) -> list[str]:
    """The outputs to try, in order. `wanted` is "auto" or one of them."""
    if wanted != "auto":
        return [wanted]
    found = []
    if os.environ.get("WAYLAND_DISPLAY"):
        found.append("wayland")
    if os.environ.get("DISPLAY"):
        found.append("x11")
    if any(Path("/dev/dri").glob("card*")):
        found.append("kmsdrm")
    return [*found, OFFSCREEN]


class News(NamedTuple):
    """`leave`: somebody at the screen asked for it (Escape, q, or the window's close button). `sound_gone`: the sound
    card that was in use is there no more; SDL tells it where it tells of keys."""

    leave: bool = False
    sound_gone: bool = False


class Screen:
    """A surface of the canvas's size to draw on, and the way from there to the output."""

    def __init__(self, output: str, canvas: Size, mapping: Mapping = ()) -> None:
        self.output = output
        self.canvas = canvas
        self.mapping = mapping
        self._display: pygame.Surface | None = None
        if output == OFFSCREEN:
            self.surface = pygame.Surface(canvas, 0, 32)
        else:
            self._open_window()

    def _open_window(self) -> None:
        os.environ["SDL_VIDEODRIVER"] = self.output
        os.environ["SDL_FRAMEBUFFER_ACCELERATION"] = os.environ["SDL_RENDER_VSYNC"] = "1" if self.waits else "0"
        os.environ["SDL_VIDEO_DOUBLE_BUFFER"] = "1"
        pygame.display.init()
        sizes = pygame.display.get_desktop_sizes()
        self._display = pygame.display.set_mode(sizes[0], pygame.FULLSCREEN | pygame.NOFRAME)
        pygame.display.set_caption("Gateplayer")
        pygame.display.set_allow_screensaver(False)
        pygame.mouse.set_visible(False)
        self._display.fill((0, 0, 0))
        pygame.display.flip()
        self._frame = self._place(Size(*self._display.get_size()))
        if self.mapping or self._frame.size != self.canvas:
            self.surface = pygame.Surface(self.canvas, 0, self._display)
        elif self._display.get_size() == self.canvas:
            self.surface = self._display
        else:
            self.surface = self._display.subsurface(pygame.Rect(self._frame))

    def _place(self, output: Size) -> Rect:
        """Pixel for pixel from the top left, as a sending card takes it; shrunk where the output is too small."""
        if self.mapping:
            return Rect(0, 0, *self.canvas)
        share = min(1.0, output.width / self.canvas.width, output.height / self.canvas.height)
        return Rect(0, 0, round(self.canvas.width * share), round(self.canvas.height * share))

    @property
    def size(self) -> Size:
        return self.canvas if self._display is None else Size(*self._display.get_size())

    @property
    def scaled(self) -> bool:
        """Whether the canvas does not fit the output and is shrunk."""
        return self._display is not None and self._frame.size != self.canvas

    @property
    def cut_off(self) -> list[Rect]:
        """What of the picture lies beyond the edges of the output."""
        return [] if self._display is None or self.scaled else cut_off(self.mapping, self.canvas, self.size)

    @property
    def waits(self) -> bool:
        """Whether presenting waits for the display's refresh, so that no picture is torn."""
        return self.output in ("wayland", "kmsdrm")

    @property
    def refresh(self) -> int:
        """Frames a second of the display; 0 where it does not say."""
        return 0 if self._display is None else pygame.display.get_current_refresh_rate()

    @property
    def immediate(self) -> bool:
        """Whether what is presented is seen at once and by itself, not with the next whole frame."""
        return self.output == "x11" and not self.scaled

    def present(self, damage: list[Rect]) -> None:
        """Show what was drawn in these rectangles of the canvas."""
        if self._display is None:
            return
        if self.scaled:
            pygame.transform.smoothscale(self.surface, self._frame.size, self._display.subsurface(self._frame))
            pygame.display.flip()
        elif self.mapping:
            pygame.display.update([self._copy(patch, part) for patch, part in copies(self.mapping, damage)])
        else:
            pygame.display.update([pygame.Rect(rect) for rect in damage])

    def _copy(self, patch: Patch, part: Rect) -> pygame.Rect:
        """Bring a part of a patch to its place on the output; the place."""
        assert self._display is not None
        place = pygame.Rect(patch.carry(part))
        if patch.plain:
            self._display.blit(self.surface, place, part)
        else:
            piece = self.surface.subsurface(part)
            if patch.flip is not Flip.NONE:
                piece = pygame.transform.flip(piece, patch.flip is Flip.HORIZONTAL, patch.flip is Flip.VERTICAL)
            # pygame turns the other way round.
            self._display.blit(pygame.transform.rotate(piece, -patch.rotate), place)
        return place

    def news(self) -> News:
        """What has come since this was last asked."""
        if self._display is None:
            return News()
        leave = sound_gone = False
        for event in pygame.event.get():
            leave |= event.type == pygame.QUIT or (event.type == pygame.KEYDOWN and event.key in LEAVE)
            sound_gone |= event.type == pygame.AUDIODEVICEREMOVED and not event.iscapture
        return News(leave, sound_gone)

    def close(self) -> None:
        if self._display is not None:
            pygame.display.quit()


def open_screen(wanted: str, canvas: Size, mapping: Mapping = ()) -> Screen:
    """The first output that works. Raises DisplayFault where the one asked for does not."""
    reasons = []
    for output in candidates(wanted):
        try:
            screen = Screen(output, canvas, mapping)
        except pygame.error as error:
            pygame.display.quit()
            reasons.append(f"{output}: {error}")
            log.warning(_("output {output} cannot be used: {error}").format(output=output, error=error))
        else:
            return screen
    raise DisplayFault(_("No display can be opened ({reasons}).").format(reasons="; ".join(reasons)))


def warn_of_refresh(screen: Screen, fps: int) -> None:
    """Tell the log where the display's refresh and a show's frames do not go together."""
    said = misfit({"refresh": screen.refresh}, fps)
    if said:
        log.warning(said)
