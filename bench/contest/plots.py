"""A small plot of how cost grows, both ways by powers of ten, as SVG."""

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

Curve = Sequence[tuple[float, float]]
"""Sizes and costs."""

WIDTH, HEIGHT = 660, 400
LEFT, RIGHT, TOP, BOTTOM = 76, 210, 48, 56
COLOURS = ("#0B5CAD", "#B3261E", "#1B7F3B", "#8A5A00")
_MANY = 3
"""Powers of ten on an axis from which on these alone are named."""


def plot(title: str, across: str, up: str, curves: Mapping[str, Curve]) -> str:
    """The SVG. A thin line through the first point of each shows what linear would be."""
    points = [point for curve in curves.values() for point in curve]
    wide, tall = _Axis([x for x, _ in points], LEFT, WIDTH - RIGHT), _Axis([y for _, y in points], HEIGHT - BOTTOM, TOP)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="26" font-size="16" font-weight="bold">{escape(title)}</text>',
        *_frame(wide, tall, across, up),
        '<clipPath id="in">'
        f'<rect x="{LEFT}" y="{TOP}" width="{WIDTH - RIGHT - LEFT}" height="{HEIGHT - TOP - BOTTOM}"/></clipPath>',
    ]
    for number, (name, curve) in enumerate(curves.items()):
        lines += _curve(wide, tall, curve, COLOURS[number % len(COLOURS)])
        y = TOP + 14 + 22 * number
        lines.append(f'<rect x="{WIDTH - RIGHT + 16}" y="{y - 9}" width="12" height="8" fill="{COLOURS[number]}"/>')
        lines.append(f'<text x="{WIDTH - RIGHT + 34}" y="{y}">{escape(name)}</text>')
    y = TOP + 14 + 22 * len(curves)
    lines.append(f'<path d="M{WIDTH - RIGHT + 14} {y - 5}h16" stroke="#777" stroke-dasharray="3 3"/>')
    lines.append(f'<text x="{WIDTH - RIGHT + 34}" y="{y}" fill="#555">linear</text>')
    return "\n".join([*lines, "</svg>", ""])


class _Axis:
    """Where a number lies on the paper, from `start` to `end`."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        low, high = math.log10(min(values)), math.log10(max(values))
        room = max(0.15, 0.08 * (high - low))
        self._low, self._high = low - room, high + room
        self._start, self._end = start, end

    def __call__(self, value: float) -> float:
        share = (math.log10(value) - self._low) / (self._high - self._low)
        return round(self._start + share * (self._end - self._start), 1)

    def marks(self) -> list[float]:
        """The numbers that are named: powers of ten, and 2 and 5 of each where there are few."""
        powers = range(math.floor(self._low), math.ceil(self._high) + 1)
        steps = (1,) if self._high - self._low >= _MANY else (1, 2, 5)
        found = [step * 10.0**power for power in powers for step in steps]
        return [value for value in found if self._low <= math.log10(value) <= self._high]


def _frame(wide: _Axis, tall: _Axis, across: str, up: str) -> Iterator[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    for value in wide.marks():
        x = wide(value)
        yield f'<path d="M{x} {TOP}V{bottom}" stroke="#e4e4e4"/>'
        yield f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{_said(value)}</text>'
    for value in tall.marks():
        y = tall(value)
        yield f'<path d="M{LEFT} {y}H{right}" stroke="#e4e4e4"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{_said(value)}</text>'
    yield f'<path d="M{LEFT} {TOP}V{bottom}H{right}" fill="none" stroke="#333"/>'
    yield f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 14}" text-anchor="middle">{escape(across)}</text>'
    yield f'<text transform="translate(18 {(TOP + bottom) / 2}) rotate(-90)" text-anchor="middle">{escape(up)}</text>'


def _curve(wide: _Axis, tall: _Axis, curve: Curve, colour: str) -> Iterator[str]:
    (x, y), (last, _) = curve[0], curve[-1]
    linear = f"M{wide(x)} {tall(y)}L{wide(last)} {tall(y * last / x)}"
    yield f'<path d="{linear}" stroke="{colour}" stroke-opacity="0.5" stroke-dasharray="3 3" clip-path="url(#in)"/>'
    path = "L".join(f"{wide(x)} {tall(y)}" for x, y in curve)
    yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for x, y in curve:
        yield f'<circle cx="{wide(x)}" cy="{tall(y)}" r="3.5" fill="{colour}"/>'


def _said(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"
