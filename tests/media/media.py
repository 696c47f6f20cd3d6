"""Media made for tests: films whose pictures carry their number, pictures and documents of every kind.

Nothing is stored: each is made once a session, in a folder that is gone afterwards.
"""

import atexit
import shutil
import struct
import subprocess
import tempfile
import wave
from collections.abc import Callable
from functools import cache
from pathlib import Path

from PIL import Image

from player.core.geometry import Size

BITS = 10
COLUMNS = BITS + 4
"""A picture's number in vertical bars: white, black, its bits with the highest first, black, white."""

SMALL = Size(320, 240)
QUARTERS = Size(400, 200)
DARK, LIGHT = 40, 215
"""Levels of the bars, far enough from the ends to see a wrong range."""

CLICK = 0.25
"""When in each second of a film's sound there is a click: not at once, for some codecs swallow their beginning."""

FAST = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "12", "-pix_fmt", "yuv420p")


@cache
def _folder() -> str:
    folder = tempfile.mkdtemp(prefix="gateplayer-media-")
    atexit.register(shutil.rmtree, folder)
    return folder


def made(name: str, make: Callable[[Path], object]) -> str:
    """The path of `name`, made by `make` unless it is there already."""
    path = Path(_folder(), name)
    if not path.exists():
        make(path)
    return str(path)


def barcode(number: int, size: Size) -> bytes:
    """Picture `number` as grey levels, a byte a pixel."""
    bits = [1, 0, *((number >> (BITS - 1 - n)) & 1 for n in range(BITS)), 0, 1]
    row = bytes(LIGHT if bits[x * COLUMNS // size.width] else DARK for x in range(size.width))
    return row * size.height


def read_number(pixels: bytes | bytearray, size: Size, line: int | None = None) -> int:
    """The number in a barcode that fills the width of a picture of four bytes a pixel, read along `line`."""
    start = (size.height // 2 if line is None else line) * size.width
    levels = [pixels[(start + (2 * n + 1) * size.width // (2 * COLUMNS)) * 4 + 1] for n in range(COLUMNS)]
    assert levels[0] > 150 > levels[1], f"no barcode: {levels}"
    assert levels[-1] > 150 > levels[-2], f"no barcode: {levels}"
    return sum(1 << (BITS - 1 - n) for n in range(BITS) if levels[n + 2] > 127)


def film(
    name: str,
    *,
    frames: int = 50,
    size: Size = SMALL,
    rate: int = 25,
    coding: tuple[str, ...] = FAST,
    sound: bool = False,
    before: tuple[str, ...] = (),
) -> str:
    """A film called `name` (its ending chooses the container) of numbered pictures; with clicks."""

    def make(path: Path) -> None:
        inputs = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{size.width}x{size.height}", "-r", str(rate)]
        inputs += [*before, "-i", "-"]
        if sound:
            inputs += ["-i", made(f"clicks{frames / rate}.wav", lambda wav: clicks(wav, frames / rate))]
        pictures = b"".join(barcode(number, size) for number in range(frames))
        ffmpeg(*inputs, *coding, str(path), pictures=pictures)

    return made(name, make)


def make_strobe(path: Path, hertz: float = 8.0, seconds: float = 2.0) -> Path:
    """A film that is black and white in turn, so many times a second."""
    name = f"strobe-{hertz}-{seconds}.mp4"
    light = f"geq=lum='if(mod(floor(2*{hertz}*T+0.001)\\,2)\\,235\\,16)':cb=128:cr=128"
    source = ("-f", "lavfi", "-i", f"color=black:s=64x36:r=48:d={seconds},{light}")
    shutil.copyfile(made(name, lambda place: ffmpeg(*source, *FAST, str(place))), path)
    return path


def ffmpeg(*arguments: str, pictures: bytes = b"") -> None:
    command = ["ffmpeg", "-v", "error", "-y", *arguments]
    subprocess.run(command, input=pictures, check=True, timeout=120)


def remade(name: str, source: str, *arguments: str) -> str:
    """`source` put into another file by ffmpeg with `arguments`."""
    return made(name, lambda path: ffmpeg("-i", source, *arguments, str(path)))


def changed(name: str, source: str, change: Callable[[bytes], bytes]) -> str:
    """`source` with its bytes changed."""
    return made(name, lambda path: path.write_bytes(change(Path(source).read_bytes())))


def clicks(path: Path, seconds: float, rate: int = 48_000) -> None:
    """A sound file with 10 ms of a loud tone at CLICK of each second, and silence between."""
    burst = [20_000 if n // 24 % 2 else -20_000 for n in range(rate // 100)]
    silence = [0] * (rate - len(burst))
    before = round(CLICK * rate)
    second = struct.pack(f"<{rate}h", *silence[:before], *burst, *silence[before:])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((second * (int(seconds) + 1))[: round(seconds * rate) * 2])


def onsets(samples: bytes, threshold: int = 5_000) -> list[int]:
    """Where clicks begin, in samples, in 16-bit stereo."""
    left = struct.unpack(f"<{len(samples) // 2}h", samples)[::2]
    found: list[int] = []
    for place, level in enumerate(left):
        if abs(level) > threshold and (not found or place - found[-1] > 24_000):
            found.append(place)
    return found


def quarters(size: Size = QUARTERS) -> Image.Image:
    """Red and green above blue and white: enough to see how a picture was turned, cropped and coloured."""
    image = Image.new("RGB", size, "#FFFFFF")
    half = (size.width // 2, size.height // 2)
    image.paste((255, 0, 0), (0, 0, *half))
    image.paste((0, 255, 0), (half[0], 0, size.width, half[1]))
    image.paste((0, 0, 255), (0, half[1], half[0], size.height))
    return image


def corners(image: Image.Image, inset: float = 0.25) -> list[tuple[int, int, int]]:
    """The colours at the middles of the four quarters: top left, top right, bottom left, bottom right."""
    width, height = image.size
    across, down = (int(width * inset), int(width * (1 - inset))), (int(height * inset), int(height * (1 - inset)))
    found = [image.convert("RGB").getpixel((x, y)) for y in down for x in across]
    return [pixel for pixel in found if isinstance(pixel, tuple) and len(pixel) == 3]


def near(one: tuple[int, ...], other: tuple[int, ...], by: int = 12) -> bool:
    """Whether two colours are the same to the eye."""
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def pdf(objects: list[bytes]) -> bytes:
    """A PDF of numbered objects (the first is 1, the catalogue), with its table of references."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
