"""Fetches what is wanted into the store, over a few connections, the most urgent first, as slowly as it must.

Threads: `fetch 1` … pull bytes, each with its own origins; `keep fetched` makes assets of what they bring, all that has
come meanwhile in one go, so that the slowest of work, waiting for the disk, holds up no connection.
"""

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from random import Random

from player.agent.downloadevents import Arrived, Complete, DownloadEvent, Trouble, Wanted
from player.agent.downloadlist import DISK, DownloadList
from player.agent.downloadmeter import DownloadMeter, Metering
from player.agent.downloadpace import Bucket, Patience
from player.core.faults import SyncFault
from player.library.blobs import Blobs, Cancelled, NoSpace
from player.library.receiving import FREELY, Busy, NotAsSigned, Received, Receiver
from player.trust.origin import Absent, Origin

log = logging.getLogger(__name__)

WORTH_GOING_ON = 1 << 16
"""Bytes that a connection must have brought before it broke for the next to be made at once."""

_BATCH = 64
_STOP_WITHIN = 0.8
_GLANCE, _GATHER = 0.2, 0.1


def always(_size: int) -> float | None:
    """Heavy files may come at any hour."""
    return None


def fetch_now(blobs: Blobs, origin: Origin, wanted: Sequence[Wanted]) -> None:
    """A few small assets, in the caller's thread and as fast as it goes. SyncFault, NoSpace."""
    receiver = Receiver(blobs)
    received: list[Received] = []
    try:
        missing = (one for one in wanted if not blobs.has(one.sha, one.size))
        received.extend(receiver.receive(one.sha, one.size, origin, FREELY) for one in missing)
    except (SyncFault, NoSpace):
        receiver.let_go(received)
        raise
    receiver.settle(received)


class Downloads:
    """`origins` gives each thread its own: they are asked in order, and who has nothing or fails is passed over.

    `rate` is bytes a second of all together, None: no limit. `may_run` says of a heavy file's size in how many seconds
    to ask again, None: it may come now. `report` gets events from any thread, also that which calls `want`.
    """

    def __init__(
        self,
        blobs: Blobs,
        origins: Callable[[], Sequence[Origin]],
        report: Callable[[DownloadEvent], None],
        *,
        connections: int = 4,
        rate: float | None = None,
        may_run: Callable[[int], float | None] = always,
        patience: Patience = Patience(),  # noqa: B008 - immutable
        chance: Random | None = None,
    ) -> None:
        self._blobs, self._origins, self._report = blobs, origins, report
        self._receiver = Receiver(blobs)
        self._list = DownloadList(may_run, patience, chance or Random())
        self._news = threading.Condition()
        """Guards the list, and tells threads to look at it again."""
        self._ending = threading.Event()
        self._fetched: queue.Queue[Received] = queue.Queue(_BATCH)
        bucket = Bucket(rate) if rate else None
        self._metering = Metering(self._list, self._news, self._ending, bucket, report)
        # A server that is silent must not keep the process from ending.
        targets = [("keep fetched", self._keep), *((f"fetch {turn + 1}", self._fetch) for turn in range(connections))]
        self._threads = [threading.Thread(target=target, name=name, daemon=True) for name, target in targets]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def want(self, wanted: Sequence[Wanted]) -> None:
        """These from now on, and no others. What is under way and still wanted goes on."""
        missing = [one for one in wanted if not self._blobs.has(one.sha, one.size)]
        with self._news:
            self._list.want(missing)
            self._news.notify_all()
        self._receiver.forget_parts({one.sha for one in missing})
        if not missing:
            self._report(Complete())

    def stop(self) -> None:
        """Give up what is under way; within a second. It can be taken up again."""
        self._ending.set()
        with self._news:
            self._news.notify_all()
        end = time.monotonic() + _STOP_WITHIN
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, end - time.monotonic()))

    def _fetch(self) -> None:
        origins = self._origins()
        try:
            while (wanted := self._next(len(origins))) is not None:
                try:
                    self._bring(wanted, origins)
                except Cancelled:
                    self._give_up(wanted.sha)
        finally:
            for origin in origins:
                origin.close()

    def _next(self, origins: int) -> Wanted | None:
        """Waits for something to do; None at the end."""
        with self._news:
            while not self._ending.is_set():
                now = time.monotonic()
                until: float | None = min(self._list.backoff.due(_key(turn)) for turn in range(origins))
                if until is None or until <= now:
                    wanted, until = self._list.take(now)
                    if wanted is not None:
                        return wanted
                self._news.wait(None if until is None else max(until - now, 0.001))
        return None

    def _give_up(self, sha: str) -> None:
        with self._news:
            self._list.left(sha)
            self._news.notify_all()
            wanted = self._list.shas
        if sha not in wanted and not self._ending.is_set():
            self._receiver.forget_parts(wanted)

    def _bring(self, wanted: Wanted, origins: Sequence[Origin]) -> None:
        """One file, from the first origin that gives it. Cancelled."""
        if self._blobs.has(wanted.sha, wanted.size):
            self._arrived([wanted.sha])
            return
        begun = time.monotonic()
        refusal, waiting = ("", ""), []
        with self._news:
            first = self._list.turn(wanted.sha, len(origins))
        for turn in range(first, len(origins)):
            with self._news:
                due = self._list.backoff.due(_key(turn))
            if due > time.monotonic():
                waiting.append(due)
                continue
            try:
                received = self._receive(wanted, origins[turn], turn)
            except NoSpace as fault:
                self._failed(wanted.sha, DISK, begun, "", str(fault))
                return
            except SyncFault as fault:
                refusal = (origins[turn].name, str(fault))
                log.debug("%s: %s", *refusal)
                continue
            self._hand_over(received)
            return
        if waiting:
            self._postpone(wanted.sha, min(waiting))
        else:
            self._failed(wanted.sha, wanted.sha, begun, *refusal)

    def _receive(self, wanted: Wanted, origin: Origin, turn: int) -> Received:
        """From one origin, over as many connections as that takes as long as each brings something."""
        while True:
            begun = time.monotonic()
            meter = DownloadMeter(self._metering, wanted)
            try:
                received = self._receiver.receive(wanted.sha, wanted.size, origin, meter)
            except (Absent, Busy):
                raise
            except NotAsSigned:
                with self._news:
                    self._list.spoilt(wanted.sha)
                raise
            except SyncFault:
                if meter.kept >= WORTH_GOING_ON:
                    continue
                with self._news:
                    self._list.backoff.failed(_key(turn), begun, time.monotonic())
                raise
            with self._news:
                self._list.backoff.succeeded(_key(turn))
            return received

    def _failed(self, sha: str, key: str, begun: float, place: str, reason: str) -> None:
        with self._news:
            again = self._list.backoff.failed(key, begun, time.monotonic())
            self._list.left(sha)
            self._news.notify_all()
        self._report(Trouble(sha, place, reason, again))

    def _postpone(self, sha: str, until: float) -> None:
        """Others have failed a moment ago at asking one that may have it."""
        with self._news:
            self._list.backoff.postpone(sha, until)
            self._list.left(sha)

    def _hand_over(self, received: Received) -> None:
        while not self._ending.is_set():
            try:
                self._fetched.put(received, timeout=_GLANCE)
            except queue.Full:
                continue
            break
        else:
            self._receiver.let_go([received])
        if self._ending.is_set():
            self._let_go()

    def _keep(self) -> None:
        while not self._ending.is_set():
            batch = self._batch()
            if not batch:
                continue
            begun = time.monotonic()
            try:
                self._receiver.settle(batch)
            except NoSpace as fault:
                for one in batch:
                    self._failed(one.sha, DISK, begun, "", str(fault))
                continue
            self._arrived([one.sha for one in batch])
        self._let_go()

    def _let_go(self) -> None:
        """At the end: whoever comes last leaves no file locked."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._receiver.let_go([self._fetched.get_nowait()])

    def _batch(self) -> list[Received]:
        """What has come; a moment's worth as long as more is to come, since the disk is asked once for all of it."""
        batch: list[Received] = []
        try:
            batch.append(self._fetched.get(timeout=_GLANCE))
            end = time.monotonic() + _GATHER
            while len(batch) < min(_BATCH, len(self._list)):
                batch.append(self._fetched.get(timeout=max(0.0, end - time.monotonic())))
        except queue.Empty:
            pass
        return batch

    def _arrived(self, shas: list[str]) -> None:
        with self._news:
            self._list.arrived(shas)
            complete = not self._list.shas
            progress = self._list.progress()
        for sha in shas:
            self._report(Arrived(sha))
        if complete:
            self._report(progress)
            self._report(Complete())


def _key(turn: int) -> str:
    return f"origin {turn}"
