"""Intake of photos as cameras make them: the watched folder beside ImageMagick, which makes them the zone's size."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from bench.contest.cost import run
from bench.contest.rows import OURS, Bound, Row, Settings, alternate, missing
from player.library.shows import ShowStore
from tests.endtoend.daemon import Daemon, environment
from tests.endtoend.shows import write_show

CANVAS = (1920, 1080)
PHOTO = (4000, 3000)
DISTINCT = 6
CONVERT = "ImageMagick, one by one"
SIDE_BY_SIDE = "ImageMagick, one a core"


def rows(settings: Settings) -> Iterator[Row]:
    count = int(settings.scaled(1000, 40))
    photos = make_photos(settings.folder / "photos", count)
    several = {OURS: lambda: _ours(settings.folder / "gate", photos)}
    here = _has_imagemagick()
    if here:
        several[CONVERT] = lambda: _convert(settings.folder / "small", photos, 1)
        several[SIDE_BY_SIDE] = lambda: _convert(settings.folder / "small", photos, os.cpu_count() or 1)
    # Once: it is minutes of work, a thousand times the same.
    values = alternate(1, several)
    for one in values.values():
        one[:] = [1000 * seconds / count for seconds in one]
    rate = ", ".join(f"{name} {1000 * len(seen) / sum(seen):.1f}" for name, seen in values.items())
    size = sum(photo.stat().st_size for photo in photos) / 1e6 / count
    row = Row("Intake", f"{count} photos of 12 Mpx, {size:.1f} MB each", "ms a photo", values)
    row.bounds = (Bound(1.0, CONVERT),)
    row.more = "; ".join(filter(None, (f"photos a second: {rate}", missing([] if here else ["ImageMagick"]))))
    row.why = (
        "Each photo is copied, hashed, put on the disk for good (two fsync) and decoded in a process that is "
        "thrown away after it. Next: look into one while the next is copied."
    )
    yield row


def make_photos(folder: Path, count: int) -> list[Path]:
    """Some landscapes with a sensor's noise, and copies of these that differ in a comment: so do their hashes, and it
    costs nothing to make a thousand."""
    folder.mkdir()
    landscapes = [_landscape(number) for number in range(min(DISTINCT, count))]
    photos = []
    for number in range(count):
        data = landscapes[number % len(landscapes)]
        comment = f"photo {number}".encode()
        photo = folder / f"ảnh {number:04}.jpg"
        photo.write_bytes(data[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + data[2:])
        photos.append(photo)
    return photos


def _landscape(number: int) -> bytes:
    chance = np.random.default_rng(number)
    across, down = np.meshgrid(
        np.linspace(0, 1, PHOTO[0], dtype=np.float32), np.linspace(0, 1, PHOTO[1], dtype=np.float32)
    )
    hills = 0.5 + 0.5 * np.sin(12 * across + 5 * np.sin(9 * down + number))
    layers = [190 * down + 40 * hills, 120 * hills + 90 * across, 220 * (1 - down) + 20 * hills]
    noise = chance.normal(0, 6, (PHOTO[1], PHOTO[0])).astype(np.float32)
    pixels = np.stack([np.clip(layer + noise, 0, 255) for layer in layers], axis=2).astype(np.uint8)
    out = BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=88)
    return out.getvalue()


def _ours(folder: Path, photos: list[Path]) -> float:
    """From the last of them lying in the watched folder until all are in the show, on the disk. How long files have to
    lie untouched is no work, and is set to next to nothing."""
    show = write_show(folder, CANVAS, sources={"folder": {"path": "inbox/", "settle": "0.1s"}})
    (folder / "inbox").mkdir()
    store = ShowStore(show.state)
    with Daemon(show, None, verb="agent") as agent:
        agent.wait_for(store.pointer, "show")
        began = time.monotonic()
        for photo in photos:
            (folder / "inbox" / photo.name).hardlink_to(photo)
        agent.wait_for(lambda: _items(store) == len(photos), "show with all photos", 30 + 2.0 * len(photos))
        took = time.monotonic() - began
    shutil.rmtree(folder)
    return took


def _items(store: ShowStore) -> int:
    time.sleep(0.1)
    stored = store.current()
    return sum(len(playlist.items) for playlist in stored.show.playlists) if stored else 0


def _convert(folder: Path, photos: list[Path], at_once: int) -> float:
    """As somebody who knows it would: JPEG is read no larger than is needed."""
    folder.mkdir()
    size = "x".join(map(str, CANVAS))
    line = f'convert -define jpeg:size={size} "$1" -resize {size}^ -gravity center -extent {size} "{folder}/${{1##*/}}"'
    command = ["xargs", "-0", "-a", str(folder / "list"), "-n", "1", "-P", str(at_once), "sh", "-c", line, "sh"]
    (folder / "list").write_text("\0".join(map(str, photos)))
    took = run(command, environment(None) | {"MAGICK_THREAD_LIMIT": "1"}).seconds
    assert sum(1 for _ in folder.glob("*.jpg")) == len(photos)
    shutil.rmtree(folder)
    return took


def _has_imagemagick() -> bool:
    """Something of that name may be there that is not it."""
    if shutil.which("convert") is None:
        return False
    told = subprocess.run(["convert", "-version"], capture_output=True, text=True, check=False)
    return told.stdout.startswith("Version: ImageMagick")
