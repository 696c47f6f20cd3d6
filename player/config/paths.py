"""Media files named in playlists: inside the playlists folder, and there."""

import os
import unicodedata
from bisect import bisect
from pathlib import Path, PurePosixPath, PureWindowsPath

from player.config.language import _
from player.config.suggest import WordingError, nearest
from player.config.yamlsource import shown

_MOST_LETTERS = 1000
_NEIGHBOURS = 100


def media_file(written: str, base: Path, root: Path) -> Path:
    """The file that `written` names in a playlist lying in `base`, all links followed.

    WordingError unless it is a file within `root` (a resolved path).
    """
    path = _inside(written, base, root)
    if path.is_dir():
        raise WordingError(_("{name} is a folder; name a file in it, or write folder:").format(name=shown(written)))
    if not path.is_file():
        raise WordingError(_("{name} is not an ordinary file").format(name=shown(written)))
    return path


def media_folder(written: str, base: Path, root: Path) -> Path:
    """The folder that `written` names, as for `media_file`."""
    path = _inside(written, base, root)
    if not path.is_dir():
        raise WordingError(_("{name} is a file; a folder is expected here").format(name=shown(written)))
    return path


def _inside(written: str, base: Path, root: Path) -> Path:
    name = written.strip()
    _check_form(name)
    try:
        path = (base / name).resolve()
        there = path.exists()
    except (OSError, RuntimeError) as error:  # a loop of links, a name that no file system takes
        raise WordingError(_("{name} cannot be found").format(name=shown(name))) from error
    if not path.is_relative_to(root):
        raise WordingError(_("{name} lies outside the playlists folder; copy it there").format(name=shown(name)))
    if not there:
        raise _absent(name, base, root)
    return path


def _check_form(name: str) -> None:
    if len(name) > _MOST_LETTERS:
        raise WordingError(_("{name} cannot be found").format(name=shown(name)))
    if "://" in name:
        raise WordingError(_("{name} is a web address; only files can be shown").format(name=shown(name)))
    windows = PureWindowsPath(name)
    if PurePosixPath(name).is_absolute() or windows.drive or name.startswith(("~", "\\")):
        said = _("{name} is not a path within the playlists folder; write it without its beginning: media/sapa.jpg")
        raise WordingError(said.format(name=shown(name)))


def _absent(name: str, base: Path, root: Path) -> WordingError:
    near = _near(name, base, root) or _from_top(name, base, root)
    if near is None:
        return WordingError(_("{name}: no such file").format(name=shown(name)))
    if _composed(near) == _composed(name):
        said = _("{name}: the file's name looks the same, but its accents are stored otherwise; rename the file")
        return WordingError(said.format(name=shown(name)))
    return WordingError(_("{name}: no such file; did you mean {near}?").format(name=shown(name), near=shown(near)))


def _near(name: str, base: Path, root: Path) -> str | None:
    """What `name` was probably meant to be: each part is looked for among what its folder holds."""
    found = PurePosixPath()
    folder = base
    for part in PurePosixPath(name.replace("\\", "/")).parts:
        here = folder / part
        choice = part if part == ".." or here.exists() else _nearest(part, folder)
        if choice is None or not (folder / choice).resolve().is_relative_to(root):
            return None
        found, folder = found / choice, folder / choice
    return str(found)


def _from_top(name: str, base: Path, root: Path) -> str | None:
    """A path that would be right in a playlist at the top of `root`, as it is written in `base`."""
    path = root / name
    return os.path.relpath(path, base) if path.exists() and path.resolve().is_relative_to(root) else None


def _nearest(part: str, folder: Path) -> str | None:
    names = _names(folder)
    same = [name for name in names if _composed(name).casefold() == _composed(part).casefold()]
    if same:
        return same[0]
    # Likeness is dear: in a large folder, only among its alphabetical neighbours.
    at = bisect(names, part)
    return nearest(part, names[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS])


def _names(folder: Path) -> list[str]:
    return sorted(name for name in os.listdir(folder) if not name.startswith(".")) if folder.is_dir() else []


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)
