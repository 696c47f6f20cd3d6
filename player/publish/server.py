"""The embedded server of one province: `gateplayer publish serve`."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask

from player.config.language import _
from player.core.faults import GateplayerFault
from player.library.serving import GRACE, HttpServer, is_loopback
from player.publish.web import MOST_REPORT

log = logging.getLogger(__name__)

RENEW_EVERY = 600.0
"""Seconds between looks whether snapshot or timestamp are to be signed anew."""

Renew = Callable[[datetime], object]

__all__ = ["Server", "is_loopback"]


class Server(HttpServer):
    """`renew` is called in a thread of its own, now and then."""

    def __init__(self, app: Flask, host: str, port: int, renew: Renew | None = None) -> None:
        """SyncFault when it cannot listen there."""
        super().__init__(app, host, port, most_body=MOST_REPORT)
        self._renewer = threading.Thread(target=self._keep_fresh, args=(renew,), name="renew", daemon=True)

    def run(self, grace: float = GRACE) -> None:
        self._renewer.start()
        super().run(grace)

    def close(self) -> None:
        self.stopping.set()
        if self._renewer.is_alive():
            self._renewer.join(GRACE)
        super().close()

    def _keep_fresh(self, renew: Renew | None) -> None:
        while renew is not None:
            try:
                renew(datetime.now(UTC))
            except (GateplayerFault, OSError) as fault:
                # Gates have weeks; whoever reads the log has as long to do something about it.
                log.error(_("the list of what is in force could not be signed anew: {reason}").format(reason=fault))
            if self.stopping.wait(RENEW_EVERY):
                return
