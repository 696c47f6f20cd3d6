"""Mutated media files through the real intake, and those that it admits through the wall's decoders: each is refused
with a reason or shown; none crashes or hangs either, and the good files beside them stay as they were."""

import random
import select
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from PIL import Image

from player.core.faults import ContentFault
from player.core.geometry import Size
from player.core.model import Content, Film, Page, Picture
from player.core.units import seconds
from player.library.blobs import Blobs
from player.library.feeds import FeedStore
from player.library.index import Index
from player.library.intake import Asset, Intake
from player.library.prober import PATIENCE, ProbeDied, Prober
from player.media.decoder import Decoder
from player.media.jobs import Job
from player.media.nursery import Nursery
from tests.media.media import FAST, film
from tests.media.test_fuzz import mutated, sources
from tests.media.test_images import saved
from tests.media.test_pages import document
from tests.outcomes import Outcome, tell

SIZE = Size(64, 36)
LIMIT = 10.0
"""Seconds after which a decoder that says nothing is ended; the wall waits for a fraction of one."""

SAID = {
    "still": "shown",
    "frame": "shown",
    "failed": "given up by the decoder",
    "end": "given up by the decoder",
    "gone": "decoder lost",
    "silent": "decoder stalled",
}

GREEN = (0, 200, 0)


def few() -> list[str]:
    """One small file of each family."""
    noise = Image.effect_noise((60, 40), 90).convert("RGB")
    pictures = [saved(f"small.{ending}", noise) for ending in ("jpg", "png", "webp", "gif", "tif", "heic")]
    return [*pictures, film("short.mp4", frames=6, size=Size(112, 64), coding=FAST), document("quarters.pdf")]


def spoilt(files: Sequence[bytes], chance: random.Random) -> bytes:
    """One of the files, mutated; or the head of one on the body of another; or with a length in it that is a lie."""
    data = chance.choice(files)
    way = chance.randrange(5)
    if way == 0:
        other = chance.choice(files)
        return data[: chance.randrange(1, min(len(data), 600))] + other[chance.randrange(len(other)) :]
    if way == 1:
        at = chance.randrange(max(1, min(len(data), 600) - 4))
        lie = chance.choice((0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x10000, len(data) * 2))
        return data[:at] + lie.to_bytes(4, chance.choice(("big", "little"))) + data[at + 4 :]
    return mutated(data, chance)


class Station:
    """An intake and decoders, as a gate has them, with good files in the store."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.blobs, index, self.prober = Blobs(folder / "state", reserve=0), Index(folder / "state"), Prober()
        stack.callback(index.close)
        stack.callback(self.prober.close)
        self.intake = Intake(self.blobs, index, self.prober, FeedStore(folder / "state"))
        self.nursery = Nursery()
        stack.callback(self.nursery.close)
        Image.new("RGB", (64, 36), GREEN).save(folder / "good.png")
        self.good = self.intake.file(folder / "good.png")
        self.count: Counter[str] = Counter()
        self.longest = 0.0

    def take(self, name: str, data: bytes) -> Asset | None:
        """The asset that the intake makes of a file; None when it is refused."""
        (self.folder / name).write_bytes(data)
        began = time.monotonic()
        try:
            return self.intake.file(self.folder / name)
        except ContentFault as fault:
            self.count["reader lost" if isinstance(fault, ProbeDied) else "refused"] += 1
            reason = str(fault)
        finally:
            self.longest = max(self.longest, time.monotonic() - began)
        assert reason
        assert "\n" not in reason
        assert self.longest < PATIENCE, f"{name} kept its reader busy: {reason}"
        return None

    def show(self, asset: Asset, size: Size = SIZE) -> Decoder:
        content = _content(asset)
        return Decoder(self.nursery, Job(content, str(self.blobs.path(asset.sha)), size, language="en"))

    def open(self, asset: Asset) -> None:
        """Have the wall's decoder open what was admitted: it shows something, or says why not."""
        decoder = self.show(asset)
        try:
            said = _first(decoder)
        finally:
            decoder.close()
        self.count[SAID[said]] += 1

    def is_unharmed(self) -> None:
        """The good file beside them is as it was, and is shown."""
        assert self.blobs.verify(self.good.sha)
        assert self.intake.file(self.folder / "good.png") == self.good
        decoder = self.show(self.good)
        try:
            assert _first(decoder) == "still"
            blue, green, red, _ = decoder.memory.slot(0)[:4]
            assert (red, green, blue) == GREEN
        finally:
            decoder.close()


def _content(asset: Asset) -> Content:
    match asset.facts.kind:
        case "film":
            return Film(asset.sha, seconds(2))
        case "pages":
            return Page(asset.sha, 0)
        case _:
            return Picture(asset.sha)


def _first(decoder: Decoder) -> str:
    """What a decoder says first of the picture; "gone" when it has died without a word."""
    deadline = time.monotonic() + LIMIT
    while True:
        for message in decoder.messages():
            if message[0] in ("still", "frame", "failed", "end"):
                return str(message[0])
        if decoder.gone:
            return "gone"
        if time.monotonic() > deadline:
            return "silent"
        select.select([decoder.fileno()], [], [], 0.2)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    with ExitStack() as stack:
        yield Station(tmp_path, stack)


def many(station: Station, files: Sequence[str], number: int, seed: int) -> Outcome:
    chance = random.Random(seed)
    originals = [Path(path).read_bytes() for path in files]
    for one in range(number):
        name = f"{one}{Path(chance.choice(files)).suffix}"
        asset = station.take(name, spoilt(originals, chance))
        if asset is not None:
            station.open(asset)
        if one % 200 == 199:
            station.is_unharmed()
    station.is_unharmed()
    print(station.count, f"longest {station.longest:.1f} s")
    words = ", ".join(f"{count} {what}" for what, count in sorted(station.count.items()))
    return Outcome("media", "mutated media files, through intake and decoder", number, None, f"no good file; {words}")


def test_mutated_media(station: Station, request: pytest.FixtureRequest) -> None:
    tell(request, many(station, few(), 60, 11))


@pytest.mark.faults
def test_two_thousand_mutated_media(station: Station, request: pytest.FixtureRequest) -> None:
    tell(request, many(station, [*sources(), *few()], 2000, 12))
