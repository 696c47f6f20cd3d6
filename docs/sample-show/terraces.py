"""Sa Pa: flooded rice terraces at golden hour."""

import numpy as np
import skia
from kit import (
    Array,
    Eye,
    Hit,
    bloom,
    drawn,
    fbm,
    finish,
    gradient,
    grid,
    look,
    mix,
    noise,
    over,
    rgb,
    ridged,
    screen,
    slope,
    smooth,
)
from PIL import Image

SIZE = (1920, 1080)
STEP = 2.4
SUN_AT = 0.64
SUN = np.array([0.50, 0.26, 0.82])
SKY = [(0.0, "#FFF0C4"), (0.10, "#FFD98C"), (0.28, "#F7A867"), (0.5, "#C98A86"), (0.8, "#6F7FA6"), (1.0, "#3F5C8E")]


def hill(x: Array, z: Array) -> Array:
    """The hillside before it was terraced, in metres: a valley that winds away from a slope at our feet."""
    middle = 26 + 52 * np.sin(z / 150 + 0.6) + 22 * np.sin(z / 67 + 2)
    off = x - middle
    left, right = np.maximum(-off, 0), np.maximum(off, 0)
    sides = 66 * (1 - np.exp(-((left / 120) ** 1.5))) + 46 * (1 - np.exp(-((right / 150) ** 1.5)))
    spurs = 21 * noise(x / 120 + 3, z / 150, 11) + 7.5 * noise(x / 47, z / 55, 12) + 1.1 * noise(x / 15, z / 15, 13)
    feet = 40 * smooth(170, 15, z)
    back = 34 * smooth(420, 900, z)
    return np.asarray(
        sides + spurs * (0.35 + 0.65 * smooth(0, 90, np.abs(off))) + feet + back - 0.035 * z, dtype=np.float32
    )


def wooded(x: Array, z: Array) -> Array:
    """1 where forest stands: far off, on the tops, and in a few groves."""
    grove = fbm(x / 75, z / 75, 33, 3)
    far = 0.75 * smooth(380, 760, z) + 0.30 * smooth(48, 76, hill(x, z)) * smooth(120, 260, z)
    return smooth(0.27, 0.285, grove + far - 0.4 * smooth(170, 60, z))


def terraced(x: Array, z: Array) -> Array:
    """Treads with a low bund on the valley side, and steep banks; trees where it is wooded."""
    base = hill(x, z)
    level = base / STEP
    whole = np.floor(level)
    part = level - whole
    bank = smooth(0.74, 1.0, part)
    bund = 0.16 * smooth(0.13, 0.05, part) * smooth(-0.02, 0.03, part)
    crowns = 1.5 + 5.5 * np.abs(noise(x / 5.5, z / 5.5, 35)) + 2.5 * np.abs(noise(x / 2.1, z / 2.1, 36))
    wood = wooded(x, z)
    steps = STEP * (whole + bank + bund)
    return np.asarray(steps + (base + crowns - steps) * wood, dtype=np.float32)


def sky_colour(up: Array, side: Array) -> Array:
    """The sky `up` 0..1 above the horizon; `side` is the distance from the sun, 0..1."""
    base = gradient(SKY, np.clip(up, 0, 1))
    glow = np.exp(-((side * 2.2) ** 2) - (up * 3.0) ** 2)
    return screen(base, glow[..., None] * rgb("#FFE3A0") * 0.75)


def sky(size: tuple[int, int], horizon: float) -> Array:
    width, height = size
    x, y = grid(width, height)
    up = (horizon - y) / horizon
    side = np.abs(x / width - SUN_AT)
    picture = sky_colour(up, side)
    cloud = fbm(x / width * 5 + 3, y / height * 17 + fbm(x / width * 3, y / height * 6, 40, 3), 30, 6, 0.55)
    lit = smooth(0.02, 0.5, cloud) * smooth(0.02, 0.3, up)
    warm = gradient(
        [(0, "#FFE9B8"), (0.35, "#FFC489"), (0.7, "#E59A8A"), (1, "#9C8CAB")], np.clip(up * 0.9 + side * 0.5, 0, 1)
    )
    picture = mix(picture, warm, 0.75 * lit)
    sun = np.hypot(x - SUN_AT * width, y - (horizon - 0.118 * height)) / height
    picture = screen(picture, np.exp(-((sun / 0.022) ** 4))[..., None] * rgb("#FFFBE8"))
    return screen(picture, (0.55 * np.exp(-sun / 0.10))[..., None] * rgb("#FFDFA0"))


def distant(picture: Array, horizon: float) -> Array:
    """Ranges behind ranges, paler as they go away, each with mist at its foot."""
    height, width = picture.shape[:2]
    x, y = grid(width, height)
    u = x / width
    near_sun = np.exp(-(((u - SUN_AT) * 2.4) ** 2))
    for k in range(6):
        away = 1 - k / 6
        crest = ridged(u[:1] * (1.7 + 0.8 * k) + 13.7 * k + 4, np.float32(0.37 * k) + 0 * u[:1], 60 + k, 8, 0.48)
        dip = 1 - 0.55 * np.exp(-(((u[:1] - SUN_AT) * (4.5 - 2 * away)) ** 2))
        top = horizon + height * (0.05 - (0.20 * away + 0.035) * (0.22 + 0.58 * crest) * dip)
        tone = mix(
            gradient([(0, "#37456A"), (0.6, "#7D7699"), (1, "#BE97A4")], away),
            rgb("#FFC080"),
            (0.18 + 0.45 * away) * near_sun,
        )
        foot = horizon + height * (0.05 - 0.17 * away)
        mist = smooth(-0.06, 0.12, (y - foot) / height) * 0.7
        tone = mix(tone, mix(rgb("#D9A79C") + 0 * tone, rgb("#FFD59A"), near_sun), mist)
        rim = np.exp(-np.maximum(y - top, 0) / (0.004 * height)) * near_sun * 0.5
        picture = mix(picture, screen(tone, rim[..., None] * rgb("#FFCF8A")), smooth(-0.8, 0.8, y - top))
    return picture


def seedlings(hit: Hit) -> Array:
    """Tufts of rice just planted, in rows, where the eye can still tell them."""
    u, v = hit.x / 0.62, hit.z / 0.62
    i, j = np.floor(u), np.floor(v)
    du = u - i - 0.5 - 0.9 * noise(i * 0.73, j * 0.61, 101)
    dv = v - j - 0.5 - 0.9 * noise(i * 0.57, j * 0.79, 102)
    planted = smooth(-0.05, 0.1, noise(hit.x / 30, hit.z / 30, 103))
    return smooth(0.19, 0.08, np.hypot(du, dv)) * smooth(120, 50, hit.z) * planted


def fields(hit: Hit, above: Array, horizon: float) -> Array:
    """What grows or stands at each point: water that mirrors `above`, young rice, ripe rice, banks of grass, trees."""
    height, width = hit.x.shape
    level = hill(hit.x, hit.z) / STEP
    whole = np.floor(level)
    part = level - whole
    reach = np.maximum(hit.z * 0.0006, 0.04)
    nx, ny, nz = slope(terraced, hit, reach)
    sun = SUN / np.linalg.norm(SUN)
    light = np.clip(nx * sun[0] + ny * sun[1] + nz * sun[2], 0, 1)
    fine = fbm(hit.x / 0.7, hit.z / 0.7, 80, 4) * smooth(200, 30, hit.z)
    plot = noise(hit.x / 55 + whole * 7.31, hit.z / 55 + whole * 3.77, 20)
    x, y = grid(width, height)
    ripple = fbm(hit.x / 2.3, hit.z / 7.0, 90, 4)
    row = np.clip(horizon - (y - horizon) * 0.46 + ripple * height * 0.018, 0, horizon - 1).astype(np.int32)
    column = np.clip(x + ripple * width * 0.006, 0, width - 1).astype(np.int32)
    water = mix(above[row, column], rgb("#4C5B78"), 0.12)
    glint = np.exp(-(((hit.x / hit.z - 0.16) / 0.13) ** 2)) * (0.35 + 0.8 * np.abs(ripple))
    water = screen(water, (0.6 * glint)[..., None] * rgb("#FFCE7E"))
    water = mix(water, rgb("#38542C"), 0.8 * seedlings(hit))
    young = gradient([(0, "#23401F"), (0.5, "#6E8F35"), (1, "#C9D46A")], np.clip(0.30 + 0.7 * fine + 0.6 * light, 0, 1))
    ripe = gradient([(0, "#7A4A1A"), (0.5, "#CF9430"), (1, "#FFDB7A")], np.clip(0.34 + 0.6 * fine + 0.6 * light, 0, 1))
    tread = mix(mix(water, young, 0.9 * smooth(0.16, 0.18, plot)), ripe, smooth(0.34, 0.36, plot))
    tread = mix(tread, rgb("#3A4524"), smooth(0.018, 0.008, np.abs(plot - 0.17)) * smooth(200, 60, hit.z))
    grass = [(0, "#131F22"), (0.3, "#26391F"), (0.6, "#6B7A2C"), (0.85, "#D8AE4A"), (1, "#FFDF8C")]
    bank_tone = gradient(grass, np.clip(0.06 + 0.95 * light**1.3 + 0.30 * fine, 0, 1))
    soft = np.clip(hit.z * 0.0011, 0.006, 0.12)
    bank = np.maximum(smooth(0.74 - soft, 0.74 + soft, part), smooth(0.115 + soft, 0.115 - soft, part))
    leaf = [(0, "#0E1A1E"), (0.35, "#1E3323"), (0.7, "#5F6B2C"), (1, "#E8BC5C")]
    forest = gradient(leaf, np.clip(0.05 + 0.85 * light**1.2 + 0.25 * fbm(hit.x / 1.3, hit.z / 1.3, 81, 3), 0, 1))
    return mix(mix(tread, bank_tone, bank), forest, smooth(0.0, 0.06, wooded(hit.x, hit.z)))


def air(picture: Array, hit: Hit) -> Array:
    """Golden haze with distance, and mist that lies in the valley."""
    side = np.abs(hit.x / hit.z - 0.16)
    haze = mix(rgb("#8C7FA6") + 0 * picture, rgb("#FFC27C"), np.exp(-((side * 3.0) ** 2)))
    depth = 1 - np.exp(-np.maximum(hit.z - 130, 0) / 760)
    low = (
        smooth(22, -14, hill(hit.x, hit.z)) * smooth(110, 300, hit.z) * (0.5 + 0.9 * fbm(hit.x / 90, hit.z / 60, 95, 4))
    )
    return mix(picture, haze, np.clip(0.95 * depth + 0.6 * np.clip(low, 0, 1), 0, 0.97))


HUTS = (
    (-52, 182, 0.6),
    (-38, 190, 0.5),
    (-63, 197, 0.55),
    (78, 235, 0.6),
    (92, 242, 0.5),
    (-104, 300, 0.7),
    (-113, 306, 0.6),
)


def hut(canvas: skia.Canvas, x: float, y: float, unit: float, haze: float) -> None:
    """A house on stilts, `unit` pixels a metre, its door at (x, y), with a lamp lit."""

    def tone(colour: str) -> skia.Paint:
        red, green, blue = (float(c) for c in mix(rgb(colour), rgb("#D9A79C"), haze))
        return skia.Paint(AntiAlias=True, Color4f=skia.Color4f(red, green, blue, 1))

    def shape(points: list[tuple[float, float]], colour: str) -> None:
        path = skia.PathBuilder()
        path.addPolygon([skia.Point(x + px * unit, y - py * unit) for px, py in points], True)
        canvas.drawPath(path.detach(), tone(colour))

    for post in (-3.2, -1.1, 1.1, 3.2):
        shape([(post - 0.15, -0.4), (post + 0.15, -0.4), (post + 0.15, 1.6), (post - 0.15, 1.6)], "#1A1512")
    shape([(-3.6, 1.4), (3.6, 1.4), (3.6, 3.7), (-3.6, 3.7)], "#33241B")
    shape([(-4.6, 3.3), (4.6, 3.3), (2.7, 6.6), (-2.7, 6.6)], "#3A2C24")
    shape([(4.6, 3.3), (2.7, 6.6), (1.6, 6.6), (2.6, 3.3)], "#8F6A45")
    for window in (-2.0, 0.6):
        shape([(window, 1.9), (window + 1.2, 1.9), (window + 1.2, 3.1), (window, 3.1)], "#FFC15E")
    glow = skia.Paint(AntiAlias=True, Color4f=skia.Color4f(1.0, 0.72, 0.34, 0.30))
    glow.setMaskFilter(skia.MaskFilter.MakeBlur(skia.BlurStyle.kNormal_BlurStyle, 2.2 * unit))
    canvas.drawCircle(x, y - 2.4 * unit, 2.6 * unit, glow)


def hamlet(eye: Eye, size: tuple[int, int], hit: Hit) -> Array:
    """The houses that nothing stands in front of."""

    def draw(canvas: skia.Canvas) -> None:
        for x, z, scale in sorted(HUTS, key=lambda spot: -spot[1]):
            ground = float(hill(np.asarray(x), np.asarray(z))) + 0.5
            across = size[0] / 2 + x / z * eye.focal
            down = float(eye.down(ground, z))
            if hit.z[int(min(down, size[1] - 1)), int(across)] > z - 25:
                hut(canvas, across, down, scale * eye.focal / z, float(1 - np.exp(-max(z - 60, 0) / 500)))

    return drawn(size[0], size[1], draw)


def view(factor: int = 2) -> tuple[Array, Array]:
    """The picture, and how far away each point is, in metres."""
    size = (SIZE[0] * factor, SIZE[1] * factor)
    horizon = size[1] * 0.36
    eye = Eye(height=84.0, horizon=horizon, focal=size[0] * 0.86)
    above = distant(sky(size, horizon), horizon)
    hit = look(terraced, eye, size, 24.0, 1300.0, 2200 * factor)
    land = air(fields(hit, above, horizon), hit)
    picture = over(mix(above, land, (~hit.sky).astype(np.float32)), hamlet(eye, size, hit))
    x, y = grid(*size)
    away = np.hypot((x / size[0] - SUN_AT) * 1.2, (y - horizon * 0.67) / size[1])
    picture = screen(picture, (0.42 * np.exp(-away / 0.26))[..., None] * rgb("#FFA75A"))
    picture = np.asarray(
        picture + 0.10 * np.sin((picture - 0.5) * np.pi) * (1 - np.abs(picture - 0.5)), dtype=np.float32
    )
    return picture, np.where(hit.sky, np.float32(1e6), hit.z)


def make(factor: int = 2) -> Image.Image:
    return finish(bloom(view(factor)[0], 0.8, 0.35), SIZE, grain=0.01)
