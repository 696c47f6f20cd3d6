"""The canvas and how it comes to the outputs, or to none. Which these are is found by looking at what is there."""

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pygame

from player.config.language import _
from player.core.faults import DisplayFault
from player.core.geometry import Rect, Size
from player.core.light import STEPS
from player.core.mapping import Flip, Mapping, Patch, copies, cut_off, screens_of
from player.library.refresh import misfit
from player.wall.output import WAITING, Output, open_outputs, plugged_in
from player.wall.pixels import FORMAT

if TYPE_CHECKING:
    from player.wall.shade import Shade

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
    """A surface of the canvas's size to draw on, and the way from there to the outputs.

    `surface` is another one after `dim`: what is seen must then be drawn anew.
    """

    def __init__(self, output: str, canvas: Size, mapping: Mapping = ()) -> None:
        self.output = output
        self.canvas = canvas
        self.mapping = mapping
        self.step = STEPS
        self._shade: Shade | None = None
        self._outputs: dict[int, Output] = {}
        if output == OFFSCREEN:
            self.surface = pygame.Surface(canvas, 0, 32)
            return
        self._outputs = open_outputs(output, screens_of(mapping))
        self._plugs = plugged_in()
        first = self._first
        self._frame = self._place(first.size)
        self._window = first.surface if self._frame.size == first.size else first.surface.subsurface(self._frame)
        self._copied = mapping
        if not mapping and not self.scaled and first.surface.get_masks()[:3] != FORMAT:
            # Pictures are drawn and dimmed in the format in which they are decoded.
            self._copied = (Patch(Rect(0, 0, *canvas), 0, 0),)
        self.surface = self._own_surface() if self._indirect else self._window

    @property
    def _indirect(self) -> bool:
        """Whether what is drawn is not yet what is seen."""
        return bool(self._copied) or self.scaled or self.step < STEPS

    def _own_surface(self) -> pygame.Surface:
        return pygame.Surface(self.canvas, 0, 32)

    def _place(self, output: Size) -> Rect:
        """Pixel for pixel from the top left, as a sending card takes it; shrunk where the output is too small."""
        if self.mapping:
            return Rect(0, 0, *output)
        share = min(1.0, output.width / self.canvas.width, output.height / self.canvas.height)
        return Rect(0, 0, round(self.canvas.width * share), round(self.canvas.height * share))

    @property
    def _first(self) -> Output:
        return next(iter(self._outputs.values()))

    @property
    def size(self) -> Size:
        """That of the first output."""
        return self._first.size if self._outputs else self.canvas

    @property
    def sizes(self) -> dict[int, Size]:
        """Those of all outputs that are used, by their numbers."""
        return {number: output.size for number, output in self._outputs.items()}

    @property
    def missing(self) -> list[int]:
        """The outputs that are to be used and are not there. What goes to the others is seen."""
        return [number for number in screens_of(self.mapping) if self._outputs and number not in self._outputs]

    def may_be_complete(self) -> bool:
        """Whether one that was missing seems to have come since."""
        return bool(self.missing) and plugged_in() > self._plugs

    @property
    def scaled(self) -> bool:
        """Whether the canvas does not fit the output and is shrunk."""
        return bool(self._outputs) and not self.mapping and self._frame.size != self.canvas

    @property
    def cut_off(self) -> list[Rect]:
        """What of the picture lies beyond the edges of its output."""
        return [] if not self._outputs or self.scaled else cut_off(self.mapping, self.canvas, self.sizes)

    @property
    def waits(self) -> bool:
        """Whether presenting waits for the display's refresh, so that no picture is torn."""
        return self.output in WAITING

    @property
    def refresh(self) -> int:
        """Frames a second of the display; 0 where it does not say."""
        return pygame.display.get_current_refresh_rate() if self._outputs else 0

    @property
    def immediate(self) -> bool:
        """Whether what is presented is seen at once and by itself, not with the next whole frame."""
        return self.output == "x11" and not self.scaled

    def dim(self, step: int) -> None:
        """Show pictures with this many of the STEPS; takes effect on what is presented from now on."""
        self.step = step
        if not self._outputs:
            return
        if not self._indirect:
            self.surface = self._window
        elif self.surface is self._window:
            self.surface = self._own_surface()
        if step < STEPS and self._shade is None:
            # Loads numpy, which only walls that are dimmed need; its threads for matrices would be of no use.
            os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
            from player.wall.shade import Shade

            size = self._frame.size if self.scaled else self.canvas
            self._shade = Shade(size)
            self._dimmed = pygame.Surface(size, 0, 32)

    def present(self, damage: list[Rect]) -> None:
        """Show what was drawn in these rectangles of the canvas."""
        if not self._outputs:
            return
        if self.scaled:
            self._shrink()
        elif self._copied:
            self._copy(self._shaded(damage), damage)
        else:
            if self.step < STEPS and self._shade is not None:
                self._shade.copy(self.surface, self._window, damage, self.step)
            self._first.update(damage)

    def _shaded(self, damage: list[Rect]) -> pygame.Surface:
        """The canvas as bright as it is to be, in these rectangles at least."""
        if self.step == STEPS or self._shade is None:
            return self.surface
        self._shade.copy(self.surface, self._dimmed, damage, self.step)
        return self._dimmed

    def _shrink(self) -> None:
        small = pygame.transform.smoothscale(self.surface, self._frame.size)
        if self.step < STEPS and self._shade is not None:
            self._shade.copy(small, self._dimmed, [Rect(0, 0, *self._frame.size)], self.step)
            small = self._dimmed
        self._first.surface.blit(small, (0, 0))
        self._first.update()

    def _copy(self, picture: pygame.Surface, damage: list[Rect]) -> None:
        """Bring parts of patches to their places on the outputs."""
        places: dict[int, list[Rect]] = {}
        for patch, part in copies(self._copied, damage):
            if patch.screen not in self._outputs:
                continue
            place = patch.carry(part)
            self._copy_part(picture, patch, part, place)
            places.setdefault(patch.screen, []).append(place)
        for number, found in places.items():
            self._outputs[number].update(found)

    def _copy_part(self, picture: pygame.Surface, patch: Patch, part: Rect, place: Rect) -> None:
        target = self._outputs[patch.screen].surface
        if patch.plain:
            target.blit(picture, place, part)
            return
        piece = picture.subsurface(part)
        if patch.flip is not Flip.NONE:
            piece = pygame.transform.flip(piece, patch.flip is Flip.HORIZONTAL, patch.flip is Flip.VERTICAL)
        # pygame turns the other way round.
        target.blit(pygame.transform.rotate(piece, -patch.rotate), place)

    def news(self) -> News:
        """What has come since this was last asked."""
        if not self._outputs:
            return News()
        leave = sound_gone = False
        for event in pygame.event.get():
            leave |= event.type == pygame.QUIT or (event.type == pygame.KEYDOWN and event.key in LEAVE)
            sound_gone |= event.type == pygame.AUDIODEVICEREMOVED and not event.iscapture
        return News(leave, sound_gone)

    def close(self) -> None:
        for output in reversed(self._outputs.values()):
            output.close()


def open_screen(wanted: str, canvas: Size, mapping: Mapping = ()) -> Screen:
    """The first output that works. Raises DisplayFault where the one asked for does not."""
    reasons = []
    # An output that lacks a screen is one that cannot be used.
    for output in candidates(wanted):
        try:
            screen = Screen(output, canvas, mapping)
        except (pygame.error, DisplayFault) as error:
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
