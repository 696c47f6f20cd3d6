"""Fansipan: the sun comes up over a sea of clouds."""

import numpy as np
from kit import (
    Array,
    Eye,
    Hit,
    bloom,
    fbm,
    finish,
    gradient,
    grid,
    look,
    mix,
    noise,
    rgb,
    ridged,
    screen,
    slope,
    smooth,
)
from PIL import Image

SIZE = (1920, 1080)
SUN_AT = (0.335, 0.395)
SUN = np.array([-0.30, 0.16, 0.94])
SKY = [(0.0, "#FFE9B0"), (0.10, "#FFC77E"), (0.24, "#F39A78"), (0.42, "#C27C97"), (0.66, "#6C6CA8"), (1.0, "#27376E")]


def rock(x: Array, z: Array) -> Array:
    """The range, in hundreds of metres: the summit, its shoulders, and ranges behind."""
    bent = x + 1.2 * noise(x / 7, z / 7, 3)
    crest = ridged(bent / 12 + 2.2, z / 12, 7, 8, 0.43)
    summit = 7.3 * np.exp(-(np.abs((x - 7.0 - 0.10 * (z - 31)) / 9.5) ** 1.5) - ((z - 32) / 14.0) ** 2)
    second = 4.7 * np.exp(-(((x - 20) / 8.5) ** 2) - ((z - 42) / 12.0) ** 2)
    shoulder = 3.7 * np.exp(-(((x + 17) / 9.0) ** 2) - ((z - 52) / 14.0) ** 2)
    near = 3.0 * np.exp(-(((x - 13.5) / 6.5) ** 2) - ((z - 15) / 4.0) ** 2)
    ranges = (
        5.5 * smooth(62, 95, z) * smooth(-0.15, 0.62, noise(x / 34 + 5, z / 30, 15) + 0.4 * noise(x / 13, z / 13, 16))
    )
    body = summit + second + shoulder + near + ranges
    return np.asarray(body * (0.52 + 0.40 * crest) + 0.22 * crest - 1.15, dtype=np.float32)


def clouds(x: Array, z: Array) -> Array:
    """A sea of billows: rounded tops, deep seams."""
    far = 1 + z / 45
    swell = 0.75 * fbm(x / 16, z / 16, 50, 2)
    wx, wz = x + 1.1 * noise(x / 4, z / 4, 51), z + 1.1 * noise(x / 4, z / 4, 52)
    total, strength, size = np.zeros_like(wx), 1.0, 5.2
    for octave in range(5):
        total = total + strength * (1 - np.abs(noise(wx / size + octave * 3, wz / size, 53 + octave)) * 2.2)
        strength *= 0.46
        size *= 0.47
    return np.asarray(swell + 0.62 * total / far**0.15 - 0.2, dtype=np.float32)


def land(x: Array, z: Array) -> Array:
    return np.maximum(rock(x, z), clouds(x, z))


def sky(size: tuple[int, int], horizon: float) -> Array:
    width, height = size
    x, y = grid(width, height)
    up = np.clip((horizon - y) / horizon, 0, 1)
    dx, dy = (x / width - SUN_AT[0]), (y / height - SUN_AT[1]) * height / width
    sun = np.hypot(dx, dy)
    picture = gradient(SKY, np.clip(up + 0.10 * np.abs(dx), 0, 1))
    veil = fbm(x / width * 4 + 1, y / height * 22 + 1.4 * fbm(x / width * 2.4, y / height * 5, 20, 3), 21, 6, 0.55)
    lit = smooth(0.05, 0.55, veil) * smooth(0.06, 0.35, up)
    picture = mix(
        picture,
        gradient(
            [(0, "#FFDFA0"), (0.3, "#FFA679"), (0.7, "#C9799A"), (1, "#7F78B4")], np.clip(up * 0.8 + sun * 0.8, 0, 1)
        ),
        0.8 * lit,
    )
    random = np.random.default_rng(9)
    stars = np.zeros((height, width), np.float32)
    n = 260
    sy, sx = (random.random(n) ** 1.8 * horizon * 0.6).astype(int), (random.random(n) * width).astype(int)
    stars[sy, sx] = random.random(n) ** 2 * 0.9
    picture = picture + (stars * smooth(0.55, 0.95, up))[..., None]
    picture = screen(picture, (0.75 * np.exp(-sun / 0.085))[..., None] * rgb("#FFD48A"))
    turn = np.arctan2(dy, dx)
    rays = smooth(-0.2, 0.9, fbm(turn * 5, turn * 0 + 2.0, 23, 3) * 1.8) * np.exp(-sun / 0.26)
    picture = screen(picture, (0.30 * rays)[..., None] * rgb("#FFD9A0"))
    return screen(picture, smooth(0.0140, 0.0132, sun)[..., None] * rgb("#FFFDF2"))


def colour(hit: Hit) -> Array:
    """Rock with its lit and shaded faces; cloud with warm rims and violet hollows."""
    sun = SUN / np.linalg.norm(SUN)
    top, sea = rock(hit.x, hit.z), clouds(hit.x, hit.z)
    reach = np.maximum(hit.z * 0.0012, 0.02)
    nx, ny, nz = slope(rock, hit, reach)
    facing = nx * sun[0] + ny * sun[1] + nz * sun[2]
    from_left = np.clip(-nx * 0.85 + ny * 0.35, 0, 1)
    grit = fbm(hit.x * 5, hit.z * 5, 70, 4)
    shade = np.clip(0.10 + 0.75 * from_left**1.4 + 0.35 * np.clip(facing, 0, 1) + 0.16 * grit, 0, 1)
    stone = gradient([(0, "#191C3A"), (0.25, "#34335C"), (0.5, "#7A5468"), (0.75, "#D98A68"), (1, "#FFD596")], shade)
    wood = smooth(0.42, 0.75, ny + 0.25 * grit) * smooth(4.6, 3.0, top)
    stone = mix(
        stone, gradient([(0, "#12203A"), (0.45, "#2F4A4A"), (0.8, "#8C8A56"), (1, "#E8C078")], shade), 0.85 * wood
    )
    soft = np.maximum(hit.z * 0.006, 0.10)
    cx, cy, cz = slope(clouds, hit, soft)
    lit = np.clip(-cx * 0.62 + cy * 0.42 + cz * 0.52, -1, 1)
    curve = clouds(hit.x, hit.z) - 0.25 * sum(
        clouds(hit.x + dx * soft * 6, hit.z + dz * soft * 6) for dx, dz in ((1, 0), (-1, 0), (0, 1), (0, -1))
    )
    glow = np.exp(-(((hit.x / hit.z + 0.19) / 0.30) ** 2))
    tone = np.clip(0.26 + 0.50 * lit + 0.5 * np.clip(curve, -0.4, 0.4) + 0.16 * glow + 0.10 * sea, 0, 1)
    white = gradient(
        [(0, "#413F7A"), (0.22, "#6F609C"), (0.45, "#B888AC"), (0.65, "#F2AE9C"), (0.85, "#FFD9AA"), (1, "#FFF6DF")],
        tone,
    )
    edge = smooth(-0.15, 1.1 + 0.5 * grit, top - sea)
    return mix(white, stone, edge)


def view(factor: int = 2) -> tuple[Array, Array]:
    """The picture, and how far away each point is."""
    size = (SIZE[0] * factor, SIZE[1] * factor)
    horizon = size[1] * 0.445
    eye = Eye(height=3.3, horizon=horizon, focal=size[0] * 0.95)
    above = sky(size, horizon)
    hit = look(land, eye, size, 3.2, 420.0, 1500 * factor)
    picture = colour(hit)
    side = np.abs(hit.x / hit.z + 0.175)
    haze = mix(rgb("#B07F9F") + 0 * picture, rgb("#FFD08E"), np.exp(-((side * 3.2) ** 2)))
    picture = mix(picture, haze, 0.96 * (1 - np.exp(-np.maximum(hit.z - 10, 0) / 75)))
    picture = mix(above, picture, (~hit.sky).astype(np.float32))
    x, y = grid(*size)
    away = np.hypot(x / size[0] - SUN_AT[0], (y / size[1] - SUN_AT[1]) * 0.5625)
    picture = screen(picture, (0.40 * np.exp(-away / 0.16))[..., None] * rgb("#FFB469"))
    return picture, np.where(hit.sky, np.float32(1e6), hit.z)


def make(factor: int = 2) -> Image.Image:
    return finish(bloom(view(factor)[0], 0.8, 0.35), SIZE, seed=2, grain=0.01)
