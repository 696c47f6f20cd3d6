"""A gate in a folder: config.yaml, playlists and real media, for tests of the library, the agent and the verbs."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from player.library.workshop import Made, Workshop, workshop

CONFIG = """
gate: kim-thanh-2
language: en
display: {canvas: 320x180, output: offscreen, fps: 30}
layout:
  main: {size: [100%, 80%]}
  ticker: {at: [0, 80%], size: [100%, 20%], hide_when_empty: true}
"""


class Gate:
    """What a technician has in front of them. Paths of `write` begin at the gate's folder, those of media in media."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config.yaml"
        self.playlists = folder / "playlists"
        self.state = folder / "state"
        (self.playlists / "media").mkdir(parents=True)
        self.write("config.yaml", CONFIG)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def playlist(self, name: str, *items: str, title: str = "", more: str = "") -> Path:
        """One playlist of `items` in the zone main."""
        listed = "".join(f"  - {item}\n" for item in items)
        return self.write(f"playlists/{name}", f"title: {title or name}\nzone: main\n{more}\nitems:\n{listed}")

    def picture(self, name: str, colour: str = "red", size: tuple[int, int] = (64, 48)) -> Path:
        path = self.playlists / "media" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, colour).save(path)
        return path

    def film(self, name: str, seconds: float = 1.0) -> Path:
        path = self.playlists / "media" / name
        source = f"testsrc=duration={seconds}:size=64x48:rate=10"
        command = ["ffmpeg", "-loglevel", "error", "-y", "-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p", str(path)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        return path

    def document(self, name: str, pages: int) -> Path:
        path = self.playlists / "media" / name
        sheets = [Image.new("RGB", (60, 80), (200, number * 20, 0)) for number in range(pages)]
        sheets[0].save(path, save_all=True, append_images=sheets[1:])
        return path

    @contextmanager
    def workshop(self) -> Iterator[Workshop]:
        with workshop(self.config, self.state, threading.Event()) as shop:
            yield shop

    def make(self, *, store: bool = True) -> Made:
        """Compile once, as a fresh process would, and store."""
        with self.workshop() as shop:
            made = shop.make()
            if store:
                shop.store(made)
            return made


def titles(made: Made) -> list[str]:
    """Of all items, in the order of the show."""
    assert made.show is not None
    return [item.title for playlist in made.show.playlists for item in playlist.items]
