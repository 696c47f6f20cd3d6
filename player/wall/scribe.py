"""The wall's secretary: a process that writes `wall.json`, the pictures and the lasting switch of a blackout, so that
the drawing thread never does.

The wall hands over a status as JSON and pixels in shared memory, and does not wait; until the scribe has answered, the
pixels are the scribe's and the wall hands over no others.
"""

import json
import logging
import os
import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pygame

from player.core.codec import decode, encode
from player.core.geometry import Size
from player.library.blackout import Switches
from player.library.files import write_whole
from player.media.channel import Channel, Hangup
from player.media.nursery import Nursery
from player.media.sharing import Layout, SharedMemory
from player.wall.pixels import surface_of

if TYPE_CHECKING:
    from PIL import Image

log = logging.getLogger(__name__)

PREVIEW_WIDTH = 960
"""Width handed over for a preview, in pixels; the scribe halves it smoothly."""


class Scribe:
    """The wall's side. A scribe that died, or could not be started, is started again, at most once in ten calls of
    `status`."""

    def __init__(self, nursery: Nursery, state: Path, folder: Path, canvas: Size) -> None:
        self._nursery, self._state, self._folder, self._canvas = nursery, state, folder, canvas
        share = min(1.0, PREVIEW_WIDTH / canvas.width)
        self._preview = Size(max(1, round(canvas.width * share)), max(1, round(canvas.height * share)))
        self._busy = False
        self._silent = 0
        self._desk: _Desk | None = None
        self._start()

    def _start(self) -> None:
        try:
            self._desk = _Desk(self._nursery, self._state, self._folder, self._canvas)
        except OSError as error:
            log.error("the status of the wall cannot be written: %s", error.strerror or error)
        self._busy = False

    def status(self, status: dict[str, object]) -> None:
        """Have `wall.json` written."""
        self._listen()
        self._say("status", json.dumps(status, ensure_ascii=False))

    def preview(self, surface: pygame.Surface) -> None:
        """Have `preview.jpg` written, unless the last one is still in the making."""
        self._listen()
        if self._desk is not None and not self._busy:
            pygame.transform.scale(surface, self._preview, self._desk.pixels(self._preview))
            self._busy = True
            self._say("preview", *self._preview)

    def picture(self, surface: pygame.Surface, about: dict[str, object]) -> bool:
        """Have `picture.png` written, pixel for pixel, and `picture.json` after it; False while the scribe is busy."""
        self._listen()
        if self._desk is None or self._busy:
            return False
        self._desk.pixels(self._canvas).blit(surface, (0, 0))
        self._busy = True
        self._say("picture", *self._canvas, json.dumps(about))
        return True

    def make_blackout_last(self) -> None:
        """Have a blackout survive a reboot."""
        self._listen()
        self._say("blackout")

    def _listen(self) -> None:
        if self._desk is not None and self._desk.has_gone(self._answered):
            self._desk.close()
            self._desk = None
        if self._desk is None:
            self._silent += 1
            if self._silent % 10 == 1:
                self._start()

    def _answered(self) -> None:
        self._busy = False

    def _say(self, *message: object) -> None:
        try:
            if self._desk is not None:
                self._desk.channel.send(*message)
        except Hangup:
            self._busy = False

    def close(self) -> None:
        """Let it finish what it has been given, for a second at most."""
        self._say("end")
        if self._desk is not None:
            self._desk.close()


class _Desk:
    """One life of the scribe's process, as the wall has it. OSError when it cannot be started."""

    def __init__(self, nursery: Nursery, state: Path, folder: Path, canvas: Size) -> None:
        self.channel, theirs = Channel.pair()
        with ExitStack() as undo:
            undo.callback(self.channel.close)
            undo.enter_context(theirs)
            self._memory = SharedMemory.create(Layout(canvas, 1, 0, 0))
            undo.callback(self._memory.forget_handle)
            told = [str(state), str(folder), encode(self._memory.layout)]
            nursery.bear(__name__, told, theirs.fileno(), self._memory.handle)
            undo.pop_all()
        theirs.close()
        self._memory.forget_handle()

    def has_gone(self, answered: Callable[[], None]) -> bool:
        """Take in what the scribe has answered; whether it is no more."""
        try:
            while self.channel.receive(wait=False) is not None:
                answered()
        except Hangup:
            return True
        return False

    def pixels(self, size: Size) -> pygame.Surface:
        return surface_of(self._memory.slot(0)[: size.width * size.height * 4], size, opaque=True)

    def close(self) -> None:
        """It has been told to end, or has ended: wait for that, a second at most."""
        self.channel.await_hangup(1)
        self.channel.close()


def serve(told: Sequence[Any], handles: Sequence[int]) -> int:
    """Write what comes until the wall hangs up."""
    state, folder = Path(told[0]), Path(told[1])
    channel = Channel(socket.socket(fileno=handles[0]))
    memory = SharedMemory(decode(Layout, told[2]), handles[1])
    os.nice(10)
    said = ""
    try:
        while True:
            received = channel.receive(wait=True)
            if received is None or received[0][0] == "end":
                return 0
            if received[0][0] == "blackout":
                _make_blackout_last(state, folder)
                continue
            said = _wrote(folder, memory, received[0], said)
            if received[0][0] != "status":
                channel.send_patiently("done")
    except Hangup:
        return 0


def _wrote(folder: Path, memory: SharedMemory, message: list[object], said: str) -> str:
    """Write; why the disk refuses, empty when it does not. Said once: the next status comes in a second."""
    try:
        _write_in(folder, memory, message)
    except OSError as error:
        reason = error.strerror or str(error)
        if reason != said:
            log.error("the wall's status cannot be written to %s: %s", folder, reason)
        return reason
    return ""


def _write_in(folder: Path, memory: SharedMemory, message: list[object]) -> None:
    try:
        _write(folder, memory, message)
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder, memory, message)


def _write(folder: Path, memory: SharedMemory, message: list[object]) -> None:
    match message:
        case ["status", str(text)]:
            write_whole(folder / "wall.json", text.encode(), durable=False)
        case ["preview", int(width), int(height)]:
            write_whole(folder / "preview.jpg", _jpeg(memory, Size(width, height)), durable=False)
        case ["picture", int(width), int(height), str(about)]:
            write_whole(folder / "picture.png", _png(memory, Size(width, height)), durable=False)
            write_whole(folder / "picture.json", about.encode(), durable=False)


def _make_blackout_last(state: Path, folder: Path) -> None:
    try:
        Switches(state, folder).make_last()
    except OSError as error:
        log.error("a reboot would end the blackout: %s", error)


def _jpeg(memory: SharedMemory, size: Size) -> bytes:
    out = BytesIO()
    _image(memory, size).reduce(2).save(out, "JPEG", quality=80)
    return out.getvalue()


def _png(memory: SharedMemory, size: Size) -> bytes:
    out = BytesIO()
    _image(memory, size).save(out, "PNG", compress_level=1)
    return out.getvalue()


def _image(memory: SharedMemory, size: Size) -> "Image.Image":
    from PIL import Image

    pixels = bytes(memory.slot(0)[: size.width * size.height * 4])
    return Image.frombuffer("RGB", size, pixels, "raw", "BGRX", 0, 1)
