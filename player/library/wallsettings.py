"""What the wall must know besides the show, left by the agent in `state/wall-settings.json`.

The wall reads this instead of config.yaml, so it starts without YAML and pydantic, and a bad edit never reaches it.
"""

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from player.core.codec import decode, encode
from player.core.geometry import Size
from player.core.light import FULL, Light
from player.core.loudness import Loudness
from player.core.mapping import Face, Mapping
from player.core.plainjson import parsed
from player.library.files import is_starved, make_room, write_whole

log = logging.getLogger(__name__)

FULL_HD = Size(1920, 1080)
FULL_VOLUME = Loudness()
NAME = "wall-settings.json"


@dataclass(frozen=True, slots=True)
class WallSettings:
    """`output` is auto, kmsdrm, x11, wayland or offscreen; `faults` is how many the agent has found."""

    gate: str = ""
    title: str = ""
    language: str = "vi"
    timezone: str = "Asia/Ho_Chi_Minh"
    output: str = "auto"
    canvas: Size = FULL_HD
    fps: int = 60
    sound: Loudness = FULL_VOLUME
    faults: int = 0
    mapping: Mapping = ()
    faces: tuple[Face, ...] = ()
    light: Light = FULL


def write(state: Path, settings: WallSettings) -> bool:
    """Leave `settings` for the wall; False when they are what lies there already."""
    if read(state) == settings:
        return False
    state.mkdir(parents=True, exist_ok=True)
    make_room(state / NAME)
    write_whole(state / NAME, json.dumps(encode(settings), ensure_ascii=False, indent=1).encode())
    return True


def read(state: Path) -> WallSettings | None:
    """The settings left last, or None: before the first compile, or when the file is damaged (the log says so). OSError
    when this process cannot open any file."""
    try:
        return decode(WallSettings, parsed((state / NAME).read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        if isinstance(error, OSError) and is_starved(error):
            raise
        log.warning("%s cannot be used: %s", state / NAME, error)
        return None


def clock_of(state: Path) -> ZoneInfo:
    """The gate's time zone, for whoever tells a moment; UTC where it is not known."""
    return zone_of(read(state) or WallSettings())


def zone_of(settings: WallSettings) -> ZoneInfo:
    """The time zone of settings; UTC where this computer does not know it."""
    try:
        return ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
