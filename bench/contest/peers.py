"""The programs that stand beside ours: where they are, their versions, and how each plays files full screen on X11.

VLC refuses to play for root. So where root measures, peers are started as another user, all of them alike.
"""

import html
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.endtoend.daemon import environment

GUEST = "nobody"
STILL = 2
"""Seconds that a picture stays in a playlist of files."""

_MPV = (
    "mpv", "--no-config", "--no-osc", "--no-input-default-bindings", "--no-border", "--ao=null",
    "--prefetch-playlist=yes", "--msg-level=all=error,statusline=status",
    "--term-status-msg=late=${frame-drop-count:0}",
)  # fmt: skip
_VLC = (
    "vlc", "-I", "dummy", "--no-video-title-show", "--fullscreen", "--no-osd", "--aout", "none", "--vout", "xcb_x11",
    f"--image-duration={STILL}", "--verbose=1",
)  # fmt: skip
_CHROMIUM = (
    "chromium", "--no-sandbox", "--kiosk", "--no-first-run", "--disable-gpu", "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required", "--disable-component-update", "--disable-sync",
    "--window-position=0,0", "--window-size=1920,1080", "--enable-logging=stderr",
)  # fmt: skip


@dataclass(frozen=True)
class Peer:
    """`play` is the command that plays these files once, one after the other, and ends (Chromium does not end); `late`
    reads in what it has written to its outputs how many frames came too late to be shown."""

    name: str
    program: str
    play: Callable[[Sequence[Path]], list[str]] = lambda _files: []
    version: tuple[str, ...] = ("--version",)
    late: Callable[[str], int | None] = lambda _said: None

    @property
    def here(self) -> bool:
        return shutil.which(self.program) is not None

    def told(self) -> str:
        """Its version, in one line."""
        if not self.here:
            return "not installed"
        said = subprocess.run(guest([self.program, *self.version]), capture_output=True, text=True, check=False)
        return next(iter((said.stdout or said.stderr).splitlines()), "")


def _last(pattern: str) -> Callable[[str], int | None]:
    """What was counted last."""

    def read(said: str) -> int | None:
        found = re.findall(pattern, said)
        return int(found[-1]) if found else None

    return read


def mpv(files: Sequence[Path], output: str = "x11", geometry: str = "", still: str = str(STILL)) -> list[str]:
    """Full screen, or in a window that has no frame; `still` is how many seconds a picture stays."""
    where = [f"--geometry={geometry}"] if geometry else ["--fs", "--geometry=100%x100%+0+0"]
    return guest([*_MPV, *where, f"--image-display-duration={still}", f"--vo={output}", *map(str, files)])


def vlc(files: Sequence[Path], zoom: float = 1.0) -> list[str]:
    """On the whole screen if `zoom` makes the film as large: without a window manager it does not do that by itself."""
    return guest([*_VLC, f"--zoom={zoom:g}", *map(str, files), "vlc://quit"])


def _one_film(files: Sequence[Path]) -> list[str]:
    return guest(["ffplay", "-v", "quiet", "-stats", "-fs", "-an", "-autoexit", str(files[0])])


def browser(page: Path) -> list[str]:
    """Chromium with this page, for ever."""
    return guest([*_CHROMIUM, f"--user-data-dir={page.parent / 'profile'}", page.as_uri()])


def _page_of(files: Sequence[Path]) -> list[str]:
    """Beside the first file, one page of it."""
    return browser(write_page(house(files[0].parent) / f"{files[0].stem}.html", film_tag(files[0])))


def film_tag(film: Path, style: str = "left: 0; top: 0; width: 100%; height: 100%") -> str:
    """A film in a page, which says each second how many frames were left out."""
    return f"""<video muted autoplay loop src="{html.escape(film.as_uri())}" style="position: absolute; {style}">
        </video>
        <script>setInterval(() => console.info("late=" +
        document.querySelector("video").getVideoPlaybackQuality().droppedVideoFrames), 1000)</script>"""


def write_page(path: Path, body: str) -> Path:
    style = "<style>body { margin: 0; overflow: hidden; background: black }</style>"
    path.write_text(f'<!doctype html><meta charset="utf-8">{style}{body}', "utf-8")
    return path


_LATE = _last(r"late=(\d+)")
MPV = Peer("mpv", "mpv", mpv, late=_LATE)
MPV_SDL = Peer("mpv, SDL", "mpv", lambda files: mpv(files, "sdl"), late=_LATE)
VLC = Peer(
    "VLC",
    "vlc",
    vlc,
    late=lambda said: said.count("picture is too late to be displayed"),
)
FFPLAY = Peer("ffplay", "ffplay", _one_film, ("-version",), _last(r"fd= *(\d+)"))
CHROMIUM = Peer("Chromium", "chromium", _page_of, late=_LATE)
PLAYERS = (MPV, VLC, FFPLAY)
"""Those that play a file by themselves and end."""

TOOLS = (
    Peer("ffmpeg", "ffmpeg", version=("-version",)),
    Peer("ImageMagick", "convert"),
    Peer("curl", "curl"),
    Peer("rsync", "rsync"),
    Peer("aria2", "aria2c"),
    Peer("nginx", "nginx", version=("-v",)),
)


def guest(command: list[str]) -> list[str]:
    """The command as somebody who is not root."""
    if os.geteuid() != 0:
        return command
    account = pwd.getpwnam(GUEST)
    return ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups", *command]


def house(folder: Path) -> Path:
    """Where peers keep what they keep, and pages for them lie."""
    home = folder / "guest"
    if not home.exists():
        home.mkdir(mode=0o700)
        if os.geteuid() == 0:
            account = pwd.getpwnam(GUEST)
            os.chown(home, account.pw_uid, account.pw_gid)
    return home


def surroundings(display: str, home: Path) -> dict[str, str]:
    """For a peer: the display, and its `house`. That there is no D-Bus is said, or they would look for it."""
    at_home = dict.fromkeys(("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"), str(home))
    return environment(display, {**at_home, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"})
