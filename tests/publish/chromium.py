"""A real browser without a window and with nowhere to go: what a page asks of the network, what it complains of."""

import re
import shutil
import subprocess
from pathlib import Path

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_OF_PAGES = 101845102
"""How the browser's log marks what a page asks for, in contrast to what the browser wants for itself."""


def render(page: Path, picture: Path, size: tuple[int, int]) -> tuple[list[str], list[str]]:
    """Draw the page into a PNG file; the lines of its console, and the addresses that the page asked for."""
    assert PROGRAM
    folder = picture.parent / f"{picture.stem}-profile"
    log, net = folder / "console.log", folder / "net.json"
    folder.mkdir()
    command = [
        PROGRAM,
        *QUIET,
        f"--user-data-dir={folder / 'profile'}",
        f"--log-net-log={net}",
        "--enable-logging=stderr",
        f"--screenshot={picture}",
        f"--window-size={size[0]},{size[1]}",
        page.as_uri(),
    ]
    with log.open("wb") as stream:
        subprocess.run(command, stdout=stream, stderr=stream, timeout=90, check=True)
    console = [line for line in log.read_text("utf-8", "replace").splitlines() if ":CONSOLE" in line]
    asked = re.findall(rf'"traffic_annotation":{_OF_PAGES},"url":"([^"]*)"', net.read_text("utf-8", "replace"))
    return console, sorted(set(asked))
