"""The programs that stand beside ours: where they are, their versions, and how each plays a file full screen on X11."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.endtoend.daemon import environment

_QUIET = ("--no-config", "--no-osc", "--really-quiet", "--no-input-default-bindings", "--fs", "--ao=null")
_VLC = ("-I", "dummy", "--no-video-title-show", "--fullscreen", "--no-osd", "--aout", "none", "--vout", "xcb_x11")
BROWSER = (
    "--no-sandbox", "--kiosk", "--no-first-run", "--disable-gpu", "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@dataclass(frozen=True)
class Peer:
    """`play` is the command that plays these files once, one after the other, and ends."""

    name: str
    program: str
    play: Callable[[list[Path]], list[str]]
    version: tuple[str, ...] = ("--version",)

    @property
    def here(self) -> bool:
        return shutil.which(self.program) is not None

    def told(self) -> str:
        """Its version, in one line."""
        if not self.here:
            return "not installed"
        said = subprocess.run([self.program, *self.version], capture_output=True, text=True, check=False)
        return next(iter((said.stdout or said.stderr).splitlines()), "")


MPV = Peer("mpv", "mpv", lambda files: ["mpv", *_QUIET, "--vo=x11", *map(str, files)])
MPV_SDL = Peer("mpv, SDL", "mpv", lambda files: ["mpv", *_QUIET, "--vo=sdl", *map(str, files)])
VLC = Peer("VLC", "vlc", lambda files: ["vlc", *_VLC, *map(str, files), "vlc://quit"])
FFPLAY = Peer(
    "ffplay", "ffplay", lambda files: ["ffplay", "-v", "quiet", "-fs", "-an", "-autoexit", str(files[0])], ("-version",)
)
CHROMIUM = Peer("Chromium", "chromium", lambda files: ["chromium", *BROWSER, files[0].as_uri()])
PLAYERS = (MPV, VLC, FFPLAY)
"""Those that play a file by themselves and end."""

TOOLS = (
    Peer("ffmpeg", "ffmpeg", lambda _files: [], ("-version",)),
    Peer("ImageMagick", "convert", lambda _files: []),
    Peer("curl", "curl", lambda _files: []),
    Peer("rsync", "rsync", lambda _files: []),
    Peer("aria2", "aria2c", lambda _files: []),
    Peer("nginx", "nginx", lambda _files: [], ("-v",)),
)


def surroundings(display: str, home: Path) -> dict[str, str]:
    """For a peer: the display, and a home where it keeps what it keeps. VLC refuses to be root unless it is told that
    somebody else is."""
    return environment(display, {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "XDG_CONFIG_HOME": str(home / "c")})
