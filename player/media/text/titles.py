"""The titles of an RSS or Atom feed, as plain text that may stand on a wall."""

import html
import re
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from player.config.language import _
from player.core.faults import ContentFault
from player.media.text.characters import clusters, one_line

MOST = 50
"""Titles that are read of one feed; the rest are old news."""

LONGEST = 200
"""Characters of a title, as readers count them."""

_LOOKED_AT = 4_000
_MARKUP = re.compile(r"<[A-Za-z/!?]")
_HIDDEN = frozenset({"script", "style", "template", "noscript", "iframe", "object"})


def feed_titles(data: bytes, content_type: str = "") -> list[str]:
    """The newest titles of a feed, in its order, each once: no markup, no controls, no marks that turn the direction
    of letters; long ones cut. Raises ContentFault for what is no feed."""
    # Imported here: only the process that reads feeds needs it.
    import feedparser

    headers = {"content-type": content_type} if content_type else {}
    feed = feedparser.parse(BytesIO(data), response_headers=headers, resolve_relative_uris=False)
    if not feed.get("version"):
        raise ContentFault(_("this is no RSS or Atom feed"))
    titles = (_plain(entry.get("title_detail") or {}) for entry in feed.entries[: 4 * MOST])
    return list(dict.fromkeys(title for title in titles if title))[:MOST]


def _plain(detail: dict[str, Any]) -> str:
    value = str(detail.get("value") or "")[:_LOOKED_AT]
    if detail.get("type") != "text/plain" or _MARKUP.search(value):
        value = _without_markup(value)
    # Many feeds write their entities twice.
    return _shortened(one_line(html.unescape(value), " "))


def _shortened(title: str) -> str:
    letters = clusters(" ".join(title.split()))
    return "".join(letters) if len(letters) <= LONGEST else "".join(letters[: LONGEST - 1]).rstrip() + "…"


def _without_markup(value: str) -> str:
    text = _Text()
    text.feed(value)
    text.close()
    return "".join(text.parts)


class _Text(HTMLParser):
    """The words between the tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._within = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._within += tag in _HIDDEN

    def handle_endtag(self, tag: str) -> None:
        self._within = max(0, self._within - (tag in _HIDDEN))

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.parts.append(data)
