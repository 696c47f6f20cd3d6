"""A real X server without a screen, whose picture lies in a file that anybody may look into."""

import mmap
import os
import struct
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

_HEADER = struct.Struct(">25I")  # XWDFileHeader of X11/XWDFile.h, big-endian whatever the pixels are
_WIDTH, _HEIGHT, _BITS_PER_PIXEL, _BYTES_PER_LINE, _COLOURS = 4, 5, 11, 12, 19
_COLOUR_BYTES = 12


class Framebuffer:
    """What an X server started with -fbdir shows, as it changes."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        header = _HEADER.unpack_from(self._map)
        if header[_BITS_PER_PIXEL] != 32:
            raise ValueError("only screens of 32 bits a pixel are read")
        self.width, self.height = header[_WIDTH], header[_HEIGHT]
        rows = np.frombuffer(
            self._map,
            np.uint8,
            count=header[_BYTES_PER_LINE] * self.height,
            offset=header[0] + header[_COLOURS] * _COLOUR_BYTES,
        ).reshape(self.height, header[_BYTES_PER_LINE] // 4, 4)
        self.pixels: Pixels = rows[:, : self.width, :3]
        """Live, height x width x (blue, green, red). A frame may change while it is read."""

    def picture(self, attempts: int = 50) -> Pixels:
        """A whole frame, height x width x (red, green, blue), read until two readings agree.

        A screen that changes all the time has no two that agree; then the last reading is as good as any.
        """
        seen = self.pixels.copy()
        for _ in range(attempts):
            again = self.pixels.copy()
            if np.array_equal(seen, again):
                break
            seen = again
        return np.ascontiguousarray(seen[:, :, ::-1])


class XServer:
    """Xvfb on a display that is free, or on the one named, its framebuffer mapped. A context manager; stops what it
    started."""

    def __init__(self, folder: Path, size: tuple[int, int] = (320, 180), display: str | None = None) -> None:
        self.size = size
        self._wanted = [] if display is None else [display]
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        reading, writing = os.pipe()
        command = ["Xvfb", *self._wanted, "-displayfd", str(writing), "-screen", "0", "{}x{}x24".format(*self.size)]
        command += ["-fbdir", str(self._folder), "-nolisten", "tcp", "-nocursor", "-noreset"]
        with (self._folder / "xvfb.log").open("wb") as log:
            self._process = subprocess.Popen(command, pass_fds=[writing], stdout=log, stderr=log)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()  # comes when the server takes connections; nothing when it has died
        if not number:
            self._process.wait()
            raise RuntimeError(f"Xvfb did not start: {(self._folder / 'xvfb.log').read_text()}")
        self.display = f":{number}"
        self.framebuffer = Framebuffer(self.framebuffer_path)
        return self

    @property
    def pid(self) -> int:
        """While it runs."""
        assert self._process is not None
        return self._process.pid

    @property
    def framebuffer_path(self) -> Path:
        return self._folder / "Xvfb_screen0"

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)
