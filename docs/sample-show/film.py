"""The promotional film: the pictures, with depth, light and water set in motion.

Twenty-four seconds, 1920x1080 at 30 frames a second: H.264 and AAC by FFmpeg, frames piped to it.
"""

import math
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import blossom
import bridge
import brocade
import market
import music
import numpy as np
import skia
import summit
import terraces
from kit import FONTS, Array, bloom, blur, colour, drawn, enlarge, fbm, grid, ink, mix, noise, over, rgb, screen, smooth
from lettering import width as measure
from lettering import write
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

SIZE = (1920, 1080)
FPS = 30
Frame = NDArray[np.uint8]
Scene = Callable[[float], Array]
LINEAR = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)


def image(picture: Array) -> skia.Image:
    """An opaque Skia image of a picture, or a clear one of a sheet with alpha."""
    if picture.shape[2] == 3:
        picture = np.concatenate([picture, np.ones_like(picture[..., :1])], axis=2)
    pixels = np.ascontiguousarray((np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8))
    return skia.Image.fromarray(pixels, skia.kRGBA_8888_ColorType, copy=True).withDefaultMipmaps()


def ease(t: float) -> float:
    return t * t * (3 - 2 * t)


def canvas_frame(draw: Callable[[skia.Canvas], None]) -> Array:
    return drawn(*SIZE, draw)[..., :3]


class Dolly:
    """A camera that glides into a picture whose depth is known: near things move more."""

    CELL = 10

    def __init__(
        self, picture: Array, depth: Array, centre: tuple[float, float], forward: float, aside: float, lift: float
    ) -> None:
        height, width = depth.shape
        self.shader = image(picture).makeShader(skia.TileMode.kClamp, skia.TileMode.kClamp, LINEAR)
        self.near = blur(1 / depth, 12)
        self.centre, self.move = centre, (forward, aside, lift)
        self.gx, self.gy = np.meshgrid(
            np.linspace(0, width, width // self.CELL + 1), np.linspace(0, height, height // self.CELL + 1)
        )
        columns, rows = self.gx.shape[1], self.gx.shape[0]
        corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
        quads = np.stack(
            [corner, corner + 1, corner + columns, corner + 1, corner + columns + 1, corner + columns], axis=1
        )
        self.indices = [int(i) for i in quads.ravel()]
        self.positions = [skia.Point(float(x), float(y)) for x, y in zip(self.gx.ravel(), self.gy.ravel(), strict=True)]

    def __call__(self, t: float) -> Array:
        forward, aside, lift = (amount * t for amount in self.move)
        height, width = self.near.shape
        sx, sy = self.gx.copy(), self.gy.copy()
        for _ in range(4):
            q = self.near[np.clip(sy, 0, height - 1).astype(int), np.clip(sx, 0, width - 1).astype(int)]
            sx = self.centre[0] + (self.gx - self.centre[0]) * (1 - forward * q) + aside * q
            sy = self.centre[1] + (self.gy - self.centre[1]) * (1 - forward * q) - lift * q
        zoom = 1.035
        sx, sy = width / 2 + (sx - width / 2) / zoom, height / 2 + (sy - height / 2) / zoom
        texture = [skia.Point(float(x), float(y)) for x, y in zip(sx.ravel(), sy.ravel(), strict=True)]
        vertices = skia.Vertices(skia.Vertices.kTriangles_VertexMode, self.positions, texture, None, self.indices)
        paint = skia.Paint(Shader=self.shader)
        return canvas_frame(lambda canvas: canvas.drawVertices(vertices, paint))


def drifting(scene: Scene, seed: int, colour: str, low: float, high: float, strength: float) -> Scene:
    """`scene` with mist that drifts across the rows from `low` to `high`, shares of the height."""
    x, y = grid(480, 270)
    belt = smooth(low - 0.10, low + 0.06, y / 270) * smooth(high + 0.10, high - 0.06, y / 270)

    def frame(t: float) -> Array:
        picture = scene(t)
        cloud = fbm(x / 120 - 0.55 * t, y / 46 + 0.12 * t, seed, 4)
        mist = enlarge((strength * belt * smooth(0.0, 0.55, cloud)).astype(np.float32), *SIZE)
        return mix(picture, rgb(colour) + 0 * picture, np.clip(mist, 0, 1))

    return frame


def dawn() -> Scene:
    """Into the sea of clouds, the sun getting stronger."""
    picture, depth = summit.view(1)
    dolly = Dolly(bloom(picture, 0.8, 0.35), depth, (SIZE[0] * summit.SUN_AT[0], SIZE[1] * 0.44), 1.35, 90.0, -60.0)
    x, y = grid(240, 135)
    away = np.hypot(x / 240 - summit.SUN_AT[0], (y / 135 - summit.SUN_AT[1]) * 0.5625)
    warm = enlarge(np.exp(-away / 0.22).astype(np.float32), *SIZE)

    def frame(t: float) -> Array:
        low = 1 - ease(min(t * 1.3, 1))
        picture = dolly(ease(t) * 0.25 + t * 0.75)
        cold = picture * (np.array([0.62, 0.68, 0.92], dtype=np.float32))
        picture = mix(picture, cold, 0.75 * low * (1 - 0.9 * warm**3))
        return screen(picture, (0.30 * (1 - low) * warm)[..., None] * rgb("#FFB469"))

    return frame


def mirrors() -> Scene:
    """Over the terraces towards the sun."""
    picture, depth = terraces.view(1)
    dolly = Dolly(bloom(picture, 0.8, 0.35), depth, (SIZE[0] * terraces.SUN_AT, SIZE[1] * 0.36), 5.0, 520.0, -260.0)
    return drifting(dolly, 71, "#FFD9AE", 0.42, 0.62, 0.55)


def parasols() -> Scene:
    """Down towards the market; the umbrellas are nearer than the ground."""
    floor, shade, tops = (image(sheet) for sheet in market.layers(2))

    def frame(t: float) -> Array:
        def draw(canvas: skia.Canvas) -> None:
            canvas.clear(skia.ColorBLACK)
            for sheet, zoom in ((floor, 1.08 + 0.05 * t), (shade, 1.083 + 0.054 * t), (tops, 1.09 + 0.09 * t)):
                canvas.save()
                canvas.translate(SIZE[0] / 2, SIZE[1] / 2)
                canvas.rotate(-1.2 + 1.6 * t)
                canvas.scale(zoom / 2, zoom / 2)
                canvas.translate(-SIZE[0] + 60 * t * (zoom - 1), -SIZE[1])
                canvas.drawImage(sheet, 0, 0, LINEAR)
                canvas.restore()

        picture = canvas_frame(draw) * np.array([1.12, 1.08, 0.98], dtype=np.float32)
        return np.asarray(picture, dtype=np.float32)

    return frame


def cloth() -> Scene:
    """Along the embroidery, close."""
    sheet = image(brocade.paint(2))

    def frame(t: float) -> Array:
        def draw(canvas: skia.Canvas) -> None:
            zoom = 1.06 - 0.10 * t
            canvas.translate(SIZE[0] / 2, SIZE[1] / 2)
            canvas.rotate(-2.5)
            canvas.scale(zoom, zoom)
            canvas.translate(-SIZE[0] * (0.86 + 0.10 * t), -SIZE[1] * (0.96 + 0.04 * t))
            canvas.drawImage(sheet, 0, 0, LINEAR)

        return canvas_frame(draw)

    return frame


def night() -> Scene:
    """The bridge: cars cross it, the river moves."""
    picture = bloom(bridge.without_shore(1), 0.7, 0.55, 0.012)
    reeds = drawn(*SIZE, lambda canvas: bridge.shore(canvas, *SIZE))
    view = bridge.View(SIZE, 1)
    horizon = int(bridge.HORIZON * SIZE[1]) + 14
    x, y = grid(SIZE[0], SIZE[1] - horizon)
    near = y / (SIZE[1] - horizon)
    across, down = noise(x / 70, y / 9, 140), noise(x / 96, y / 14, 141)
    piers = drawn(*SIZE, lambda canvas: bridge.bridge(canvas, view))[horizon:, :, 3]
    free = np.clip(1 - blur(piers, 3), 0, 1) * smooth(0.0, 0.12, near)
    random = np.random.default_rng(44)
    cars = [
        (float(random.uniform(-60, 420)), float(random.choice([-1, 1])) * float(random.uniform(26, 44)))
        for _ in range(15)
    ]

    def traffic(canvas: skia.Canvas, t: float) -> None:
        for start, speed in cars:
            s = (start + speed * t * 4.5 + 60) % 480 - 60
            side = 2.0 if speed > 0 else -2.0
            unit = view.unit(s)
            px, py = view.at(s, side, bridge.DECK + 1.0)
            tone = "#FF5A4A" if speed > 0 else "#FFF3D2"
            glow = ink(tone, 0.55)
            glow.setMaskFilter(skia.MaskFilter.MakeBlur(skia.BlurStyle.kNormal_BlurStyle, max(1.0 * unit, 1.2)))
            canvas.drawOval(skia.Rect(px - 2.6 * unit, py - 0.9 * unit, px + 2.6 * unit, py + 0.9 * unit), glow)
            canvas.drawCircle(px, py, max(0.32 * unit, 1.1), ink(tone))
            canvas.drawCircle(px + 1.3 * unit, py + 0.1 * unit, max(0.26 * unit, 0.9), ink(tone, 0.9))

    def frame(t: float) -> Array:
        moved = picture.copy()
        shift = int(t * 130)
        wave = np.roll(across, shift, axis=1) + np.roll(down, -shift // 2, axis=1)
        swell = wave * np.sin(2 * np.pi * (t * 2.2) + x / 120 + y / 17)
        rows = np.clip(y + horizon + 8 * near * swell * free, horizon, SIZE[1] - 1).astype(np.int32)
        columns = np.clip(x + 5 * swell * free * (0.3 + near), 0, SIZE[0] - 1).astype(np.int32)
        moved[horizon:] = picture[rows, columns]
        moved[horizon:] *= (1 + 0.10 * swell * free)[..., None]
        moved = over(over(moved, reeds), drawn(*SIZE, lambda canvas: traffic(canvas, t)))
        still_image = image(moved)

        def draw(canvas: skia.Canvas) -> None:
            zoom = 1.03 + 0.06 * ease(t)
            canvas.translate(SIZE[0] * 0.5, SIZE[1] * 0.55)
            canvas.scale(zoom, zoom)
            canvas.translate(-SIZE[0] * (0.495 + 0.012 * t), -SIZE[1] * 0.55)
            canvas.drawImage(still_image, 0, 0, LINEAR)

        return canvas_frame(draw)

    return frame


def spring() -> Scene:
    """Peach blossom, and petals that fall."""
    sheet = image(blossom.paint(1))
    random = np.random.default_rng(55)
    petals = [tuple(float(f) for f in random.uniform(0, 1, 6)) for _ in range(46)]

    def frame(t: float) -> Array:
        def draw(canvas: skia.Canvas) -> None:
            canvas.save()
            zoom = 1.10 - 0.06 * ease(t)
            canvas.translate(SIZE[0] / 2, SIZE[1] * 0.42)
            canvas.scale(zoom, zoom)
            canvas.translate(-SIZE[0] / 2, -SIZE[1] * 0.42)
            canvas.drawImage(sheet, 0, 0, LINEAR)
            canvas.restore()
            for a, b, c, d, e, f in petals:
                y = ((b + t * (0.35 + 0.35 * c)) % 1.1 - 0.05) * SIZE[1]
                x = (a * 1.2 - 0.1 + 0.05 * t) * SIZE[0] + math.sin(t * 5 + 6 * d) * 40
                canvas.save()
                canvas.translate(x, y)
                canvas.rotate(360 * d + t * 300 * (e - 0.5))
                canvas.scale(1, 0.35 + 0.6 * abs(math.sin(t * 4 + 6 * f)))
                length = 16 + 16 * c
                fill = skia.Paint(AntiAlias=True)
                shades = [colour(rgb("#E56C8B")), colour(rgb("#FFDDE0"))]
                fill.setShader(skia.GradientShader.MakeLinear([(0, 0), (0, -length)], shades))
                fill.setMaskFilter(skia.MaskFilter.MakeBlur(skia.BlurStyle.kNormal_BlurStyle, 0.4 + 2.4 * f * f))
                canvas.drawPath(blossom.petal(length, length * 0.9), fill)
                canvas.restore()

        return canvas_frame(draw)

    return frame


def title(big: str, small: str, size: float = 92) -> Array:
    """Two lines at the lower left: Vietnamese, and English below a golden rule."""

    def letters(canvas: skia.Canvas, soft: bool) -> None:
        def paint(tone: str) -> skia.Paint:
            if not soft:
                return ink(tone)
            shade = ink("#101428", 0.85)
            shade.setMaskFilter(skia.MaskFilter.MakeBlur(skia.BlurStyle.kNormal_BlurStyle, 13))
            return shade

        write(canvas, big, (128, 812), "serif-strong", size, paint("#FFFFFF"))
        write(canvas, small, (132, 900), "sans", 42, paint("#FFF1D2"), spacing=1.5)
        rule = paint("#FFC861")
        canvas.drawRect(skia.Rect(132, 836, 132 + max(180, measure(big, "serif-strong", size) * 0.42), 840), rule)

    def draw(canvas: skia.Canvas) -> None:
        letters(canvas, True)
        letters(canvas, True)
        letters(canvas, False)

    return drawn(*SIZE, draw)


def shaped(words: str, face: str, size: int) -> Array:
    """A sheet with words of a script that needs shaping, by Pillow and Raqm."""
    font = ImageFont.truetype(str(FONTS / "truetype/noto" / face), size, layout_engine=ImageFont.Layout.RAQM)
    left, top, right, bottom = font.getbbox(words)
    alpha = Image.new("L", (int(right - left) + 8, int(bottom - top) + 8))
    ImageDraw.Draw(alpha).text((4 - left, 4 - top), words, fill=255, font=font)
    return np.asarray(alpha, dtype=np.float32) / 255


def welcome() -> Array:
    """The last card, in five languages."""
    plum = "#6A1440"

    def draw(canvas: skia.Canvas) -> None:
        for soft in (True, True, False):
            first, second = ink("#FFF6EA" if soft else plum), ink("#FFF6EA" if soft else "#8A2A55")
            if soft:
                for paint in (first, second):
                    paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.BlurStyle.kNormal_BlurStyle, 18))
            write(canvas, "Chào mừng quý khách", (960, 838), "serif-strong", 100, first, "centre")
            write(canvas, "欢迎光临", (420, 932), "zh-bold", 52, second, "centre", 4)
            write(canvas, "Welcome", (1512, 932), "bold", 54, second, "centre")

    sheet = drawn(*SIZE, draw)
    for words, face, middle in (
        ("ຍິນດີຕ້ອນຮັບ", "NotoSansLao-Bold.ttf", 780),
        ("សូមស្វាគមន៍", "NotoSansKhmer-Bold.ttf", 1158),
    ):
        alpha = shaped(words, face, 54)
        height, width = alpha.shape
        top, left = 914 - height // 2, middle - width // 2
        part = sheet[top : top + height, left : left + width]
        sheet[top : top + height, left : left + width, :3] = part[..., :3] * (1 - alpha[..., None]) + alpha[
            ..., None
        ] * rgb("#8A2A55")
        sheet[top : top + height, left : left + width, 3] = np.maximum(part[..., 3], alpha)
    return sheet


@dataclass(frozen=True)
class Shot:
    """A scene on screen from `start` to `end` seconds; its words come and go inside that."""

    start: float
    end: float
    scene: Callable[[], Scene]
    words: Callable[[], Array]
    words_stay: bool = False


SHOTS = (
    Shot(0.0, 5.6, dawn, lambda: title("Lào Cai", "Nơi núi gặp mây · Where the mountains meet the clouds", 150)),
    Shot(4.8, 10.2, mirrors, lambda: title("Ruộng bậc thang Sa Pa", "Rice terraces of Sa Pa")),
    Shot(9.4, 13.2, parasols, lambda: title("Chợ phiên Bắc Hà", "Bắc Hà Sunday market")),
    Shot(12.4, 15.4, cloth, lambda: title("Sắc màu thổ cẩm", "Colours of the highland looms")),
    Shot(14.6, 20.4, night, lambda: title("Cửa khẩu quốc tế Lào Cai", "Lào Cai International Border Gate")),
    Shot(19.6, 24.0, spring, welcome, True),
)
LENGTH = 24.0
OVERLAP = 0.8


def shading() -> Array:
    """Darker at the lower left, so that words stand out."""
    x, y = grid(*SIZE)
    return np.asarray(0.42 * np.exp(-(((x - 250) / 900) ** 2) - ((y - 860) / 270) ** 2), dtype=np.float32)


class Player:
    """Draws a shot's frames; built when the shot begins, dropped when it is over."""

    def __init__(self, shot: Shot, shade: Array) -> None:
        self.shot, self.shade = shot, shade
        self.scene, self.words = shot.scene(), shot.words()

    def frame(self, now: float) -> Array:
        shot = self.shot
        picture = self.scene((now - shot.start) / (shot.end - shot.start))
        come = ease(float(np.clip((now - shot.start - 0.6) / 0.7, 0, 1)))
        go = 1.0 if shot.words_stay else ease(float(np.clip((shot.end - 0.25 - now) / 0.5, 0, 1)))
        shown = come * go
        if shown <= 0:
            return picture
        if not shot.words_stay:
            picture = picture * (1 - shown * self.shade)[..., None]
        moved = np.roll(self.words, round(18 * (1 - come)), axis=0) * np.float32(shown)
        return over(picture, moved)


def draw_all(send: Callable[[bytes], object]) -> None:
    """Every frame in turn, as RGB bytes."""
    shade = shading()
    players: dict[int, Player] = {}
    random = np.random.default_rng(1)
    dither = (random.random((SIZE[1], SIZE[0], 3)) - 0.5).astype(np.float32) * 0.8
    for number in range(round(LENGTH * FPS)):
        now = number / FPS
        picture: Array | None = None
        for k, shot in enumerate(SHOTS):
            if not shot.start <= now < shot.end:
                players.pop(k, None)
                continue
            player = players.setdefault(k, players.get(k) or Player(shot, shade))
            top = player.frame(now)
            share = float(np.clip((now - shot.start) / OVERLAP, 0, 1)) if k else 1.0
            picture = top if picture is None else mix(picture, top, ease(share))
        if picture is None:
            raise ValueError(f"no shot at {now:.2f} s")
        fade = min(1.0, now / 0.7) * min(1.0, (LENGTH - now) / 0.9 + 0.25)
        send(np.clip(picture * 255 * fade + dither + 0.5, 0, 255).astype(np.uint8).tobytes())


RAW = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{SIZE[0]}x{SIZE[1]}", "-r", str(FPS), "-i", "-")
COLOUR = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv")


def ffmpeg(*words: str) -> list[str]:
    return ["ffmpeg", "-nostdin", "-y", "-loglevel", "error", *words]


def make(target: Path, kilobits: int = 1480) -> Path:
    """The film at `target`: drawn once without loss, then coded in two passes to a known size."""
    with tempfile.TemporaryDirectory() as folder:
        track, drawn_film, log = (str(Path(folder) / name) for name in ("music.wav", "drawn.mkv", "passes"))
        music.make(Path(track), LENGTH)
        matrix = ("-vf", "scale=out_color_matrix=bt709:out_range=tv", "-pix_fmt", "yuv420p")
        lossless = [*ffmpeg(*RAW, *matrix, *COLOUR, "-c:v", "libx264", "-preset", "ultrafast", "-qp", "0"), drawn_film]
        with subprocess.Popen(lossless, stdin=subprocess.PIPE) as encoder:
            if encoder.stdin is None:
                raise BrokenPipeError("FFmpeg takes no frames")
            draw_all(encoder.stdin.write)
        if encoder.returncode:
            raise subprocess.CalledProcessError(encoder.returncode, lossless)
        coding = ("-c:v", "libx264", "-preset", "slow", "-b:v", f"{kilobits}k", "-profile:v", "high", "-g", "90")
        coded = (*coding, "-pix_fmt", "yuv420p", *COLOUR, "-passlogfile", log)
        first = ffmpeg("-i", drawn_film, *coded, "-pass", "1", "-an", "-f", "null", "-")
        second = ffmpeg("-i", drawn_film, "-i", track, *coding, "-pass", "2", "-c:a", "aac", "-b:a", "160k")
        for command in (first, [*second, "-movflags", "+faststart", "-map_metadata", "-1", str(target)]):
            subprocess.run(command, check=True)
    return target
