"""A test card on the wall: what stands still is drawn by a decoder, what moves is drawn here, frame by frame."""

from collections.abc import Iterable
from functools import lru_cache

import pygame

from player.core.geometry import Rect, Size
from player.core.mapping import Patch
from player.core.model import SCREEN, Zone, plain_zone
from player.core.pacing import frame_index, next_frame
from player.core.testcards import NUMBERS, Card, lines, number_place, number_scale
from player.core.units import Instant
from player.media.decoder import Decoder
from player.media.jobs import CardCanvas, CardSheet, Job
from player.media.nursery import Nursery
from player.wall.clips import StillClip

_GLYPHS = {
    "0": "01110 10001 10011 10101 11001 10001 01110",
    "1": "00100 01100 00100 00100 00100 00100 01110",
    "2": "01110 10001 00001 00110 01000 10000 11111",
    "3": "11111 00010 00100 00010 00001 10001 01110",
    "4": "00010 00110 01010 10010 11111 00010 00010",
    "5": "11111 10000 11110 00001 00001 10001 01110",
    "6": "00110 01000 10000 11110 10001 10001 01110",
    "7": "11111 00001 00010 00100 01000 01000 01000",
    "8": "01110 10001 10001 01110 10001 10001 01110",
    "9": "01110 10001 10001 01111 00001 00010 01100",
}
"""Digits of 5 x 7 dots, row by row: the wall draws them without a font."""

_BRIGHT, _DARK = (255, 255, 255), (0, 0, 0)


class Motion:
    """The lines and the frame's number on a card that takes this rectangle."""

    def __init__(self, card: Card, place: Rect, fps: int) -> None:
        self._card, self._place, self._fps = card, place, fps
        number = number_place(place.size, card)
        self._number = number.offset(place.x, place.y) if number else None

    def damage(self, before: int | None, frame: int) -> list[Rect]:
        """What changes from one frame to another; of a line that goes on, both places as one."""
        if not self._card.moves:
            return []
        changed = [*self._lines(frame), *([self._number] if self._number else [])]
        if before is None:
            return changed
        old = self._lines(before)
        for number, line in enumerate(old):
            joined = line.union(changed[number])
            if joined.width * joined.height <= 8 * line.width * line.height:
                changed[number] = joined
            else:
                changed.append(line)
        return changed

    def _lines(self, frame: int) -> list[Rect]:
        found = lines(self._place.size, frame, self._fps)
        return [line.offset(self._place.x, self._place.y) for line in found]

    def paint(self, target: pygame.Surface, frame: int) -> None:
        """Over the card, within the target's clip."""
        if not self._card.moves:
            return
        upright, level = self._lines(frame)
        for line, (aside, below) in ((upright, (1, 0)), (level, (0, 1))):
            target.fill(_DARK, line)
            bright = Rect(line.x + aside, line.y + below, line.width - 2 * aside, line.height - 2 * below)
            target.fill(_BRIGHT, bright)
        if self._number is not None:
            self._paint_number(target, self._number, frame % NUMBERS)

    def _paint_number(self, target: pygame.Surface, place: Rect, number: int) -> None:
        scale = number_scale(self._place.size, self._card)
        target.fill(_DARK, place)
        for at, digit in enumerate(f"{number:0{len(str(NUMBERS - 1))}}"):
            target.blit(_glyph(digit, scale), (place.x + scale * (2 + 6 * at), place.y + 2 * scale))


def motions(sheet: CardSheet, canvas: Size) -> list[Motion]:
    """What moves on a card of the whole canvas, or on each of its canvases."""
    places = [one.rect for one in sheet.canvases] or [Rect(0, 0, *canvas)]
    return [Motion(sheet.card, place, sheet.fps) for place in places]


@lru_cache(maxsize=40)
def _glyph(digit: str, scale: int) -> pygame.Surface:
    surface = pygame.Surface((5 * scale, 7 * scale), 0, 32)
    for y, row in enumerate(_GLYPHS[digit].split()):
        for x, dot in enumerate(row):
            if dot == "1":
                surface.fill(_BRIGHT, (x * scale, y * scale, scale, scale))
    return surface


def sheet_of(
    card: Card,
    gate: str,
    output: str,
    fps: int,
    zones: Iterable[Zone],
    mapping: Iterable[Patch],
    canvases: Iterable[CardCanvas] = (),
) -> CardSheet:
    """What a card is to tell of a gate: its name, the output in words, its zones, the parts of its canvas or of each of
    several."""
    named = tuple((zone.name, zone.rect) for zone in zones if plain_zone(zone.name) != SCREEN)
    return CardSheet(card, gate, output, fps, named, tuple(patch.source for patch in mapping), tuple(canvases))


def picture_of(sheet: CardSheet, canvas: Size, language: str) -> pygame.Surface:
    """A card as it is in one of its frames, in which the lines are in the midst of it. Drawn by this process: nothing
    on it comes from anywhere else."""
    # What draws words stays out of the wall itself, which has a decoder do it.
    from player.media.cards.draw import draw_card

    bitmap = draw_card(sheet, language, canvas)
    surface = pygame.Surface(canvas, 0, 32)
    surface.blit(pygame.image.frombuffer(bitmap.pixels, canvas, "BGRA"), (0, 0))
    for motion in motions(sheet, canvas):
        motion.paint(surface, 4 * sheet.fps)
    return surface


class CardClip(StillClip):
    """A card; `sheet` is what it says."""

    def __init__(self, nursery: Nursery, sheet: CardSheet, canvas: Size, language: str) -> None:
        job = Job(sheet, "", canvas, language=language)
        super().__init__(Decoder(nursery, job), job, "test card", Instant(0))
        self.sheet = sheet
        self._motions = motions(sheet, canvas)
        self._frame: int | None = None

    def step(self, now: Instant) -> list[Rect]:
        """Choose the picture of the frame that holds `now`; what of the canvas changes by that."""
        frame = frame_index(now, self.sheet.fps)
        first = self.advance(now) or self._frame is None
        before, self._frame = self._frame, frame
        if first:
            return [Rect(0, 0, *self.job.size)]
        if before == frame:
            return []
        return [rect for motion in self._motions for rect in motion.damage(before, frame)]

    def deadline(self, now: Instant) -> Instant | None:
        return next_frame(now, self.sheet.fps) if self.sheet.card.moves else None

    def paint_parts(self, target: pygame.Surface, damage: Iterable[Rect]) -> None:
        """Draw these rectangles of the canvas as they were chosen last."""
        for rect in damage:
            target.set_clip(pygame.Rect(rect))
            self.paint(target, (0, 0))
            for motion in self._motions:
                motion.paint(target, self._frame or 0)
        target.set_clip(None)
