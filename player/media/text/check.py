"""What the intake says about texts before they reach the wall."""

from player.config.language import _
from player.core.geometry import Size
from player.core.model import Banner, Clock, Content, Direction, Film, Notice, Page, Picture, Style
from player.media.text.caption import measure_caption
from player.media.text.characters import clean, controls, name_of
from player.media.text.colours import colour, contrast
from player.media.text.crawl import strip_em
from player.media.text.fonts import Fonts, installed_fonts
from player.media.text.layout import LEGIBLE_EM
from player.media.text.notice import lay_out
from player.media.text.roll import roll_em
from player.media.text.troubles import Trouble

LONG_BANNER = 20_000
_CONTRAST = 3.0
_NAMED_AT_MOST = 5


def unreadable(text: str, fonts: Fonts | None = None) -> tuple[str, ...]:
    """The characters that no font has, each once, in order."""
    fonts = fonts or installed_fonts()
    return tuple(
        character for character in dict.fromkeys(clean(text)) if character != "\n" and not fonts.has(character)
    )


def troubles(text: str, fonts: Fonts | None = None) -> list[Trouble]:
    """Characters of a text that the wall cannot show, line by line."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if missing := unreadable(line, fonts):
            message = _("no font has these characters: {names}").format(names=_names(missing))
            found.append(Trouble(number, _column(line, missing), message))
        if hidden := controls(line):
            message = _("these characters cannot be shown and are left out: {names}").format(names=_names(hidden))
            found.append(Trouble(number, _column(line, hidden), message))
    return found


def _column(line: str, characters: tuple[str, ...]) -> int:
    """Where the first of some characters stands; 1 when the cleaned line, not this one, has them."""
    return min([place + 1 for one in characters if (place := line.find(one)) >= 0], default=1)


def size_troubles(content: Content, size: Size) -> list[str]:
    """What will not read well at `size` pixels: too small, cut short, too pale, endless; captions too."""
    match content:
        case Notice():
            layout = lay_out(content, size)
            return [*_size(layout.em, layout.fits), *_contrast_trouble(content.style, over_picture=bool(content.asset))]
        case Banner():
            return _banner(content, size)
        case Picture() | Film() | Page():
            return _size(*measure_caption(content.caption, size)) if content.caption else []
        case Clock():
            return _contrast_trouble(content.style, over_picture=False)


def _banner(banner: Banner, size: Size) -> list[str]:
    if banner.direction is Direction.UP:
        em = roll_em(banner.style, size)
    else:
        em = strip_em(banner.text, banner.style, size.height, banner.lang)
    found = _size(em, fits=True)
    if len(banner.text) > LONG_BANNER:
        message = _("a banner of {count} characters: nobody sees the end of it; make several of it, {limit} at most")
        found.append(message.format(count=len(banner.text), limit=LONG_BANNER))
    return found + _contrast_trouble(banner.style, over_picture=False)


def _size(em: int, fits: bool) -> list[str]:
    found = []
    if not fits:
        found.append(_("the text is too long for its zone and is cut; shorten it or give it a larger zone"))
    if 0 < em < LEGIBLE_EM:
        message = _(
            "letters of {em} pixels are too small to read; {least} at least: shorten the text or enlarge the zone"
        )
        found.append(message.format(em=em, least=LEGIBLE_EM))
    return found


def _contrast_trouble(style: Style, over_picture: bool) -> list[str]:
    ground = colour(style.ground)
    if over_picture or ground.alpha < 128 or contrast(colour(style.ink), ground) >= _CONTRAST:
        return []
    message = _("letters of {ink} hardly show on {ground}; choose a lighter and a darker colour")
    return [message.format(ink=style.ink, ground=style.ground)]


def _names(characters: tuple[str, ...]) -> str:
    names = ", ".join(name_of(character) for character in characters[:_NAMED_AT_MOST])
    more = len(characters) - _NAMED_AT_MOST
    return names if more <= 0 else _("{names} and {count} more").format(names=names, count=more)
