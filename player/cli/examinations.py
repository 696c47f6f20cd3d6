"""What `doctor` looks at. Each examination takes the config file's path and yields findings; none changes anything."""

import ctypes
import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import Enum
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from player import __version__
from player.config.language import _
from player.core.faults import ConfigFault
from player.library.locate import scalar, state_dir
from player.library.statusfiles import wall_report

LANGUAGES = ("vi", "en", "zh", "lo", "km", "th")
ENOUGH, LITTLE = 5 << 30, 1 << 30
"""Bytes free: below the first is a warning, below the second is bad."""

_BUILT = datetime(2026, 1, 1, tzinfo=UTC)
_TIME_ERROR = 5
_PATIENCE = 15.0


class Grade(Enum):
    GOOD = 0
    WARNING = 1
    BAD = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` was looked at, what was `found`, and what to do about it (empty when it is good)."""

    grade: Grade
    what: str
    found: str
    advice: str = ""


def programs(config: Path) -> Iterator[Finding]:
    """Versions of Python and of the libraries that `setup.cfg` asks for."""
    del config
    found = f"gateplayer {__version__}, Python {platform.python_version()}"
    missing = [name for name in _libraries() if not _installed(name)]
    if missing:
        said = _("not installed: {names}").format(names=", ".join(missing))
        yield Finding(Grade.BAD, _("programs"), f"{found}; {said}", _("install the program again: ./run does it"))
    else:
        versions = (f"{name} {_installed(name)}" for name in ("pygame-ce", "av", "Pillow", "pypdfium2"))
        yield Finding(Grade.GOOD, _("programs"), ", ".join((found, *versions)))


def display(config: Path) -> Iterator[Finding]:
    """An output that opens; where the wall draws already, what it draws on."""
    what = _("display")
    wall = wall_report(config)
    output = wall.said.get("output") if wall.fresh else None
    if isinstance(output, dict):
        size = "x".join(str(side) for side in output.get("size", []))
        if output.get("seen"):
            yield Finding(
                Grade.GOOD, what, _("the wall draws on {name}, {size}").format(name=output["name"], size=size)
            )
            return
    found = _displays()
    if found:
        yield Finding(Grade.GOOD, what, ", ".join(found))
    else:
        advice = _("connect a screen and start a desktop, or let this user use the graphics card: adduser USER video")
        yield Finding(Grade.WARNING, what, _("none that opens; the wall would draw offscreen"), advice)


def sound(config: Path) -> Iterator[Finding]:
    """A sound card that opens."""
    del config
    what = _("sound")
    said = _tried("import pygame; pygame.mixer.init(); print(pygame.mixer.get_init())", {})
    cards = _text(Path("/proc/asound/cards")).strip()
    if said is not None and os.environ.get("SDL_AUDIODRIVER") != "dummy" and (cards and "no soundcards" not in cards):
        name = re.search(r"\[(\S+)\s*\]", cards)
        yield Finding(Grade.GOOD, what, name[1] if name else _("a card"))
    elif said is not None:
        yield Finding(Grade.GOOD, what, _("opens"))
    else:
        advice = _("films play without sound; for sound, connect a card and let this user use it: adduser USER audio")
        yield Finding(Grade.WARNING, what, _("no card that opens"), advice)


def fonts(config: Path) -> Iterator[Finding]:
    """A face for each language of the gates."""
    del config
    from player.media.text.fonts import Fonts

    missing = Fonts().missing(LANGUAGES)
    if missing:
        packages = " ".join(sorted({font.package for font in missing}))
        names = ", ".join(font.file for font in missing)
        found = _("missing: {names}").format(names=names)
        yield Finding(
            Grade.BAD, _("fonts"), found, _("install them: apt-get install {packages}").format(packages=packages)
        )
    else:
        yield Finding(Grade.GOOD, _("fonts"), ", ".join(LANGUAGES))


def disk(config: Path) -> Iterator[Finding]:
    """A state folder that can be written, with room."""
    what, state = _("disk"), state_dir(config)
    here = next(folder for folder in (state, *state.parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=here) as probe:
            probe.write(b"x")
            os.fsync(probe.fileno())
    except OSError as error:
        found = _("{folder} cannot be written: {reason}").format(folder=here, reason=error.strerror)
        yield Finding(
            Grade.BAD, what, found, _("give this user the right to write there, or change state: in config.yaml")
        )
        return
    free = shutil.disk_usage(here).free
    found = _("{free:.1f} GB free in {folder}").format(free=free / 1e9, folder=state)
    if free >= ENOUGH:
        yield Finding(Grade.GOOD, what, found)
    else:
        grade = Grade.WARNING if free >= LITTLE else Grade.BAD
        yield Finding(grade, what, found, _("delete files that are not needed, or put in a larger disk"))


def clock(config: Path) -> Iterator[Finding]:
    """A clock that can be right, and that somebody keeps right."""
    what = _("clock")
    found = datetime.fromtimestamp(time.time(), _timezone(config)).strftime("%Y-%m-%d %H:%M:%S %Z")
    if time.time() < _BUILT.timestamp():
        advice = _("set the clock: timedatectl set-time; replace the battery of the computer's clock")
        yield Finding(Grade.BAD, what, _("{now} cannot be").format(now=found), advice)
    elif not _synchronised():
        advice = _("switch on synchronisation: timedatectl set-ntp true")
        yield Finding(Grade.WARNING, what, _("{now}, not synchronised").format(now=found), advice)
    else:
        yield Finding(Grade.GOOD, what, _("{now}, synchronised").format(now=found))


def configuration(config: Path) -> Iterator[Finding]:
    """config.yaml is right. Playlists and media are what `check` is for."""
    from player.config.settings import read_config

    try:
        read = read_config(config)
    except ConfigFault as fault:
        found = _("faults: {count}, the first: {first}").format(count=len(fault.faults), first=fault.faults[0])
        yield Finding(Grade.BAD, str(config), found, _("gateplayer check lists them all"))
    else:
        words = {"gate": read.gate, "size": f"{read.canvas.width}x{read.canvas.height}", "timezone": read.timezone}
        yield Finding(Grade.GOOD, str(config), _("gate {gate}, {size}, {timezone}").format(**words))


EXAMINATIONS: tuple[Callable[[Path], Iterator[Finding]], ...] = (
    programs,
    configuration,
    display,
    sound,
    fonts,
    disk,
    clock,
)


def _displays() -> list[str]:
    """The outputs that open here, tried in a process of their own: a driver that crashes takes nothing with it."""
    from player.wall.screen import OFFSCREEN, candidates

    script = (
        "import pygame; pygame.display.init(); size = pygame.display.get_desktop_sizes()[0];"
        "print(pygame.display.get_driver(), '%dx%d' % size)"
    )
    tried = (_tried(script, {"SDL_VIDEODRIVER": name}) for name in candidates("auto") if name != OFFSCREEN)
    return [said for said in tried if said]


def _tried(script: str, environment: dict[str, str]) -> str | None:
    """What a Python script prints last, or None when it fails."""
    command = [sys.executable, "-c", script]
    surroundings = os.environ | environment | {"PYGAME_HIDE_SUPPORT_PROMPT": "1"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, env=surroundings, check=False)
    except subprocess.TimeoutExpired:
        return None
    lines = done.stdout.strip().splitlines()
    return lines[-1] if done.returncode == 0 and lines else None


def _synchronised() -> bool:
    """What the kernel knows: adjtimex(2) returns TIME_ERROR while nobody keeps the clock."""
    libc = ctypes.CDLL(None, use_errno=True)
    # struct timex is 208 bytes on 64-bit Linux; its first field, modes, is 0: only ask.
    state: int = libc.adjtimex(ctypes.create_string_buffer(512))
    return state not in (-1, _TIME_ERROR)


def _timezone(config: Path) -> tzinfo | None:
    """The gate's, if config.yaml names one; else the computer's."""
    try:
        return ZoneInfo(scalar(config, "timezone"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return datetime.now().astimezone().tzinfo


def _libraries() -> list[str]:
    try:
        required = importlib.metadata.requires("gateplayer") or []
    except importlib.metadata.PackageNotFoundError:
        return []
    return [re.split(r"[^A-Za-z0-9._-]", line)[0] for line in required if "extra ==" not in line]


def _installed(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""
