"""The brightness of NovaStar's COEX series (MX40 Pro, MX6000 …) over HTTP.

NovaStar's COEX interface API (the COEX Series Interface API User Manual; https://api.coex.en.novastar.tech, "Retrieve
Screen Information", "Set Screen Brightness", "Error Code"). `GET /api/v1/screen` lists the screens, each with its
`screenID` and its `brightness` from 0 to 1; `PUT /api/v1/screen/brightness` takes `screenIdList` and `brightness`. Each
answer is JSON with a `code`, 0 for success, `message` and `data`. While NovaStar's own program (VMP) holds the
controller, it refuses.
"""

import contextlib
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

from player.agent.light.faults import ControllerFault
from player.config.controller import Coex
from player.config.language import _

PATIENCE = 5.0
"""Seconds for one request, whole."""

_MOST = 16_000_000
"""Bytes of an answer: it names every cabinet of the wall."""

_SCREEN = "/api/v1/screen"


class CoexDriver:
    def __init__(self, controller: Coex) -> None:
        self._controller = controller

    @property
    def name(self) -> str:
        return f"COEX {self._controller.host}"

    def set(self, share: float) -> float | None:
        body = {"screenIdList": [one["screenID"] for one in self._screens()], "brightness": round(share, 3)}
        self._ask("PUT", f"{_SCREEN}/brightness", body)
        return self._told(self._screens(), share)

    def read(self) -> float | None:
        return self._told(self._screens(), 0.0)

    def _screens(self) -> list[dict[str, Any]]:
        """Those that are set up, one at least."""
        data = self._ask("GET", _SCREEN)
        found = data.get("screens") if isinstance(data, dict) else None
        screens = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
        if not screens or not all(isinstance(one.get("screenID"), str) for one in screens):
            raise ControllerFault(_("gives an answer that is not understood"))
        return screens

    def _told(self, screens: list[dict[str, Any]], wanted: float) -> float | None:
        """Of several screens, the one that is farthest from what is wanted; None where none tells."""
        told = [one["brightness"] for one in screens if type(one.get("brightness")) in (int, float)]
        if not all(0 <= one <= 1 for one in told):
            raise ControllerFault(_("gives an answer that is not understood"))
        return max(map(float, told), key=lambda one: abs(one - wanted), default=None)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The `data` of the answer. Not over the agent's line, which a blackout cuts: then, too, it must be dark."""
        connection = http.client.HTTPConnection(self._controller.host, self._controller.port, timeout=PATIENCE)
        headers = {"Content-Type": "application/json", "Connection": "close"}
        try:
            connection.connect()
            with _hanging_up(connection.sock):
                connection.request(method, path, None if body is None else json.dumps(body), headers)
                answer = connection.getresponse()
                status, text = answer.status, answer.read(_MOST)
        except TimeoutError as error:
            raise ControllerFault(_("does not answer")) from error
        except OSError as error:
            said = _("cannot be reached: {reason}")
            raise ControllerFault(said.format(reason=error.strerror or error)) from error
        except http.client.HTTPException as error:
            raise ControllerFault(_("gives an answer that is not understood")) from error
        finally:
            connection.close()
        return _data(status, text)


@contextlib.contextmanager
def _hanging_up(connection: socket.socket) -> Iterator[None]:
    """Hangs up when the time is over: a controller that drips would keep us for hours. TimeoutError, then."""
    late = threading.Event()

    def hang_up() -> None:
        late.set()
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(PATIENCE, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        if late.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
    if late.is_set():
        raise TimeoutError


def _data(status: int, text: bytes) -> Any:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = None
    code = said.get("code") if isinstance(said, dict) else None
    if status == http.client.OK and code == 0 and isinstance(said, dict):
        return said.get("data")
    if isinstance(code, int) and code != 0:
        raise ControllerFault(_("refuses, with the code {code}").format(code=code))
    if status != http.client.OK:
        raise ControllerFault(_("refuses, with the code {code}").format(code=status))
    raise ControllerFault(_("gives an answer that is not understood"))
