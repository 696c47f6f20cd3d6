"""Hands media to neighbours, where config.yaml says so: two gates at one site, one slow link. Whoever fetches here
looks at the hash of what comes, so nobody has to be trusted; and hashes are known from what was signed."""

import logging
import re
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wrappers import Request, Response

from player.core.faults import SyncFault
from player.library.blobs import Blobs
from player.library.serving import YEAR, HttpServer, file_answer
from player.trust.names import BLOBS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

_PATH = re.compile(rf"/{BLOBS}/([0-9a-f]{{64}})")
_THREADS = 4
_GRACE = 0.3


class Sharing:
    """A server of the store's assets in a thread of its own. `begin` and `stop` are called by one thread."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._address: tuple[str, int] | None = None
        self._server: HttpServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """Where it listens; 0: nowhere."""
        return self._server.port if self._server else 0

    def begin(self, address: tuple[str, int] | None) -> str:
        """Serve at this address, or nowhere; why that cannot be, empty when it can."""
        if address == self._address and self._server:
            return ""
        self.stop()
        self._address = address
        if address is None:
            return ""
        try:
            self._server = HttpServer(self._app, *address, threads=_THREADS)
        except SyncFault as fault:
            log.warning("%s", fault)
            return str(fault)
        self._thread = threading.Thread(target=self._server.run, args=(_GRACE,), name="share", daemon=True)
        self._thread.start()
        return ""

    def stop(self) -> None:
        """Within a second."""
        if self._server and self._thread:
            self._server.stop()
            self._thread.join(1)
            self._server.close()
        self._server = self._thread = None

    def _app(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start)

    def _answer(self, request: Request) -> Response:
        found = _PATH.fullmatch(request.path)
        if request.method not in ("GET", "HEAD") or found is None or not self._blobs.has(found[1]):
            return Response("404\n", 404)
        try:
            return file_answer(self._blobs.path(found[1]), request, YEAR, found[1])
        except RequestedRangeNotSatisfiable:
            return Response("416\n", 416)
        except OSError:
            # It has left the store this very moment.
            return Response("404\n", 404)
