"""Words on pictures: Noto, loaded once a face, set with Skia."""

from functools import cache

import skia
from kit import FONTS

FACES = {
    "sans": ("truetype/noto/NotoSans-Regular.ttf", 0),
    "bold": ("truetype/noto/NotoSans-Bold.ttf", 0),
    "serif": ("truetype/noto/NotoSerifDisplay-Regular.ttf", 0),
    "serif-bold": ("truetype/noto/NotoSerifDisplay-Bold.ttf", 0),
    "serif-strong": ("truetype/noto/NotoSerif-Bold.ttf", 0),
    "zh": ("opentype/noto/NotoSansCJK-Regular.ttc", 2),
    "zh-bold": ("opentype/noto/NotoSansCJK-Bold.ttc", 2),
}


@cache
def face(name: str) -> skia.Typeface:
    path, index = FACES[name]
    found = skia.Typeface.MakeFromFile(str(FONTS / path), index)
    if found is None:
        raise FileNotFoundError(f"{FONTS / path}: install fonts-noto-core and fonts-noto-cjk")
    return found


def font(name: str, size: float) -> skia.Font:
    made = skia.Font(face(name), size)
    made.setEdging(skia.Font.Edging.kAntiAlias)
    made.setSubpixel(True)
    return made


def width(words: str, name: str, size: float, spacing: float = 0.0) -> float:
    """In pixels, with `spacing` more after each letter but the last."""
    return float(font(name, size).measureText(words)) + spacing * (len(words) - 1)


def write(
    canvas: skia.Canvas,
    words: str,
    at: tuple[float, float],
    name: str,
    size: float,
    paint: skia.Paint,
    align: str = "left",
    spacing: float = 0.0,
) -> float:
    """One line with its base line at `at`; returns its width. Only scripts that need no shaping."""
    total = width(words, name, size, spacing)
    x = at[0] - {"left": 0.0, "centre": total / 2, "right": total}[align]
    made = font(name, size)
    if not spacing:
        canvas.drawString(words, x, at[1], made, paint)
        return total
    for letter in words:
        canvas.drawString(letter, x, at[1], made, paint)
        x += float(made.measureText(letter)) + spacing
    return total


def wrap(words: str, name: str, size: float, room: float) -> list[str]:
    """Lines no wider than `room`, broken at spaces, or anywhere in Chinese."""
    joint, parts = ("", list(words)) if name.startswith("zh") else (" ", words.split())
    lines: list[str] = []
    line = ""
    for part in parts:
        longer = f"{line}{joint}{part}" if line else part
        if line and width(longer, name, size) > room and part not in "，。、！；：":
            lines.append(line)
            line = part
        else:
            line = longer
    return [*lines, line]
