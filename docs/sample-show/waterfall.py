"""Thác Bạc, the Silver Waterfall, upright like a scroll."""

import math

import numpy as np
import skia
from kit import Array, bloom, drawn, fbm, finish, gradient, grid, mix, over, rgb, ridged, screen, smooth
from PIL import Image

SIZE = (1080, 1920)
POOL = 0.80


def middle(v: Array) -> Array:
    """Where the fall runs, from top (0) to bottom (1)."""
    return np.asarray(0.53 - 0.10 * np.sin(v * 4.4 + 0.3) + 0.03 * np.sin(v * 13), dtype=np.float32)


def spread(v: Array) -> Array:
    """Half of its width: a thread at the lip, a skirt at the foot."""
    return np.asarray(0.030 + 0.25 * np.clip(v - 0.13, 0, 1) ** 1.15, dtype=np.float32)


def relief(u: Array, v: Array) -> Array:
    """The rock face: ledges, cracks and boulders, as heights towards the eye."""
    wu, wv = u + 0.05 * fbm(u * 5, v * 9, 3, 4), v + 0.03 * fbm(u * 4, v * 8, 8, 4)
    blocks = ridged(wu * 4.2, wv * 6.5, 12, 7, 0.52)
    level = wv * 17 + 0.9 * fbm(u * 3, v * 3, 30, 3)
    part = level - np.floor(level)
    ledge = smooth(0.0, 0.75, part) * smooth(1.0, 0.86, part)
    return np.asarray(0.55 * blocks + 0.26 * ledge, dtype=np.float32)


def rock(u: Array, v: Array, factor: int) -> tuple[Array, Array]:
    """Its colours, wet and mossy, and how much light each point has."""
    face = relief(u, v)
    across = np.gradient(face, axis=1) * 240 * factor
    down = np.gradient(face, axis=0) * 240 * factor
    light = np.clip(0.42 - 0.34 * across - 0.46 * down, 0, 1.15)
    grit = fbm(u * 60, v * 106, 40, 4)
    stone = gradient(
        [(0, "#0D151A"), (0.3, "#25323A"), (0.6, "#586771"), (0.85, "#98A5A2"), (1, "#D6D9CB")],
        np.clip(light + 0.16 * grit, 0, 1),
    )
    moss = gradient(
        [(0, "#0C1D14"), (0.4, "#28502A"), (0.75, "#577A36"), (1, "#98AE54")], np.clip(light + 0.25 * grit, 0, 1)
    )
    green = smooth(0.05, 0.45, fbm(u * 5, v * 8, 45, 5) - 0.55 * down + 0.9 * (np.abs(u - middle(v)) - spread(v)))
    return mix(stone, moss, 0.85 * green), light


def water(u: Array, v: Array, light: Array) -> tuple[Array, Array]:
    """Colours of the falling water, and how much of the rock it hides."""
    d = (u - middle(v)) / spread(v)
    bend = 0.05 * fbm(u * 6, v * 7, 60, 3) + 0.06 * relief(u, v)
    x = u + bend
    strands = fbm(x * 26, v * 3.2, 61, 4) + 0.55 * fbm(x * 75, v * 6.0, 65, 3)
    body = strands + 0.95 * (1 - np.abs(d) ** 1.7) - 0.30 * smooth(0.2, 0.9, v) - 0.10
    amount = smooth(0.05, 0.62, body)
    fine = fbm(x * 190, v * 11, 70, 3)
    veil = np.clip(0.62 + 0.42 * fine + 0.32 * strands + 0.20 * (light - 0.4), 0, 1)
    tone = gradient([(0, "#5E8291"), (0.35, "#9CBAC2"), (0.65, "#D8E8E8"), (1, "#FFFFFF")], veil)
    return tone, amount


def trees(size: tuple[int, int]) -> Array:
    """Forest on both sides, from far and pale to near and dark."""
    width, height = size
    random = np.random.default_rng(14)

    def draw(canvas: skia.Canvas) -> None:
        for depth in range(7):
            near = depth / 6
            for _ in range(46):
                side = -1 if random.random() < 0.5 else 1
                v = float(random.uniform(0.02, 0.62 + 0.42 * near))
                gap = float(spread(np.asarray(v))) * (1.15 - 0.1 * near) + 0.10 + 0.12 * (1 - v)
                u = float(middle(np.asarray(v))) + side * (gap + abs(float(random.normal(0, 0.22))))
                crown(
                    canvas,
                    u * width,
                    v * height,
                    float(random.uniform(0.035, 0.075)) * width * (0.75 + 0.9 * near),
                    near,
                    random,
                )

    return drawn(width, height, draw)


def crown(canvas: skia.Canvas, x: float, y: float, r: float, near: float, random: np.random.Generator) -> None:
    """A tree's crown: hundreds of leaves, lit from above on the left."""
    haze = 0.62 * (1 - near) ** 1.4
    dark, mid, bright = rgb("#0B1E17"), rgb("#2C5630"), rgb("#9DB653")
    for k in range(460):
        turn, d = float(random.uniform(0, 2 * math.pi)), math.sqrt(float(random.random()))
        ox, oy = math.cos(turn) * d, math.sin(turn) * d * 0.85
        lit = float(np.clip(0.45 - 0.42 * oy - 0.26 * ox + random.normal(0, 0.14) + 0.3 * (k / 460 - 0.5), 0, 1))
        tone = mix(dark, mid, min(lit * 2, 1)) if lit < 0.5 else mix(mid, bright, lit * 2 - 1)
        red, green, blue = (float(c) for c in mix(tone, rgb("#BCD3CC"), haze))
        size = r * float(random.uniform(0.035, 0.085))
        canvas.save()
        canvas.translate(x + ox * r, y + oy * r)
        canvas.rotate(float(random.uniform(-50, 50)))
        canvas.drawOval(
            skia.Rect(-size, -size * 0.5, size, size * 0.5),
            skia.Paint(AntiAlias=True, Color4f=skia.Color4f(red, green, blue, 0.95)),
        )
        canvas.restore()


def boulders(picture: Array) -> Array:
    """Round stones in the pool, wet, with moss on top."""
    height, width = picture.shape[:2]
    random = np.random.default_rng(6)
    spots = sorted((float(random.uniform(0.835, 1.02)), float(random.uniform(-0.02, 1.02))) for _ in range(44))
    for v, u in spots:
        if abs(u - 0.52) < 0.22 * (1.05 - v) / 0.2:
            continue
        r = float(random.uniform(0.03, 0.062)) * (0.35 + 4.6 * (v - 0.80)) * width
        cx, cy, squash = u * width, v * height, float(random.uniform(0.55, 0.75))
        x0, x1, y0, y1 = (
            int(np.clip(e, 0, m))
            for e, m in ((cx - 1.3 * r, width), (cx + 1.3 * r, width), (cy - 1.2 * r, height), (cy + 1.2 * r, height))
        )
        if x1 - x0 < 4 or y1 - y0 < 4:
            continue
        y, x = np.mgrid[y0:y1, x0:x1].astype(np.float32)
        px, py = (x - cx) / r, (y - cy) / (r * squash)
        lump = 0.20 * fbm(px * 1.3 + u * 50, py * 1.3 + v * 50, 90, 4)
        radius = np.hypot(px, py) + lump
        inside = smooth(1.0, 1.0 - 3.0 / r, radius) * smooth(0.62, 0.55, py)
        dome = np.sqrt(np.clip(1 - radius**2, 0, 1))
        grit = fbm(px * 7 + u * 9, py * 7, 95, 5)
        light = np.clip(0.16 + 0.55 * dome * (0.6 - 0.5 * px - 0.75 * py) + 0.22 * grit, 0, 1)
        stone = gradient([(0, "#0A1014"), (0.35, "#2C373C"), (0.7, "#7B8885"), (1, "#D3D6C8")], light)
        moss = gradient([(0, "#0D1F12"), (0.5, "#3F6A2E"), (1, "#B4CC60")], np.clip(light * 1.15, 0, 1))
        tone = mix(stone, moss, 0.9 * smooth(0.05, -0.45, py + 0.6 * grit))
        foam = smooth(0.10, 0.0, np.abs(py - 0.57 + 0.1 * grit)) * smooth(1.15, 0.95, np.abs(px))
        patch = mix(picture[y0:y1, x0:x1], tone, inside)
        picture[y0:y1, x0:x1] = mix(patch, rgb("#EAF6F2"), 0.6 * foam * (0.5 + 0.8 * np.clip(grit, -0.4, 0.6)))
    return picture


def fronds(size: tuple[int, int]) -> Array:
    """Ferns close by, in the shade, that frame the view."""
    width, height = size
    random = np.random.default_rng(18)

    def fern(canvas: skia.Canvas, x: float, y: float, turn: float, length: float, tone: Array) -> None:
        bend = float(random.normal(0, 0.012)) + (0.022 if math.cos(turn) > 0 else -0.022)
        for k in range(44):
            t = k / 44
            turn += bend
            x, y = x + math.cos(turn) * length / 44, y + math.sin(turn) * length / 44
            reach = length * 0.20 * math.sin(math.pi * min(t * 0.92 + 0.10, 1))
            for side in (-1, 1):
                a = turn + side * 1.15
                leaflet = skia.PathBuilder()
                leaflet.moveTo(x, y)
                tip = (x + math.cos(a) * reach, y + math.sin(a) * reach)
                normal = (math.cos(a + 1.57) * reach * 0.10, math.sin(a + 1.57) * reach * 0.10)
                leaflet.quadTo((x + tip[0]) / 2 + normal[0], (y + tip[1]) / 2 + normal[1], *tip)
                leaflet.quadTo((x + tip[0]) / 2 - normal[0], (y + tip[1]) / 2 - normal[1], x, y)
                red, green, blue = (float(c) for c in tone * (0.75 + 0.5 * t + 0.10 * side))
                canvas.drawPath(leaflet.detach(), skia.Paint(AntiAlias=True, Color4f=skia.Color4f(red, green, blue, 1)))

    def draw(canvas: skia.Canvas) -> None:
        for k in range(30):
            left = k % 2 == 0
            x = (float(random.uniform(-0.06, 0.16)) if left else float(random.uniform(0.84, 1.06))) * width
            y = float(random.uniform(0.90, 1.06)) * height
            turn = float(random.uniform(-1.5, -0.35)) if left else float(random.uniform(-2.8, -1.65))
            tone = mix(rgb("#0A1C12"), rgb("#3A6B2C"), k / 30)
            fern(canvas, x, y, turn, float(random.uniform(0.20, 0.40)) * width, tone)

    return drawn(width, height, draw)


def pool(u: Array, v: Array) -> Array:
    """Green water, brighter where the fall meets it."""
    near = (v - POOL) / (1 - POOL)
    wave = fbm(u * 9 / (0.25 + near), 26 / (0.16 + near), 80, 5)
    tone = gradient(
        [(0, "#0F3A3C"), (0.35, "#1F6A66"), (0.7, "#5FA79B"), (1, "#DDF2EA")],
        np.clip(0.36 - 0.20 * near + 0.55 * wave + 0.50 * np.exp(-(((u - 0.52) / 0.30) ** 2) - near * 3.2), 0, 1),
    )
    foam = smooth(0.22, 0.48, wave + 0.75 * np.exp(-near * 5) * np.exp(-(((u - 0.52) / 0.34) ** 2)))
    return mix(tone, rgb("#F1FAF6"), 0.8 * foam)


def paint(factor: int = 2) -> Array:
    size = (SIZE[0] * factor, SIZE[1] * factor)
    width, height = size
    x, y = grid(width, height)
    u, v = x / width, y / height
    stone, light = rock(u, v, factor)
    falls, amount = water(u, v, light)
    picture = mix(stone, falls, amount * smooth(0.105, 0.13, v))
    high = smooth(0.34, 0.05, v)
    picture = mix(picture, rgb("#C4D8D6"), 0.60 * high)
    top = 0.115 + 0.05 * fbm(u * 4, v * 0 + 1, 100, 5) - 0.10 * np.abs(u - 0.53)
    heaven = gradient([(0, "#A9CBD6"), (0.10, "#DCE9E2"), (0.16, "#FBF1DC")], v)
    far = 0.075 + 0.05 * fbm(u * 3 + 4, v * 0, 104, 5)
    heaven = mix(heaven, rgb("#B3CBCB"), 0.8 * smooth(-0.002, 0.002, v - far))
    picture = mix(heaven, picture, smooth(-0.003, 0.003, v - top))
    picture = mix(picture, pool(u, v), smooth(-0.004, 0.006, v - POOL - 0.006 * fbm(u * 14, v * 0, 108, 3)))
    picture = over(picture, trees(size))
    spray = np.exp(-(((v - POOL + 0.03) / 0.085) ** 2) - ((u - 0.52) / 0.38) ** 2) * (
        0.62 + 0.7 * fbm(u * 4, v * 9, 110, 5)
    )
    picture = screen(picture, (0.92 * np.clip(spray, 0, 1))[..., None] * rgb("#EAF4F0"))
    picture = boulders(picture)
    ray = (
        smooth(0.35, 0.9, 0.5 + fbm((u + 0.42 * v) * 5.5, v * 0.5, 120, 3))
        * np.exp(-(((u + 0.45 * v - 0.62) / 0.42) ** 2))
        * smooth(0.85, 0.1, v)
    )
    picture = screen(picture, (0.34 * ray)[..., None] * rgb("#FFF0C4"))
    return over(picture, fronds(size))


def make(factor: int = 2) -> Image.Image:
    return finish(bloom(paint(factor), 0.86, 0.28), SIZE, seed=7, grain=0.010, vignette=0.3)
