"""Pictures dimmed in software: exactly as much as asked for, and without bands."""

import numpy as np
import pygame
import pytest

from player.core.geometry import Rect
from player.wall.shade import SIDE, Shade

WIDTH, HEIGHT = 150, 77


def surface(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> pygame.Surface:
    made = pygame.Surface((pixels.shape[1], pixels.shape[0]), 0, 32)
    pygame.surfarray.blit_array(made, pixels.swapaxes(0, 1))
    return made


def pixels_of(picture: pygame.Surface) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return pygame.surfarray.array3d(picture).swapaxes(0, 1)


@pytest.mark.parametrize("step", [1, 7, 100, 137, 255])
def test_every_square_has_exactly_the_mean(step: int) -> None:
    levels = np.repeat(np.arange(256, dtype=np.uint8), SIDE)
    picture = surface(np.broadcast_to(levels[None, :, None], (SIDE * 2, 256 * SIDE, 3)).copy())
    dimmed = pygame.Surface(picture.get_size(), 0, 32)
    Shade(picture.get_size()).copy(picture, dimmed, [Rect(0, 0, *picture.get_size())], step)
    squares = pixels_of(dimmed).reshape(2, SIDE, 256, SIDE, 3).astype(float).mean(axis=(1, 3))
    assert np.array_equal(squares, np.broadcast_to((np.arange(256) * step / 256)[None, :, None], squares.shape))


def test_a_dark_gradient_has_no_bands() -> None:
    """Without dithering a gradient over 16 numbers has 8 steps at half of them; with it, its means go on growing."""
    gradient = np.linspace(0, 16, 1600).astype(np.uint8)
    picture = surface(np.broadcast_to(gradient[None, :, None], (SIDE, 1600, 3)).copy())
    dimmed = pygame.Surface(picture.get_size(), 0, 32)
    Shade(picture.get_size()).copy(picture, dimmed, [Rect(0, 0, *picture.get_size())], 128)
    means = pixels_of(dimmed)[:, :, 0].astype(float).reshape(SIDE, 100, 16).mean(axis=(0, 2))
    assert (np.diff(means) >= 0).all()
    assert len(np.unique(means)) > 15


def test_rectangles_that_are_drawn_again_fit_what_lies_around_them() -> None:
    random = np.random.default_rng(7)
    picture = surface(random.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8))
    shade, whole = Shade((WIDTH, HEIGHT)), pygame.Surface((WIDTH, HEIGHT), 0, 32)
    shade.copy(picture, whole, [Rect(0, 0, WIDTH, HEIGHT)], 100)
    parts = pygame.Surface((WIDTH, HEIGHT), 0, 32)
    shade.copy(picture, parts, [Rect(0, 0, 33, HEIGHT), Rect(33, 0, 117, 5), Rect(33, 5, 117, 72)], 100)
    assert np.array_equal(pixels_of(whole), pixels_of(parts))
    into = pygame.Surface((WIDTH + 40, HEIGHT + 10), 0, 32)
    shade.copy(picture, into.subsurface((7, 3, WIDTH, HEIGHT)), [Rect(0, 0, WIDTH, HEIGHT)], 100)
    assert np.array_equal(pixels_of(into)[3 : 3 + HEIGHT, 7 : 7 + WIDTH], pixels_of(whole))
    assert into.get_at((6, 3))[:3] == (0, 0, 0)
