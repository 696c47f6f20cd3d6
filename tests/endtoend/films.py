"""Films and pictures that say, in every frame, which they are."""

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.endtoend.barcode import STRIP, Code, draw_code
from tests.endtoend.xserver import Pixels

RATE = 48_000
BEEP_HERTZ = 1_000
BEEP_SECONDS = 0.1


def coded_frame(size: tuple[int, int], code: Code, flash: bool = False) -> Pixels:
    """An RGB frame with its code; a colour of its item's own in between, or white for a flash."""
    width, height = size
    frame = np.empty((height, width, 3), np.uint8)
    frame[:] = [255] * 3 if flash else [60 + code.item * 37 % 140, 60 + code.item * 71 % 140, 60 + code.item * 13 % 140]
    if not flash:  # something that moves, for eyes and for encoders
        left = code.number * 5 % width
        frame[int(height * (STRIP + 0.1)) : int(height * (0.9 - STRIP)), left : left + width // 10] = 20
    draw_code(frame, code)
    return frame


def make_picture(path: Path, item: int, size: tuple[int, int] = (320, 180), number: int = 0) -> Path:
    """A still picture with its code, in the format that its name asks for."""
    Image.fromarray(coded_frame(size, Code(item, number))).save(path)
    return path


def make_film(
    path: Path,
    item: int,
    frames: int,
    fps: int = 30,
    size: tuple[int, int] = (320, 180),
    beeps: frozenset[int] | None = None,
) -> Path:
    """An H.264 film, in the container that its name asks for, of `frames` numbered frames.

    With `beeps` it has sound (AAC): silence, and a beep that begins with each of these frames, which are white.
    """
    with av.open(str(path), "w") as film:
        picture = film.add_stream("libx264", rate=fps, options={"crf": "12", "preset": "veryfast"})
        picture.width, picture.height = size
        picture.pix_fmt = "yuv420p"
        picture.codec_context.time_base = Fraction(1, fps)
        sound = film.add_stream("aac", rate=RATE, layout="stereo") if beeps is not None else None
        pieces = _sound(frames, fps, beeps or frozenset())
        for number in range(frames):
            shown = coded_frame(size, Code(item, number), flash=number in (beeps or ()))
            frame = av.VideoFrame.from_ndarray(shown, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, fps)
            film.mux(picture.encode(frame))
            if sound is not None:
                film.mux(sound.encode(next(pieces)))
        film.mux(picture.encode(None))
        if sound is not None:
            film.mux(sound.encode(None))
    return path


def _sound(frames: int, fps: int, beeps: frozenset[int]) -> Iterator[av.AudioFrame]:
    """The sound of each frame of the film in turn."""
    samples = np.zeros(frames * RATE // fps + RATE, np.float32)
    burst = int(BEEP_SECONDS * RATE)
    wave = 0.7 * np.sin(2 * np.pi * BEEP_HERTZ * np.arange(burst) / RATE)
    for number in beeps:
        start = number * RATE // fps
        samples[start : start + burst] = wave
    for number in range(frames):
        start, end = number * RATE // fps, (number + 1) * RATE // fps
        frame = av.AudioFrame.from_ndarray(np.stack([samples[start:end]] * 2), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        yield frame


def beeps_in(samples: NDArray[np.int16]) -> list[int]:
    """Where beeps begin in one channel of recorded sound, in samples."""
    loud = np.abs(samples.astype(np.int32)) > 4_000
    where = np.flatnonzero(loud)
    apart = np.diff(where, prepend=-RATE) > RATE * BEEP_SECONDS
    return [int(start) for start in where[apart]]


def sha256(path: Path) -> str:
    """The name of the file's blob."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
