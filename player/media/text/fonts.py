"""Which face draws a character: the listed files found on this machine, and what is missing."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from player.core.faults import DisplayFault
from player.media.text.characters import COMMON, INHERITED, is_picture, is_silent
from player.media.text.fontlist import BASE, FACES, LANGUAGES, PICTURES, Listed
from player.media.text.sfnt import Coverage, Extent, FontError, coverage, extent

_HAN_FACES = {"ja": "ja", "ko": "ko", "zh-tw": "zh-Hant", "zh-hant": "zh-Hant", "zh-hk": "zh-HK", "zh-mo": "zh-HK"}


LETTERS = "0123456789 .,:;!?()-AaĂăÂâĐđÊêÔôƠơƯưẾếỘộỰự"
"""What a face must have to stand for Noto Sans as the face of every line."""


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a font file. `embolden` when bold was asked for and the family has no bold weight."""

    path: str
    index: int = 0
    embolden: bool = False
    picture: bool = False

    @property
    def coverage(self) -> Coverage:
        return coverage(self.path, self.index)

    @property
    def extent(self) -> Extent:
        return extent(self.path, self.index)

    def has(self, cluster: str) -> bool:
        """Whether the face has every character of a cluster that shows."""
        covered = self.coverage
        return all(character in covered or is_silent(character) for character in cluster)


@dataclass(frozen=True, slots=True)
class MissingFont:
    """A font file that is not installed, and the Debian package that brings it."""

    file: str
    package: str


def font_folders() -> tuple[Path, ...]:
    """Where fonts are looked for, in order of preference: those of $GATEPLAYER_FONTS (separated like $PATH), the user's
    (XDG base directories), the system's."""
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    own = [*named_folders(), Path(data) / "fonts", Path("~/.fonts")]
    return (*(folder.expanduser() for folder in own), Path("/usr/local/share/fonts"), Path("/usr/share/fonts"))


def named_folders() -> list[Path]:
    """The folders of $GATEPLAYER_FONTS: those of the gate itself."""
    return [Path(part) for part in os.environ.get("GATEPLAYER_FONTS", "").split(os.pathsep) if part]


def _own(folders: Iterable[Path], listed: set[str]) -> tuple[Listed, ...]:
    """The gate's own faces: font files of its folders that are on no list. NAME-Bold goes with NAME-Regular or NAME."""
    files = {path.stem: path.name for folder in folders for path in sorted(folder.rglob("*.[to]tf"))}
    files = {stem: name for stem, name in files.items() if name not in listed}
    plain = [stem for stem in sorted(files) if not stem.endswith("-Bold")]
    return tuple(Listed((), files[stem], files.get(stem.removesuffix("-Regular") + "-Bold", ""), "") for stem in plain)


class Fonts:
    """The faces of a list that are on this machine. Finding them opens nothing but folders."""

    def __init__(self, folders: Sequence[Path] = (), listed: Sequence[Listed] = FACES) -> None:
        """`folders` are searched before the machine's own."""
        own = _own(named_folders(), {file for entry in listed for file in (entry.regular, entry.bold)})
        self._listed = (*own, *listed)
        wanted = {file for entry in self._listed for file in (entry.regular, entry.bold) if file}
        self._files = dict(_found((*folders, *font_folders()), wanted))
        self._own = own
        self._choices: dict[tuple[str, str, bool], tuple[Face, ...]] = {}

    def missing(self, languages: Iterable[str]) -> tuple[MissingFont, ...]:
        """Files that these languages (ISO 639, with or without a region) need and that are not installed."""
        scripts = {script for language in languages for script in LANGUAGES.get(language.split("-")[0].lower(), ())}
        needed = [entry for entry in self._listed if entry in (BASE, PICTURES) or scripts.intersection(entry.scripts)]
        files = {file: entry.package for entry in needed for file in (entry.regular, entry.bold) if file}
        return tuple(MissingFont(file, package) for file, package in files.items() if file not in self._files)

    def base(self, bold: bool = False) -> Face:
        """The face of digits, spaces and Latin. Raises DisplayFault when there is not one listed font."""
        return self._choice(COMMON, "", bold)[0]

    def face(self, cluster: str, script: str, lang: str = "", bold: bool = False) -> Face | None:
        """The first face that has a whole cluster, else its first character; None when none has it."""
        if is_picture(cluster):
            picture = self._picture(cluster)
            if picture is not None:
                return picture
        choice = self._choice(script, _han_face(lang), bold)
        whole = (face for face in choice if face.has(cluster))
        return next(whole, None) or next((face for face in choice if cluster[0] in face.coverage), None)

    def has(self, character: str) -> bool:
        """Whether any face has a character, or it is one that shows nothing of its own."""
        return is_silent(character) or any(character in face.coverage for face in self._choice(COMMON, "", False))

    def _picture(self, cluster: str) -> Face | None:
        path = self._files.get(PICTURES.regular)
        face = Face(path, picture=True) if path else None
        return face if face and face.has(cluster) else None

    def _choice(self, script: str, han: str, bold: bool) -> tuple[Face, ...]:
        key = (script, han, bold)
        if key not in self._choices:
            self._choices[key] = tuple(self._ordered(script, han, bold))
            if not self._choices[key]:
                raise DisplayFault(_no_fonts())
        return self._choices[key]

    def _ordered(self, script: str, han: str, bold: bool) -> Iterator[Face]:
        def rank(entry: Listed) -> tuple[bool, bool, bool]:
            # The gate's own come first, but digits and spaces only from a face that has all of them.
            common = script in (COMMON, INHERITED)
            own = entry in self._own and (not common or self._has_letters(entry, bold))
            fits = entry is BASE if common else script in entry.scripts
            return (not own, not fits, bool(entry.language) and entry.language != han)

        for entry in sorted(self._listed, key=rank):
            face = self._usable(entry, bold)
            if face:
                yield face

    def _has_letters(self, entry: Listed, bold: bool) -> bool:
        face = self._usable(entry, bold)
        return face is not None and all(character in face.coverage for character in LETTERS)

    def _usable(self, entry: Listed, bold: bool) -> Face | None:
        file = entry.bold if bold and entry.bold in self._files else entry.regular
        if file not in self._files:
            return None
        picture = entry is PICTURES
        face = Face(self._files[file], entry.index, bold and file == entry.regular and not picture, picture)
        try:
            _ = face.coverage, face.extent
        except (FontError, OSError):
            return None
        return face


def _no_fonts() -> str:
    from player.config.language import _

    return _(
        "No font is installed. Install them: apt-get install fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji"
    )


def _han_face(lang: str) -> str:
    lowered = lang.replace("_", "-").lower()
    for start, face in _HAN_FACES.items():
        if lowered == start or lowered.startswith(start + "-"):
            return face
    return "zh-Hans"


def _found(folders: Iterable[Path], wanted: set[str]) -> Iterator[tuple[str, str]]:
    """File names with their paths; of two with one name, the one in the earlier folder comes last, and so counts."""
    for folder in reversed(tuple(folders)):
        for path, _folders, files in os.walk(folder):
            yield from ((file, os.path.join(path, file)) for file in sorted(wanted.intersection(files)))


@lru_cache(maxsize=1)
def installed_fonts() -> Fonts:
    """The faces on this machine, looked for once."""
    return Fonts()


def missing_fonts(languages: Iterable[str]) -> tuple[MissingFont, ...]:
    """What the installed fonts lack for these languages; each with the Debian package to install."""
    return installed_fonts().missing(languages)
