"""What is to be read on a card: whose it is, and words of the gates' languages at sizes that are named."""

from collections.abc import Iterator

from player.config.language import _
from player.core.geometry import Size
from player.media.cards.signs import Sign, em_of, sign
from player.media.jobs import CardSheet

HEIGHTS = (8, 10, 12, 16, 20, 28, 40, 56, 80, 112)
"""Capital letters of about so many pixels."""

_SIZES = (96, 84, 72, 64, 56, 48, 42, 36, 32, 28, 24, 20, 18, 16, 14, 12, 10)
SAMPLE = "Cửa khẩu   欢\u2060迎\u2060光\u2060临   ຍິນດີຕ້ອນຮັບ   សូមស្វាគមន៍   Welcome"


def about(sheet: CardSheet, size: Size) -> list[str]:
    """What is told of a card besides the gate's name, the most important first."""
    lines = [_("Canvas {width} × {height}").format(width=size.width, height=size.height)]
    if sheet.output:
        lines.append(_("Output {output}").format(output=sheet.output))
    return [*lines, _("Test card, {fps} frames a second").format(fps=sheet.fps)]


def names(sheet: CardSheet, size: Size, language: str, room: Size) -> Iterator[list[Sign]]:
    """The gate's name, and beneath it what is told besides: whatever goes into `room`, the largest first. Where all of
    it is too much, the last lines are left out."""
    lines = about(sheet, size)
    for count in range(len(lines), -1, -1):
        for em in (one for one in _SIZES if one <= max(12, min(room.height // 3, room.width // 8))):
            signs = [sign(sheet.gate, em, language, bold=True, width=room.width)]
            if count:
                signs.append(sign("\n".join(lines[:count]), max(10, em * 5 // 9), language, width=room.width))
            if not any(one.cut for one in signs) and stacked(signs).height <= room.height:
                yield signs


def stacked(signs: list[Sign]) -> Size:
    """The room that signs take below one another."""
    gaps = sum(spacing(one) for one in signs[1:])
    return Size(max(one.size.width for one in signs), sum(one.size.height for one in signs) + gaps)


def spacing(one: Sign) -> int:
    """What stays free above a sign."""
    return max(3, min(one.size.height // 6, 20))


def sample(height: int, width: int) -> Sign | None:
    """The words with capital letters of a height, and how high they really are: hinting skips some heights. Wrapped to
    a width; None where a word is wider."""
    em = em_of(height)
    one = sign(f"{sign('H', em).size.height} px   {SAMPLE}", em, width=width)
    return None if one.cut else one
