"""What is copied in whole rows is the same as what SDL draws."""

import random

import pygame
import pytest

from player.wall.pixels import draw_opaque, surface_of

SIZE = (48, 20)


@pytest.mark.parametrize("area", [(0, 0, 48, 20), (0, 5, 48, 7), (10, 2, 20, 9), (0, 0, 48, 0)])
@pytest.mark.parametrize(
    ("canvas", "origin"),
    [((48, 20), (0, 0)), ((48, 50), (0, 13)), ((48, 16), (0, -9)), ((90, 40), (7, 3)), ((48, 20), (9, 0))],
)
@pytest.mark.parametrize("masks", [(0xFF0000, 0xFF00, 0xFF, 0), (0xFF, 0xFF00, 0xFF0000, 0)])
def test_opaque_pictures(
    area: tuple[int, int, int, int],
    canvas: tuple[int, int],
    origin: tuple[int, int],
    masks: tuple[int, int, int, int],
) -> None:
    pixels = bytearray(random.Random(1).randbytes(SIZE[0] * SIZE[1] * 4))
    pixels[3::4] = b"\xff" * (SIZE[0] * SIZE[1])
    surface = surface_of(memoryview(pixels), SIZE, opaque=True)
    drawn, copied = (pygame.Surface(canvas, 0, 32, masks) for _ in range(2))
    for target in (drawn, copied):
        target.fill("navy")
        target.set_clip(pygame.Rect(area).move(origin))
    drawn.blit(surface, origin)
    draw_opaque(memoryview(pixels), surface, copied, origin)
    assert pygame.image.tobytes(drawn, "RGB") == pygame.image.tobytes(copied, "RGB")
    assert not copied.get_locked()
