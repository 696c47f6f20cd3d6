"""Bắc Hà market from above on a Sunday morning."""

import math

import numpy as np
import skia
from kit import Array, bloom, colour, drawn, fbm, fill, finish, gradient, grid, mix, noise, over, rgb, smooth
from PIL import Image

SIZE = (1920, 1080)
SUN = math.radians(222)
CANOPIES = (
    ("#E23B3B", "#F6EAD2"),
    ("#F2A51F", "#D9412E"),
    ("#2E8FA8", "#F3E7CB"),
    ("#E8548A", "#F7D9D6"),
    ("#3E9B5F", "#F1D564"),
    ("#7B4BA0", "#E9B5CF"),
    ("#F0C22E", "#F0C22E"),
    ("#D8332F", "#D8332F"),
    ("#2C6FB3", "#7FC3DE"),
    ("#F07F2A", "#FBE3B5"),
)
SKIRTS = (
    ("#C8202F", "#F6BE2C", "#2AA7B8"),
    ("#20285A", "#E8487F", "#F6EFDF"),
    ("#E8487F", "#EE7A22", "#2F9A57"),
    ("#1E2A55", "#2AA7B8", "#E8487F"),
)
COATS = ("#28306A", "#2A2350", "#B02A4C", "#1F6A60", "#6A3480", "#D2527F")
SCARVES = ("#E8487F", "#D7263D", "#2F9A57", "#F6EFDF", "#3B3F9A", "#F2A51F")
FRUIT = ("#F28C1C", "#D7263D", "#7A1E3A", "#8DB53A", "#F4D03F", "#4E8B3A", "#B8472A", "#F5E6C4")


def ground(size: tuple[int, int], u: float) -> Array:
    """Old paving stones and trodden earth."""
    x, y = grid(*size)
    x, y = x / u, y / u
    wx, wy = x + 5 * noise(x / 40, y / 40, 2), y + 5 * noise(x / 40, y / 40, 3)
    row = np.floor(wy / 19)
    column = np.floor(wx / 23 + 0.5 * (row % 2))
    lx, ly = wx / 23 + 0.5 * (row % 2) - column, wy / 19 - row
    joint = np.minimum(np.minimum(lx, 1 - lx) * 23, np.minimum(ly, 1 - ly) * 19)
    tone = 0.5 + 0.55 * noise(column * 0.73 + 0.2, row * 0.91 + 0.3, 5) + 0.26 * fbm(x / 14, y / 14, 6, 5)
    stone = gradient([(0, "#A99582"), (0.5, "#CDB79C"), (1, "#E6D6BC")], np.clip(tone, 0, 1))
    stone = mix(rgb("#94806C") + 0 * stone, stone, smooth(0.2, 2.6, joint))
    earth = gradient([(0, "#B99470"), (1, "#DDBE94")], np.clip(0.5 + 0.7 * fbm(x / 60, y / 60, 9, 6), 0, 1))
    return mix(stone, earth, 0.85 * smooth(-0.10, 0.22, fbm(x / 330, y / 330, 10, 4)))


def umbrella(canvas: skia.Canvas, r: float, pair: tuple[str, str], turn: float, random: np.random.Generator) -> None:
    """A canopy of eight panels seen from above, centred on the origin."""
    ribs = 8
    striped = random.random() < 0.4
    for k in range(ribs):
        a, b = turn + k * 2 * math.pi / ribs, turn + (k + 1) * 2 * math.pi / ribs
        middle = (a + b) / 2
        light = 0.86 + 0.28 * math.cos(middle - SUN)
        tone = rgb(pair[k % 2])
        panel = skia.PathBuilder()
        panel.moveTo(0, 0)
        panel.lineTo(r * math.cos(a), r * math.sin(a))
        panel.quadTo(r * 0.90 * math.cos(middle), r * 0.90 * math.sin(middle), r * math.cos(b), r * math.sin(b))
        panel.close()
        path = panel.detach()
        sheet = skia.Paint(AntiAlias=True)
        inner, outer = mix(tone, rgb("#FFF3D8"), 0.16) * min(light * 1.08, 1.15), tone * light * 0.90
        sheet.setShader(
            skia.GradientShader.MakeRadial(
                (0, 0), r, [colour(inner), colour(tone * light), colour(outer)], [0, 0.55, 1]
            )
        )
        canvas.drawPath(path, sheet)
        if striped:
            canvas.save()
            canvas.clipPath(path, doAntiAlias=True)
            for at in (0.58, 0.86):
                band = fill(rgb(pair[(k + 1) % 2]) * light, 0.9)
                band.setStyle(skia.Paint.kStroke_Style)
                band.setStrokeWidth(r * 0.07)
                canvas.drawCircle(0, 0, r * at, band)
            canvas.restore()
        fold = fill(rgb("#3A1C12"), 0.13, r * 0.02)
        crease = skia.PathBuilder()
        crease.moveTo(0, 0)
        crease.lineTo(r * math.cos(a), r * math.sin(a))
        crease.quadTo(r * 0.6 * math.cos(a + 0.2), r * 0.6 * math.sin(a + 0.2), 0, 0)
        canvas.drawPath(crease.detach(), fold)
        rib = fill(mix(tone, rgb("#FFF8E6"), 0.55), 0.55)
        rib.setStrokeWidth(max(r * 0.010, 1))
        canvas.drawLine(0, 0, r * math.cos(a), r * math.sin(a), rib)
    canvas.drawCircle(r * 0.015, r * 0.02, r * 0.055, fill(rgb("#3A2A20"), 0.6))
    canvas.drawCircle(0, 0, r * 0.045, fill(rgb("#F7EBD0")))


def basket(canvas: skia.Canvas, x: float, y: float, r: float, random: np.random.Generator) -> None:
    """A round basket heaped with fruit, herbs or grain."""
    canvas.drawCircle(x + r * 0.25, y + r * 0.3, r, fill(rgb("#3A2618"), 0.35, r * 0.18))
    canvas.drawCircle(x, y, r, fill(rgb("#8A6236")))
    for k in range(26):
        a = k * 2 * math.pi / 26
        knot = fill(rgb("#C79A5C") if k % 2 else rgb("#6E4A26"))
        canvas.drawCircle(x + math.cos(a) * r * 0.93, y + math.sin(a) * r * 0.93, r * 0.10, knot)
    canvas.drawCircle(x, y, r * 0.85, fill(rgb("#4A3018")))
    tone, piece = rgb(FRUIT[int(random.integers(len(FRUIT)))]), float(random.choice([0.10, 0.15, 0.21]))
    for _ in range(int(2.2 / piece**2 * 0.55)):
        a, d = float(random.uniform(0, 2 * math.pi)), r * 0.76 * math.sqrt(float(random.random()))
        light = float(random.uniform(0.8, 1.08))
        px, py = x + math.cos(a) * d, y + math.sin(a) * d
        canvas.drawCircle(px + r * 0.02, py + r * 0.03, r * piece, fill(tone * 0.45, 0.7))
        canvas.drawCircle(px, py, r * piece * 0.94, fill(tone * light))
        canvas.drawCircle(
            px - r * piece * 0.3, py - r * piece * 0.3, r * piece * 0.28, fill(mix(tone, rgb("#FFFFFF"), 0.6), 0.75)
        )


def cloth(canvas: skia.Canvas, x: float, y: float, wide: float, tall: float, random: np.random.Generator) -> None:
    """A mat with folded brocade in stripes."""
    canvas.save()
    canvas.translate(x, y)
    canvas.rotate(float(random.uniform(-14, 14)))
    canvas.drawRect(skia.Rect(-wide / 2 + 5, -tall / 2 + 7, wide / 2 + 5, tall / 2 + 7), fill(rgb("#3A2618"), 0.35, 5))
    canvas.drawRect(skia.Rect(-wide / 2, -tall / 2, wide / 2, tall / 2), fill(rgb("#20285A")))
    tones = ("#C8202F", "#F6BE2C", "#E8487F", "#F6EFDF", "#2AA7B8", "#EE7A22")
    stripes = int(random.integers(7, 12))
    for k in range(stripes):
        left = -wide / 2 + wide * (k + 0.12) / stripes
        tone = rgb(tones[int(random.integers(len(tones)))])
        canvas.drawRect(skia.Rect(left, -tall / 2, left + wide * 0.62 / stripes, tall / 2), fill(tone, 0.92))
        for row in np.arange(-tall / 2 + 3, tall / 2 - 2, 7.0):
            canvas.drawRect(
                skia.Rect(left + wide * 0.2 / stripes, float(row), left + wide * 0.42 / stripes, float(row) + 3),
                fill(rgb("#FFF6E0") if k % 2 else rgb("#20285A"), 0.85),
            )
    canvas.restore()


def person(canvas: skia.Canvas, x: float, y: float, s: float, random: np.random.Generator) -> None:
    """Someone from straight above: pleated skirt, shoulders, a headscarf or a conical hat; a long shadow."""
    dx, dy = -math.cos(SUN), -math.sin(SUN)
    for k in range(8):
        canvas.drawCircle(
            x + dx * s * 0.28 * k, y + dy * s * 0.28 * k, s * (0.62 - 0.03 * k), fill(rgb("#2A1A1E"), 0.10, s * 0.16)
        )
    canvas.save()
    canvas.translate(x, y)
    canvas.rotate(float(random.choice([0, 180])) + float(random.normal(0, 40)))
    tones = [rgb(c) for c in SKIRTS[int(random.integers(len(SKIRTS)))]]
    for size, tone in ((0.80, tones[0]), (0.70, tones[1]), (0.63, tones[2]), (0.54, tones[0])):
        canvas.drawOval(skia.Rect(-s * size, -s * size * 0.86, s * size * 0.9, s * size * 0.86), fill(tone))
    pleat = fill(rgb("#140C14"), 0.25)
    pleat.setStrokeWidth(s * 0.035)
    for k in range(26):
        a = k * 2 * math.pi / 26
        canvas.drawLine(
            math.cos(a) * s * 0.3, math.sin(a) * s * 0.3, math.cos(a) * s * 0.80, math.sin(a) * s * 0.69, pleat
        )
    coat = rgb(COATS[int(random.integers(len(COATS)))])
    for side in (-1, 1):
        canvas.drawOval(
            skia.Rect(s * 0.02, side * s * 0.60 - s * 0.20, s * 0.72, side * s * 0.60 + s * 0.20), fill(coat * 0.85)
        )
        canvas.drawOval(
            skia.Rect(s * 0.50, side * s * 0.56 - s * 0.15, s * 0.62, side * s * 0.56 + s * 0.15), fill(tones[1])
        )
        canvas.drawCircle(s * 0.74, side * s * 0.54, s * 0.12, fill(rgb("#D9A47A")))
    canvas.drawOval(skia.Rect(-s * 0.36, -s * 0.84, s * 0.34, s * 0.84), fill(coat))
    canvas.drawOval(
        skia.Rect(-s * 0.30, -s * 0.76, s * 0.16, s * 0.60), fill(mix(coat, rgb("#FFE8C8"), 0.30), 0.75, s * 0.08)
    )
    if random.random() < 0.4:
        basket(canvas, -s * 0.66, 0.0, s * 0.50, random)
    if random.random() < 0.22:
        for k in range(14):
            canvas.drawCircle(
                -s * 0.004 * k,
                -s * 0.006 * k,
                s * 0.60 * (1 - k / 14),
                fill(mix(rgb("#C69F60"), rgb("#FBEBC0"), k / 13)),
            )
    else:
        headscarf(canvas, s, rgb(SCARVES[int(random.integers(len(SCARVES)))]))
    canvas.restore()


def headscarf(canvas: skia.Canvas, s: float, tone: Array) -> None:
    canvas.drawCircle(s * 0.06, s * 0.06, s * 0.42, fill(rgb("#140C14"), 0.45, s * 0.08))
    canvas.drawCircle(0, 0, s * 0.40, fill(tone))
    weave = fill(mix(tone, rgb("#FFF6D8"), 0.6), 0.65)
    weave.setStrokeWidth(s * 0.05)
    for k in (-0.24, -0.08, 0.08, 0.24):
        reach = math.sqrt(0.16 - k * k) * s
        canvas.drawLine(-reach, k * s, reach, k * s, weave)
        canvas.drawLine(k * s, -reach, k * s, reach, weave)
    canvas.drawCircle(-s * 0.10, -s * 0.12, s * 0.18, fill(rgb("#FFFFFF"), 0.25, s * 0.07))


Stall = tuple[float, float, float]


def lane(x: float) -> float:
    """The middle of the lane where people walk."""
    return 560 + 170 * math.sin(x / 420 + 0.4)


def stalls(random: np.random.Generator) -> list[Stall]:
    """Umbrellas close to each other but for the lanes."""
    spots: list[Stall] = []
    for _ in range(26000):
        x, y, r = float(random.uniform(-60, 1980)), float(random.uniform(-60, 1140)), float(random.uniform(64, 126))
        if abs(y - lane(x)) < 50 + r * 0.80 or abs(x - 1180 - 0.25 * (y - 540)) < 44 + r * 0.75:
            continue
        if all(math.hypot(x - px, y - py) > (r + pr) * 0.90 for px, py, pr in spots):
            spots.append((x, y, r))
    return spots


def under(canvas: skia.Canvas, spots: list[Stall], random: np.random.Generator) -> None:
    """Wares and people below the umbrellas."""
    for x, y, r in spots:
        for _ in range(11):
            a, d = float(random.uniform(0, 2 * math.pi)), r * float(random.uniform(0.80, 1.25))
            px, py = x + math.cos(a) * d, y + math.sin(a) * d
            if random.random() < 0.35:
                cloth(canvas, px, py, float(random.uniform(46, 86)), float(random.uniform(34, 56)), random)
            else:
                basket(canvas, px, py, float(random.uniform(15, 25)), random)
    walkers: list[tuple[float, float]] = []
    for _ in range(4000):
        x, y = float(random.uniform(-10, 1930)), float(random.uniform(0, 1080))
        across = abs(x - 1180 - 0.25 * (y - 540)) < 52
        if (
            (abs(y - lane(x)) < 62 or across)
            and all(math.hypot(x - a, y - b) > 40 for a, b in walkers)
            and len(walkers) < 120
        ):
            walkers.append((x, y))
    for x, y in walkers:
        person(canvas, x, y, float(random.uniform(20, 25)), random)


def layers(factor: int) -> tuple[Array, Array, Array]:
    """The ground with wares and people; the umbrellas' shadow; the umbrellas."""
    size = (SIZE[0] * factor, SIZE[1] * factor)
    spots = stalls(np.random.default_rng(31))

    def goods(canvas: skia.Canvas) -> None:
        canvas.scale(factor, factor)
        under(canvas, spots, np.random.default_rng(32))

    def shade(canvas: skia.Canvas) -> None:
        canvas.scale(factor, factor)
        for x, y, r in spots:
            canvas.drawCircle(x + 40, y + 46, r * 0.97, fill(rgb("#24141E"), 0.55, 7))

    def tops(canvas: skia.Canvas) -> None:
        canvas.scale(factor, factor)
        random = np.random.default_rng(33)
        for x, y, r in sorted(spots, key=lambda spot: spot[2]):
            canvas.save()
            canvas.translate(x, y)
            canvas.drawCircle(10, 12, r * 0.95, fill(rgb("#1E1018"), 0.45, 9))
            umbrella(canvas, r, CANOPIES[int(random.integers(len(CANOPIES)))], float(random.uniform(0, 0.8)), random)
            canvas.restore()

    floor = over(ground(size, factor), drawn(*size, goods))
    return floor, drawn(*size, shade), drawn(*size, tops)


def paint(factor: int = 2) -> Array:
    floor, shade, tops = layers(factor)
    picture = over(over(floor, shade), tops)
    height, width = picture.shape[:2]
    x, y = grid(width, height)
    dapple = fbm(x / width * 5, y / width * 5, 60, 4)
    warm = mix(rgb("#E9DDE6") + 0 * picture, rgb("#FFF2D6"), np.clip(1.1 - x / width * 0.6 - y / height * 0.4, 0, 1))
    return np.asarray(np.clip(picture * warm * (1.14 + 0.16 * dapple)[..., None], 0, 1), dtype=np.float32)


def make(factor: int = 2) -> Image.Image:
    return finish(bloom(paint(factor), 0.86, 0.22), SIZE, seed=6, grain=0.010, vignette=0.22)
