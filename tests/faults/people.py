"""People at a gate who edit a playlist and drop files, and expect to see them on the wall."""

from pathlib import Path

from PIL import Image

from player.core.model import Banner
from player.library.shows import ShowStore
from tests.endtoend.xserver import XServer
from tests.faults.watched import Watched, watched

LAYOUT = {
    "main": {"at": [0, 0], "size": ["100%", "100%"]},
    "note": {"at": [0, "30%"], "size": ["100%", "20%"], "hide_when_empty": True},
    "ticker": {"at": [0, "55%"], "size": ["100%", "20%"], "hide_when_empty": True},
}
"""What is edited and dropped is shown between the strips that say what is on in `main`, whose plan stays."""


def gate_with_inbox(folder: Path) -> Watched:
    (folder / "inbox").mkdir(parents=True)
    return watched(folder, layout=LAYOUT, sources={"playlists": "playlists/", "folder": {"path": "inbox/"}})


class People:
    """Edit a playlist, drop texts, and expect to see them."""

    def __init__(self, gate: Watched, screen: XServer) -> None:
        self._show, self._screen = gate.show, screen
        self._texts: set[str] = set()
        self._colour = (0, 0, 0)

    def change_something(self, number: int) -> None:
        if number % 3 == 2:
            text = f"Dòng chữ số {number}"
            (self._show.path / "inbox" / f"{number}.txt").write_text(text, encoding="utf-8")
            self._texts.add(text)
        else:
            self._colour = (50 + number % 200, 255 - number % 200, number * 7 % 250)
            Image.new("RGB", (64, 36), self._colour).save(self._show.media / f"note-{number}.png")
            self._show.write_playlist("note", [{"image": f"media/note-{number}.png", "for": "1h"}], zone="note")

    def are_served(self) -> bool:
        """Whether the last edit is to be seen, and every text is in the show."""
        row, column = int(self._screen.size[1] * 0.4), self._screen.size[0] // 2
        seen = tuple(int(level) for level in self._screen.framebuffer.pixels[row, column, ::-1])
        stored = ShowStore(self._show.state).current()
        playlists = stored.show.playlists if stored is not None else ()
        contents = [item.content for playlist in playlists for item in playlist.items]
        shown = {content.text for content in contents if isinstance(content, Banner)}
        return seen == self._colour and self._texts <= shown
