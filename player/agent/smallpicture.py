"""The small picture of the wall that goes to the province with a heartbeat."""

import io
from pathlib import Path

from PIL import Image

NAME = "preview.jpg"
MOST_BYTES = 20_000
SIZE = (480, 360)
_QUALITIES = (75, 60, 45, 30, 20)


class SmallPicture:
    """Looks at what the wall leaves, and gives it when it is another than the last one that was sent."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sent = (0, 0)

    def changed(self) -> tuple[bytes, tuple[int, int]] | None:
        """The picture as JPEG, and what to tell `sent`; None when it is the same as before, or there is none."""
        try:
            status = self._path.stat()
            stamp = status.st_mtime_ns, status.st_size
            return None if stamp == self._sent else (small(self._path.read_bytes()), stamp)
        except FileNotFoundError:
            return None

    def sent(self, stamp: tuple[int, int]) -> None:
        """It has arrived."""
        self._sent = stamp


def small(data: bytes) -> bytes:
    """The picture in `data`, as a JPEG of 20 kB at most and no larger than `SIZE`."""
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
        if len(data) <= MOST_BYTES and image.width <= SIZE[0] and image.height <= SIZE[1]:
            return data
        picture = image.convert("RGB")
    picture.thumbnail(SIZE)
    for quality in _QUALITIES:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()
