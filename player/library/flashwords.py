"""What is said of a film that flashes."""

from collections.abc import Iterable

from player.config.language import _
from player.core.flashes import Stretch
from player.core.units import MINUTE, SECOND, Span

_MOST = 3


def flashing(stretches: Iterable[Stretch]) -> str:
    """How often, when and over how much of the picture, for the first few stretches."""
    found = list(stretches)
    said = [_stretch(one) for one in found[:_MOST]]
    if len(found) > _MOST:
        said.append(_("and {count} times more").format(count=len(found) - _MOST))
    return "; ".join(said)


def _stretch(one: Stretch) -> str:
    said = (
        _("flashes red {rate} times a second from {start} to {end} over {share} % of the picture")
        if one.red
        else _("flashes {rate} times a second from {start} to {end} over {share} % of the picture")
    )
    start, end = _clock(one.start), _clock(Span(one.end + SECOND - 1))
    return said.format(rate=f"{one.rate:g}", start=start, end=end, share=round(100 * one.share))


def _clock(at: Span) -> str:
    """A time in a film; of one that lasts hours, with these."""
    minutes, seconds = at // MINUTE, at % MINUTE // SECOND
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}" if minutes >= 60 else f"{minutes:02}:{seconds:02}"
