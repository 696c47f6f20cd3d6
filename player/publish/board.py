"""The board: all gates on one page, the worst first. It needs nothing from elsewhere, and believes nothing that came
from a gate: words are escaped, pictures are drawn anew."""

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from player.config.language import _, language_in_use
from player.publish import wording
from player.publish.gatecard import Card, Mood, Seen, card

LIVE_EVERY, STATIC_EVERY = 30, 300
"""Seconds after which the page looks for a newer one of itself."""

_OLD = 300
_MOODS = {Mood.BAD: "bad", Mood.CARE: "care", Mood.GOOD: "good", Mood.CLOSED: "closed"}

PictureOf = Callable[[Card], str]
"""Where the picture of a gate is: an address of this very server, or the picture itself; empty for none."""


def page(province: str, seen: Sequence[Seen], now: datetime, picture_of: PictureOf, every: int = LIVE_EVERY) -> str:
    """The board as HTML."""
    cards = sorted((card(one, now) for one in seen), key=lambda one: one.rank)
    counts = Counter(_MOODS[one.mood] for one in cards)
    script, style = _part("board.js"), _part("board.css")
    values = {
        "words": _words(),
        "language": language_in_use(),
        "province": province,
        "cards": cards,
        "moods": _MOODS,
        "counts": [(mood, counts[mood]) for mood in _MOODS.values()],
        "made": wording.moment(now.astimezone()),
        "made_at": int(now.astimezone(UTC).timestamp()),
        "old_after": max(_OLD, 3 * every),
        "every": every,
        "picture_of": picture_of,
        "level": _levels(),
        "policy": policy(),
        "script": Markup(script),
        "style": Markup(style),
    }
    return _environment().get_template("board.html").render(values)


@cache
def policy() -> str:
    """What the page may do, for the browser: its own script and its own looks, pictures and news from here."""
    hashes = {kind: _hash(_part(f"board.{kind}")) for kind in ("js", "css")}
    return (
        f"default-src 'none'; img-src 'self' data:; connect-src 'self'; script-src '{hashes['js']}'; "
        f"style-src '{hashes['css']}'; base-uri 'none'; form-action 'none'"
    )


def embedded(picture: bytes | None) -> str:
    """A picture as an address that holds all of it."""
    return "data:image/jpeg;base64," + base64.b64encode(picture).decode() if picture else ""


@cache
def _part(name: str) -> str:
    return (files("player.publish") / "templates" / name).read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("player.publish"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _levels() -> dict[str, str]:
    return {"normal": "", "priority": _("priority"), "emergency": _("emergency")}


def _words() -> dict[str, str]:
    return {
        "title": _("Gates"),
        "all": _("all gates"),
        "bad": _("need help"),
        "care": _("need a look"),
        "good": _("all is well"),
        "closed": _("closed"),
        "filter": _("Find a gate"),
        "nothing": _("No gate fits."),
        "empty": _("No gate is known yet: gateplayer publish add-gate makes one."),
        "made": _("As of {moment}"),
        "old": _("This page is old. Is the server that makes it still running?"),
        "picture": _("The wall of {title}"),
        "unseen": _("no picture"),
        "more": _("and {count} more zones"),
    }
