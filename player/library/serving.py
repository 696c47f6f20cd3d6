"""A small web server that hands out files, for a province that has no other and for gates that are neighbours: waitress
with the few things it does not do by itself."""

import ipaddress
import os
import socket
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.task import WSGITask
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import wrap_file

from player.config.language import _
from player.core.faults import SyncFault

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

GRACE = 10.0
"""Seconds that answers under way are given when the server is told to end."""
YEAR = "public, max-age=31536000, immutable"
FRESH = "no-cache"

_MOST_CONNECTIONS = 2000
_IDLE = 90
"""Seconds after which a silent connection is closed: longer than gates wait between their questions."""
_CHUNK = 1 << 18


class HttpServer:
    """Listens from when it is made; `run` serves in the calling thread until `stop`, which any thread, or a signal's
    handler, may call. `most_body` bounds what may be sent to it, in bytes."""

    def __init__(self, app: "WSGIApplication", host: str, port: int, *, threads: int = 8, most_body: int = 0) -> None:
        """SyncFault when it cannot listen there."""
        self._map: dict[int, Any] = {}
        self._server = create_server(
            app,
            map=self._map,
            sockets=[_listening(host, port)],
            ident=None,
            threads=threads,
            connection_limit=_MOST_CONNECTIONS,
            channel_timeout=_IDLE,
            max_request_body_size=most_body + 1,
            asyncore_use_poll=True,
            expose_tracebacks=False,
        )
        self._server.channel_class = _Channel
        self.port = int(self._server.effective_port)
        self.stopping = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def run(self, grace: float = GRACE) -> None:
        """Serve until `stop`, then let answers under way end."""
        while not self.stopping.is_set():
            wasyncore.loop(timeout=1, use_poll=True, map=self._map, count=1)
        wasyncore.dispatcher.close(self._server)
        end = time.monotonic() + grace
        while time.monotonic() < end and any(_is_busy(one) for one in self._map.values()):
            wasyncore.loop(timeout=0.1, use_poll=True, map=self._map, count=1)

    def stop(self) -> None:
        """Have `run` return soon."""
        self.stopping.set()
        self._server.pull_trigger()

    def close(self) -> None:
        """Let go of everything; after `run` has returned, or instead of it."""
        self.stopping.set()
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._map, ignore_all=True)


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach an address."""
    return ipaddress.ip_address(host).is_loopback


def file_answer(path: Path, request: Request, keep: str, tag: str = "") -> Response:
    """The file, what of it was asked for, or that it is unchanged. `keep` says how long others may keep it; `tag` tells
    its versions apart. OSError; RequestedRangeNotSatisfiable."""
    stream = path.open("rb")
    try:
        return _answer(stream, path, request, keep, tag)
    except RequestedRangeNotSatisfiable:
        stream.close()
        raise


def _answer(stream: IO[bytes], path: Path, request: Request, keep: str, tag: str) -> Response:
    status = os.fstat(stream.fileno())
    kind = "application/json" if path.suffix == ".json" else "application/octet-stream"
    answer = Response(mimetype=kind, direct_passthrough=True)
    answer.content_length = status.st_size
    answer.set_etag(tag or f"{status.st_mtime_ns:x}-{status.st_size:x}")
    answer.make_conditional(request, accept_ranges=True, complete_length=status.st_size)
    answer.headers["Cache-Control"] = keep
    if answer.status_code == 304 or request.method == "HEAD" or not status.st_size:
        stream.close()
        answer.response = []
        return answer
    if answer.status_code == 206:
        stream.seek(answer.content_range.start or 0)
    # The server's own wrapper sends a file without holding up one of the few threads, however slow the link is.
    answer.response = wrap_file(request.environ, stream, _CHUNK)
    return answer


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        said = _("{host}:{port} cannot be listened on: {reason}")
        raise SyncFault(said.format(host=host, port=port, reason=error.strerror or error)) from error


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
