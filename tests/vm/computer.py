"""A PC that is emulated by qemu, in software: switched on, looked at, listened to, and unplugged."""

import json
import random
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from PIL import Image

from tests.endtoend.xserver import Pixels
from tests.vm.disk import BLOCK, Disk

PORT = "gateplayer.witness"
"""The line between the computer and the tests."""

SERVER = "10.0.2.100"
"""Where it finds the province's server, and nothing else of the world."""

PROMPT = 60.0
"""Seconds within which qemu itself answers, on a busy machine."""

CONSOLE = "console=ttyS0 console=tty0"
"""What the kernel says goes to a log, too; but its console is the screen, as with any PC."""

QUIET = "quiet loglevel=3 consoleblank=0 vt.global_cursor_default=0 panic=10"
"""As docs/technicians have it."""


@dataclass(frozen=True)
class Parts:
    """What it is made of: a kernel to boot, the disk that forgets, the tests' own disk, and the province's server."""

    kernel: Path
    initrd: Path
    disk: Disk
    tools: Path
    server: int
    size: tuple[int, int]

    def command(self, folder: Path) -> list[str]:
        width, height = self.size
        return [
            "qemu-system-x86_64",
            *("-accel", "tcg", "-cpu", "Haswell", "-smp", "2", "-m", "2048"),
            *("-nodefaults", "-display", "none", "-rtc", "base=utc"),
            *("-vga", "none", "-device", f"virtio-vga,xres={width},yres={height}"),
            *("-kernel", str(self.kernel), "-initrd", str(self.initrd)),
            *("-append", f"root=LABEL=gate rw mitigations=off audit=0 {CONSOLE} {QUIET}"),
            *("-blockdev", f"driver=nbd,node-name=own,server.type=unix,server.path={self.disk.path},cache.direct=on"),
            *("-device", f"virtio-blk-pci,drive=own,logical_block_size={BLOCK},physical_block_size={BLOCK}"),
            *("-blockdev", f"driver=raw,node-name=tools,read-only=on,file.driver=file,file.filename={self.tools}"),
            *("-device", "virtio-blk-pci,drive=tools"),
            *("-device", "virtio-serial-pci", "-device", f"virtserialport,chardev=line,name={PORT}"),
            *("-chardev", f"socket,id=line,path={folder / 'line'},server=on,wait=off"),
            *("-chardev", f"file,id=log,path={folder / 'kernel.log'},append=on", "-serial", "chardev:log"),
            *("-netdev", f"user,id=net,restrict=on,guestfwd=tcp:{SERVER}:80-tcp:127.0.0.1:{self.server}"),
            *("-device", "virtio-net-pci,netdev=net,romfile=", "-device", "virtio-rng-pci"),
            *("-qmp", f"unix:{folder / 'qmp'},server=on,wait=off"),
        ]


@dataclass(frozen=True)
class Cut:
    """When the power went, by this machine's monotonic clock; how many blocks were not flushed, how many are lost."""

    at: float
    unsure: int
    forgotten: int


class Computer:
    """A context manager: on from the beginning to the end, which is not gentle."""

    def __init__(self, parts: Parts, folder: Path) -> None:
        self._parts, self._folder = parts, folder
        self._heard = b""
        self._screens = 0

    def __enter__(self) -> Self:
        for name in ("line", "qmp"):
            (self._folder / name).unlink(missing_ok=True)
        self.on = time.monotonic()
        with (self._folder / "qemu.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._parts.command(self._folder), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._line = self._connected("line")
        self._control = self._connected("qmp")
        self._qmp = self._control.makefile("rw")
        self._qmp.readline()
        self._ask("qmp_capabilities")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if isinstance(error, Exception) and self._process.poll() is None:
            error.add_note(f"its screen: {self._shoot('failed')}")
        self._process.kill()
        self._process.wait()
        for line in (self._line, self._qmp, self._control):
            line.close()

    def unplug(self, chance: random.Random) -> Cut:
        """Pull the plug."""
        at = time.monotonic()
        self._process.kill()
        self._process.wait()
        return Cut(at, *self._parts.disk.cut(chance))

    def screen(self) -> Pixels:
        """What is on its screen now: height x width x (red, green, blue)."""
        with Image.open(self._shoot("screen")) as picture:
            return np.asarray(picture.convert("RGB"))

    def hear(self, wait: float) -> list[tuple[float, dict[str, Any]]]:
        """What its witness has said, each with the instant at which it was heard; waits for so long at most."""
        self._line.settimeout(wait)
        try:
            self._heard += self._line.recv(1 << 20)
        except TimeoutError:
            return []
        at = time.monotonic()
        *whole, self._heard = self._heard.split(b"\n")
        return [(at, json.loads(line)) for line in whole]

    def say(self, word: str) -> None:
        """Tell the witness."""
        self._line.sendall(word.encode() + b"\n")

    def _shoot(self, name: str) -> Path:
        path = self._folder / f"{name}.ppm"
        self._ask("screendump", {"filename": str(path)})
        return path

    def _ask(self, command: str, arguments: Mapping[str, str] | None = None) -> None:
        self._qmp.write(json.dumps({"execute": command, "arguments": dict(arguments or {})}) + "\n")
        self._qmp.flush()
        while "return" not in (answer := json.loads(self._qmp.readline())):
            assert "error" not in answer, answer

    def _connected(self, name: str) -> socket.socket:
        end = time.monotonic() + PROMPT
        while True:
            line = socket.socket(socket.AF_UNIX)
            line.settimeout(PROMPT)
            try:
                line.connect(str(self._folder / name))
            except (FileNotFoundError, ConnectionRefusedError):
                line.close()
                assert self._process.poll() is None, (self._folder / "qemu.log").read_text()
                assert time.monotonic() < end, "qemu does not answer"
                time.sleep(0.02)
            else:
                return line
