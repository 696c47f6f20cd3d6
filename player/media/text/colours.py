"""Colours: "#RRGGBB" and "#RRGGBBAA", and how well one shows on another."""

import re
from typing import NamedTuple

_FORM = re.compile(r"#([0-9A-Fa-f]{6})([0-9A-Fa-f]{2})?")


class Colour(NamedTuple):
    """Red, green, blue and alpha, 0 to 255; not premultiplied."""

    red: int
    green: int
    blue: int
    alpha: int = 255

    @property
    def rgb(self) -> tuple[int, int, int]:
        return self.red, self.green, self.blue


WHITE = Colour(255, 255, 255)
BLACK = Colour(0, 0, 0)
GOLD = Colour(0xF4, 0xB9, 0x42)
OLD_GOLD = Colour(0x94, 0x66, 0x0C)


def colour(text: str) -> Colour:
    """The colour that `text` names. Raises ValueError when it is not "#RRGGBB" or "#RRGGBBAA"."""
    match = _FORM.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is no colour; write #RRGGBB or #RRGGBBAA")
    red, green, blue = bytes.fromhex(match[1])
    return Colour(red, green, blue, int(match[2] or "ff", 16))


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with `share` (0 to 1) of `other` in it; the alpha of `one`."""
    parts = [round(a + (b - a) * share) for a, b in zip(one.rgb, other.rgb, strict=True)]
    return Colour(parts[0], parts[1], parts[2], one.alpha)


def luminance(of: Colour) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (c / 255 for c in of.rgb)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2); large text needs 3."""
    lights = sorted((luminance(one), luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def accent(ground: Colour, ink: Colour) -> Colour:
    """The colour of rules and marks: gold, bright or deep, where it shows, else the ink's."""
    return next((gold for gold in (GOLD, OLD_GOLD) if contrast(gold, ground) >= 2.8), ink)
