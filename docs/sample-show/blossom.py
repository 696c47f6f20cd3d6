"""Peach blossom (hoa đào) for Tết: a branch in the mist of a spring morning."""

import math

import numpy as np
import skia
from kit import Array, bloom, blur, colour, drawn, fbm, finish, gradient, grid, mix, over, rgb, screen, smooth
from PIL import Image

SIZE = (1920, 1080)
Point = tuple[float, float]


def morning(size: tuple[int, int]) -> Array:
    """Far hills in mist, and light between leaves, out of focus."""
    width, height = size
    x, y = grid(width, height)
    u, v = x / width, y / height
    picture = gradient(
        [(0, "#8FB7B4"), (0.35, "#CFDCC9"), (0.62, "#F6E3C8"), (1, "#F3C3B4")],
        np.clip(v + 0.12 * fbm(u * 2, v * 2, 5, 3), 0, 1),
    )
    for k, (top, tone) in enumerate(((0.52, "#A9C4BE"), (0.62, "#8FB0A8"), (0.74, "#7A9E8E"))):
        crest = fbm(u[:1] * (2.2 + k), u[:1] * 0 + k, 20 + k, 5, 0.42)
        edge = top - 0.16 * crest
        veil = np.clip((v - edge) / 0.30, 0, 1)
        picture = mix(
            picture, mix(rgb(tone) + 0 * picture, rgb("#F7E2CE"), veil), 0.65 * smooth(-0.012, 0.012, v - edge)
        )
    picture = screen(picture, (0.55 * np.exp(-np.hypot((u - 0.80) * 1.3, v - 0.14) / 0.26))[..., None] * rgb("#FFF0C8"))
    random = np.random.default_rng(12)

    def lights(canvas: skia.Canvas) -> None:
        for _ in range(70):
            px, py = float(random.uniform(0, width)), float(random.uniform(0, height))
            r = float(random.uniform(0.012, 0.045)) * width
            tone = [rgb("#FFF3D6"), rgb("#F9B9C0"), rgb("#FFDCC8"), rgb("#CFE6C8")][int(random.integers(4))]
            strength = float(random.uniform(0.05, 0.20))
            disc = skia.Paint(AntiAlias=True, Color=colour(tone, strength))
            disc.setMaskFilter(skia.MaskFilter.MakeBlur(skia.BlurStyle.kNormal_BlurStyle, r * 0.07))
            canvas.drawCircle(px, py, r, disc)

    return over(picture, drawn(width, height, lights))


def petal(length: float, width: float) -> skia.Path:
    """A petal that points up from the origin, with a small notch."""
    path = skia.PathBuilder()
    path.moveTo(0, 0)
    path.cubicTo(-width * 0.30, -length * 0.18, -width * 0.78, -length * 0.55, -width * 0.42, -length * 0.90)
    path.cubicTo(-width * 0.28, -length * 1.04, -width * 0.08, -length * 1.02, 0, -length * 0.93)
    path.cubicTo(width * 0.10, -length * 1.03, width * 0.30, -length * 1.03, width * 0.43, -length * 0.88)
    path.cubicTo(width * 0.76, -length * 0.54, width * 0.28, -length * 0.18, 0, 0)
    return path.detach()


def flower(
    canvas: skia.Canvas, at: Point, radius: float, random: np.random.Generator, warm: float, blurred: float = 0.0
) -> None:
    """One blossom, turned and tilted its own way; `warm` 0..1 from pale to deep pink."""
    canvas.save()
    canvas.translate(*at)
    canvas.rotate(float(random.uniform(0, 360)))
    canvas.scale(1.0, float(random.uniform(0.62, 1.0)))
    canvas.rotate(float(random.uniform(0, 360)))
    soft = skia.MaskFilter.MakeBlur(skia.BlurStyle.kNormal_BlurStyle, blurred) if blurred else None
    deep, mid, pale = (
        mix(rgb(a), rgb(b), warm) for a, b in (("#E2607F", "#B91F4E"), ("#F7A3B4", "#E4557C"), ("#FFE6E6", "#FBA9BA"))
    )
    for layer, (count, scale) in enumerate(((5, 1.0), (5, 0.74))):
        for k in range(count):
            canvas.save()
            canvas.rotate(k * 360 / count + layer * 36 + float(random.normal(0, 5)))
            size = radius * scale * float(random.uniform(0.93, 1.07))
            shape = petal(size, size * float(random.uniform(0.86, 1.02)))
            if not blurred:
                shade = skia.Paint(AntiAlias=True, Color=colour(rgb("#7A1A3C"), 0.22))
                shade.setMaskFilter(skia.MaskFilter.MakeBlur(skia.BlurStyle.kNormal_BlurStyle, radius * 0.06))
                canvas.save()
                canvas.translate(radius * 0.03, radius * 0.05)
                canvas.drawPath(shape, shade)
                canvas.restore()
            fill = skia.Paint(AntiAlias=True)
            light = float(random.uniform(0.86, 1.06))
            fill.setShader(
                skia.GradientShader.MakeRadial(
                    (0, 0),
                    size,
                    [
                        colour(deep * light),
                        colour(mid * light),
                        colour(pale * light),
                        colour(np.minimum(pale * light * 1.04, 1)),
                    ],
                    [0.0, 0.32, 0.74, 1.0],
                )
            )
            if soft:
                fill.setMaskFilter(soft)
            canvas.drawPath(shape, fill)
            if not blurred:
                vein = skia.Paint(
                    AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=radius * 0.010, Color=colour(deep, 0.22)
                )
                for lean in (-0.42, -0.2, 0.0, 0.2, 0.42):
                    line = skia.PathBuilder()
                    line.moveTo(0, -size * 0.15)
                    line.quadTo(lean * size * 0.75, -size * 0.5, lean * size * 0.8, -size * (0.86 - abs(lean) * 0.25))
                    canvas.drawPath(line.detach(), vein)
            canvas.restore()
    if not blurred:
        stamens(canvas, radius, random)
    canvas.restore()


def stamens(canvas: skia.Canvas, radius: float, random: np.random.Generator) -> None:
    heart = skia.Paint(AntiAlias=True, Color=colour(rgb("#A3153F"), 0.85))
    heart.setMaskFilter(skia.MaskFilter.MakeBlur(skia.BlurStyle.kNormal_BlurStyle, radius * 0.05))
    canvas.drawCircle(0, 0, radius * 0.13, heart)
    for _ in range(22):
        turn, reach = float(random.uniform(0, 2 * math.pi)), radius * float(random.uniform(0.22, 0.50))
        tip = (math.cos(turn) * reach, math.sin(turn) * reach)
        canvas.drawLine(
            0, 0, *tip, skia.Paint(AntiAlias=True, Color=colour(rgb("#FFE3E0"), 0.9), StrokeWidth=radius * 0.018)
        )
        canvas.drawCircle(*tip, radius * 0.036, skia.Paint(AntiAlias=True, Color=colour(rgb("#B5631A"))))
        canvas.drawCircle(
            tip[0] - radius * 0.008,
            tip[1] - radius * 0.010,
            radius * 0.026,
            skia.Paint(AntiAlias=True, Color=colour(rgb("#FFD257"))),
        )


def bud(canvas: skia.Canvas, at: Point, radius: float, turn: float) -> None:
    canvas.save()
    canvas.translate(*at)
    canvas.rotate(turn)
    fill = skia.Paint(AntiAlias=True)
    fill.setShader(
        skia.GradientShader.MakeRadial(
            (-radius * 0.2, -radius * 0.9),
            radius * 1.5,
            [colour(rgb("#FFB6C4")), colour(rgb("#DE3F6D")), colour(rgb("#8E1840"))],
        )
    )
    canvas.drawOval(skia.Rect(-radius * 0.62, -radius * 1.7, radius * 0.62, 0.1), fill)
    calyx = skia.PathBuilder()
    calyx.moveTo(-radius * 0.5, -radius * 0.55)
    calyx.quadTo(0, -radius * 0.25, radius * 0.5, -radius * 0.55)
    calyx.quadTo(radius * 0.4, radius * 0.25, 0, radius * 0.3)
    calyx.quadTo(-radius * 0.4, radius * 0.25, -radius * 0.5, -radius * 0.55)
    canvas.drawPath(calyx.detach(), skia.Paint(AntiAlias=True, Color=colour(rgb("#5C2A2E"))))
    canvas.restore()


def leaf(canvas: skia.Canvas, at: Point, length: float, turn: float, random: np.random.Generator) -> None:
    canvas.save()
    canvas.translate(*at)
    canvas.rotate(turn)
    blade = skia.PathBuilder()
    blade.moveTo(0, 0)
    blade.cubicTo(-length * 0.22, -length * 0.3, -length * 0.16, -length * 0.72, 0, -length)
    blade.cubicTo(length * 0.18, -length * 0.7, length * 0.20, -length * 0.3, 0, 0)
    fill = skia.Paint(AntiAlias=True)
    fresh = [
        colour(rgb(c))
        for c in (("#5F8F3C", "#B5CF62"), ("#7FA544", "#DCD979"), ("#8A5A3A", "#C7B457"))[int(random.integers(3))]
    ]
    fill.setShader(skia.GradientShader.MakeLinear([(-length * 0.2, 0), (length * 0.2, -length)], fresh))
    canvas.drawPath(blade.detach(), fill)
    canvas.drawLine(
        0, 0, 0, -length * 0.9, skia.Paint(AntiAlias=True, Color=colour(rgb("#F1F0B8"), 0.5), StrokeWidth=length * 0.02)
    )
    canvas.restore()


def grow(
    start: Point,
    turn: float,
    length: float,
    thick: float,
    random: np.random.Generator,
    twigs: list[tuple[list[Point], float, float]],
) -> None:
    """A limb that bends as old trees do, and its side shoots; filled into `twigs` as (points, thick, thin)."""
    points, (x, y) = [start], start
    steps = 26
    thin = thick * 0.42
    bend = float(random.normal(0, 0.018))
    for k in range(steps):
        bend += float(random.normal(0, 0.035)) - bend * 0.25
        turn += bend
        x, y = x + math.cos(turn) * length / steps, y + math.sin(turn) * length / steps
        points.append((x, y))
        if thick > 5 and k > 3 and random.random() < 0.19:
            side = -1 if random.random() < 0.58 else 1
            width = thick + (thin - thick) * k / steps
            grow(
                (x, y),
                turn + side * float(random.uniform(0.45, 1.0)),
                length * float(random.uniform(0.28, 0.5)),
                width * 0.52,
                random,
                twigs,
            )
    twigs.append((points, thick, thin))


def bark(canvas: skia.Canvas, points: list[Point], thick: float, thin: float, random: np.random.Generator) -> None:
    """Dark wood, lit from above on the left, with knots and lichen."""
    count = len(points) - 1
    for dx, dy, shrink, tone in (
        (0.0, 0.0, 1.0, "#2A1B1C"),
        (-0.10, -0.16, 0.72, "#4C3230"),
        (-0.20, -0.34, 0.34, "#8A6656"),
    ):
        for k in range(count * 6):
            t = k / (count * 6)
            i = min(int(t * count), count - 1)
            f = t * count - i
            x = points[i][0] + (points[i + 1][0] - points[i][0]) * f
            y = points[i][1] + (points[i + 1][1] - points[i][1]) * f
            w = thick + (thin - thick) * t
            r = w * 0.5 * shrink * (1 + 0.10 * math.sin(k * 0.9) + float(random.normal(0, 0.05)))
            canvas.drawCircle(
                x + dx * w,
                y + dy * w,
                max(r, 0.6),
                skia.Paint(AntiAlias=True, Color=colour(rgb(tone), 1.0 if shrink == 1 else 0.35)),
            )
    if thick > 12:
        for _ in range(int(thick * 3)):
            i = int(random.integers(count))
            w = thick + (thin - thick) * i / count
            x, y = points[i][0] + float(random.normal(0, w * 0.22)), points[i][1] + float(random.normal(0, w * 0.22))
            spot = rgb("#9FB08A") if random.random() < 0.3 else rgb("#160E10")
            canvas.drawOval(
                skia.Rect(x - w * 0.12, y - w * 0.025, x + w * 0.12, y + w * 0.025),
                skia.Paint(AntiAlias=True, Color=colour(spot, 0.45)),
            )


def tree(size: tuple[int, int]) -> Array:
    width, height = size
    u = width / 1920
    random = np.random.default_rng(2027)
    twigs: list[tuple[list[Point], float, float]] = []
    grow((-40 * u, 930 * u), -0.42, 1750 * u, 50 * u, random, twigs)
    grow((250 * u, 800 * u), 0.16, 900 * u, 22 * u, random, twigs)
    grow((1960 * u, 250 * u), 2.72, 620 * u, 20 * u, random, twigs)

    def draw(canvas: skia.Canvas) -> None:
        for points, thick, thin in reversed(twigs):
            bark(canvas, points, thick, thin, random)
        for points, _, _ in twigs:
            for point in points[3:]:
                chance = random.random()
                if chance < 0.12:
                    leaf(canvas, point, float(random.uniform(34, 62)) * u, float(random.uniform(-100, 60)), random)
                elif chance < 0.32:
                    bud(canvas, point, float(random.uniform(9, 15)) * u, float(random.uniform(-80, 80)))
            bud(canvas, points[-1], 13 * u, float(random.uniform(-60, 60)))
        for points, thick, _ in sorted(twigs, key=lambda twig: twig[1]):
            for x, y in points[3:]:
                if random.random() < (0.10 if thick > 30 * u else 0.26):
                    at = (x + float(random.normal(0, 17)) * u, y + float(random.normal(0, 17)) * u)
                    flower(
                        canvas, at, float(random.uniform(36, 68)) * u, random, float(random.uniform(0.0, 1.0)) ** 0.7
                    )

    return drawn(width, height, draw)


def paint(factor: int = 2) -> Array:
    size = (SIZE[0] * factor, SIZE[1] * factor)
    u = float(factor)
    random = np.random.default_rng(77)
    picture = morning(size)

    def far(canvas: skia.Canvas) -> None:
        for _ in range(95):
            t = float(random.random())
            at = (
                (150 + 1900 * t + float(random.normal(0, 90))) * u,
                (150 + 240 * math.sin(t * 4 + 0.6) + float(random.normal(0, 95))) * u,
            )
            flower(canvas, at, float(random.uniform(26, 46)) * u, random, float(random.uniform(0.1, 0.8)), 6 * u)

    picture = over(picture, drawn(*size, far) * 0.62)
    sheet = tree(size)
    shade = blur(sheet[..., 3], 16 * u)
    down, right = int(22 * u), int(14 * u)
    shade = np.pad(shade, ((down, 0), (right, 0)), mode="edge")[: size[1], : size[0]]
    picture = mix(picture, rgb("#8A5A66") + 0 * picture, 0.22 * shade)
    picture = over(picture, sheet)

    def falling(canvas: skia.Canvas) -> None:
        for _ in range(34):
            canvas.save()
            canvas.translate(float(random.uniform(0, size[0])), float(random.uniform(0.1, 1) * size[1]))
            canvas.rotate(float(random.uniform(0, 360)))
            canvas.scale(1, float(random.uniform(0.35, 1)))
            length = float(random.uniform(14, 30)) * u
            fill = skia.Paint(AntiAlias=True)
            fill.setShader(
                skia.GradientShader.MakeLinear([(0, 0), (0, -length)], [colour(rgb("#E56C8B")), colour(rgb("#FFDDE0"))])
            )
            fill.setMaskFilter(
                skia.MaskFilter.MakeBlur(skia.BlurStyle.kNormal_BlurStyle, float(random.uniform(0.3, 3.5)) * u)
            )
            canvas.drawPath(petal(length, length * 0.9), fill)
            canvas.restore()

    return over(picture, drawn(*size, falling))


def make(factor: int = 2) -> Image.Image:
    return finish(bloom(paint(factor), 0.85, 0.25), SIZE, seed=5, grain=0.008, vignette=0.18)
