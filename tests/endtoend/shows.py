"""Folders as a technician would write them: config.yaml, playlists/ and media/."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from player.library.statusfiles import read_json

Entry = Mapping[str, Any]
"""One entry of a playlist's `items`, as in the YAML."""


@dataclass(frozen=True)
class ShowFolder:
    """What `write_show` made."""

    path: Path

    @property
    def config(self) -> Path:
        return self.path / "config.yaml"

    @property
    def state(self) -> Path:
        return self.path / "state"

    @property
    def media(self) -> Path:
        return self.path / "playlists" / "media"

    def wall_says(self, *keys: str) -> Any:
        """What stands in the wall's status now, under the first key, under the next in that …; None while that has not
        been told."""
        said: Any = read_json(self.state / "run/wall.json")
        for key in keys:
            said = said.get(key) if isinstance(said, dict) else None
        return said

    def write_playlist(self, name: str, items: Sequence[Entry], **settings: Any) -> Path:
        """Puts `playlists/NAME.yaml` there in one go, as a careful editor does. `settings` go beside `items`."""
        path = self.path / "playlists" / f"{name}.yaml"
        text = yaml.safe_dump(
            {"title": name, "zone": "main", **settings, "items": [dict(item) for item in items]},
            allow_unicode=True,
            sort_keys=False,
        )
        partial = path.with_suffix(".tmp")
        partial.write_text(text, encoding="utf-8")
        partial.rename(path)
        return path


def write_show(
    folder: Path, canvas: tuple[int, int] = (320, 180), layout: Mapping[str, Any] | None = None, **settings: Any
) -> ShowFolder:
    """A show folder without playlists yet; one zone, `main`, unless `layout` says otherwise.

    `settings` are further keys of config.yaml, or others in the place of those written here.
    """
    show = ShowFolder(folder)
    show.media.mkdir(parents=True)
    config = {
        "gate": "test-gate",
        "language": "en",
        "timezone": "Asia/Ho_Chi_Minh",
        "display": {"canvas": "{}x{}".format(*canvas), "output": "auto", "fps": 60},
        "layout": dict(layout or {"main": {"at": [0, 0], "size": ["100%", "100%"]}}),
        "sources": {"playlists": "playlists/"},
        "page": "off",
        **settings,
    }
    show.config.write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return show
