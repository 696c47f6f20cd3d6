"""What a character is: its script, whether it is a picture, what may be drawn at all; and clusters of them."""

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache

from icu4py.breakers import CharacterBreaker

from player.media.text.tables import EMOJI, SCRIPTS

COMMON = "Zyyy"
INHERITED = "Zinh"
UNKNOWN = "Zzzz"

RIGHT_TO_LEFT = frozenset({"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"})

_JOINERS = "\u200b\u200c\u200d\u2060"
_TEXT_STYLE, _PICTURE_STYLE, _KEYCAP = "\ufe0e", "\ufe0f", "\u20e3"
_REGIONAL = range(0x1F1E6, 0x1F200)
_SKIN = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
_MARKS_AT_MOST = 8
_PICTURE_AT_MOST = 24
_UNDRAWABLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})
_LINE_ENDS = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")


@lru_cache(maxsize=1)
def _scripts() -> tuple[list[int], list[int], list[str]]:
    firsts, lasts, codes = [], [], []
    for word in SCRIPTS.split():
        first, last = word[:-4].split("-")
        firsts.append(int(first, 16))
        lasts.append(int(last, 16))
        codes.append(word[-4:])
    return firsts, lasts, codes


@lru_cache(maxsize=1)
def _pictures() -> frozenset[int]:
    pairs = [word.split("-") for word in EMOJI.split()]
    return frozenset(code for first, last in pairs for code in range(int(first, 16), int(last, 16) + 1))


@lru_cache(maxsize=8192)
def script_of(character: str) -> str:
    """The ISO 15924 code of a character's Script property (UAX 24): "Khmr", "Zyyy" for Common, "Zzzz" for none."""
    firsts, lasts, codes = _scripts()
    code = ord(character)
    at = bisect_right(firsts, code) - 1
    return codes[at] if at >= 0 and code <= lasts[at] else UNKNOWN


def cluster_script(cluster: str) -> str:
    """The script of the first character of a cluster that has one of its own, else Common."""
    scripts = (script_of(character) for character in cluster)
    return next((script for script in scripts if script not in (COMMON, INHERITED)), COMMON)


def is_picture(cluster: str) -> bool:
    """Whether a cluster is for the emoji face: by nature, by a variation selector or as a sequence (UTS 51)."""
    if _TEXT_STYLE in cluster:
        return False
    if _PICTURE_STYLE in cluster or _KEYCAP in cluster:
        return True
    return ord(cluster[0]) in _pictures() or any(ord(c) in _REGIONAL or ord(c) in _SKIN for c in cluster)


def is_silent(character: str) -> bool:
    """Whether a character only steers its neighbours: joiners, variation selectors, tags of flags."""
    code = ord(character)
    return character in _JOINERS or code in _TAGS or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


def is_drawable(character: str) -> bool:
    """Whether a character may reach a font at all: no control, surrogate, private or unassigned one may."""
    return is_silent(character) or unicodedata.category(character) not in _UNDRAWABLE


def controls(text: str) -> tuple[str, ...]:
    """The control and other undrawable characters in `text`, each once, but for line ends and tabs."""
    kept = {character: None for character in _LINE_ENDS.sub("", text).replace("\t", "") if not is_drawable(character)}
    return tuple(kept)


def clean(text: str) -> str:
    """`text` in NFC, line ends as "\\n", tabs as spaces, without undrawable characters. NFC and NFD become the same."""
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    kept = "".join(character for character in text if character == "\n" or is_drawable(character))
    return unicodedata.normalize("NFC", kept)


def one_line(text: str, separator: str = " ") -> str:
    """Cleaned `text` on one line: its lines, trimmed, empty ones left out, joined by `separator`."""
    return separator.join(line for part in clean(text).split("\n") if (line := part.strip()))


def clusters(text: str) -> list[str]:
    """What a reader takes for single characters: UAX 29 grapheme clusters."""
    return list(CharacterBreaker(text, "vi"))


def trimmed(cluster: str) -> str:
    """A cluster with no more marks than any language stacks; a thousand on one letter would be a tower of pixels."""
    return cluster[: _PICTURE_AT_MOST if is_picture(cluster) else _MARKS_AT_MOST + 1]


def name_of(character: str) -> str:
    """A character for a message: `U+1780 KHMER LETTER KA`."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
