"""The paint box: noise, colour, light, type, and a renderer of landscapes given as heights.

Pictures are float32 arrays (height, width, 3) with 0..1 a channel, in sRGB, until `finish` adds grain and rounds.
Every random number comes from a seed, so the same program makes the same pictures.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import skia
from numpy.typing import NDArray
from PIL import Image

Array = NDArray[np.floating[Any]]
FONTS = Path("/usr/share/fonts")


@cache
def _gradients(seed: int) -> tuple[Array, Array]:
    turn = np.random.default_rng(seed).random((256, 256)) * 2 * np.pi
    return np.cos(turn).astype(np.float32), np.sin(turn).astype(np.float32)


def noise(x: Array, y: Array, seed: int) -> Array:
    """Gradient noise, about -0.7..0.7, with features one unit across."""
    gx, gy = _gradients(seed)
    x, y = np.broadcast_arrays(np.float32(x), np.float32(y))
    x0, y0 = np.floor(x), np.floor(y)
    fx, fy = x - x0, y - y0
    i, j = x0.astype(np.int32), y0.astype(np.int32)
    u = fx * fx * fx * (fx * (fx * 6 - 15) + 10)
    v = fy * fy * fy * (fy * (fy * 6 - 15) + 10)

    def corner(di: int, dj: int) -> Array:
        at = (((j + dj) & 255) << 8) | ((i + di) & 255)
        near: Array = gx.ravel()[at] * (fx - di) + gy.ravel()[at] * (fy - dj)
        return near

    top = corner(0, 0) + u * (corner(1, 0) - corner(0, 0))
    low = corner(0, 1) + u * (corner(1, 1) - corner(0, 1))
    result: Array = top + v * (low - top)
    return result


def fbm(x: Array, y: Array, seed: int, octaves: int = 5, gain: float = 0.5) -> Array:
    """Noise on noise: each octave is turned, twice as fine and `gain` as strong."""
    total, strength = np.zeros(np.broadcast_shapes(np.shape(x), np.shape(y)), dtype=np.float32), 1.0
    for octave in range(octaves):
        total += strength * noise(x, y, seed + octave)
        x, y = 1.6 * x + 1.2 * y + 17.3, -1.2 * x + 1.6 * y - 5.1
        strength *= gain
    return total


def ridged(x: Array, y: Array, seed: int, octaves: int = 6, gain: float = 0.5) -> Array:
    """Sharp crests, 0..about 1.5: mountains, rock, ripples."""
    total = np.zeros(np.broadcast_shapes(np.shape(x), np.shape(y)), dtype=np.float32)
    weight, strength = np.ones_like(total), 1.0
    for octave in range(octaves):
        crest = (1 - np.abs(noise(x, y, seed + octave)) * 1.6) ** 2
        total += strength * crest * weight
        weight = np.clip(crest * 1.4, 0, 1).astype(np.float32)
        x, y = 1.6 * x + 1.2 * y + 9.2, -1.2 * x + 1.6 * y + 4.7
        strength *= gain
    return total


def smooth(low: Any, high: Any, value: Any) -> Array:
    """0 at `low`, 1 at `high`, rounded at both."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float32)


def rgb(text: str) -> Array:
    """A colour from "#RRGGBB"."""
    return np.array([int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)], dtype=np.float32)


def gradient(stops: Sequence[tuple[float, str]], at: Any) -> Array:
    """Colours along `stops` (position, colour); a new last axis of three."""
    places = [place for place, _ in stops]
    colours = np.array([rgb(colour) for _, colour in stops])
    return np.stack([np.interp(at, places, colours[:, c]) for c in range(3)], axis=-1).astype(np.float32)


def mix(below: Any, above: Any, amount: Any) -> Array:
    """`above` over `below` by `amount`, an array without the colour axis, or a number."""
    share = np.asarray(amount, dtype=np.float32)
    if share.ndim:
        share = share[..., None]
    return np.asarray(below + (above - below) * share, dtype=np.float32)


def screen(below: Array, light: Array) -> Array:
    """Add light without burning out."""
    return np.asarray(1 - (1 - np.clip(below, 0, 1)) * (1 - np.clip(light, 0, 1)), dtype=np.float32)


def _box(a: Array, r: int, axis: int) -> Array:
    pad = [(0, 0)] * a.ndim
    pad[axis] = (r + 1, r)
    sums = np.cumsum(np.pad(a, pad, mode="edge"), axis=axis, dtype=np.float64)
    size = a.shape[axis]
    high = np.take(sums, np.arange(2 * r + 1, 2 * r + 1 + size), axis=axis)
    low = np.take(sums, np.arange(size), axis=axis)
    return ((high - low) / (2 * r + 1)).astype(np.float32)


def blur(a: Array, across: float, down: float | None = None) -> Array:
    """Three box passes, close to a Gaussian of that many pixels."""
    for axis, sigma in ((1, across), (0, across if down is None else down)):
        r = round(sigma)
        if r > 0:
            for _ in range(3):
                a = _box(a, r, axis)
    return a


def grid(width: int, height: int) -> tuple[Array, Array]:
    """x and y of every pixel's centre, in pixels."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return x + 0.5, y + 0.5


def bloom(picture: Array, threshold: float = 0.75, strength: float = 0.5, spread: float = 0.02) -> Array:
    """Light that spills over from what is brightest."""
    small = picture[::4, ::4]
    bright = np.clip(small - threshold, 0, None) / (1 - threshold)
    size = picture.shape[1] * spread / 4
    halo = (blur(bright, size) + 0.6 * blur(bright, size * 3)) * strength
    return screen(picture, enlarge(halo, picture.shape[1], picture.shape[0]))


def enlarge(a: Array, width: int, height: int) -> Array:
    """Bicubic, channel by channel, in floats."""
    layers = a[..., None] if a.ndim == 2 else a
    parts = [
        np.asarray(
            Image.fromarray(np.ascontiguousarray(layers[..., c])).resize((width, height), Image.Resampling.BICUBIC)
        )
        for c in range(layers.shape[2])
    ]
    return parts[0] if a.ndim == 2 else np.stack(parts, axis=-1)


def finish(
    picture: Array, size: tuple[int, int], seed: int = 1, grain: float = 0.012, vignette: float = 0.25
) -> Image.Image:
    """Down to `size`, darker towards the corners, fine grain (which also hides the steps of 8 bits)."""
    height, width = picture.shape[:2]
    if (width, height) != size:
        factor = width // size[0]
        picture = picture.reshape(size[1], factor, size[0], factor, 3).mean(axis=(1, 3))
    x, y = grid(*size)
    away = np.hypot((x / size[0] - 0.5) * 1.1, y / size[1] - 0.5) / 0.74
    picture = picture * (1 - vignette * smooth(0.45, 1.15, away))[..., None]
    random = np.random.default_rng(seed)
    film = blur(random.standard_normal((size[1], size[0])).astype(np.float32), 0) * grain
    fine = (random.random((size[1], size[0], 3)) - 0.5) / 255
    picture = np.clip(picture + film[..., None] * (0.4 + 0.6 * (1 - picture)) + fine, 0, 1)
    return Image.fromarray((picture * 255 + 0.5).astype(np.uint8))


def drawn(width: int, height: int, draw: Callable[[skia.Canvas], None]) -> Array:
    """What `draw` paints on a clear sheet: (height, width, 4), colour multiplied by alpha, 0..1."""
    surface = skia.Surface.MakeRaster(
        skia.ImageInfo.Make(width, height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
    )
    with surface as canvas:
        canvas.clear(0)
        draw(canvas)
    sheet = np.zeros((height, width, 4), dtype=np.uint8)
    surface.readPixels(surface.imageInfo(), sheet, width * 4, 0, 0)
    return sheet.astype(np.float32) / 255


def over(below: Array, sheet: Array) -> Array:
    """A drawn sheet over a picture."""
    return np.asarray(below * (1 - sheet[..., 3:]) + sheet[..., :3], dtype=np.float32)


def ink(text: str, alpha: float = 1.0, soft: float = 0.0) -> skia.Paint:
    """The same from "#RRGGBB"."""
    return fill(rgb(text), alpha, soft)


def colour(tone: Array, alpha: float = 1.0) -> int:
    """A colour as Skia packs it."""
    red, green, blue = (round(float(c) * 255) for c in np.clip(tone, 0, 1))
    return int(skia.Color(red, green, blue, round(alpha * 255)))


def fill(tone: Array, alpha: float = 1.0, soft: float = 0.0) -> skia.Paint:
    """A smooth-edged paint, blurred by `soft` pixels."""
    paint = skia.Paint(AntiAlias=True, Color=colour(tone, alpha))
    if soft:
        paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.BlurStyle.kNormal_BlurStyle, soft))
    return paint


@dataclass(frozen=True)
class Hit:
    """Where the eye's rays meet the land: arrays (height, width). `sky` is True where they never do."""

    x: Array
    z: Array
    sky: NDArray[np.bool_]


@dataclass(frozen=True)
class Eye:
    """A camera that looks along z, `height` above zero, its horizon at row `horizon`; `focal` in pixels."""

    height: float
    horizon: float
    focal: float
    x: float = 0.0

    def down(self, h: Any, z: Any) -> Array:
        """The row at which height `h` at distance `z` is seen."""
        return np.asarray(self.horizon + (self.height - h) * self.focal / z, dtype=np.float32)


def look(
    land: Callable[[Array, Array], Array], eye: Eye, size: tuple[int, int], near: float, far: float, steps: int
) -> Hit:
    """Follow a ray through every pixel to the first land it meets."""
    width, height = size
    z = np.geomspace(near, far, steps).astype(np.float32)
    slant = ((np.arange(width) + 0.5 - width / 2) / eye.focal).astype(np.float32)
    h = land(eye.x + z[:, None] * slant[None, :], np.broadcast_to(z[:, None], (steps, width)))
    rows = eye.down(h, z[:, None])
    crest = np.minimum.accumulate(rows, axis=0)
    want = np.arange(height) + 0.5
    depth = np.empty((height, width), dtype=np.float32)
    for column in range(width):
        k = np.searchsorted(-crest[:, column], -want)
        after = np.minimum(k, steps - 1)
        before = np.maximum(after - 1, 0)
        a, b = crest[before, column], rows[after, column]
        t = np.clip((a - want) / np.maximum(a - b, 1e-6), 0, 1)
        depth[:, column] = np.where(k >= steps, np.inf, z[before] + (z[after] - z[before]) * t)
    sky = ~np.isfinite(depth)
    depth[sky] = far
    return Hit(eye.x + depth * slant[None, :], depth, sky)


def slope(land: Callable[[Array, Array], Array], hit: Hit, reach: Array) -> tuple[Array, Array, Array]:
    """The normal of the land at `hit`, from heights `reach` apart."""
    across = (land(hit.x + reach, hit.z) - land(hit.x - reach, hit.z)) / (2 * reach)
    along = (land(hit.x, hit.z + reach) - land(hit.x, hit.z - reach)) / (2 * reach)
    length = np.sqrt(1 + across * across + along * along)
    return -across / length, 1 / length, -along / length
