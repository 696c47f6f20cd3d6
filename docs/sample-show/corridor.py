"""From the highlands to the sea: Côn Minh, Lào Cai, Hà Nội, Hải Phòng along one road."""

import math

import numpy as np
import skia
from kit import Array, bloom, drawn, fbm, finish, gradient, grid, ink, mix, over, rgb, ridged, screen, smooth
from lettering import write
from PIL import Image

SIZE = (1920, 1080)
STOPS = (
    (0.125, "Côn Minh", "昆明", "Kunming", "≈ 1.900 m"),
    (0.395, "Lào Cai", "老街", "Lao Cai", "≈ 90 m"),
    (0.655, "Hà Nội", "河内", "Hanoi", "≈ 10 m"),
    (0.875, "Hải Phòng", "海防", "Hai Phong", "0 m"),
)


def road(u: float) -> float:
    """The height of the road on the picture, 0 at the top: down from the plateau to the shore."""
    fall = 0.5 - 0.5 * math.tanh((u - 0.27) * 7.5)
    return 0.690 - 0.185 * fall + 0.014 * math.sin(u * 13) * (1 - 0.7 * float(smooth(0.6, 0.9, u)))


def land(size: tuple[int, int]) -> Array:
    """Ranges that sink towards the right, into a plain, into the sea at sunrise."""
    width, height = size
    x, y = grid(width, height)
    u, v = x / width, y / height
    sun = np.hypot(u - 0.865, (v - 0.545) * height / width)
    picture = gradient(
        [(0, "#12365A"), (0.28, "#2E6E8E"), (0.46, "#8FB8AE"), (0.56, "#F7D9A0"), (1, "#FBE6BE")],
        np.clip(v + 0.10 * sun - 0.03, 0, 1),
    )
    veil = fbm(u * 4 + 3, v * 16 + fbm(u * 2, v * 5, 3, 3), 4, 6, 0.55)
    picture = mix(
        picture,
        mix(rgb("#7FB0B4") + 0 * picture, rgb("#FFE7BC"), smooth(0.1, 0.5, v)),
        0.5 * smooth(0.05, 0.55, veil) * smooth(0.04, 0.3, v),
    )
    picture = screen(picture, (0.85 * np.exp(-sun / 0.085))[..., None] * rgb("#FFD58C"))
    picture = screen(picture, smooth(0.0262, 0.0250, sun)[..., None] * rgb("#FFFBEC"))
    sea = v > 0.565
    shine = np.exp(-(((u - 0.865) / (0.02 + 0.22 * np.maximum(v - 0.565, 0))) ** 2))
    ripple = fbm(u * 26, 3.5 / (np.maximum(v - 0.555, 0.008)), 6, 4)
    water = gradient(
        [(0, "#F2D9A8"), (0.12, "#8CC0B4"), (0.45, "#2F7F8E"), (1, "#124A66")],
        np.clip((v - 0.565) / 0.43 + 0.25 * ripple, 0, 1),
    )
    water = screen(water, (0.8 * shine * smooth(-0.15, 0.4, ripple))[..., None] * rgb("#FFE6AA"))
    picture = mix(picture, water, sea.astype(np.float32))
    layers = (
        (0.40, 0.24, "#6F9CA2", 0.66),
        (0.43, 0.25, "#56898F", 0.70),
        (0.46, 0.25, "#437F7F", 0.76),
        (0.52, 0.23, "#2F6E66", 0.99),
        (0.60, 0.17, "#245B4C", 1.08),
        (0.70, 0.10, "#1B4A3C", 1.15),
    )
    for k, (base, tall, tone, shore) in enumerate(layers):
        sink = 0.5 - 0.5 * np.tanh((u[:1] - 0.30 - 0.035 * k) * 5.2)
        crest = ridged(u[:1] * (3.4 + 0.7 * k) + 3.7 * k, u[:1] * 0 + 0.3 * k, 30 + k, 8, 0.46)
        low = 0.566 + 0.040 * k
        top = low - (low - base + tall * 0.42 * (crest - 0.55)) * sink - 0.008 * fbm(u[:1] * 20, u[:1] * 0, 50 + k, 3)
        end = smooth(shore + 0.05, shore - 0.06, u[:1] + 0.05 * fbm(u[:1] * 9, u[:1] * 0 + k, 55, 3))
        top = top + (1 - end) * (0.05 + 0.035 * k + 0.5 * (1 - end) ** 4)
        lit = ridged(u * 10 + 0.6 * v * 9, v * 14 + k, 60 + k, 6) - 0.7
        colour = mix(
            rgb(tone) + 0 * picture,
            rgb("#F3D9A2"),
            np.clip(0.16 * lit + 0.30 * np.exp(-(((u - 0.9) / 0.38) ** 2)), 0, 1) * (1 - 0.10 * k),
        )
        mist = smooth(0.02, 0.20, v - top) * (0.62 - 0.09 * k)
        colour = mix(colour, mix(rgb("#9CC3BA") + 0 * picture, rgb("#FBE3B4"), u), mist)
        picture = mix(picture, colour, smooth(-0.0011, 0.0011, v - top))
    dark = smooth(0.70, 1.0, v)
    return mix(picture, rgb("#0C2E3A"), 0.72 * dark)


def ribbon(canvas: skia.Canvas, w: float, h: float, u: float) -> None:
    """The road, with its glow and its four stops."""
    line = skia.PathBuilder()
    line.moveTo(0, road(0) * h)
    for k in range(1, 241):
        line.lineTo(k / 240 * 0.875 * w, road(k / 240 * 0.875) * h)
    path = line.detach()

    def stroke(colour: str, wide: float, alpha: float, soft: float = 0.0) -> None:
        paint = ink(colour, alpha)
        paint.setStyle(skia.Paint.kStroke_Style)
        paint.setStrokeWidth(wide * u)
        paint.setStrokeCap(skia.Paint.kRound_Cap)
        if soft:
            paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.BlurStyle.kNormal_BlurStyle, soft * u))
        canvas.drawPath(path, paint)

    stroke("#04202C", 16, 0.35, 9)
    stroke("#FFB84D", 22, 0.35, 14)
    stroke("#FFD98A", 8, 1.0)
    stroke("#FFF7E0", 3, 1.0)
    for k, (at, *_) in enumerate(STOPS):
        x, y, here = at * w, road(at) * h, k == 1
        r = (24 if here else 15) * u
        glow = ink("#FF6B3D" if here else "#FFD98A", 0.55)
        glow.setMaskFilter(skia.MaskFilter.MakeBlur(skia.BlurStyle.kNormal_BlurStyle, r * 0.9))
        canvas.drawCircle(x, y, r * 1.7, glow)
        canvas.drawCircle(x, y, r, ink("#FFF7E0"))
        canvas.drawCircle(x, y, r * 0.66, ink("#D63B24" if here else "#14506A"))
        canvas.drawCircle(x, y, r * 0.24, ink("#FFF7E0"))


def names(canvas: skia.Canvas, w: float, h: float, u: float) -> None:
    """The stops' names under the road, in three languages, and the title."""
    for k, (at, vi, zh, en, metres) in enumerate(STOPS):
        x, y, here = at * w, road(at) * h, k == 1
        post = ink("#FFF7E0", 0.75)
        post.setStrokeWidth(2 * u)
        foot = 0.786 * h
        canvas.drawLine(x, y + 34 * u, x, max(foot - 52 * u, y + 34 * u), post)
        write(canvas, vi, (x, foot), "bold", (58 if here else 46) * u, ink("#FFE09A" if here else "#FFFFFF"), "centre")
        write(canvas, zh, (x, foot + 50 * u), "zh", 34 * u, ink("#FFFFFF", 0.95), "centre", 6 * u)
        write(canvas, f"{en}  {metres}", (x, foot + 92 * u), "zh", 25 * u, ink("#CFE6E3"), "centre")
    write(canvas, "Từ cao nguyên ra biển lớn", (96 * u, 176 * u), "serif-bold", 76 * u, ink("#FFFFFF"))
    write(canvas, "从高原到大海", (98 * u, 236 * u), "zh", 40 * u, ink("#FFE9B8"), spacing=8 * u)
    write(canvas, "From the highlands to the sea", (100 * u, 286 * u), "sans", 34 * u, ink("#DDEFEA"))


def flag_of_place(canvas: skia.Canvas, w: float, h: float, u: float) -> None:
    """A tag over Lào Cai: you are here."""
    x, y = STOPS[1][0] * w, road(STOPS[1][0]) * h - 66 * u
    words, more = "Quý khách đang ở đây", "您在这里 · You are here"
    half = 228 * u
    tag = skia.PathBuilder()
    tag.addRRect(skia.RRect.MakeRectXY(skia.Rect(x - half, y - 112 * u, x + half, y - 8 * u), 16 * u, 16 * u))
    tag.addPolygon(
        [skia.Point(x - 17 * u, y - 9 * u), skia.Point(x + 17 * u, y - 9 * u), skia.Point(x, y + 18 * u)], True
    )
    path = tag.detach()
    shade = ink("#04202C", 0.5)
    shade.setMaskFilter(skia.MaskFilter.MakeBlur(skia.BlurStyle.kNormal_BlurStyle, 12 * u))
    canvas.drawPath(path, shade)
    canvas.drawPath(path, ink("#D63B24"))
    write(canvas, words, (x, y - 66 * u), "bold", 36 * u, ink("#FFFFFF"), "centre")
    write(canvas, more, (x, y - 26 * u), "zh", 26 * u, ink("#FFE9D8"), "centre")


def ship(canvas: skia.Canvas, x: float, y: float, u: float) -> None:
    """A freighter with its boxes, on the horizon."""
    hull = skia.PathBuilder()
    hull.addPolygon(
        [skia.Point(x + px * u, y + py * u) for px, py in ((-62, -6), (60, -6), (72, -14), (60, 9), (-54, 9))], True
    )
    canvas.drawPath(hull.detach(), ink("#15384A"))
    tones = ("#B5472F", "#D9A441", "#3E7C87", "#7E4A5A", "#C98F4E")
    for column in range(7):
        for row in range(3 if 0 < column < 6 else 2):
            left = x + (-34 + column * 12.5) * u
            canvas.drawRect(
                skia.Rect(left, y - (14 + row * 8) * u, left + 11.5 * u, y - (6.6 + row * 8) * u),
                ink(tones[(column * 2 + row * 3) % 5]),
            )
    canvas.drawRect(skia.Rect(x - 56 * u, y - 38 * u, x - 40 * u, y - 5 * u), ink("#F3E6C8"))
    canvas.drawRect(skia.Rect(x - 54 * u, y - 34 * u, x - 42 * u, y - 31 * u), ink("#15384A"))


def paint(factor: int = 2) -> Array:
    size = (SIZE[0] * factor, SIZE[1] * factor)
    w, h, u = float(size[0]), float(size[1]), float(factor)

    def draw(canvas: skia.Canvas) -> None:
        ship(canvas, 0.955 * w, 0.592 * h, u)
        ship(canvas, 0.735 * w, 0.573 * h, 0.42 * u)
        ribbon(canvas, w, h, u)
        names(canvas, w, h, u)
        flag_of_place(canvas, w, h, u)

    return over(bloom(land(size), 0.82, 0.3), drawn(*size, draw))


def make(factor: int = 2) -> Image.Image:
    return finish(paint(factor), SIZE, seed=8, grain=0.007, vignette=0.12)
