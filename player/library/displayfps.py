"""`display: fps: auto`: a show is made for the refresh of the display, which only the wall can see."""

from dataclasses import replace
from pathlib import Path

from player.config.settings import Config
from player.core.model import Show
from player.library.refresh import fitting, refresh_of
from player.library.statusfiles import wall_report


def told_refresh(config_path: Path) -> int:
    """The display's, as the wall has told it last; 0: unknown."""
    return refresh_of(wall_report(config_path).said.get("output") or {})


def with_fps(config: Config, refresh: int, previous: Show | None) -> Config:
    """The configuration with the frames a second that `auto` means: those of the display; as long as it has told none,
    those of the show before."""
    if not config.fps_of_display:
        return config
    known = fitting(refresh) if refresh else previous.fps if previous else config.fps
    return replace(config, fps=known)
