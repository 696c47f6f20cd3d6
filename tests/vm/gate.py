"""What this gate shows, from all of its sources: pictures that say which they are, so that its screen can be read."""

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from PIL import Image

from player.core.codec import decode
from player.core.model import Show
from player.core.rundown import Timetable
from player.core.units import Instant
from tests.endtoend.barcode import Code, draw_code, probes, read_code
from tests.endtoend.films import coded_frame
from tests.endtoend.xserver import Pixels
from tests.trust.tree import Tree
from tests.vm.computer import SERVER

GATE = "kim-thanh-2"
CANVAS = (640, 360)
LOCAL = (1, 2)
CENTRAL, INBOX = 40, 100
"""The first codes of the province's pictures, and of the operator's."""

CENTRAL_COUNT, INBOX_COUNT = 60, 8
CONFIG = f"""\
gate: {GATE}
title: Kim Thành II
language: vi
timezone: Asia/Ho_Chi_Minh
display: {{canvas: {CANVAS[0]}x{CANVAS[1]}, output: auto, fps: 30}}
layout: {{main: {{at: [0, 0], size: [100%, 100%]}}}}
sources:
  playlists: /srv/gateplayer/playlists
  folder: {{path: /srv/gateplayer/inbox}}
  central: {{url: "http://{SERVER}", root: /opt/vm/root.json, every: 5s, rate_limit: 400 kB/s}}
state: /var/lib/gateplayer
"""
PLAYLIST = "title: Tại chỗ\nzone: main\nitems:\n" + "".join(f"  - {{image: {code}.png, for: 3s}}\n" for code in LOCAL)
RELEASE = "title: Của tỉnh\nzone: main\nitems: [{image: tinh.png, for: 3s}]\n"

_SLOW, _FAST = 1_500_000, 100_000
"""Microseconds. The emulated wall draws a few frames a second; a picture may come so much late, or early."""

_CARRIED = 6_000_000
"""Microseconds that a picture of an earlier show may be old: it plays to its end, and on where little is left of what
follows."""


def picture(code: int) -> bytes:
    """A PNG that takes its time on the way: noise, with its code above and below."""
    frame: Pixels = np.random.default_rng(code).integers(0, 255, (CANVAS[1], CANVAS[0], 3), np.uint8)
    draw_code(frame, Code(code, 0))
    return _png(frame)


def make_local_pictures(folder: Path) -> None:
    """Those of the playlist that is there from the beginning."""
    for code in LOCAL:
        (folder / f"{code}.png").write_bytes(_png(coded_frame(CANVAS, Code(code, 0))))


def _png(frame: Pixels) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(frame).save(stream, "PNG")
    return stream.getvalue()


class Province:
    """What its server has: a tree that both agencies have signed, with another picture each time."""

    def __init__(self, folder: Path) -> None:
        self.tree = Tree(folder, (GATE,), now=datetime.now(UTC))
        self._released = 0
        self.release()

    def release(self) -> None:
        """Put another picture in the place of the one before."""
        data = picture(CENTRAL + self._released % CENTRAL_COUNT)
        self._released += 1
        self.tree.release({"tinh.yaml": RELEASE.encode(), "tinh.png": data}, GATE)
        self.tree.publish()


def write_tools(folder: Path, root: bytes) -> None:
    """The tests' own disk: what runs in the computer, what its operator has, and the root of trust."""
    (folder / "inbox").mkdir(parents=True)
    for path in (Path(__file__).parent / "guest").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "root.json").write_bytes(root)
    for code in range(INBOX, INBOX + INBOX_COUNT):
        (folder / "inbox" / f"anh-{code}__3s.png").write_bytes(picture(code))


def codes() -> dict[str, int]:
    """The code in each picture that there is, by its SHA-256."""
    few = {_sha(_png(coded_frame(CANVAS, Code(code, 0)))): code for code in LOCAL}
    many = [*range(CENTRAL, CENTRAL + CENTRAL_COUNT), *range(INBOX, INBOX + INBOX_COUNT)]
    return few | {_sha(picture(code)): code for code in many}


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def code_on(screen: Pixels) -> int | None:
    """The code that is read at the top and at the bottom of the canvas; None when there is none, or two."""
    rows, columns = probes(*CANVAS)
    if screen.shape[0] < CANVAS[1] or screen.shape[1] < CANVAS[0]:
        return None
    pixels = screen[rows, columns]
    half = len(rows) // 2
    top, bottom = read_code(pixels[:half]), read_code(pixels[half:])
    return top.item if top is not None and top == bottom else None


@dataclass
class Expected:
    """What the shows of one start of the computer want on the wall. A new show lets what is on go on to its end, so
    that those before it count, too."""

    codes: Mapping[str, int]
    shows: dict[str, Timetable] = field(default_factory=dict)

    def learn(self, name: str, text: str) -> None:
        """There is another show."""
        self.shows[name] = Timetable(decode(Show, json.loads(text)["show"]))

    def between(self, since: int, until: int) -> set[int]:
        """The codes that may be seen from one instant of the computer's clock to another."""
        newest = list(self.shows)[-1]
        found = set(self._codes(newest, since - _SLOW, until + _FAST))
        for name in self.shows.keys() - {newest}:
            found |= set(self._codes(name, since - _CARRIED, until + _FAST))
        return found

    def _codes(self, name: str, since: int, until: int) -> Iterator[int]:
        for segment in self.shows[name].segments("main", Instant(since), Instant(until)):
            if segment.item is not None:
                yield self.codes[getattr(segment.item.content, "asset", "")]
