"""From one picture to the next, as a function of how far it has come."""

import pygame

from player.core.model import Change
from player.wall.clips import Showing


def blend(
    change: Change, progress: float, leaving: Showing, front: Showing, target: pygame.Surface, area: pygame.Rect
) -> None:
    """Paint `area` of `target` at `progress` (0: still `leaving`, 1: all `front`). The target's clip lies in `area`."""
    match change:
        case Change.FADE:
            leaving.paint(target, area.topleft)
            veil = pygame.Surface(area.size, 0, target)
            front.paint(veil, (0, 0))
            veil.set_alpha(round(255 * progress))
            target.blit(veil, area)
        case Change.SLIDE:
            shift = round(area.width * _eased(progress))
            leaving.paint(target, (area.x - shift, area.y))
            _within(target, area.move(area.width - shift, 0), front, (area.right - shift, area.y))
        case Change.WIPE:
            leaving.paint(target, area.topleft)
            shown = round(area.width * progress)
            _within(target, pygame.Rect(area.x, area.y, shown, area.height), front, area.topleft)
        case Change.CUT:
            front.paint(target, area.topleft)


def _eased(progress: float) -> float:
    """Slow, fast, slow: nothing of weight starts or stops at once."""
    return progress * progress * (3 - 2 * progress)


def _within(target: pygame.Surface, area: pygame.Rect, showing: Showing, origin: tuple[int, int]) -> None:
    clip = target.get_clip()
    target.set_clip(area.clip(clip))
    showing.paint(target, origin)
    target.set_clip(clip)
