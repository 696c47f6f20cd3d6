"""The bridge at Kim Thành in the blue hour, its lamps in the river."""

from collections.abc import Iterable

import numpy as np
import skia
from kit import Array, bloom, drawn, fbm, fill, finish, gradient, grid, mix, over, rgb, screen, smooth
from PIL import Image

SIZE = (1920, 1080)
EYE = 8.0
HORIZON = 0.565
FOCAL = 0.92
START = (-84.0, 58.0)
ALONG = (0.72, 0.694)
LENGTH = 420.0
DECK = 15.0
SPAN = 60.0
SKY = [(0.0, "#F2A27A"), (0.10, "#D5808A"), (0.26, "#86609A"), (0.48, "#3F4488"), (0.75, "#1B2660"), (1.0, "#0A1238")]


class View:
    """Projects metres to pixels; `up` -1 draws what the river mirrors."""

    def __init__(self, size: tuple[int, int], up: int) -> None:
        self.width, self.height = size
        self.up = up

    def at(self, s: float, side: float, y: float) -> tuple[float, float]:
        """The pixel of the point `s` metres along the bridge, `side` metres across it, `y` above the water."""
        x = START[0] + ALONG[0] * s + ALONG[1] * side
        z = START[1] + ALONG[1] * s - ALONG[0] * side
        return self.place(x, y, z)

    def place(self, x: float, y: float, z: float) -> tuple[float, float]:
        focal = FOCAL * self.width
        return self.width / 2 + x / z * focal, HORIZON * self.height - (self.up * y - EYE) / z * focal

    def unit(self, s: float) -> float:
        """Pixels a metre there."""
        return FOCAL * self.width / (START[1] + ALONG[1] * s)


def shape(canvas: skia.Canvas, points: Iterable[tuple[float, float]], paint: skia.Paint) -> None:
    path = skia.PathBuilder()
    path.addPolygon([skia.Point(x, y) for x, y in points], True)
    canvas.drawPath(path.detach(), paint)


def light_at(s: float) -> Array:
    """The colour of the flood-lights along the bridge: from gold over rose to jade."""
    return gradient(
        [(0, "#FFB648"), (0.35, "#FF6F7D"), (0.65, "#A66BE0"), (1, "#38C5D8")], 0.5 + 0.5 * np.sin(s / 66 + 0.4)
    )


def soffit(s: float) -> float:
    """The underside of the girder: an arch between piers."""
    t = (s % SPAN) / SPAN
    return float(DECK - 1.9 - 4.6 * abs(2 * t - 1) ** 2.2)


def pier(canvas: skia.Canvas, view: View, s: float) -> None:
    for a, b, shade in ((-4.5, 4.5, 0.55), (4.5, 4.5, 1.0)):
        for k in range(96):
            low, high = (DECK - 6.0) * k / 96, (DECK - 6.0) * (k + 1) / 96 + 0.05
            lit = 0.22 + 0.95 * np.exp(-k / 30)
            tone = mix(rgb("#20254A"), light_at(s), np.clip(lit * shade, 0, 1)) * (0.5 + 0.7 * lit)
            if a != b:
                corners = [(s - 1.8, a, low), (s - 1.8, b, low), (s - 1.8, b, high), (s - 1.8, a, high)]
            else:
                corners = [(s - 1.8, a, low), (s + 1.8, a, low), (s + 1.8, a, high), (s - 1.8, a, high)]
            shape(canvas, [view.at(*c) for c in corners], fill(tone))


def bridge(canvas: skia.Canvas, view: View) -> None:
    """Far to near: piers, girder, parapet, lamps."""
    for s in np.arange(LENGTH, -61.0, -SPAN).tolist():
        pier(canvas, view, s)
    for s in np.arange(LENGTH, -60.0, -0.5).tolist():
        t = abs(2 * ((s + 0.25) % SPAN) / SPAN - 1)
        haze = 1 - np.exp(-max(s, 0) / 900)
        under = [(s, -5, soffit(s)), (s + 0.6, -5, soffit(s + 0.5)), (s + 0.6, 5, soffit(s + 0.5)), (s, 5, soffit(s))]
        tone = mix(rgb("#171B3C"), light_at(s), 0.18 + 0.55 * t**5)
        shape(canvas, [view.at(*c) for c in under], fill(mix(tone, rgb("#4B4A80"), haze)))
        for k in range(20):
            low, high = (soffit(s) + (DECK - soffit(s)) * part / 20 for part in (k, k + 1.1))
            low2, high2 = (soffit(s + 0.5) + (DECK - soffit(s + 0.5)) * part / 20 for part in (k, k + 1.1))
            glow = (0.20 + 0.62 * t**3) * (1 - k / 23)
            tone = mix(mix(rgb("#262A55"), light_at(s), glow), rgb("#4B4A80"), haze)
            shape(
                canvas,
                [view.at(s, 5, low), view.at(s + 0.6, 5, low2), view.at(s + 0.6, 5, high2), view.at(s, 5, high)],
                fill(tone),
            )
        shape(
            canvas,
            [
                view.at(s, 5.3, DECK - 0.1),
                view.at(s + 0.6, 5.3, DECK - 0.1),
                view.at(s + 0.6, 5.3, DECK + 0.35),
                view.at(s, 5.3, DECK + 0.35),
            ],
            fill(mix(rgb("#F2C38A"), light_at(s), 0.35)),
        )
        rail = fill(rgb("#8C86B0"), 0.75)
        for y in (0.75, 1.15):
            shape(
                canvas,
                [
                    view.at(s, 5.3, DECK + y),
                    view.at(s + 0.6, 5.3, DECK + y),
                    view.at(s + 0.6, 5.3, DECK + y + 0.08),
                    view.at(s, 5.3, DECK + y + 0.08),
                ],
                rail,
            )
        if s % 2:
            continue
        shape(
            canvas,
            [
                view.at(s, 5.3, DECK + 0.3),
                view.at(s + 0.12, 5.3, DECK + 0.3),
                view.at(s + 0.12, 5.3, DECK + 1.2),
                view.at(s, 5.3, DECK + 1.2),
            ],
            rail,
        )
    for s in np.arange(LENGTH, -50.0, -20.0):
        lamp(canvas, view, float(s) - 10)


def lamp(canvas: skia.Canvas, view: View, s: float) -> None:
    unit = view.unit(s)
    for side, reach in ((-5.0, 1.8), (5.0, -1.8)):
        foot, top, head = view.at(s, side, DECK), view.at(s, side, DECK + 8), view.at(s, side + reach, DECK + 8.5)
        pole = skia.Paint(
            AntiAlias=True, Color=0xFF55527E, StrokeWidth=max(0.16 * unit, 1.0), Style=skia.Paint.kStroke_Style
        )
        path = skia.PathBuilder()
        path.moveTo(*foot)
        path.lineTo(*top)
        path.lineTo(*head)
        canvas.drawPath(path.detach(), pole)
        canvas.drawCircle(*head, 3.4 * unit, fill(rgb("#FFB765"), 0.20, 1.6 * unit))
        canvas.drawCircle(*head, 1.2 * unit, fill(rgb("#FFD592"), 0.6, 0.5 * unit))
        canvas.drawCircle(*head, max(0.36 * unit, 1.3), fill(rgb("#FFF6DF")))


def town(canvas: skia.Canvas, view: View) -> None:
    """The far bank: blocks with lit windows, an embankment with lamps, palms in between."""
    random = np.random.default_rng(21)
    blocks = sorted(
        ((float(random.uniform(330, 600)), float(random.uniform(-0.62, 0.62))) for _ in range(120)), reverse=True
    )
    for z, ratio in blocks:
        x, wide = ratio * z, float(random.uniform(7, 17))
        tall = float(random.choice([8, 11, 14, 18, 24, 30], p=[0.25, 0.25, 0.22, 0.15, 0.09, 0.04])) + 5
        tone = mix(rgb("#141A40"), rgb("#3D3B70"), (z - 330) / 330)
        left, right = x - wide / 2, x + wide / 2
        shape(
            canvas,
            [view.place(left, 4, z), view.place(right, 4, z), view.place(right, tall, z), view.place(left, tall, z)],
            fill(tone),
        )
        warm = [rgb(c) for c in ("#FFC872", "#FFE2A8", "#FF9E5E", "#9FD8E8")]
        for wx in np.arange(left + 1, right - 1.4, 2.4):
            for wy in np.arange(6, tall - 1.6, 3.0):
                if random.random() < 0.36:
                    glass = [
                        view.place(wx, wy, z),
                        view.place(wx + 1.3, wy, z),
                        view.place(wx + 1.3, wy + 1.6, z),
                        view.place(wx, wy + 1.6, z),
                    ]
                    shape(
                        canvas,
                        glass,
                        fill(warm[int(random.choice(4, p=[0.5, 0.25, 0.15, 0.1]))], float(random.uniform(0.45, 1))),
                    )
    shape(
        canvas,
        [view.place(-330, 0, 325), view.place(330, 0, 325), view.place(330, 5.2, 325), view.place(-330, 5.2, 325)],
        fill(rgb("#0F1433")),
    )
    for x in np.arange(-320, 320, 7.0):
        canvas.drawCircle(*view.place(float(x), 9.2, 322), 7.5, fill(rgb("#FFB45E"), 0.28, 4))
        canvas.drawCircle(*view.place(float(x), 9.2, 322), 1.9, fill(rgb("#FFE9BE")))
    for _ in range(150):
        x, y = float(random.uniform(-320, 320)), float(random.uniform(4.5, 8))
        canvas.drawCircle(*view.place(x, y, 324), float(random.uniform(5, 15)), fill(rgb("#0B1029"), 0.9))


def heaven(size: tuple[int, int]) -> Array:
    """Sky, stars, moon and the hills, down to the horizon."""
    width, height = size
    horizon = HORIZON * height
    x, y = grid(width, height)
    up = np.clip((horizon - y) / horizon, 0, 1)
    glow = np.exp(-(((x / width - 0.80) * 1.7) ** 2))
    picture = gradient(SKY, np.clip(up * (1.28 - 0.34 * glow), 0, 1))
    veil = fbm(x / width * 3.4 + 7, y / height * 15 + fbm(x / width * 2, y / height * 5, 31, 3), 32, 6, 0.55)
    picture = mix(
        picture,
        gradient([(0, "#FFB48A"), (0.4, "#B36C96"), (1, "#3A3F7E")], up),
        0.6 * smooth(0.05, 0.55, veil) * smooth(0.02, 0.3, up),
    )
    random = np.random.default_rng(3)
    for _ in range(420):
        sx, sy = int(random.uniform(0, width - 2)), int(random.uniform(0, 1) ** 1.7 * horizon * 0.8)
        b = float(random.uniform(0.15, 1) ** 2) * float(smooth(0.25, 0.8, 1 - sy / horizon))
        picture[sy : sy + 2, sx : sx + 2] += b * 0.8
    moon = np.hypot(x - 0.80 * width, y - 0.17 * height) / height
    picture = screen(picture, (0.34 * np.exp(-moon / 0.09))[..., None] * rgb("#FFE3C0"))
    face = 0.92 + 0.16 * fbm(x / height * 40, y / height * 40, 33, 4)
    picture = mix(picture, rgb("#FFF3DC") * face[..., None], smooth(0.0275, 0.0268, moon))
    u = x[:1] / width
    for k, (top, tone) in enumerate(
        (("0.150", "#6A5A94"), ("0.115", "#4A4580"), ("0.082", "#2C2F64"), ("0.050", "#1A2150"))
    ):
        crest = fbm(u * (3.2 + 1.3 * k) + 5.1 * k, u * 0 + 0.4 * k, 41 + k, 7, 0.48)
        edge = horizon - height * float(top) * (0.72 + 1.0 * crest)
        inside = smooth(-1.2, 1.2, y - edge)
        mist = np.clip((y - edge) / (0.16 * height), 0, 1) * 0.55
        picture = mix(picture, mix(rgb(tone) + 0 * picture, rgb("#8A6A9C"), mist), inside)
    return picture


def scene(size: tuple[int, int], up: int) -> Array:
    """All that stands above the water, or its mirror image (`up` -1), on the sky."""
    picture = heaven(size)
    if up < 0:
        horizon = int(HORIZON * size[1])
        rows = np.clip(2 * horizon - np.arange(size[1]), 0, horizon - 1)
        picture = picture[rows]
    view = View(size, up)
    picture = over(picture, drawn(*size, lambda canvas: town(canvas, view)))
    return over(picture, drawn(*size, lambda canvas: bridge(canvas, view)))


def river(mirror: Array, drift: float = 0.0) -> Array:
    """The mirror image broken by ripples: many glances at slightly other places, averaged."""
    height, width = mirror.shape[:2]
    horizon = HORIZON * height
    x, y = grid(width, height)
    below = np.maximum(y - horizon, 1)
    z = FOCAL * width * EYE / below
    wx = (x - width / 2) / (FOCAL * width) * z
    total = np.zeros_like(mirror)
    count = 9
    for k in range(count):
        wave = fbm(wx / 1.5 + 3.3 * k, z / 1.1 + 5.7 * k + drift, 110, 4) + 0.8 * fbm(wx / 9, z / 4 + drift, 114, 2)
        spread = (k / (count - 1) - 0.5) * 0.5
        dy = (wave * 0.55 + spread * 0.35) * below * np.clip(0.22 + 24 / (below / height * 1080 + 40), 0, 0.8)
        dx = 0.04 * wave * below
        rows = np.clip(y + dy, horizon + 1, height - 1).astype(np.int32)
        columns = np.clip(x + dx, 0, width - 1).astype(np.int32)
        total += mirror[rows, columns]
    water = total / count
    fresnel = 0.92 - 0.30 * smooth(0, 0.45, (y - horizon) / height)
    return mix(rgb("#0B1538") + 0 * water, water, fresnel)


def shore(canvas: skia.Canvas, width: int, height: int) -> None:
    """Reeds at our feet, and a sampan with a lantern."""
    random = np.random.default_rng(8)
    for _ in range(420):
        x = float(random.uniform(0, 1) ** 1.6 * 0.40 * width) * (1 if random.random() < 0.62 else -1)
        x = x if x >= 0 else width + x * 0.8
        tall = float(random.uniform(0.04, 0.19)) * height * (1 - 0.6 * min(x, width - x) / (0.4 * width))
        lean = float(random.normal(0.12, 0.18)) * tall
        path = skia.PathBuilder()
        path.moveTo(x - 0.0018 * width, height)
        path.quadTo(x + lean * 0.3, height - tall * 0.6, x + lean, height - tall)
        path.quadTo(x + lean * 0.3 + 0.002 * width, height - tall * 0.55, x + 0.0018 * width, height)
        canvas.drawPath(path.detach(), fill(mix(rgb("#050A1E"), rgb("#1C2348"), float(random.random()) * 0.6)))
    cx, cy, u = 0.655 * width, 0.845 * height, width / 1920
    hull = skia.PathBuilder()
    hull.moveTo(cx - 150 * u, cy - 26 * u)
    hull.quadTo(cx - 60 * u, cy + 20 * u, cx + 10 * u, cy + 20 * u)
    hull.quadTo(cx + 95 * u, cy + 18 * u, cx + 165 * u, cy - 34 * u)
    hull.quadTo(cx + 70 * u, cy + 0 * u, cx, cy)
    hull.quadTo(cx - 80 * u, cy + 0 * u, cx - 150 * u, cy - 26 * u)
    canvas.drawOval(skia.Rect(cx - 150 * u, cy + 8 * u, cx + 150 * u, cy + 44 * u), fill(rgb("#040818"), 0.6, 9 * u))
    canvas.drawPath(hull.detach(), fill(rgb("#120D1C")))
    roof = skia.PathBuilder()
    roof.moveTo(cx - 62 * u, cy + 2 * u)
    roof.cubicTo(cx - 60 * u, cy - 62 * u, cx + 58 * u, cy - 62 * u, cx + 60 * u, cy + 2 * u)
    roof.close()
    canvas.drawPath(roof.detach(), fill(rgb("#2A1B22")))
    inner = skia.PathBuilder()
    inner.moveTo(cx + 22 * u, cy + 2 * u)
    inner.cubicTo(cx + 24 * u, cy - 46 * u, cx + 54 * u, cy - 46 * u, cx + 58 * u, cy + 2 * u)
    inner.close()
    canvas.drawPath(inner.detach(), fill(rgb("#FFB04A"), 0.95, 2 * u))
    canvas.drawCircle(cx + 92 * u, cy - 34 * u, 44 * u, fill(rgb("#FFA94D"), 0.30, 22 * u))
    canvas.drawCircle(cx + 92 * u, cy - 34 * u, 7 * u, fill(rgb("#FFE6AE"), 1, 1.5 * u))
    pole = skia.Paint(AntiAlias=True, Color=0xFF1A121E, StrokeWidth=2.6 * u, Style=skia.Paint.kStroke_Style)
    canvas.drawLine(cx + 112 * u, cy - 8 * u, cx + 104 * u, cy - 60 * u, pole)
    canvas.drawLine(cx + 104 * u, cy - 60 * u, cx + 92 * u, cy - 42 * u, pole)
    for k in range(90):
        y = cy + (34 + 190 * (k / 90) ** 1.15) * u
        across = cx + (92 + float(random.normal(0, 5))) * u
        wide = float(random.uniform(3, 22)) * u * (1 - k / 120)
        canvas.drawOval(
            skia.Rect(across - wide, y, across + wide, y + 2.6 * u), fill(rgb("#FFB765"), 0.34 * (1 - k / 92), 1.2 * u)
        )
    for _ in range(260):
        part = float(random.random())
        y = HORIZON * height + (0.03 + 0.40 * part) * height
        across = 0.80 * width + float(random.normal(0, 6 + 26 * part)) * u
        wide = float(random.uniform(3, 26)) * u * (0.3 + part)
        canvas.drawOval(
            skia.Rect(across - wide, y, across + wide, y + (1.4 + 2 * part) * u),
            fill(rgb("#FFE7C2"), 0.26 * (1 - 0.6 * part), 1.0 * u),
        )


def without_shore(factor: int = 2) -> Array:
    """The bridge, the town and the river."""
    size = (SIZE[0] * factor, SIZE[1] * factor)
    picture = scene(size, 1)
    water = river(scene(size, -1))
    x, y = grid(*size)
    horizon = HORIZON * size[1]
    view = View(size, 1)
    near = drawn(*size, lambda canvas: bridge(canvas, view))
    below = smooth(-1, 1, y - horizon - 12 * factor)
    picture = mix(picture, water, below)
    picture = over(picture, near * 1.0)
    mist = np.exp(-(((y - horizon - 10 * factor) / (0.030 * size[1])) ** 2)) * (
        0.5 + 0.6 * fbm(x / size[0] * 6, y / size[1] * 30, 120, 4)
    )
    return screen(picture, (0.30 * np.clip(mist, 0, 1))[..., None] * rgb("#C98FA8"))


def paint(factor: int = 2) -> Array:
    width, height = SIZE[0] * factor, SIZE[1] * factor
    return over(without_shore(factor), drawn(width, height, lambda canvas: shore(canvas, width, height)))


def make(factor: int = 2) -> Image.Image:
    return finish(bloom(paint(factor), 0.7, 0.55, 0.012), SIZE, seed=3, grain=0.012)
