"""The order in which people expect file names: 2 before 10, capitals beside small letters, Vietnamese letters in the
order of the Vietnamese alphabet with its tones."""

import re
import unicodedata

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PLACES = {letter: place for place, letter in enumerate(_ALPHABET)}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
"""Level, huyền, hỏi, ngã, sắc, nặng: the order of Vietnamese dictionaries."""

_RUNS = re.compile(r"([0-9]+)")

Key = tuple[tuple[tuple[int, ...], ...], tuple[int, ...], str]


def natural_key(name: str) -> Key:
    """A sort key for `name`. Tones decide only between names that are otherwise the same; the name itself is last."""
    letters: list[tuple[int, ...]] = []
    tones: list[int] = []
    for run in _RUNS.split(unicodedata.normalize("NFC", name)):
        if run.isdecimal():
            letters.append((1, int(run)))
            tones.append(0)
            continue
        for character in run.lower():
            letter, tone = _parts(character)
            letters.append(letter)
            tones.append(tone)
    return tuple(letters), tuple(tones), name


def _parts(character: str) -> tuple[tuple[int, ...], int]:
    """The letter's place and its tone. Signs come before digits, digits before letters, foreign letters last."""
    marks = unicodedata.normalize("NFD", character)
    tone = max((_TONES.get(mark, 0) for mark in marks), default=0)
    letter = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
    if letter in _PLACES:
        return (2, _PLACES[letter]), tone
    if not letter.isalnum():
        return (0, *map(ord, letter)), tone
    return (3, *map(ord, letter)), tone
