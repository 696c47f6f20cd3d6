"""The thread in which reports go to the province: however slow that is, nothing else waits for it."""

import queue
import threading
from collections.abc import Callable
from pathlib import Path

from player.agent.events import Event, UplinkNews
from player.agent.inboxthread import InboxThread
from player.agent.uplink import Uplink
from player.config.settings import Config
from player.library.blobs import Cancelled


class UplinkKeeper(InboxThread[Config]):
    """`report` gets its events, from its thread."""

    def __init__(self, state: Path, report: Callable[[Event], None], ending: threading.Event) -> None:
        super().__init__("report", ending)
        self._uplink = Uplink(state, lambda said: report(UplinkNews(said)), ending)

    def follow(self, config: Config | None) -> None:
        """Do as config.yaml says from now on."""
        if config is not None:
            self._inbox.put(config)

    def look_now(self) -> None:
        """Somebody waits for it."""
        self._inbox.put(None)

    def _work(self) -> None:
        try:
            while not self._ending.is_set():
                wait = self._uplink.turn()
                try:
                    config = self._inbox.get(timeout=wait)
                except queue.Empty:
                    continue
                if config is None:
                    self._uplink.look_now()
                else:
                    self._uplink.follow(config)
        except Cancelled:
            return
        finally:
            self._uplink.close()
