"""A gate with a watched folder, for tests: what an operator has in front of them."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from player.config.settings import read_config
from player.core.units import seconds
from player.library.blobs import Blobs
from player.library.feeds import FeedStore
from player.library.inbox import Inbox
from player.library.inboxentries import State
from player.library.index import Index
from player.library.intake import Intake
from player.library.prober import Prober
from player.library.taking import Taking
from player.library.whereabouts import Whereabouts
from player.library.workshop import Made
from tests.library.gate import CONFIG, Gate

SOURCE = "sources: {{folder: {{path: inbox/, settle: {settle}{more}}}}}\n"


class Drop(Gate):
    """A gate whose only source is the folder `inbox`."""

    def __init__(self, folder: Path, settle: str = "200ms", more: str = "") -> None:
        super().__init__(folder)
        self.inbox = folder / "inbox"
        self.inbox.mkdir()
        self.write("config.yaml", CONFIG + SOURCE.format(settle=settle, more=more))

    def photo(self, name: str, colour: str | tuple[int, int, int] = "red", size: tuple[int, int] = (64, 48)) -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, colour).save(path)
        return path

    def drop(self, name: str, data: bytes | str) -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    def made(self) -> Made:
        """Compiled and stored, once everything in the folder has settled."""
        with self.workshop() as shop:
            shop.make()
            shop.settle()
            made = shop.make()
            shop.store(made)
            return made


class Clockwork:
    """The inbox of a gate, tended at instants that the test says; taking things in takes no time on that clock."""

    def __init__(self, drop: Drop, inbox: Inbox, intake: Intake) -> None:
        self.drop = drop
        self.inbox = inbox
        self.intake = intake
        self.now = 1000.0

    def after(self, span: float) -> None:
        """Let so many seconds go by, and tend."""
        self.now += span
        while self.inbox.tend(self.now).waiting:
            pass

    def states(self) -> dict[str, State]:
        return {name: entry.state for name, entry in self.inbox.entries.items()}

    def reason(self, name: str) -> str:
        return self.inbox.entries[name].reason


@contextmanager
def clockwork(drop: Drop, settle: float = 2.0) -> Iterator[Clockwork]:
    ending = threading.Event()
    read_config(drop.config)
    blobs, index, prober = Blobs(drop.state, ending), Index(drop.state), Prober(ending)
    intake = Intake(blobs, index, prober, FeedStore(drop.state))
    inbox = Inbox(drop.inbox, seconds(settle), Taking(drop.inbox, intake), Whereabouts(drop.state, drop.inbox))
    try:
        yield Clockwork(drop, inbox, intake)
    finally:
        inbox.close()
        prober.close()
        index.close()


def seen(made: Made) -> dict[str, State]:
    """What became of each file."""
    assert made.folder is not None
    return {one.name: one.state for one in made.folder.seen}


def reasons(made: Made) -> dict[str, str]:
    assert made.folder is not None
    return {one.name: one.reason for one in made.folder.seen} | dict(made.folder.strange)


def tree(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Everything in a folder, so that a change of anything is seen; the player's own file is left out."""
    found = {}
    for here, _folders, names in os.walk(folder):
        for name in names:
            path = Path(here) / name
            if name not in ("TRANG-THAI.txt", "STATUS.txt"):
                status = path.lstat()
                data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
                found[str(path.relative_to(folder))] = (status.st_mode, status.st_mtime_ns, data)
    return found
