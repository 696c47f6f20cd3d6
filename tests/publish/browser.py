"""A real browser that does what it is told over a pipe (Chromium's own protocol), for tests and measurements."""

import base64
import json
import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.publish.chromium import PROGRAM, QUIET


class Browser:
    """A context manager: one tab, without a window."""

    def __init__(self, folder: Path, size: tuple[int, int] = (1440, 900)) -> None:
        assert PROGRAM
        down, self._to = os.pipe()
        self._from, up = os.pipe()
        # The browser listens on the handles 3 and 4, whatever theirs are here.
        shell = f'exec 3<&{down} 4>&{up}; exec "$@"'
        command = [PROGRAM, *QUIET, "--remote-debugging-pipe", f"--user-data-dir={folder}",
                   f"--window-size={size[0]},{size[1]}", "about:blank"]  # fmt: skip
        self._process = subprocess.Popen(
            ["bash", "-c", shell, "browser", *command], pass_fds=(down, up), stderr=subprocess.DEVNULL
        )
        os.close(down)
        os.close(up)
        self._number, self._rest, self._session = 0, b"", ""
        self._size = size
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        target = self.do("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.do("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.do("Page.enable")
        self.do("Runtime.enable")
        self.do("Network.enable")
        width, height = self._size
        self.do(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(20)
        os.close(self._to)
        os.close(self._from)

    def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command, and its answer."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            said = self._hear()
            if said.get("id") == self._number:
                assert "error" not in said, said
                result = said["result"]
                assert isinstance(result, dict)
                return result
            self.events.append(said)

    def open(self, url: str) -> None:
        """Go there, and wait until the page has loaded."""
        self.events.clear()
        self.do("Page.navigate", url=url)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._hear())

    def ask(self, script: str) -> Any:
        """What the script says; a promise is waited for."""
        said = self.do("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    def picture(self) -> bytes:
        """What is seen, as a PNG."""
        return base64.b64decode(self.do("Page.captureScreenshot")["data"])

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            piece = os.read(self._from, 1 << 16)
            assert piece, "the browser has ended"
            self._rest += piece
        line, _nul, self._rest = self._rest.partition(b"\0")
        said = json.loads(line)
        assert isinstance(said, dict)
        return said
