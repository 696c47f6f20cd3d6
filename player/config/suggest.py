"""What somebody probably meant."""

import difflib
import unicodedata
from collections.abc import Iterable

from player.config.language import _
from player.config.yamlsource import shown


class WordingError(ValueError):
    """What is written is not a value of its kind; the message says what would be."""


def plain(text: str) -> str:
    """`text` in small Latin letters without marks: Giỗ Tổ -> gio to. For comparing, never for showing."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def slug(text: str) -> str:
    """`text` as a name of small letters, digits and single hyphens; may be empty."""
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in plain(text)).split())


_LONGEST = 100


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that is most like `word`, marks and capitals aside; None when none is near."""
    if len(word) > _LONGEST:
        return None
    by_plain = {plain(choice): choice for choice in choices}
    near = difflib.get_close_matches(plain(word), by_plain, n=1, cutoff=0.6)
    return by_plain[near[0]] if near else None


def unknown(word: str, choices: Iterable[str]) -> WordingError:
    """The error for a `word` that is none of `choices`, with a suggestion or the whole list."""
    known = list(choices)
    if near := nearest(word, known):
        return WordingError(_('there is no "{word}"; did you mean {near}?').format(word=shown(word), near=near))
    said = _('there is no "{word}"; choose from {choices}')
    return WordingError(said.format(word=shown(word), choices=", ".join(known)))
