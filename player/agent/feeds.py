"""Keeps the titles of feeds fresh, in a thread of its own: however slow a server is, compiling never waits for it."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from player.agent.events import Changed, Event, FeedsNews
from player.agent.fetching import fetch
from player.agent.inboxthread import InboxThread
from player.agent.status import now
from player.config.language import _
from player.core.faults import ContentFault, SyncFault
from player.library.blobs import Cancelled
from player.library.feeds import FeedCopy, FeedHealth, FeedStore
from player.library.prober import Prober
from player.trust.line import LINE
from player.trust.web import said_plainly

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between fetches of one feed: usually, after the first failure, and at most as failures go on."""

    usual: float = 600.0
    first: float = 30.0
    longest: float = 3600.0

    def wait(self, failures: int, chance: float) -> float:
        """Seconds until the next fetch. `chance`, 0 to 1, keeps a hundred gates from asking one server at once."""
        if not failures:
            return self.usual * (0.9 + 0.2 * chance)
        return min(self.first * 2.0 ** min(failures - 1, 20), self.longest) * (0.5 + 0.5 * chance)


class _LineNews:
    """The line was cut or mended."""


class FeedKeeper(InboxThread["tuple[str, ...] | _LineNews"]):
    """Fetches the feeds that are wanted. `report` gets its events, from its thread."""

    def __init__(
        self, store: FeedStore, report: Callable[[Event], None], ending: threading.Event, pace: Pace = Pace()
    ) -> None:
        super().__init__("fetch feeds", ending, 0.5)
        self._store, self._report, self._pace = store, report, pace
        self._due: dict[str, float] = {}
        """When to fetch each wanted feed, by the monotonic clock."""
        self._failures: dict[str, int] = {}
        self._random = Random()

    def want(self, urls: tuple[str, ...]) -> None:
        """Fetch these from now on, and no others."""
        self._inbox.put(urls)

    def follow_line(self) -> None:
        """The line was cut: nothing is fetched until it is mended; or it was mended: all is fetched anew."""
        self._inbox.put(_LineNews())

    def _work(self) -> None:
        while not self._ending.is_set():
            soonest = None if LINE.is_cut else min(self._due.values(), default=None)
            timeout = None if soonest is None else max(0.0, soonest - time.monotonic())
            try:
                wish = self._inbox.get(timeout=timeout)
            except queue.Empty:
                try:
                    self._fetch_due()
                except Cancelled:
                    return
                continue
            if wish is None:
                return
            if isinstance(wish, _LineNews):
                self._due = dict.fromkeys(self._due, time.monotonic())
            else:
                self._take(wish)

    def _take(self, urls: tuple[str, ...]) -> None:
        others = set(urls) != self._due.keys()
        self._due = {url: self._due.get(url, time.monotonic()) for url in urls}
        self._failures = {url: count for url, count in self._failures.items() if url in self._due}
        self._store.forget_unused(urls)
        if others:
            self._tell()

    def _tell(self) -> None:
        self._report(FeedsNews(tuple(self._store.health(url) for url in sorted(self._due))))

    def _fetch_due(self) -> None:
        """Fetch what is due. The process that reads feeds lives as long as that takes."""
        clock = time.monotonic()
        prober = Prober(self._ending)
        try:
            for url in [url for url, due in self._due.items() if due <= clock]:
                if not LINE.is_cut:
                    self._fetch(url, prober)
        finally:
            prober.close()

    def _fetch(self, url: str, prober: Prober) -> None:
        health = self._store.health(url)
        try:
            self._renew(url, prober)
        except (SyncFault, ContentFault) as fault:
            if LINE.is_cut:
                return
            self._failures[url] = self._failures.get(url, 0) + 1
            if not health.failing:
                log.warning("%s: %s", url, fault)
            told = replace(health, failing=health.failing or now(), reason=str(fault))
        else:
            self._failures.pop(url, None)
            if health.failing:
                log.info(_("{url} can be reached again").format(url=url))
            told = FeedHealth(url, fetched=now())
        self._due[url] = time.monotonic() + self._pace.wait(self._failures.get(url, 0), self._random.random())
        try:
            self._store.note(told)
        except OSError as error:
            log.warning("%s: %s", url, error)
        self._tell()

    def _renew(self, url: str, prober: Prober) -> None:
        """Fetch one feed and keep its titles, if they are others than before."""
        known = self._store.copy(url)
        answer = fetch(url, known.etag, known.modified) if known else fetch(url)
        if answer.data is None:
            return
        titles = tuple(prober.titles(answer.data, answer.content_type))
        copy = FeedCopy(url, titles, answer.etag, answer.modified)
        if copy == known:
            return
        with said_plainly():
            LINE.check()
        try:
            self._store.keep(copy)
        except OSError as error:
            raise SyncFault(
                _("its titles cannot be stored: {reason}").format(reason=error.strerror or error)
            ) from error
        if known is None or known.titles != titles:
            self._report(Changed())
