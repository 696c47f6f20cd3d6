"""A notice: a title, a rule, a text, sized from the zone."""

from dataclasses import dataclass

from PIL import Image

from player.core.geometry import Rect, Size
from player.core.model import Edge, Notice
from player.media.jobs import Bitmap
from player.media.text.colours import accent, colour
from player.media.text.fonts import Fonts, installed_fonts
from player.media.text.grounds import picture_ground, plain_ground
from player.media.text.layout import (
    BODY,
    TITLE,
    Align,
    Block,
    Copy,
    copy_of,
    cut_to,
    largest,
    paint_block,
    set_block,
    shaper,
    smallest_em,
)
from player.media.text.lettering import Pen, ink_below
from player.media.text.pixels import bitmap, fill

_TITLE_TO_BODY = 1.5
_SMALL = 200
_SMALL_TITLE_TO_BODY = 1.25
_RIBBON = 3.4
_TITLE_COLUMN = 0.36


@dataclass(frozen=True, slots=True)
class NoticeLayout:
    """A notice set for a size. `fits` is False when text had to be cut; `em` is the size of its smallest type."""

    size: Size
    blocks: tuple[tuple[Block, Rect], ...]
    rule: Rect | None
    align: Align
    fits: bool

    @property
    def em(self) -> int:
        return min((block.em for block, _ in self.blocks), default=0)


@dataclass(frozen=True, slots=True)
class _Copies:
    title: Copy
    body: Copy

    @property
    def complete(self) -> bool:
        return self.title.complete and self.body.complete


def draw_notice(notice: Notice, size: Size, background: Image.Image | None = None) -> Bitmap:
    """A notice as an opaque bitmap of exactly `size`; `background` is its picture, any size and mode."""
    layout = lay_out(notice, size)
    style = notice.style
    ground, ink = colour(style.ground), colour(style.ink)
    canvas = picture_ground(background, ground, size) if background else plain_ground(ground, size)
    edge = Edge.SHADOW if background and style.edge is Edge.NONE else style.edge
    if layout.rule:
        fill(canvas, layout.rule, accent(ground, ink))
    for block, box in layout.blocks:
        paint_block(canvas, block, Pen(ink, edge), box, layout.align)
    return bitmap(canvas)


def lay_out(notice: Notice, size: Size, fonts: Fonts | None = None) -> NoticeLayout:
    """Where everything of a notice goes: a title beside its text in a ribbon of a zone, above it in others."""
    fonts = fonts or installed_fonts()
    copies = _Copies(
        copy_of(notice.title, fonts, notice.lang, bold=True),
        copy_of(notice.text, fonts, notice.lang, notice.style.bold),
    )
    frame = _frame(size)
    if not copies.title or not copies.body:
        return _alone(copies, size, frame, notice.style.size)
    if _is_ribbon(size):
        return _beside(copies, size, frame, notice.style.size)
    return _stacked(copies, size, frame, notice.style.size)


def _frame(size: Size) -> Rect:
    """The zone within its safe margins."""
    across = max(2, round(min(0.065 * size.width, 0.22 * size.height)))
    down = max(1, round(min(0.07 * size.height, 0.12 * size.width)))
    return Rect(across, down, max(1, size.width - 2 * across), max(1, size.height - 2 * down))


def _sizes(size: Size, wanted: float, most: float) -> tuple[int, int]:
    """The smallest and the largest type; `wanted` and `most` are shares of the zone's height."""
    low = smallest_em(size)
    high = round(wanted * size.height) if wanted else round(min(most * size.height, 0.125 * size.width))
    return low, max(low, high)


def _alone(copies: _Copies, size: Size, frame: Rect, wanted: float) -> NoticeLayout:
    """A title or a text by itself, as large as goes in."""
    copy = copies.title or copies.body
    if not copy:
        return NoticeLayout(size, (), None, Align.CENTRE, True)
    low, high = _sizes(size, wanted, 0.5 if _is_ribbon(size) else 0.2)
    block, fits = largest(
        lambda em: set_block(copy, em, frame.width, TITLE),
        lambda block: block.whole and block.height <= frame.height * 0.92,
        low,
        high,
    )
    block = cut_to(block, copy, frame.width, max(frame.height, block.room.height))
    align = Align.CENTRE if len(block.lines) <= 4 else Align.LEFT
    return NoticeLayout(size, ((block, frame._replace(y=_middle(frame, block))),), None, align, fits and copy.complete)


def _is_ribbon(size: Size) -> bool:
    return size.width > _RIBBON * size.height


def _stacked(copies: _Copies, size: Size, frame: Rect, wanted: float) -> NoticeLayout:
    """The title above its text, both at the left, a short rule between."""
    low, high = _sizes(size, wanted, 0.105)
    ratio = _SMALL_TITLE_TO_BODY if size.height < _SMALL else _TITLE_TO_BODY
    (title, body), fits = largest(
        lambda em: _pair(copies, em, ratio, (frame.width, frame.width)),
        lambda pair: pair[0].whole and pair[1].whole and _title_height(pair[0]) + pair[1].height <= frame.height,
        low,
        high,
    )
    fits = fits and copies.complete
    if not fits:
        title = cut_to(title, copies.title, frame.width, max(frame.height * 55 // 100, title.room.height))
        body = cut_to(body, copies.body, frame.width, frame.height - _title_height(title))
    if not body.lines:
        return NoticeLayout(size, ((title, frame._replace(y=_middle(frame, title))),), None, Align.LEFT, fits)
    y = frame.y + max(0, (frame.height - _title_height(title) - body.height) * 9 // 20)
    gap, thick = _rule_measures(title)
    rule = Rect(frame.x, y + _title_bottom(title) + gap // 2, min(frame.width, 2 * title.em), thick)
    below = y + _title_height(title)
    blocks = ((title, frame._replace(y=y)), (body, frame._replace(y=below)))
    return NoticeLayout(size, blocks, rule, Align.LEFT, fits)


def _beside(copies: _Copies, size: Size, frame: Rect, wanted: float) -> NoticeLayout:
    """The title on the left, an upright rule, the text on the right: for zones like a ribbon."""
    column = round(frame.width * _TITLE_COLUMN)
    gutter = max(6, round(0.3 * size.height))
    rest = frame.width - column - gutter
    low, high = _sizes(size, wanted, 0.34)
    (title, body), fits = largest(
        lambda em: _pair(copies, em, _TITLE_TO_BODY, (column, rest)),
        lambda pair: all(block.whole and block.height <= frame.height for block in pair),
        low,
        high,
    )
    fits = fits and copies.complete
    title = cut_to(title, copies.title, column, max(frame.height, title.room.height))
    body = cut_to(body, copies.body, rest, max(frame.height, body.room.height))
    used = min(column, title.width)
    left = frame.x + used + gutter
    thick = max(2, round(0.025 * size.height))
    rule = Rect(left - gutter // 2 - thick // 2, frame.y + frame.height // 8, thick, frame.height * 3 // 4)
    boxes = (Rect(frame.x, _middle(frame, title), used, 0), Rect(left, _middle(frame, body), rest, 0))
    return NoticeLayout(size, tuple(zip((title, body), boxes, strict=True)), rule, Align.LEFT, fits)


def _middle(frame: Rect, block: Block) -> int:
    return frame.y + (frame.height - block.height) // 2


def _pair(copies: _Copies, em: int, ratio: float, widths: tuple[int, int]) -> tuple[Block, Block]:
    title = set_block(copies.title, round(em * ratio), widths[0], TITLE)
    return title, set_block(copies.body, em, widths[1], BODY)


def _rule_measures(title: Block) -> tuple[int, int]:
    """The space that the rule stands in, between title and text, and the rule's thickness."""
    return max(2, round(0.32 * title.em)), max(2, round(0.065 * title.em))


def _title_bottom(title: Block) -> int:
    """Where the letters of a title end; most scripts have none of the deep ones that its face leaves room for."""
    if not title.lines:
        return 0
    line, baseline = title.lines[-1]
    return baseline + max(round(0.25 * title.em), ink_below(line, shaper(title.em)))


def _title_height(title: Block) -> int:
    """A title with the space and the rule beneath it."""
    return _title_bottom(title) + sum(_rule_measures(title))
