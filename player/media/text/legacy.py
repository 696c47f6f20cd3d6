"""The Vietnamese encodings from before Unicode, told apart by what they would spell.

TCVN3 (ABC, fonts named .Vn…) has one byte a letter; VNI (fonts named VNI-…) writes a mark as a letter of its own behind
the vowel. Both look like Western letters to a program that does not know: "ViÖt Nam", "Vieät Nam".
"""

import re
import unicodedata

_TCVN3 = dict(
    zip(
        "\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xab\xac\xad\xae"
        "\xb5\xb6\xb7\xb8\xb9\xbb\xbc\xbd\xbe\xc6\xc7\xc8\xc9\xca\xcb\xcc\xce\xcf\xd0\xd1"
        "\xd2\xd3\xd4\xd5\xd6\xd7\xd8\xdc\xdd\xde\xdf\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9"
        "\xea\xeb\xec\xed\xee\xef\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9\xfa\xfb\xfc\xfd\xfe",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)

_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"

_VNI_MARKS = {
    "\xf8": _GRAVE,
    "\xf9": _ACUTE,
    "\xfb": _HOOK,
    "\xf5": _TILDE,
    "\xef": _DOT,
    "\xe2": _CIRCUMFLEX,
    "\xe0": _CIRCUMFLEX + _GRAVE,
    "\xe1": _CIRCUMFLEX + _ACUTE,
    "\xe5": _CIRCUMFLEX + _HOOK,
    "\xe3": _CIRCUMFLEX + _TILDE,
    "\xe4": _CIRCUMFLEX + _DOT,
    "\xea": _BREVE,
    "\xe8": _BREVE + _GRAVE,
    "\xe9": _BREVE + _ACUTE,
    "\xfa": _BREVE + _HOOK,
    "\xfc": _BREVE + _TILDE,
    "\xeb": _BREVE + _DOT,
}
_VNI_LETTERS = {"\xf4": "ơ", "\xf6": "ư", "\xf1": "đ", "\xed": "í", "\xec": "ì", "\xe6": "ỉ", "\xf3": "ĩ", "\xf2": "ị"}
_VNI_LETTERS["\xee"] = "ỵ"

_TONES = re.compile(f"[{_GRAVE}{_ACUTE}{_HOOK}{_TILDE}{_DOT}]")
_ONSET = "ngh|ng|gh|gi|kh|nh|ph|qu|th|tr|ch|[bcdđghklmnprstvx]"
_RHYME = (
    "uyê|uya|uyu|uao|iêu|yêu|oai|oay|oao|oeo|uây|uôi|ươi|ươu|"
    "ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|oo|ôi|ơi|ua|uâ|uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu|yê|[aăâeêioôơuưy]"
)
_SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{_RHYME})(?:ch|ng|nh|[cmnpt])?")
_PLAUSIBLE, _MARGIN = 0.6, 0.2
_WORD = re.compile(r"[^\W\d_]+")
_OTHER_SCRIPT = re.compile("[\u0250-\u1dff\u1f00-\U0010ffff]")
_UNICODE_ONLY = re.compile("[\u1ea0-\u1ef9]")
"""Letters that no text has whose bytes, or whose Latin-1 characters, are TCVN3 or VNI."""

_LETTERS_AND_SIGNS = re.compile(r"[A-Za-z\xa1-\xff]+")


def from_tcvn3(text: str) -> str:
    """Text in TCVN3, its bytes taken for Latin-1 characters, as Unicode."""
    return "".join(_TCVN3.get(character, character) for character in text)


def from_vni(text: str) -> str:
    """Text in VNI, its bytes taken for Latin-1 characters, as Unicode."""
    result = []
    for character in text:
        lower = character.lower()
        if lower in _VNI_MARKS:
            result.append(_VNI_MARKS[lower])
        else:
            letter = _VNI_LETTERS.get(lower, lower)
            result.append(letter.upper() if lower != character else letter)
    return unicodedata.normalize("NFC", "".join(result))


def vietnamese_share(text: str) -> float:
    """How much of a text's accented words could be Vietnamese syllables, 0 to 1; 0 when it has none."""
    # What stands beside them in Chinese or Khmer says nothing of how the Vietnamese words are written.
    latin = _OTHER_SCRIPT.sub(" ", unicodedata.normalize("NFC", text))
    words = [word for word in _WORD.findall(latin) if not word.isascii()]
    return sum(_is_syllable(word) for word in words) / len(words) if words else 0.0


def _is_syllable(word: str) -> bool:
    parts = unicodedata.normalize("NFD", word.lower())
    toneless = unicodedata.normalize("NFC", _TONES.sub("", parts))
    return len(_TONES.findall(parts)) <= 1 and bool(_SYLLABLE.fullmatch(toneless))


def legacy_encoding(text: str, rival: float = 0.0) -> str:
    """The name of the encoding, TCVN3 or VNI, when a text of Latin-1 characters spells Vietnamese only that way, else
    "". `rival` is the share of Vietnamese in the best other reading of it."""
    if _UNICODE_ONLY.search(text):
        return ""
    signs = [
        word
        for word in _LETTERS_AND_SIGNS.findall(text)
        if not word.isascii() and any(letter.isalpha() for letter in word)
    ]
    if not signs:
        return ""
    shares = {
        "": max(rival, vietnamese_share(text)),
        "TCVN3": vietnamese_share(" ".join(from_tcvn3(word) for word in signs)),
        "VNI": vietnamese_share(" ".join(from_vni(word) for word in signs)),
    }
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= _PLAUSIBLE and shares[best] >= shares[""] + _MARGIN else ""
