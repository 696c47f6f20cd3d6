"""A real X server with several outputs, as a PC with several plugs has: Xorg with its driver that draws into memory."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from PIL import ImageGrab

from tests.endtoend.xserver import Pixels

_CONFIG = """\
Section "Device"
  Identifier "card"
  Driver "dummy"
  VideoRam 65536
EndSection
Section "Monitor"
  Identifier "monitor"
  HorizSync 1-2000
  VertRefresh 1-200
EndSection
Section "Screen"
  Identifier "screen"
  Device "card"
  Monitor "monitor"
  DefaultDepth 24
EndSection
"""


class XOutputs:
    """Xorg on a display that is free, with outputs of these sizes from left to right. A context manager."""

    def __init__(self, folder: Path, sizes: Sequence[tuple[int, int]]) -> None:
        self.sizes = list(sizes)
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True)
        config = self._folder / "xorg.conf"
        config.write_text(_CONFIG)
        reading, writing = os.pipe()
        command = ["/usr/lib/xorg/Xorg", "-displayfd", str(writing), "-config", str(config), "-noreset"]
        command += ["-logfile", str(self._folder / "xorg.log"), "-nolisten", "tcp", "-novtswitch"]
        with (self._folder / "xorg.out").open("wb") as log:
            self._process = subprocess.Popen(command, pass_fds=[writing], stdout=log, stderr=log)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        if not number:
            self._process.wait()
            raise RuntimeError(f"Xorg did not start: {(self._folder / 'xorg.out').read_text()}")
        self.display = f":{number}"
        for output, size in enumerate(self.sizes):
            self._set(output, size)
        return self

    def plug_in(self, size: tuple[int, int]) -> None:
        """One more output, right of the others."""
        self._set(len(self.sizes), size)
        self.sizes.append(size)

    def _set(self, number: int, size: tuple[int, int]) -> None:
        (width, height), output = size, f"DUMMY{number}"
        name = f"{width}x{height}-{number}"
        across, down = width + 80, height + 20
        timing = [width, width + 16, width + 32, across, height, height + 2, height + 6, down]
        self._randr("--newmode", name, f"{across * down * 60 / 1e6:.6f}", *map(str, timing))
        self._randr("--addmode", output, name)
        place = ["--right-of", f"DUMMY{number - 1}"] if number else ["--pos", "0x0"]
        self._randr("--output", output, "--mode", name, *place)
        # Asked for what is plugged in, it looks: it gets no news of plugs as real ones do.
        self._randr("--query")

    def _randr(self, *arguments: str) -> None:
        subprocess.run(["xrandr", "--display", self.display, *arguments], check=True, stdout=subprocess.DEVNULL)

    def pictures(self) -> list[Pixels]:
        """What each output shows now, height x width x (red, green, blue)."""
        whole = np.asarray(ImageGrab.grab(xdisplay=self.display).convert("RGB"))
        lefts = np.cumsum([0, *(width for width, _height in self.sizes)])
        return [
            whole[:height, left : left + width] for left, (width, height) in zip(lefts[:-1], self.sizes, strict=True)
        ]

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)
