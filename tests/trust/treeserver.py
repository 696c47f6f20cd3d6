"""A signed tree on a real web server of this machine, which counts what it is asked and may be told to misbehave."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if not self.server.open.is_set():
            self.send_error(503)
            return
        if self.path.startswith("/blob/"):
            self.server.gate.wait()
        try:
            super().do_GET()
        except ConnectionError:
            # Whoever asked has gone, or was killed.
            self.close_connection = True

    def send_response(self, code: int, message: str | None = None) -> None:
        self.server.statuses.append(int(code))
        super().send_response(code, message)

    def log_message(self, format: str, *args: object) -> None:
        del format, args


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
        self.asked: list[str] = []
        self.statuses: list[int] = []
        self.open, self.gate = threading.Event(), threading.Event()
        self.open.set()
        self.gate.set()


class TreeServer:
    """A context manager. `away` answers 503 to everything; `hold` lets media wait until `let_go`."""

    def __init__(self, folder: Path) -> None:
        self._server = _Server(folder)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.let_go()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def asked(self) -> list[str]:
        return self._server.asked

    @property
    def statuses(self) -> list[int]:
        return self._server.statuses

    def away(self, *, gone: bool = True) -> None:
        self._server.open.clear() if gone else self._server.open.set()

    def hold(self) -> None:
        self._server.gate.clear()

    def let_go(self) -> None:
        self._server.gate.set()
