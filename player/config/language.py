"""The language of messages: `_` at the place where a sentence is made, `use` once the language is known.

The standard library's gettext and nothing else, so that the wall can afford to import it.
"""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

DOMAIN = "gateplayer"
LOCALE = Path(__file__).resolve().parent.parent / "locale"
LANGUAGES = ("vi", "en")
"""What `language:` in config.yaml may say. Sentences are written in English, so "en" needs no catalog."""


class _Speaker:
    """Holds the catalog in use: one per process, as a process speaks one language."""

    def __init__(self) -> None:
        self.language = "en"
        self.catalog = gettext.NullTranslations()

    def learn(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"no such language: {language}")
        self.catalog = (
            gettext.NullTranslations() if language == "en" else gettext.translation(DOMAIN, LOCALE, [language])
        )
        self.language = language


_speaker = _Speaker()
_guest: ContextVar[_Speaker | None] = ContextVar("guest", default=None)


def use(language: str) -> None:
    """Speak "vi" or "en" from now on; ValueError for any other. English until the first call."""
    _speaker.learn(language)


def language_in_use() -> str:
    """The language of the last `use`, or of `speaking` around this."""
    return (_guest.get() or _speaker).language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak another language to one person, in this thread and within this context; ValueError for one that there is
    not."""
    speaker = _Speaker()
    speaker.learn(language)
    token = _guest.set(speaker)
    try:
        yield
    finally:
        _guest.reset(token)


def _(message: str) -> str:
    """`message` in the language in use when this is called; itself when it has no translation."""
    return (_guest.get() or _speaker).catalog.gettext(message)
