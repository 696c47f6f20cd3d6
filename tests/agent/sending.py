"""A gate that has something to report, and no thread: tests take its turns themselves, on a clock that they move."""

import hashlib
import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

from PIL import Image

from player.agent.uplink import Uplink
from player.agent.uplinkstate import UplinkState
from player.config.settings import read_config

GATE, TOKEN = "kim-thanh-2", "3f9a55c0b1" * 4
FIRST_DAY = date(2026, 11, 25)

WALL = {
    "open": True,
    "show": {"number": 41},
    "started": "2026-11-25T01:00:00.000Z",
    "output": {"name": "x11", "seen": True},
    "frames": {"presented": 1000, "missed": 2, "intervals_ms": [0] * 101},
    "troubles": [],
    "troubles_in_all": 3,
    "zones": [
        {
            "zone": "main",
            "until": "2026-11-25T02:00:00.000Z",
            "now": {"item": "Sa Pa", "kind": "picture", "playlist": "Du lịch", "level": "normal"},
            "next": None,
        },
        {"zone": "ticker", "until": "2026-11-25T02:00:00.000Z", "now": None, "next": None},
    ],
}


@dataclass
class Sender:
    """`now` is the monotonic clock. The gate's folder is `folder`, and where it sends is `url`."""

    folder: Path
    url: str
    more: str = ""
    now: float = 1000.0
    states: list[UplinkState] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.playlog.mkdir(parents=True)
        self.token(TOKEN)
        self.uplink = Uplink(self.folder / "state", self.states.append, self.ending, lambda: self.now, Random(1))
        self.configure(self.more)

    @property
    def playlog(self) -> Path:
        return self.folder / "state/playlog"

    @property
    def run(self) -> Path:
        return self.folder / "state/run"

    @property
    def state(self) -> UplinkState:
        return self.states[-1]

    def token(self, token: str) -> None:
        path = self.folder / "trust/report-token"
        path.parent.mkdir(exist_ok=True)
        path.write_text(token + "\n")

    def configure(self, more: str = "", central: str = "") -> None:
        path = self.folder / "config.yaml"
        path.write_text(
            f"gate: {GATE}\ntitle: Cửa khẩu Kim Thành\nlanguage: en\n"
            f'sources: {{central: {{url: "{self.url}", root: trust/root.json{central}}}}}\n{more}'
        )
        self.uplink.follow(read_config(path))

    def wall(self, **changes: object) -> None:
        """The wall says this of itself, just now."""
        self.run.mkdir(exist_ok=True)
        (self.run / "wall.json").write_text(json.dumps({**WALL, "pid": os.getpid(), **changes}))

    def picture(self, seed: int = 1, size: tuple[int, int] = (960, 540)) -> None:
        """A preview of the wall, as hard to pack as pictures are."""
        noise = Image.frombytes("RGB", (48, 27), Random(seed).randbytes(48 * 27 * 3))
        self.run.mkdir(exist_ok=True)
        noise.resize(size).save(self.run / "preview.jpg", quality=95)

    def seal(self, count: int, size: int = 4000, first: int = 1) -> list[str]:
        """Days of the play log; the names of their files in order."""
        names = []
        for number in range(first, first + count):
            stem = f"{number:06}-{FIRST_DAY + timedelta(days=number - 1)}"
            data = Random(number).randbytes(size)
            signed = {"gate": GATE, "number": number, "sha256": hashlib.sha256(data).hexdigest()}
            (self.playlog / f"{stem}.parquet").write_bytes(data)
            (self.playlog / f"{stem}.json").write_text(json.dumps({"signed": signed, "signature": "00"}))
            names += [f"{stem}.parquet", f"{stem}.json"]
        return names

    def beat(self) -> UplinkState:
        """The next turn at which something is due."""
        wait = self.uplink.turn()
        if wait and (not self.states or wait > 0):
            self.now += wait
        return self.state

    def until(self, condition: Callable[[], object], most: int = 100) -> None:
        for _turn in range(most):
            if condition():
                return
            self.beat()
        raise AssertionError(f"it did not come to that; the last state was {self.states[-1:]}")
