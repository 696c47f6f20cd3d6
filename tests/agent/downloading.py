"""Downloads in a test: their events, and waiting for them."""

import hashlib
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

from player.agent.downloadevents import Arrived, Complete, DownloadEvent, Trouble, Wanted
from player.agent.downloadpace import Patience
from player.agent.downloads import Downloads, always
from player.library.blobs import Blobs
from player.trust.http import HttpOrigin, Link
from player.trust.origin import Origin

QUICK = Patience(first=0.02, longest=0.1)


class Tree:
    """Blobs to be served: `wanted` in the order of their ranks."""

    def __init__(self, *sizes: int) -> None:
        self.files: dict[str, bytes] = {}
        self.wanted: list[Wanted] = []
        for rank, size in enumerate(sizes):
            data = random.Random(rank + 1000 * size).randbytes(size)
            sha = hashlib.sha256(data).hexdigest()
            self.files[f"blob/{sha}"] = data
            self.wanted.append(Wanted(sha, size, rank))


class Events:
    """What was reported."""

    def __init__(self) -> None:
        self.all: list[DownloadEvent] = []
        self._news = threading.Condition()

    def __call__(self, event: DownloadEvent) -> None:
        with self._news:
            self.all.append(event)
            self._news.notify_all()

    def until(self, what: Callable[[], bool], seconds: float = 20.0) -> None:
        end = time.monotonic() + seconds
        with self._news:
            while not what():
                assert time.monotonic() < end, f"it did not come: {self.all[-5:]}"
                self._news.wait(0.05)

    def until_complete(self, times: int = 1, seconds: float = 20.0) -> None:
        self.until(lambda: sum(isinstance(event, Complete) for event in self.all) >= times, seconds)

    @property
    def arrived(self) -> list[str]:
        return [event.sha for event in self.all if isinstance(event, Arrived)]

    @property
    def troubles(self) -> list[Trouble]:
        return [event for event in self.all if isinstance(event, Trouble)]


class Downloading:
    """A downloader of the store in `folder`, from these servers, each an origin."""

    def __init__(
        self,
        folder: Path,
        urls: Sequence[str],
        *,
        connections: int = 2,
        rate: float | None = None,
        may_run: Callable[[int], float | None] = always,
        patience: Patience = QUICK,
        reserve: int = 0,
        link: Link = Link(read=2.0),  # noqa: B008 - immutable
    ) -> None:
        self.blobs = Blobs(folder / "state", reserve=reserve)
        self.events = Events()
        self.parts = folder / "state/incoming/fetch"

        def origins() -> list[Origin]:
            return [HttpOrigin([url], link) for url in urls]

        self.downloads = Downloads(
            self.blobs, origins, self.events, connections=connections, rate=rate, may_run=may_run, patience=patience,
            chance=Random(3),
        )  # fmt: skip

    def fetch(self, tree: Tree, seconds: float = 20.0) -> None:
        """All of it."""
        self.downloads.want(tree.wanted)
        self.events.until_complete(seconds=seconds)
        assert all(self.blobs.verify(one.sha) for one in tree.wanted)

    def has(self, one: Wanted) -> bool:
        return self.blobs.has(one.sha, one.size)


@contextmanager
def downloading(downloading: Downloading) -> Iterator[Downloading]:
    """Started, and stopped soon."""
    downloading.downloads.start()
    try:
        yield downloading
    finally:
        begun = time.monotonic()
        downloading.downloads.stop()
        assert time.monotonic() - begun < 10
        leave(downloading)


def leave(downloading: Downloading) -> None:
    """Wait for threads that were still in the network, so that they do not meet the end of the test."""
    for thread in downloading.downloads._threads:
        thread.join(5)
        assert not thread.is_alive()
