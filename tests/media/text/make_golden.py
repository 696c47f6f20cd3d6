"""Draws the golden pictures anew. Look at each before you commit it.

python -m tests.media.text.make_golden
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from player.core.geometry import Size
from player.core.model import Caption, Edge, Notice, Style
from player.core.units import instant_of
from player.media.text.caption import draw_caption
from player.media.text.clock import draw_clock
from player.media.text.crawl import Strip
from player.media.text.notice import draw_notice
from player.media.text.slate import draw_slate
from tests.media.text.cases import CASES, MIXED, NOTICES
from tests.media.text.ink import picture

FOLDER = Path(__file__).parent / "golden"
PLAIN = Style(ground="#000000")
NOTICE_SIZE = Size(480, 270)
MOMENT = instant_of(datetime(2026, 11, 22, 7, 7, tzinfo=UTC))


def _strip(text: str, style: Style = PLAIN) -> Image.Image:
    strip = Strip(text, style, 72, separator="")
    return picture(strip.tile(-12, strip.width + 24)).convert("RGB")


def _notice(notice: Notice, size: Size = NOTICE_SIZE) -> Image.Image:
    return picture(draw_notice(notice, size)).convert("RGB")


def _caption() -> Image.Image:
    size = Size(480, 270)
    overlay, top = draw_caption(Caption("Ruộng bậc thang Sa Pa mùa lúa chín"), size)
    canvas = Image.new("RGBA", size, "#4C6A58")
    canvas.alpha_composite(picture(overlay), (0, top))
    return canvas.convert("RGB")


def _clock(size: Size, language: str) -> Image.Image:
    return picture(draw_clock(Style(), size, MOMENT, "Asia/Ho_Chi_Minh", language)).convert("RGB")


def _slate() -> Image.Image:
    return picture(draw_slate("Cửa khẩu quốc tế Kim Thành", "vi", NOTICE_SIZE)).convert("RGB")


def golden_pictures() -> dict[str, Callable[[], Image.Image]]:
    """What is kept as a golden picture, by name, and how it is drawn."""
    strips = {f"strip-{name}": lambda text=text: _strip(text) for name, text in CASES.items()}
    notices = {f"notice-{name}": lambda notice=notice: _notice(notice) for name, notice in NOTICES.items()}
    outlined = Style(ground="#B5121B", bold=True, edge=Edge.OUTLINE)
    return {
        **strips,
        **notices,
        "strip-mixed": lambda: _strip(MIXED),
        "strip-mixed-outlined": lambda: _strip(MIXED, outlined),
        "notice-ribbon": lambda: _notice(NOTICES["vietnamese"], Size(960, 100)),
        "notice-portrait": lambda: _notice(NOTICES["vietnamese"], Size(270, 480)),
        "caption": _caption,
        "clock-vietnamese": lambda: _clock(NOTICE_SIZE, "vi"),
        "clock-ribbon": lambda: _clock(Size(600, 54), "km"),
        "slate": _slate,
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, draw in golden_pictures().items():
        draw().save(FOLDER / f"{name}.png", optimize=True)
