"""Controllers of LED modules on this machine: they answer over real sockets as their documentation says, or misbehave
as they are told."""

import json
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tests.agent.webserver import Request, WebServer

SCREENS = ("{7e9cd858-780b-40d1-9f20-0fa0d53a06ce}", "{7e8ded0a-a4d9-4003-9ecf-731d60d07280}")

Spoil = Callable[[bytes], bytes | None]
"""What becomes of an answer; None: none is given."""


def as_it_is(answer: bytes) -> bytes | None:
    return answer


def summed(body: bytes) -> bytes:
    """The checksum of the documentation, reckoned on its own."""
    total = 0x5555
    for byte in body:
        total += byte
    return bytes((total % 256, total // 256 % 256))


class FakeNovaStar:
    """A sending card with two receiving cards. Registers are bytes; `behave` spoils answers."""

    def __init__(self, behave: Spoil = as_it_is) -> None:
        self.behave = behave
        self.deaf = False
        """Whether what is written is acknowledged and forgotten."""
        self.brightness = 255
        self.asked: list[bytes] = []
        self.open = 0
        """Connections that nobody has closed."""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _from = self._listening.accept()
            except OSError:
                return
            self.open += 1
            with connection:
                self._talk(connection)
            self.open -= 1

    def _talk(self, connection: socket.socket) -> None:
        pending = b""
        while True:
            try:
                piece = connection.recv(4096)
            except OSError:
                return
            if not piece:
                return
            pending += piece
            while len(pending) >= 18 and len(pending) >= 20 + self._data(pending):
                size = 20 + self._data(pending)
                answer = self.behave(self._answer(pending[:size]))
                pending = pending[size:]
                if answer is not None:
                    connection.sendall(answer)

    @staticmethod
    def _data(packet: bytes) -> int:
        """Bytes of data that come with a request: none where it reads."""
        return int.from_bytes(packet[16:18], "little") if packet[10] == 1 else 0

    def _answer(self, packet: bytes) -> bytes:
        self.asked.append(packet)
        body, given = packet[2:-2], packet[-2:]
        code = 0 if packet[:2] == b"\x55\xaa" and given == summed(body) else 3
        data = b""
        if code == 0 and packet[12:16] != bytes((1, 0, 0, 2)):
            code = 4
        elif code == 0 and packet[10] == 1:
            self.brightness = self.brightness if self.deaf else packet[18]
        elif code == 0:
            data = bytes((self.brightness, 240, 240, 240, 0))[: int.from_bytes(packet[16:18], "little")]
        # The answer goes the other way: from the card to the computer, FE.
        head = bytes((code, packet[3], packet[5], 0xFE)) + packet[6:16] + len(data).to_bytes(2, "little")
        return b"\xaa\x55" + head + data + summed(head + data)


class FakeCoex:
    """A controller with two screens, as `handle` of a web server."""

    def __init__(self) -> None:
        self.screens = dict.fromkeys(SCREENS, 1.0)
        self.code = 0
        """What it answers to what is set; 5: somebody else holds it."""
        self.bodies: list[object] = []

    def __call__(self, request: Request) -> None:
        if request.command == "GET" and request.path == "/api/v1/screen":
            screens = [
                {"screenID": name, "screenName": "wall", "brightness": share} for name, share in self.screens.items()
            ]
            self._say(request, {"code": 0, "data": {"screens": screens}, "message": "Success"})
        elif request.command == "PUT" and request.path == "/api/v1/screen/brightness":
            body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
            self.bodies.append(body)
            if self.code == 0:
                for name in body["screenIdList"]:
                    self.screens[name] = body["brightness"]
            self._say(request, {"code": self.code, "data": {}, "message": "Busying" if self.code else "Success"})
        else:
            request.answer(b"no such page", 404)

    @staticmethod
    def _say(request: Request, said: object) -> None:
        request.answer(json.dumps(said).encode(), Content_Type="application/json")

    def server(self) -> WebServer:
        return WebServer(self)
