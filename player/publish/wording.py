"""Spans, dates, windows and levels in the words of the page that editors read, and what else that page has to say."""

import unicodedata
from collections.abc import Iterable

from player.config.language import _
from player.core.model import Change, Fit, Transition
from player.library.wording import amount, dates, day, level, moment, number, span, windows

__all__ = ["amount", "dates", "day", "fit", "level", "moment", "number", "span", "tags", "transition", "windows"]


def transition(of: Transition) -> str:
    """How an item comes in; empty for a plain cut."""
    names = {Change.CUT: "", Change.FADE: _("fades in"), Change.SLIDE: _("slides in"), Change.WIPE: _("wipes in")}
    said = names[of.change]
    return f"{said} {span(of.span)}" if said else ""


def fit(of: Fit) -> str:
    """What became of the picture's shape; empty when it is whole."""
    return {Fit.COVER: _("cropped to fill"), Fit.CONTAIN: "", Fit.STRETCH: _("pulled out of shape")}[of]


def tags(found: Iterable[tuple[str, str]]) -> list[str]:
    names = {"lang": _("language"), "theme": _("theme")}
    return [f"{names.get(key, key)}: {value}" for key, value in found]


def plain(text: str, most: int) -> str:
    """A line of `most` letters of what somebody wrote, without what is no letter: such turn the writing of all that
    follows, or hide."""
    line = " ".join(text[: 4 * most].split())
    kept = "".join(letter for letter in line if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return kept if len(kept) <= most else kept[: most - 1] + "…"


def ago(seconds: float) -> str:
    """How long ago: a moment, minutes, hours, days."""
    minutes = int(max(0.0, seconds)) // 60
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return _("{count} min ago").format(count=minutes)
    if minutes < 48 * 60:
        return _("{count} h ago").format(count=minutes // 60)
    return _("{count} days ago").format(count=minutes // (24 * 60))
