"""Text to runs: stretches of one face and one script, cut where a line may break.

A browser with the same list of fonts comes to the same runs: each cluster goes to the first face that has all of it.
Common characters (punctuation, symbols) stay with the face of their neighbour, so that a Chinese quotation mark next
to a Chinese word is a Chinese one; ASCII digits, spaces and punctuation are always the base face's.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

from icu4py.breakers import LineBreaker

from player.media.text.characters import COMMON, cluster_script, clusters, is_silent, trimmed
from player.media.text.fonts import Face, Fonts

_CLUSTERS_AT_MOST = 24
_JOINS_EASTERN = frozenset({"Hani", "Hira", "Kana", "Bopo"})
_LOCALE = "vi"


@dataclass(frozen=True, slots=True)
class Run:
    """Text to be shaped as one. `breakable`: a line may end after it."""

    text: str
    face: Face
    script: str
    breakable: bool = False


@dataclass(frozen=True, slots=True)
class _Cluster:
    text: str
    face: Face
    script: str
    breakable: bool


def itemise(text: str, fonts: Fonts, lang: str = "", bold: bool = False) -> list[Run]:
    """The runs of one paragraph of cleaned text, in reading order. What no face has, or shows nothing, is left out."""
    return list(_joined(_resolved(text, fonts, lang, bold)))


def _resolved(text: str, fonts: Fonts, lang: str, bold: bool) -> Iterator[_Cluster]:
    found = clusters(text)
    scripts = [cluster_script(cluster) for cluster in found]
    ends = _line_ends(text)
    position = 0
    for at, cluster in enumerate(found):
        position += len(cluster)
        script = scripts[at] if scripts[at] != COMMON else _borrowed(found, scripts, at)
        seen = not all(is_silent(character) for character in cluster)
        face = fonts.face(cluster, script, lang, bold) if seen else None
        yield _Cluster(trimmed(cluster) if face else "", face or fonts.base(bold), script, position in ends)


def _borrowed(found: list[str], scripts: list[str], at: int) -> str:
    """The script whose face draws a Common cluster: that of the neighbour it leans on, or Common itself."""
    cluster = found[at]
    if cluster.isascii():
        return COMMON
    before = scripts[at - 1] if at else COMMON
    after = scripts[at + 1] if at + 1 < len(scripts) else COMMON
    opening = unicodedata.category(cluster[0]) in ("Ps", "Pi")
    near, far = (after, before) if opening else (before, after)
    chosen = near if near != COMMON else far
    wide = unicodedata.east_asian_width(cluster[0]) in ("W", "F")
    return "Hani" if chosen in _JOINS_EASTERN or (chosen == COMMON and wide) else chosen


def _line_ends(text: str) -> set[int]:
    """Where a line may end (UAX 14; within Lao, Khmer, Thai and Burmese by dictionary), as counts of characters."""
    return set(accumulate(len(segment) for segment in LineBreaker(text, _LOCALE)))


def _joined(found: Iterator[_Cluster]) -> Iterator[Run]:
    """Neighbours of one face and script made one run, cut at line breaks and at a bounded length."""
    held: list[_Cluster] = []
    for cluster in found:
        if not cluster.text:
            if held and cluster.breakable:
                held[-1] = replace(held[-1], breakable=True)
            continue
        if held and not _goes_on(held, cluster):
            yield _run(held)
            held = []
        held.append(cluster)
    if held:
        yield _run(held)


def _goes_on(held: list[_Cluster], cluster: _Cluster) -> bool:
    if held[-1].breakable or len(held) >= _CLUSTERS_AT_MOST or cluster.face != held[0].face:
        return False
    scripts = {one.script for one in held} - {COMMON}
    return cluster.script == COMMON or not scripts or cluster.script in scripts


def _run(held: list[_Cluster]) -> Run:
    own = (cluster.script for cluster in held if cluster.script != COMMON)
    script = COMMON if held[0].face.picture else next(own, "Latn")
    return Run("".join(cluster.text for cluster in held), held[0].face, script, held[-1].breakable)
