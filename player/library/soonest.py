"""In which order the files of a release are fetched: what plays soonest comes first."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from player.config.playlists import read_playlists
from player.config.settings import Config
from player.config.specs import FolderSpec, ItemSpec
from player.core import calendar
from player.core.model import Window
from player.core.units import Instant
from player.library.central import Release
from player.library.naturally import natural_key

_NEVER = Instant(1 << 62)


def soonest_first(release: Release, folder: Path, config: Config, now: Instant) -> tuple[str, ...]:
    """The SHA-256 of the files of `release`, laid out in `folder`: its playlists, then what they show by the instant
    at which each playlist may play next, higher levels first; what no playlist names comes last."""
    shas = {folder / entry.name: entry.sha256 for entry in release.entries}
    ordered = [entry.sha256 for entry in release.texts()]
    playlists = read_playlists(folder, config).playlists
    for spec in sorted(playlists, key=lambda spec: (_opens(spec.windows, config.timezone, now), -spec.level)):
        ordered += [shas[path] for item in spec.items for path in _files(item, folder) if path in shas]
    ordered += [entry.sha256 for entry in release.entries]
    return tuple(dict.fromkeys(ordered))


def _opens(windows: tuple[Window, ...], timezone: str, now: Instant) -> Instant:
    tz = ZoneInfo(timezone)
    if calendar.holds(windows, now, tz):
        return now
    opening = calendar.opening(windows, now, tz)
    return _NEVER if opening is None else opening


def _files(item: ItemSpec, folder: Path) -> Iterator[Path]:
    """The files of an item as they lie in `folder`."""
    path = getattr(item, "path", None)
    if path is None:
        return
    here = folder / path.relative_to(folder.resolve())
    if isinstance(item, FolderSpec):
        found = (one for one in here.iterdir() if one.is_file())
        yield from sorted(found, key=lambda one: natural_key(one.name))
    else:
        yield here
