"""A gate that follows a signed tree, in one thread and step by step: what tests of adopting share."""

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from PIL import Image

from player.agent.adopting import Adopter
from player.config.settings import read_config
from player.core.model import Show
from player.core.units import Instant, instant_of
from player.library.blobs import Blobs
from player.library.feeds import FeedStore
from player.library.files import write_whole
from player.library.index import Index
from player.library.intake import Intake
from player.library.prober import Prober
from player.library.workshop import Made, workshop
from player.trust.clock import Reading, TrustClock
from player.trust.origin import FolderOrigin, Origin
from tests.trust.tree import GATE, NOW, Tree

PLAYLIST = """\
title: {title}
zone: main
items:
{items}
"""


def picture(colour: str = "red", size: tuple[int, int] = (64, 48)) -> bytes:
    """A PNG of one colour."""
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, "PNG")
    return stream.getvalue()


def playlist(title: str, *items: str, more: str = "") -> bytes:
    """A playlist for the zone main."""
    return (PLAYLIST.format(title=title, items="\n".join(f"  - {item}" for item in items)) + more).encode()


@dataclass
class Hands:
    """The clocks of the gate's computer."""

    moment: datetime = NOW
    synchronised: bool = True
    monotonic: float = 50.0

    def __call__(self) -> Reading:
        return Reading(self.moment, self.synchronised, self.monotonic)

    def instant(self) -> Instant:
        return instant_of(self.moment)


@dataclass
class Gate:
    """`folder` holds its config.yaml and state. It is enrolled with the tree's root."""

    folder: Path
    tree: Tree
    hands: Hands = field(default_factory=Hands)
    gate: str = GATE

    def __post_init__(self) -> None:
        (self.folder / "trust").mkdir(parents=True, exist_ok=True)
        (self.folder / "trust/root.json").write_bytes(self.tree.root)
        self.config.write_text(
            f"gate: {self.gate}\nlanguage: en\ndisplay: {{canvas: 320x180, output: offscreen, fps: 30}}\n"
            "layout: {main: {size: [100%, 100%]}}\n"
            "sources: {central: {url: http://127.0.0.1:9, root: trust/root.json}}\n"
        )
        self.state.mkdir(exist_ok=True)
        ending = threading.Event()
        self.blobs = Blobs(self.state, ending)
        self._index, self._prober = Index(self.state), Prober(ending)
        intake = Intake(self.blobs, self._index, self._prober, FeedStore(self.state))
        clock = TrustClock(self.state / "trust", write_whole, self.hands)
        self.adopter = Adopter(self.state, self.blobs, intake, clock, self.hands.instant)

    @property
    def config(self) -> Path:
        return self.folder / "config.yaml"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def close(self) -> None:
        self._prober.close()
        self._index.close()

    def look(self, origin: Origin | None = None) -> None:
        """One look at the tree."""
        config = read_config(self.config)
        assert config.sources.central is not None
        self.adopter.follow(config, config.sources.central)
        self.adopter.look(origin or FolderOrigin(self.tree.path), self.bring)

    def fetch(self, most: int = 1 << 30) -> None:
        """Fetch up to so many of the files that are missing."""
        origin = FolderOrigin(self.tree.path)
        self.bring(origin, [(one.sha, one.size) for one in self.adopter.missing()[:most]])

    def sync(self) -> None:
        """Look, fetch all, adopt."""
        self.look()
        self.fetch()
        self.adopter.adopt()

    def bring(self, origin: Origin, wanted: Sequence[tuple[str, int]]) -> None:
        """Small files into the store."""
        for sha, size in wanted:
            place = self.folder / "bringing"
            place.write_bytes(origin.read(f"blob/{sha}", size))
            assert self.blobs.admit(place) == sha

    def made(self) -> Made:
        """What the compiler makes of all that is there now."""
        with workshop(self.config, self.state, threading.Event()) as shop:
            made = shop.make()
            shop.store(made)
            return made

    def show(self) -> Show:
        show = self.made().show
        assert show is not None
        return show

    def titles(self) -> list[str]:
        """Of all playlists in the show."""
        return [playlist.title for playlist in self.show().playlists]
