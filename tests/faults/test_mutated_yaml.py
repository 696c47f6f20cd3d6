"""Mutated config.yaml and playlists through the real readers and the compiler: each is good, or has faults with their
places; nothing crashes or hangs, and what was good before plays on."""

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

from player.core.faults import Fault
from player.core.model import Playlist, Show
from player.library.workshop import Made, Workshop, workshop
from tests.config.test_fuzz import CONFIG, PIECES, PLAYLIST, mutated
from tests.faults.offscreen import painted
from tests.outcomes import Outcome, tell

LIMIT = 30.0
"""Seconds that reading and compiling one file may take, on the busiest machine."""

OTHER = "title: Chào\nzone: main\nitems: [{notice: {text: Xin chào}, for: 5s}]\n"
BOMB = "".join(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in pairwise("abcdefghi"))
WHERE = re.compile(r"^\S+:\d+:\d+: .+", re.DOTALL)
"""file:line:column: message."""

VALUES = ["{}", "[]", "1e999", "9" * 400, "-1", "null", "yes", '"x"', "[[1]]", "2026-01-01", "!!set {a}"]
ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "utf-7", "utf-8-sig", "cp1258")
INTO: list[bytes] = [
    b"\0", b"\0" * 300, b"\xff\xfe", b"\xe1\xbb", b"\x1b[2J",
    b"[" * 2000, b"{a: " * 50, b"- " * 100_000, b"[" * 100_000,
    *(piece.encode("utf-8", "surrogatepass") for piece in PIECES),
]  # fmt: skip


def _flipped(text: str, chance: random.Random) -> bytes:
    data = bytearray(text.encode())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _cut(text: str, chance: random.Random) -> bytes:
    data = text.encode()
    return data[: chance.randrange(len(data))]


def _indented(text: str, chance: random.Random) -> bytes:
    lines = text.splitlines()
    row = chance.randrange(len(lines))
    lines[row] = " " * chance.randrange(1, 9) + lines[row].lstrip()
    return "\n".join(lines).encode()


def _of_another_kind(text: str, chance: random.Random) -> bytes:
    return re.sub(r": [^\n{\[]+", f": {chance.choice(VALUES)}", text, count=chance.randrange(1, 4)).encode()


def _bomb(text: str, _chance: random.Random) -> bytes:
    return f"a: &a [x, x]\n{BOMB}{text}".encode()


def _put_in(text: str, chance: random.Random) -> bytes:
    data = text.encode()
    at = chance.randrange(len(data))
    return data[:at] + chance.choice(INTO) + data[at:]


def _encoded(text: str, chance: random.Random) -> bytes:
    return text.encode(chance.choice(ENCODINGS), "replace")


Way = Callable[[str, random.Random], bytes]
WAYS: tuple[Way, ...] = (
    _flipped,
    _cut,
    _indented,
    _of_another_kind,
    _bomb,
    _put_in,
    _encoded,
    mutated,
)


def spoilt(text: str, chance: random.Random) -> bytes:
    """`text` with some of it changed, in one of many ways."""
    return chance.choice(WAYS)(text, chance)


@dataclass
class Desk:
    """A gate at which somebody edits; the compiler is that of the agent."""

    folder: Path
    shop: Workshop
    good: Show
    count: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0

    def edited(self, name: str, data: bytes) -> Made:
        (self.folder / name).write_bytes(data)
        began = time.monotonic()
        made = self.shop.make()
        self.longest = max(self.longest, time.monotonic() - began)
        assert self.longest < LIMIT
        return made

    def holds(self, name: str, data: bytes) -> None:
        """Whatever the file says now: the other file plays, and a faulty one has what it had."""
        made = self.edited(name, data)
        ours = [fault for fault in made.faults if Path(fault.place.file).name == Path(name).name]
        self.count["faulty" if ours else "good"] += 1
        for fault in ours:
            check(fault)
        assert made.show is not None
        if made.config_faulty:
            assert made.show == self.good, "a bad config.yaml changes nothing"
        elif name.startswith("playlists/") and ours:
            assert of(made.show, "tranh.yaml") == of(self.good, "tranh.yaml"), "the last good one plays on"
            assert of(made.show, "chao.yaml") == of(self.good, "chao.yaml")

    def mended(self) -> None:
        """The files are as they were: so is the show."""
        (self.folder / "config.yaml").write_text(config(), "utf-8")
        made = self.edited("playlists/tranh.yaml", PLAYLIST.encode())
        assert made.show == self.good
        assert self.shop.store(made) == 1


def config() -> str:
    return re.sub(r"  folder:.*\n  central:.*\n", "", CONFIG)


def of(show: Show, name: str) -> list[Playlist]:
    return [playlist for playlist in show.playlists if playlist.source.endswith(name)]


def check(fault: Fault) -> None:
    said = str(fault)
    assert fault.message
    # What is wrong with a file as a whole has no line.
    assert WHERE.match(said) or fault.place.line == 0, said
    assert not any(word in said for word in ("Traceback", "pydantic", "Errno", "Error("))


def many(folder: Path, number: int, seed: int) -> Outcome:
    (folder / "config.yaml").write_text(config(), "utf-8")
    painted(folder / "playlists/media/sapa.jpg", "#C80000")
    (folder / "playlists/tranh.yaml").write_text(PLAYLIST, "utf-8")
    (folder / "playlists/chao.yaml").write_text(
        "title: Chào\nzone: main\nitems: [{notice: {text: Xin chào}, for: 5s}]\n", "utf-8"
    )
    chance = random.Random(seed)
    with workshop(folder / "config.yaml", folder / "state", threading.Event()) as shop:
        made = shop.make()
        assert not made.faults
        assert made.show is not None
        shop.store(made)
        desk = Desk(folder, shop, made.show)
        for one in range(number):
            if one % 2:
                desk.holds("playlists/tranh.yaml", spoilt(PLAYLIST, chance))
            else:
                desk.holds("config.yaml", spoilt(config(), chance))
            desk.mended()
    print(desk.count, f"longest {desk.longest:.2f} s")
    words = f"nothing; {desk.count['faulty']} named with their places, {desk.count['good']} good"
    return Outcome("config", "mutated config.yaml and playlists", number, None, words)


def test_mutated_yaml(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    tell(request, many(tmp_path, 60, 21))


@pytest.mark.faults
def test_two_thousand_mutated_yaml(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    tell(request, many(tmp_path, 2000, 22))
