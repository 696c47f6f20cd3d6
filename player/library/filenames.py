"""What the names of files and folders in the watched folder say: `ten__15s__2026-12-01..2026-12-31__07h00-11h30.jpg`.

Names are as the system gives them, undecodable bytes as surrogates; `shown_name` makes them fit for people.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from player.config import units, when
from player.config.language import _
from player.config.suggest import WordingError, plain
from player.config.yamlsource import shown
from player.core.model import DateRange, Level
from player.core.units import Span

STATUS_NAMES = {"vi": "TRANG-THAI.txt", "en": "STATUS.txt"}
"""The file that the player itself leaves in the folder, by language."""

TEXTS = (".txt",)
SETTINGS = (".yaml", ".yml")
OFFICE = (".pptx", ".ppt", ".ppsx", ".pps", ".odp", ".docx", ".doc", ".odt")

_LEVELS = {
    "uutien": Level.PRIORITY,
    "priority": Level.PRIORITY,
    "khancap": Level.EMERGENCY,
    "emergency": Level.EMERGENCY,
}
_SYSTEM_NAMES = {
    *(name.casefold() for name in STATUS_NAMES.values()),
    "thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    "autorun.inf",
    "system volume information",
    "$recycle.bin",
    "lost+found",
    "__macosx",
}
_TEMPORARY = (".part", ".partial", ".crdownload", ".download", ".tmp", ".temp", ".filepart", ".opdownload")
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}")
_COPY = re.compile(r" ?\([0-9]+\)$| - (copy|sao chép|bản sao).*$", re.IGNORECASE)
_SPAN = re.compile(r"[0-9]+([.,][0-9]+)?(s|m|h|ms|ph|giay|phut|giây|phút)[0-9smh]*", re.IGNORECASE)
_DATES = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|.*\.\..*")
_HOURS = re.compile(r"([0-9]{1,2})[hg:]([0-9]{2})?-([0-9]{1,2})[hg:]([0-9]{2})?", re.IGNORECASE)
_LIKE_HOURS = re.compile(r"[0-9]{1,2}[hg:][0-9]{0,2}-.*|[0-9]{1,2}-[0-9]{1,2}[hg:].*", re.IGNORECASE)
_SPAN_WORDS = {"giây": "s", "giay": "s", "phút": "m", "phut": "m", "ph": "m"}


@dataclass(frozen=True, slots=True)
class Said:
    """What a file's name says. `stem` is the name without its ending, `base` without its suffixes too, both for
    comparing; `ending` is in small letters.

    `hours` are minutes after midnight. `wrong` says what is not understood, in sentences."""

    stem: str
    base: str
    ending: str
    span: Span | None = None
    dates: DateRange | None = None
    hours: tuple[int, int] | None = None
    wrong: tuple[str, ...] = ()


def is_ignored(name: str) -> bool:
    """What systems, programs and the player itself leave in folders: passed over without a word."""
    folded = name.casefold()
    return name.startswith((".", "~")) or folded in _SYSTEM_NAMES or folded.endswith(_TEMPORARY)


def level_of(folder: str) -> Level:
    """The level that the name of a top folder asks for: "UU-TIEN", "Ưu tiên", "KHẨN CẤP" … whatever the letters."""
    letters = "".join(letter for letter in plain(folder) if letter.isalnum())
    return _LEVELS.get(letters, Level.NORMAL)


def shown_name(name: str) -> str:
    """A name or path as it may stand in a message or in a show: on one line, accents composed, no stray bytes."""
    readable = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace") if not _is_text(name) else name
    return shown(unicodedata.normalize("NFC", readable), 300)


def read_name(name: str) -> Said:
    """What the name of a file says."""
    stem, ending = _parted(unicodedata.normalize("NFC", name))
    base, *suffixes = stem.split("__")
    span: Span | None = None
    dates: DateRange | None = None
    hours: tuple[int, int] | None = None
    wrong: list[str] = []
    for suffix in suffixes:
        # Windows writes "(2)" or "- Copy" behind the name of a copy.
        word = _COPY.sub("", suffix).replace(" ", "")
        try:
            if _LIKE_HOURS.fullmatch(word):
                hours = _hours(word)
            elif _SPAN.fullmatch(word):
                span = _span(word)
            elif _DATES.fullmatch(word):
                dates = when.date_range(word)
            else:
                # Two low lines may stand in a name for no reason at all.
                base += f"__{suffix}"
        except WordingError as error:
            wrong.append(_("__{suffix} in the name: {reason}").format(suffix=shown(word), reason=error))
    return Said(stem.casefold(), base.casefold(), ending, span, dates, hours, tuple(wrong))


def _parted(name: str) -> tuple[str, str]:
    """The stem and the ending, which no suffix such as `__2026-12-01..2026-12-31` is taken for."""
    ending = PurePosixPath(name).suffix
    if not _EXTENSION.fullmatch(ending):
        return name, ""
    return name[: -len(ending)], ending.casefold()


def _span(word: str) -> Span:
    folded = word.casefold().replace(",", ".")
    for written, unit in _SPAN_WORDS.items():
        if folded.endswith(written):
            folded = folded[: -len(written)] + unit
            break
    return units.duration(folded)


def _hours(word: str) -> tuple[int, int]:
    found = _HOURS.fullmatch(word)
    if found is None:
        raise WordingError(_("hours are written 07h00-11h30"))
    first, minute, last, other = (part or "00" for part in found.groups())
    ((start, end),) = when.hours(f"{first}:{minute}-{last}:{other}")
    return start, end


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
