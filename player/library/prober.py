"""Looks into files, and measures banners, in a process of its own that a hostile file may crash, hang or fill.

The child (`probing`) is kept while it behaves and replaced when it does not; it has every file read in a cage that
holds no other. Requests and answers are JSON, one a line.
"""

import base64
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from player.config.language import _, language_in_use
from player.core.codec import decode, encode
from player.core.faults import ContentFault, Unfinished
from player.core.geometry import Size
from player.core.model import Banner, Content
from player.core.units import Span
from player.library.blobs import Cancelled, GivesWay, never
from player.media import sandbox
from player.media.flicker import Findings
from player.media.probe import Facts
from player.media.text.troubles import Trouble

log = logging.getLogger(__name__)

PATIENCE = 30.0
"""Seconds that one file may take."""

COMMAND = (sys.executable, "-m", "player.library.probing")
_START = 60.0
_LONGEST = 4 << 20
_GLANCE = 0.1
_MOST_REQUESTS = 300


class ProbeDied(ContentFault):
    """The child was lost over this file. Not a fact about the file for ever: after a restart it is tried again."""


class Prober:
    """Owns the child, which `command` starts; one thread uses it. `ending`, once set, makes a wait raise Cancelled; it
    raises GivesWay when `urgent` says so."""

    def __init__(
        self, ending: threading.Event | None = None, patience: float = PATIENCE, command: tuple[str, ...] = COMMAND
    ) -> None:
        self._command = command
        self._ending = ending or threading.Event()
        self._patience = patience
        self._child: subprocess.Popen[bytes] | None = None
        self._deadly: dict[str, str] = {}
        self._heard = b""
        self._asked = 0
        self._watched: Path | None = None
        self.urgent: Callable[[], bool] = never

    def probe(self, path: Path) -> Facts:
        """What the file at `path` is. ContentFault with the reason when it cannot be shown."""
        answer = self._ask({"probe": str(path)})
        try:
            return decode(Facts, answer.get("facts"))
        except ValueError as error:
            raise ProbeDied(_("the file misled its reader: {reason}").format(reason=error)) from error

    def flashes(self, path: Path, seconds: float) -> Findings | Span:
        """Watch the film at `path` for flashes for so many seconds at most: what was found, or else how far it has been
        watched; the next call goes on from there. ContentFault when it cannot be watched."""
        answer = self._ask({"flashes": str(path), "seconds": seconds}, goes_on=self._watched == path)
        self._watched = path if "at" in answer else None
        try:
            return Span(int(answer["at"])) if "at" in answer else decode(Findings, answer.get("findings"))
        except (TypeError, ValueError) as error:
            raise ProbeDied(_("the file misled its reader: {reason}").format(reason=error)) from error

    def check_whole(self, path: Path) -> None:
        """Unfinished when the file says itself that a part of it is missing: a quick look, which decodes nothing."""
        self._ask({"whole": str(path)})

    def warm(self) -> None:
        """Start the child now, so that the first file need not wait for it."""
        if self._child is None:
            self._start()

    def banner_length(self, banner: Banner, size: Size) -> int:
        """Pixels of a banner's strip along its way, in a zone of this size. ContentFault when it shows nothing."""
        length = self._ask({"banner": encode(banner), "size": list(size)}).get("length")
        if not isinstance(length, int) or length < 0:
            raise ProbeDied(_("the text cannot be measured"))
        if length == 0:
            raise ContentFault(_("the text shows nothing; write letters"))
        return length

    def text(self, data: bytes) -> tuple[str, list[Trouble]]:
        """What the bytes of a text file say, and which of its characters cannot be shown. ContentFault when it cannot
        be read."""
        answer = self._ask({"text": base64.b64encode(data).decode()})
        try:
            found = [Trouble(int(line), int(column), str(message)) for line, column, message in answer["troubles"]]
            return str(answer["said"]), found
        except (KeyError, TypeError, ValueError) as error:
            raise ProbeDied(_("the file misled its reader: {reason}").format(reason=error)) from error

    def titles(self, data: bytes, content_type: str) -> list[str]:
        """The titles of a feed. ContentFault for what is none."""
        titles = self._ask({"feed": base64.b64encode(data).decode(), "type": content_type}).get("titles")
        return [str(title) for title in titles] if isinstance(titles, list) else []

    def notes(self, content: Content, size: Size, letters: bool = True) -> list[str]:
        """What will not read well of the texts of `content` at `size` pixels, in sentences; with `letters`, which
        characters cannot be shown too."""
        request = {"content": encode(content), "size": list(size), "letters": letters}
        notes = self._ask(request).get("notes")
        return [str(note) for note in notes] if isinstance(notes, list) else []

    def close(self) -> None:
        """End the child at once."""
        child, self._child = self._child, None
        self._heard, self._asked, self._watched = b"", 0, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()

    def _ask(self, request: dict[str, Any], *, goes_on: bool = False) -> dict[str, Any]:
        """The child's answer. A request that `goes_on` with the last one is for the same child."""
        line = json.dumps(request | {"language": language_in_use()})
        if line in self._deadly:
            raise ProbeDied(self._deadly[line])
        try:
            answer = self._exchange(line, goes_on)
        except ProbeDied as died:
            if "flashes" not in request:
                self._deadly[line] = str(died)
            raise
        if "refusal" in answer:
            raise (Unfinished if answer.get("unfinished") else ContentFault)(str(answer["refusal"]))
        return answer

    def _exchange(self, line: str, goes_on: bool) -> dict[str, Any]:
        if self._asked >= _MOST_REQUESTS and not goes_on:
            # A fresh one now and then: what libraries leak, and its allowance of work, do not add up.
            self.close()
        self._asked += 1
        child = self._child or self._start()
        assert child.stdin is not None
        try:
            with suppress(BrokenPipeError):
                child.stdin.write(line.encode() + b"\n")
                child.stdin.flush()
            return self._answer(child, self._patience, self.urgent)
        except (ProbeDied, Cancelled, GivesWay):
            self.close()
            raise

    def _start(self) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )
        self._child = child
        sandbox.warn_if_weak()
        self._answer(child, _START)
        return child

    def _answer(
        self, child: subprocess.Popen[bytes], patience: float, urgent: Callable[[], bool] = never
    ) -> dict[str, Any]:
        """The child's next line. ProbeDied when it ends, is silent too long or talks nonsense."""
        assert child.stdout is not None
        deadline = time.monotonic() + patience
        with selectors.DefaultSelector() as selector:
            selector.register(child.stdout, selectors.EVENT_READ)
            while b"\n" not in self._heard:
                if self._ending.is_set():
                    raise Cancelled(_("the program is ending"))
                if time.monotonic() > deadline:
                    raise ProbeDied(_("it took more than {seconds:.0f} s to open").format(seconds=patience))
                if not selector.select(_GLANCE):
                    if urgent():
                        raise GivesWay(_("waits for something more urgent"))
                    continue
                said = os.read(child.stdout.fileno(), 65536)
                self._heard += said
                if not said or len(self._heard) > _LONGEST:
                    raise ProbeDied(_end_of(child))
        line, self._heard = self._heard.split(b"\n", 1)
        try:
            answer = json.loads(line)
        except ValueError as error:
            raise ProbeDied(_("the file misled its reader: {reason}").format(reason=error)) from error
        return answer if isinstance(answer, dict) else {}


def _end_of(child: subprocess.Popen[bytes]) -> str:
    """Why its output ended. It has a moment to end by itself, so that the true reason is told."""
    try:
        code = child.wait(1.0)
    except subprocess.TimeoutExpired:
        child.kill()
        code = child.wait()
    reason = signal.Signals(-code).name if code < 0 else f"exit {code}"
    log.warning("the probing process ended: %s", reason)
    return _("its reader crashed on it ({reason})").format(reason=reason)
