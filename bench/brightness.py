"""A year of brightness at Lào Cai, plotted, and its sunrises and sunsets beside those of an almanac.

    python -m bench.brightness [--output docs/brightness.png]

The brightness is what a wall would have that is set as the technicians' guide proposes. The almanac is XEphem's
(PyEphem), reckoned as the US Naval Observatory does: the upper limb 34 minutes of arc below the horizon. Its lines lie
over the picture, and how far the two are apart at most is printed.
"""

import argparse
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw, ImageFont

from player.core.light import Brightness, Light, Place, SunEvent, Turn
from player.core.units import MINUTE, SECOND, Instant, instant_of
from player.library.sun import sun_at
from player.media.text.fonts import installed_fonts
from tests.library.almanac import almanac

LAO_CAI = Place(22.5056, 103.9686)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
YEAR = 2026
WALL = Light(
    levels=(
        Turn(1.0, 0, SunEvent.SUNRISE),
        Turn(0.4, 10, SunEvent.SUNSET),
        Turn(0.2, 22 * 60),
    ),
    cap=(Turn(1.0, 0, SunEvent.SUNRISE), Turn(0.6, 0, SunEvent.DUSK)),
    place=LAO_CAI,
)
ACROSS, DOWN = 3, 2
"""Pixels a day, and minutes a pixel."""
LEFT, TOP, RIGHT, BOTTOM = 70, 60, 130, 40
MONTHS = [date(YEAR, month, 1) for month in range(1, 13)]


def _days() -> list[date]:
    return [date(YEAR, 1, 1) + timedelta(number) for number in range(365)]


def _midnight(day: date) -> Instant:
    return instant_of(datetime.combine(day, time(), ZONE))


def picture() -> Image.Image:
    """Days across, hours down, the wall's light as grey, the almanac's lines in colour."""
    height = 24 * 60 // DOWN
    plot = Image.new("RGB", (365 * ACROSS, height))
    wall, pen = Brightness(WALL, ZONE, sun_at(LAO_CAI, ZONE)), ImageDraw.Draw(plot)
    for column, day in enumerate(_days()):
        for row in range(height):
            share = wall.at(Instant(_midnight(day) + row * DOWN * MINUTE))
            grey = round(255 * WALL.code(share))
            pen.line([(column * ACROSS, row), (column * ACROSS + ACROSS - 1, row)], (grey, grey, round(grey * 0.86)))
    for event, colour in ((SunEvent.SUNRISE, "#D00000"), (SunEvent.SUNSET, "#0060FF")):
        at = [(almanac(LAO_CAI, ZONE, day, event) - _midnight(day)) / MINUTE / DOWN for day in _days()]
        pen.line([(n * ACROSS + 1, y) for n, y in enumerate(at)], colour, 2)
    return _framed(plot)


def _framed(plot: Image.Image) -> Image.Image:
    whole = Image.new("RGB", (plot.width + LEFT + RIGHT, plot.height + TOP + BOTTOM), "white")
    whole.paste(plot, (LEFT, TOP))
    pen, font = ImageDraw.Draw(whole), _font(17)
    for hour in range(0, 25, 3):
        y = TOP + hour * 60 // DOWN
        pen.line([(LEFT - 6, y), (LEFT, y)], "black")
        pen.text((LEFT - 10, y), f"{hour:02}:00", "black", font, "rm")
    for first in MONTHS:
        x = LEFT + (first - MONTHS[0]).days * ACROSS
        pen.line([(x, whole.height - BOTTOM), (x, whole.height - BOTTOM + 6)], "black")
        pen.text((x + 46, whole.height - BOTTOM + 20), f"{first.month}", "black", font, "mm")
    title = f"Độ sáng của tường tại Lào Cai, {YEAR} · Brightness at Lào Cai   (tháng · month)"
    pen.text((LEFT, 8), title, "black", _font(22))
    pen.text((LEFT, 36), "— mặt trời mọc, lịch thiên văn · sunrise, almanac", "#D00000", font)
    pen.text((LEFT + 520, 36), "— mặt trời lặn · sunset", "#0060FF", font)
    for number, share in enumerate((1.0, 0.6, 0.4, 0.2)):
        grey, y = round(255 * WALL.code(share)), TOP + number * 44
        pen.rectangle([whole.width - RIGHT + 20, y, whole.width - RIGHT + 56, y + 30], (grey, grey, round(grey * 0.86)))
        pen.text((whole.width - RIGHT + 64, y + 15), f"{share:.0%}", "black", font, "lm")
    return whole


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(installed_fonts().base().path, size)


def worst(event: SunEvent, ours: Callable[[date], dict[SunEvent, Instant]]) -> float:
    """Seconds between an almanac and us, on the day on which they are farthest apart."""
    return max(abs(ours(day)[event] - almanac(LAO_CAI, ZONE, day, event)) / SECOND for day in _days())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--output", type=Path, default=Path("docs/brightness.png"))
    output = parser.parse_args().output
    ours = sun_at(LAO_CAI, ZONE)
    for event in (SunEvent.SUNRISE, SunEvent.SUNSET):
        print(f"{event.value}: at most {worst(event, lambda day: dict(ours(day))):.0f} s from the almanac in {YEAR}")
    picture().quantize(64).save(output, optimize=True)
    print(f"{output}: {output.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
