"""A web server on this machine that behaves as it is told, and remembers who asked what."""

import hashlib
import re
import ssl
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

Behaviour = Callable[["Request"], None]


class Request(BaseHTTPRequestHandler):
    """One request; `behave` of its server answers it."""

    server: "Server"
    protocol_version = "HTTP/1.1"
    # Head and body go out as two pieces, and the second would wait 40 ms for the receipt of the first.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers.items())))
        try:
            self.server.behave(self)
        except ConnectionError:
            self.close_connection = True

    def do_PUT(self) -> None:
        self.do_GET()

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        del format, args

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def files(tree: Mapping[str, bytes]) -> Behaviour:
    """Serves these as a good server does: parts of them, and nothing when nothing has changed."""

    def behave(request: Request) -> None:
        data = tree.get(request.path.partition("?")[0].lstrip("/"))
        if data is None:
            request.answer(b"<html>404</html>", 404)
            return
        etag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
        part = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        begin = int(part[1]) if part else 0
        if request.headers.get("If-None-Match") == etag:
            request.send_response(304)
            request.end_headers()
        elif part and begin >= len(data):
            request.answer(b"", 416, Content_Range=f"bytes */{len(data)}")
        elif part:
            request.answer(data[begin:], 206, Content_Range=f"bytes {begin}-{len(data) - 1}/{len(data)}")
        else:
            request.answer(data, ETag=etag)

    return behave


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], behave: Behaviour) -> None:
        super().__init__(address, Request)
        self.behave = behave
        self.asked: list[tuple[str, dict[str, str]]] = []


class WebServer:
    """A context manager; `behave` may be exchanged, and a server that was stopped begun again on the same port."""

    def __init__(self, behave: Behaviour, secured: ssl.SSLContext | None = None) -> None:
        self._server = Server(("127.0.0.1", 0), behave)
        self.port = self._server.server_port
        self._scheme = "https" if secured else "http"
        if secured:
            listener = self._server.socket
            self._server.socket = secured.wrap_socket(listener, server_side=True, do_handshake_on_connect=False)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def base(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/feed.xml"

    @property
    def asked(self) -> list[tuple[str, dict[str, str]]]:
        return self._server.asked

    def behave(self, behaviour: Behaviour) -> None:
        self._server.behave = behaviour

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
