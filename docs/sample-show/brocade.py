"""Brocade of the highlands: cross-stitch on indigo, close enough to see the thread."""

import numpy as np
from kit import Array, bloom, blur, fbm, finish, gradient, grid, mix, noise, rgb, smooth
from numpy.typing import NDArray
from PIL import Image

SIZE = (1920, 1080)
CELL = 10
COLUMNS, ROWS = SIZE[0] // CELL, SIZE[1] // CELL
THREAD = ("#1B2148", "#F6EFDF", "#C8202F", "#E8487F", "#EE7A22", "#F6BE2C", "#2F9A57", "#2AA7B8")
INDIGO, WHITE, RED, PINK, ORANGE, YELLOW, GREEN, JADE = range(8)
SPIRAL = (
    "############",
    "...........#",
    ".#########.#",
    ".#.......#.#",
    ".#.#####.#.#",
    ".#.#...#.#.#",
    ".#.#.###.#.#",
    ".#.#.....#.#",
    ".#.#######.#",
    ".#.........#",
    ".###########",
    "............",
)


def star(a: int, b: int) -> int:
    """The middle band: an eight-pointed star in a lozenge; `a` and `b` count cells from its centre."""
    near, far = min(a, b), max(a, b)
    if near <= 5 and 1 <= far - near <= 6 and far + near > 1:
        return (RED if a > b else ORANGE) if far - near < 6 else YELLOW
    if far == near and far <= 8:
        return WHITE if far in (0, 8) else INDIGO
    ring = {13: JADE, 15: WHITE, 16: PINK, 17: PINK, 18: WHITE, 20: GREEN}.get(a + b)
    if ring is not None:
        return ring
    corner = (17 - a) + (17 - b)
    return {0: YELLOW, 1: YELLOW, 2: RED, 3: RED, 5: ORANGE, 7: JADE, 8: JADE, 10: PINK}.get(corner, INDIGO)


def hooks(a: int, row: int) -> int:
    """Two spirals back to back, as a snail's shell is embroidered; `a` 0..11, `row` 0..13."""
    if row in (0, 13):
        return INDIGO
    return (YELLOW if row in (1,) else JADE) if SPIRAL[row - 1][a] == "#" else INDIGO


def chevron(a: int, row: int) -> int:
    """Ridges and valleys; `a` 0..11."""
    return (RED, RED, ORANGE, ORANGE, YELLOW, WHITE, PINK, PINK, RED, INDIGO, GREEN, INDIGO)[(a + row) % 12]


def peaks(a: int, row: int) -> int:
    """Mountains one in another; `a` 0..5 from the peak, `row` 0..5 from the top."""
    return (INDIGO, WHITE, PINK, RED, ORANGE, YELLOW, WHITE)[int(np.clip(row - a + 1, 0, 6))]


def stitch(column: int, row: int) -> int:
    """The colour at a cell. Everything mirrors about both middles of the cloth."""
    a = int(abs(column - (COLUMNS - 1) / 2) + 0.5)
    b = int(abs(row - (ROWS - 1) / 2))

    def fold(period: int) -> int:
        along = (a - 1 + period // 2) % period
        return int(abs(along - (period - 1) / 2))

    if b < 18:
        return star(fold(36), b)
    if b < 21:
        return (YELLOW, RED, YELLOW)[b - 18]
    if b < 35:
        return hooks(11 - fold(24), b - 21)
    if b < 37:
        return PINK if b == 35 else (WHITE if a % 2 else INDIGO)
    if b < 47:
        return chevron(fold(24), b - 37)
    if b == 47:
        return WHITE
    return peaks(fold(12), b - 48)


def pattern() -> NDArray[np.int32]:
    return np.array([[stitch(column, row) for column in range(COLUMNS)] for row in range(ROWS)], dtype=np.int32)


def paint(factor: int = 2) -> Array:
    width, height = SIZE[0] * factor, SIZE[1] * factor
    x, y = grid(width, height)
    x, y = x / factor, y / factor
    sag = fbm(x / 620 + 2, y / 900 + 1, 7, 3)
    wx = x + 7 * noise(x / 420, y / 420, 3) + 0.7 * noise(x / 14, y / 14, 5)
    wy = y + 9 * sag + 0.7 * noise(x / 14, y / 14, 6)
    u, v = wx / CELL, wy / CELL
    column, row = np.clip(np.floor(u), 0, COLUMNS - 1).astype(int), np.clip(np.floor(v), 0, ROWS - 1).astype(int)
    code = pattern()[row, column]
    lx, ly = u - np.floor(u), v - np.floor(v)
    base = np.array([rgb(colour) for colour in THREAD])[code]
    vary = noise(column * 0.77 + 0.3, row * 0.81 + 0.4, 17) * 0.16
    base = np.clip(base * (1 + vary[..., None]) + 0.02 * vary[..., None], 0, 1)
    weave = 0.5 + 0.25 * np.sin(u * 8 * np.pi) * np.sign(np.sin(v * 4 * np.pi)) + 0.25 * np.sin(v * 8 * np.pi)
    cloth = mix(rgb("#0C1030"), rgb("#2B3468"), np.clip(weave + 0.35 * fbm(x / 5, y / 5, 19, 3), 0, 1) * 0.8)
    picture = cloth
    for lift, across, along in ((0.0, (lx + ly - 1) / 1.414, lx - ly), (1.0, (lx - ly) / 1.414, lx + ly)):
        radius = 0.315
        body = smooth(radius, radius - 0.06, np.abs(across)) * smooth(
            0.0, 0.10, np.minimum(np.minimum(lx, 1 - lx), np.minimum(ly, 1 - ly)) + 0.06
        )
        body = body * (code > 0)
        round_ = np.sqrt(np.clip(1 - (across / radius) ** 2, 0, 1))
        fibre = noise(along * 1.5 + column * 3.1, across * 24 + row * 5.7, 23) + 0.6 * np.sin(along * 15 + across * 26)
        light = 0.34 + 0.52 * round_ - 0.36 * across + 0.10 * fibre + 0.10 * lift
        sheen = np.clip(round_ - 0.6 * across - 0.75, 0, 1) * 0.9
        thread = base * light[..., None] * 1.18 + (sheen * 0.5)[..., None] * (0.5 + 0.5 * base)
        if lift:
            shade = smooth(radius + 0.16, radius - 0.02, np.abs(across)) * (code > 0)
            picture = picture * (1 - 0.45 * shade[..., None])
        picture = mix(picture, thread, body)
    folds = blur(sag[::8, ::8].copy(), 4)
    bend = np.gradient(folds, axis=1) * 9 + np.gradient(folds, axis=0) * 6
    drape = np.clip(0.98 + np.kron(bend, np.ones((8, 8)))[:height, :width] * 0.9, 0.45, 1.3)
    soft = blur(drape.astype(np.float32), 8 * factor)
    lamp = np.exp(-(((x - 620) / 1150) ** 2) - ((y - 330) / 800) ** 2)
    warm = gradient([(0, "#8A84B8"), (0.5, "#E9DCD6"), (1, "#FFF3DE")], lamp)
    return np.asarray(np.clip(picture * soft[..., None] * warm * 1.12, 0, 1), dtype=np.float32)


def make(factor: int = 2) -> Image.Image:
    return finish(bloom(paint(factor), 0.85, 0.15, 0.006), SIZE, seed=4, grain=0.006, vignette=0.4)
