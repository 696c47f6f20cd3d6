"""Pixels of a decoder's slot as a surface, and from there to what is drawn on."""

import pygame

FORMAT = (0xFF0000, 0xFF00, 0xFF)
"""Where red, green and blue stand in a pixel of 32 bits."""


def surface_of(pixels: memoryview, size: tuple[int, int], opaque: bool) -> pygame.Surface:
    """A surface that shares its pixels with a decoder's slot."""
    surface = pygame.image.frombuffer(pixels, size, "BGRA")
    if opaque:
        surface.set_alpha(None)
    return surface


def draw_opaque(pixels: memoryview, surface: pygame.Surface, target: pygame.Surface, origin: tuple[int, int]) -> None:
    """Draw `surface`, whose pixels these are, with its top left at `origin`, within the target's clip.

    To SDL a format with alpha is another than one without, and it would turn one into the other pixel by pixel; where
    whole rows are to be drawn, they are copied.
    """
    width, height = surface.get_size()
    clip = target.get_clip().clip(pygame.Rect(origin, (width, height)))
    across = width * 4
    if clip.width != width or target.get_pitch() != across or target.get_masks()[:3] != FORMAT:
        target.blit(surface, origin)
        return
    there = memoryview(target.get_buffer())  # type: ignore[arg-type]  # it is one, though it is not declared as such
    first = clip.top - origin[1]
    there[clip.top * across : clip.bottom * across] = pixels[first * across : (first + clip.height) * across]
    there.release()
