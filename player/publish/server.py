"""The embedded server of one province: `gateplayer publish serve`."""

import ipaddress
import logging
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from flask import Flask
from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.task import WSGITask

from player.config.language import _
from player.core.faults import GateplayerFault, SyncFault
from player.publish.web import MOST_REPORT

log = logging.getLogger(__name__)

RENEW_EVERY = 600.0
"""Seconds between looks whether snapshot or timestamp are to be signed anew."""
GRACE = 10.0
"""Seconds that answers under way are given when the server is told to end."""
_THREADS = 8
_MOST_CONNECTIONS = 2000
_IDLE = 90
"""Seconds after which a silent connection is closed: longer than gates wait between their questions."""

Renew = Callable[[datetime], object]


class Server:
    """Listens from when it is made; `run` serves in the calling thread until `stop`, which any thread, or a signal's
    handler, may call. `renew` is called in a thread of its own, now and then."""

    def __init__(self, app: Flask, host: str, port: int, renew: Renew | None = None) -> None:
        """SyncFault when it cannot listen there."""
        self._map: dict[int, Any] = {}
        self._server = create_server(
            app,
            map=self._map,
            sockets=[_listening(host, port)],
            ident=None,
            threads=_THREADS,
            connection_limit=_MOST_CONNECTIONS,
            channel_timeout=_IDLE,
            max_request_body_size=MOST_REPORT + 1,
            asyncore_use_poll=True,
            expose_tracebacks=False,
        )
        self._server.channel_class = _Channel
        self.port = int(self._server.effective_port)
        self._stopping = threading.Event()
        self._renewer = threading.Thread(target=self._keep_fresh, args=(renew,), name="renew", daemon=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def run(self) -> None:
        """Serve until `stop`, then let answers under way end."""
        self._renewer.start()
        while not self._stopping.is_set():
            wasyncore.loop(timeout=1, use_poll=True, map=self._map, count=1)
        wasyncore.dispatcher.close(self._server)
        end = time.monotonic() + GRACE
        while time.monotonic() < end and any(_is_busy(one) for one in self._map.values()):
            wasyncore.loop(timeout=0.1, use_poll=True, map=self._map, count=1)

    def stop(self) -> None:
        """Have `run` return soon."""
        self._stopping.set()
        self._server.pull_trigger()

    def close(self) -> None:
        """Let go of everything; after `run` has returned, or instead of it."""
        self._stopping.set()
        if self._renewer.is_alive():
            self._renewer.join(GRACE)
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._map, ignore_all=True)

    def _keep_fresh(self, renew: Renew | None) -> None:
        while renew is not None:
            try:
                renew(datetime.now(UTC))
            except (GateplayerFault, OSError) as fault:
                # Gates have weeks; whoever reads the log has as long to do something about it.
                log.error(_("the list of what is in force could not be signed anew: {reason}").format(reason=fault))
            if self._stopping.wait(RENEW_EVERY):
                return


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        said = _("{host}:{port} cannot be listened on: {reason}")
        raise SyncFault(said.format(host=host, port=port, reason=error.strerror or error)) from error


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach an address."""
    return ipaddress.ip_address(host).is_loopback


class _Task(WSGITask):  # type: ignore[misc]
    """waitress hangs up after every answer that has no body; a gate's next question would need a new connection."""

    def set_close_on_finish(self) -> None:
        asked = self.request.headers.get("CONNECTION", "").lower()
        if self.status[:3] == "304" and self.version == "1.1" and asked != "close":
            return
        super().set_close_on_finish()


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _Task


def _is_busy(one: Any) -> bool:
    """Whether a connection has an answer under way."""
    return any(getattr(one, name, None) for name in ("total_outbufs_len", "requests", "close_when_flushed"))
