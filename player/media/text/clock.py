"""A clock zone: the time large, with it the weekday and the date."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from PIL import Image

from player.core.geometry import Rect, Size
from player.core.model import Style
from player.core.units import Instant, utc
from player.media.jobs import Bitmap
from player.media.text.colours import Colour, accent, colour
from player.media.text.dates import long_date
from player.media.text.fonts import Fonts, installed_fonts
from player.media.text.grounds import plain_ground
from player.media.text.layout import Copy, copy_of, paint_block, set_block
from player.media.text.lettering import Pen
from player.media.text.pixels import bitmap, fill

_WIDEST_TIME = "00:00"
_CAPITALS = 0.714
_ONE_LINE = 1_000_000
_WIDTH, _HEIGHT = 0.88, 0.8
_RIBBON = 3.6
_DATE_TO_TIME = 0.34
_DATE_TO_TIME_BESIDE = 0.5
_SMALLEST_DATE = 9


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where time and date go: type sizes (a date of 0 is left out), left end and width of each, and baselines."""

    time_em: int
    date_em: int
    time_box: tuple[int, int]
    date_box: tuple[int, int]
    time_base: int
    date_base: int
    beside: bool = False


@dataclass(frozen=True, slots=True)
class _Measure:
    """Widths of a copy's line, in pixels for each pixel of type size."""

    time: float
    date: float


def draw_clock(style: Style, size: Size, at: Instant, timezone: str, language: str) -> Bitmap:
    """The time and date of `at`: exactly `size`, opaque unless the style's ground is translucent.

    Sizes and places come from the widest time and the widest date of a year, so nothing moves from minute to minute
    nor changes its size from day to day. Raises zoneinfo.ZoneInfoNotFoundError for an unknown time zone.
    """
    moment = utc(at).astimezone(ZoneInfo(timezone))
    fonts = installed_fonts()
    ground, ink = colour(style.ground), colour(style.ink)
    canvas = plain_ground(ground, size) if ground.alpha == 255 else Image.new("RGBA", size, tuple(ground))
    plan = _plan(size, _measure(style, language, moment.year, fonts), style.size)
    pen = Pen(ink, style.edge)
    time = copy_of(f"{moment:%H:%M}", fonts, language, bold=True)
    _paint(canvas, time, pen, plan.time_em, plan.time_box, plan.time_base)
    if plan.date_em:
        day = copy_of(long_date(moment.date(), language), fonts, language, style.bold)
        _paint(canvas, day, pen, plan.date_em, plan.date_box, plan.date_base)
        if plan.beside:
            _draw_rule(canvas, plan, accent(ground, ink))
    return bitmap(canvas)


def _measure(style: Style, language: str, year: int, fonts: Fonts) -> _Measure:
    days = [date(year, 1, 20) + timedelta(days=30 * month + weekday) for month in range(12) for weekday in range(7)]
    widths = [_width(copy_of(long_date(day, language), fonts, language, style.bold), 100) for day in days]
    return _Measure(_width(copy_of(_WIDEST_TIME, fonts, language, bold=True), 100) / 100, max(widths) / 100)


def _width(copy: Copy, em: int) -> int:
    return set_block(copy, em, _ONE_LINE).width


def _plan(size: Size, measure: _Measure, wanted: float) -> _Plan:
    high = round((wanted or 1.0) * size.height)
    return _beside(size, measure, high) if size.width > _RIBBON * size.height else _stacked(size, measure, high)


def _stacked(size: Size, measure: _Measure, high: int) -> _Plan:
    """The time above the date, both in the middle."""
    width, height = _WIDTH * size.width, _HEIGHT * size.height
    share = _CAPITALS + _DATE_TO_TIME * 1.6
    time_em = max(5, min(high, int(width / measure.time), int(height / share)))
    date_em = min(round(_DATE_TO_TIME * time_em), int(width / measure.date))
    if date_em < _SMALLEST_DATE:
        return _time_only(size, measure, high)
    gap = round(0.2 * time_em + 0.35 * date_em)
    tall = _CAPITALS * time_em + gap + _CAPITALS * date_em
    time_base = round((size.height - tall) / 2 + _CAPITALS * time_em)
    date_base = round(time_base + gap + _CAPITALS * date_em)
    whole = (0, size.width)
    return _Plan(time_em, date_em, whole, whole, time_base, date_base)


def _time_only(size: Size, measure: _Measure, high: int) -> _Plan:
    em = max(5, min(high, int(_WIDTH * size.width / measure.time), int(_HEIGHT * size.height / _CAPITALS)))
    return _Plan(em, 0, (0, size.width), (0, 0), _middle_base(size, em), 0)


def _beside(size: Size, measure: _Measure, high: int) -> _Plan:
    """The time, an upright rule and the date on one line, for zones like a ribbon."""
    each = measure.time + 0.6 + _DATE_TO_TIME_BESIDE * measure.date
    time_em = max(5, min(high, int(0.72 * size.height / _CAPITALS / 1.1), int(_WIDTH * size.width / each)))
    date_em = round(_DATE_TO_TIME_BESIDE * time_em)
    if date_em < _SMALLEST_DATE:
        return _time_only(size, measure, high)
    left = round((size.width - each * time_em) / 2)
    time_width = round(measure.time * time_em)
    date_left = left + time_width + round(0.6 * time_em)
    boxes = (left, time_width), (date_left, 0)
    return _Plan(time_em, date_em, *boxes, _middle_base(size, time_em), _middle_base(size, date_em), beside=True)


def _middle_base(size: Size, em: int) -> int:
    return round((size.height + _CAPITALS * em) / 2)


def _paint(canvas: Image.Image, copy: Copy, pen: Pen, em: int, box: tuple[int, int], base: int) -> None:
    """One line on the baseline `base`, in the middle of `box` (left, width), or at its left when it has no width."""
    block = set_block(copy, em, _ONE_LINE)
    left, width = box
    x = left + (width - block.width) // 2 if width else left
    paint_block(canvas, block, pen, Rect(x, base - block.room.above, block.width, block.height))


def _draw_rule(canvas: Image.Image, plan: _Plan, ink: Colour) -> None:
    x = (plan.time_box[0] + plan.time_box[1] + plan.date_box[0]) // 2
    thick = max(2, round(0.04 * plan.time_em))
    tall = round(_CAPITALS * plan.time_em)
    fill(canvas, Rect(x - thick // 2, plan.time_base - tall, thick, tall + 1), ink)
