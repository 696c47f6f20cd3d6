"""Durations, sizes, colours, clock times and the like, from the short forms in which people write them.

Each function takes what the YAML held (str, None, list or dict) and raises WordingError with what to write instead.
The patterns are also those of the JSON Schemas, so they keep to what Python and ECMAScript both understand.
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeVar

from player.config.language import _
from player.config.suggest import WordingError, unknown
from player.config.yamlsource import shown
from player.core.geometry import Size
from player.core.units import DAY, SECOND, Span

T = TypeVar("T")

_NUMBER = r"[0-9]{1,9}(\.[0-9]{1,6})?"
DURATION = rf"^(?=[0-9])({_NUMBER} ?h)? ?({_NUMBER} ?m)? ?({_NUMBER} ?s)? ?({_NUMBER} ?ms)?$"
NUMBER = rf"^{_NUMBER}$"
WHOLE = r"^[0-9]{1,9}$"
SIZE = r"^([0-9]{1,5}) ?x ?([0-9]{1,5})$"
PERCENT = rf"^({_NUMBER}) ?%$"
COLOUR = r"^#([0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})$"
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"

COLOURS = {
    "black": "#000000",
    "white": "#FFFFFF",
    "grey": "#808080",
    "red": "#FF0000",
    "orange": "#FFA500",
    "yellow": "#FFFF00",
    "green": "#008000",
    "cyan": "#00FFFF",
    "blue": "#0000FF",
    "navy": "#000080",
    "purple": "#800080",
    "transparent": "#00000000",
}
AMOUNT = r"^([0-9]{1,6}(\.[0-9]{1,3})?) ?(kB|MB|GB|TB)$"
RATE = r"^([0-9]{1,6}(\.[0-9]{1,3})?) ?(kB|MB)/s$"
_BYTES = {"kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}
YES_NO = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}

_UNITS = {"h": 3600 * SECOND, "m": 60 * SECOND, "s": SECOND, "ms": SECOND // 1000}
SHORTEST = Span(SECOND // 10)
_PIXELS = range(16, 16385)


def matches(pattern: str, word: str) -> bool:
    """Whether the whole of `word` fits; `$` alone would let a line feed at its end through."""
    return re.fullmatch(pattern, word) is not None


def kind_of(value: Any) -> str:
    """What a value is, for "… expected, not …"."""
    if value is None:
        return _("nothing")
    if isinstance(value, list):
        return _("a list")
    if isinstance(value, dict):
        return _("a group of keys")
    return f'"{shown(str(value))}"'


def text(value: Any) -> str:
    """Any scalar that is not empty."""
    if isinstance(value, str) and value.strip():
        return value
    if value is None or isinstance(value, str):
        raise WordingError(_("is empty; write a value, or delete the key"))
    raise WordingError(_("a text is expected, not {found}").format(found=kind_of(value)))


def duration(value: Any, least: Span = SHORTEST, most: Span = DAY) -> Span:
    """From "8s", "600ms", "10m", "1h30m", or a number of seconds, from `least` to `most`."""
    word = text(value).strip()
    if re.fullmatch(NUMBER, word):
        span = Fraction(word) * SECOND
    elif re.fullmatch(DURATION, word):
        parts = re.findall(r"([0-9.]+) ?(ms|s|m|h)", word)
        span = sum((Fraction(number) * _UNITS[unit] for number, unit in parts), Fraction(0))
    elif word.startswith("-"):
        raise WordingError(_("must be longer than zero"))
    else:
        raise WordingError(_('"{word}" is no duration; write 8s, 600ms, 10m or 1h30m').format(word=shown(word)))
    if not least <= span <= most:
        said = _("must be from {least} to {most}, not {word}")
        raise WordingError(said.format(least=length(least), most=length(most), word=shown(word)))
    return Span(round(span))


def length(span: Span) -> str:
    """A span as people write it: 1h30m, 600ms."""
    words, rest = "", int(span)
    for unit, worth in _UNITS.items():
        count, rest = divmod(rest, worth)
        words += f"{count}{unit}" if count else ""
    return words or "0s"


def whole(value: Any, least: int, most: int) -> int:
    """A whole number from `least` to `most`."""
    word = text(value).strip()
    if not re.fullmatch(WHOLE, word) or not least <= int(word) <= most:
        said = _('a whole number from {least} to {most} is expected, not "{word}"')
        raise WordingError(said.format(least=least, most=most, word=shown(word)))
    return int(word)


def share(value: Any) -> float:
    """A percentage over 0 and up to 100, as a share of 1: "12%" -> 0.12."""
    word = text(value).strip()
    match = re.fullmatch(PERCENT, word)
    if not match or not 0 < Fraction(match[1]) <= 100:
        raise WordingError(_('a percentage is expected, such as 12%, not "{word}"').format(word=shown(word)))
    return float(Fraction(match[1]) / 100)


def volume(value: Any) -> float:
    """Loudness from 0 to 1, written on, off, 80% or 80."""
    word = text(value).strip().casefold()
    if word in YES_NO:
        return float(YES_NO[word])
    number = word.removesuffix("%").rstrip()
    if not re.fullmatch(NUMBER, number) or Fraction(number) > 100:
        raise WordingError(_('write on, off, or a volume from 0% to 100%, not "{word}"').format(word=shown(word)))
    return float(Fraction(number) / 100)


def size(value: Any) -> Size:
    """ "1920x1080": width and height in pixels."""
    word = text(value).strip()
    match = re.fullmatch(SIZE, word.replace("×", "x").replace("X", "x"))
    if not match:
        said = _('"{word}" is no size; write width x height in pixels, such as 1920x1080')
        raise WordingError(said.format(word=shown(word)))
    found = Size(int(match[1]), int(match[2]))
    if not all(side in _PIXELS for side in found):
        said = _("each side must be from {least} to {most} pixels")
        raise WordingError(said.format(least=_PIXELS[0], most=_PIXELS[-1]))
    return found


def amount(value: Any, least: int, most: int) -> int:
    """ "20 GB": an amount of data in bytes."""
    word = text(value).strip()
    found = _bytes(word)
    if found is None or not least <= found <= most:
        said = _('"{word}" is no amount of data from {least} to {most}; write 500 MB or 20 GB')
        raise WordingError(said.format(word=shown(word), least=_told(least), most=_told(most)))
    return found


def rate(value: Any) -> int:
    """ "500 kB/s": bytes a second."""
    word = text(value).strip()
    found = _bytes(word.removesuffix("/s")) if word.endswith("/s") else None
    if not found or found < 1000:
        raise WordingError(_('"{word}" is no speed; write 500 kB/s or 2 MB/s').format(word=shown(word)))
    return found


def _bytes(word: str) -> int | None:
    match = re.fullmatch(AMOUNT, word.strip(), re.IGNORECASE)
    return int(Fraction(match[1]) * _BYTES[match[3].lower()]) if match else None


def _told(count: int) -> str:
    unit, worth = next((unit, worth) for unit, worth in reversed(_BYTES.items()) if count >= worth)
    return f"{count // worth} {unit[:-1].upper() if unit != 'kb' else 'k'}B"


def colour(value: Any) -> str:
    """ "#RRGGBB" or "#RRGGBBAA" in capitals, from that or from a name in COLOURS."""
    if value is None:
        raise WordingError(_('is empty; a colour stands in quotation marks: "#FFFFFF"'))
    word = text(value).strip()
    if re.fullmatch(COLOUR, word):
        return word.upper()
    if word.startswith("#"):
        raise WordingError(_('"{word}" is no colour; write "#RRGGBB" or "#RRGGBBAA"').format(word=shown(word)))
    return choice(word, COLOURS)


def choice(value: Any, choices: Mapping[str, T]) -> T:
    """The meaning of one of `choices`; capitals do not matter."""
    word = text(value).strip()
    if word.casefold() not in choices:
        raise unknown(word, choices)
    return choices[word.casefold()]
