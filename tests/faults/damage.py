"""A state folder with everything in it that one can have, and ways in which its files are damaged."""

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from player.agent import assemble
from player.agent.synconce import sync_once
from player.library.approvals import Approval, Approvals
from player.library.delivery import mark_delivered
from player.library.feeds import FeedCopy, FeedHealth, FeedStore
from player.library.files import remove
from player.library.pagepassword import write_password
from tests.agent.province import playlist
from tests.endtoend.shows import ShowFolder
from tests.faults.offscreen import COLOURS, painted, write_gate
from tests.library.logs import Log, play
from tests.trust.tree import Tree
from tests.trust.treeserver import TreeServer

GATE = "test-gate"
FEED = "http://127.0.0.1:9/feed.xml"
IN_FOLDER, FROM_SERVER = 4, 5
"""The numbers of the pictures that come from the watched folder, and from the central server."""

LAYOUT = {
    "main": {"at": [0, 0], "size": ["100%", "80%"]},
    "ticker": {"at": [0, "80%"], "size": ["100%", "20%"], "hide_when_empty": True},
}
LOCKS = ("agent.lock", "journal.lock", "playlog/seal.lock")
"""Files that hold nothing at all: their lock is what counts."""


def full_gate(folder: Path) -> ShowFolder:
    """A gate whose state holds playlists, a watched folder, a central server, a feed, sealed days, approvals and a
    password; its server is gone by now."""
    tree = Tree(folder / "tree", (GATE,), now=datetime.now(UTC))
    painted(folder / "signed.png", COLOURS[FROM_SERVER])
    signed = playlist("Từ tỉnh", "{image: 5.png, for: 1s}")
    tree.release({"tinh.yaml": signed, "5.png": (folder / "signed.png").read_bytes()}, GATE)
    tree.publish()
    with TreeServer(tree.path) as server:
        sources = {
            "playlists": "playlists/",
            "folder": {"path": "inbox/", "settle": "1s", "approve": True},
            "central": {"url": server.url, "every": "1h", "root": "trust/root.json"},
        }
        show = write_gate(folder / "gate", layout=LAYOUT, sources=sources)
        (show.path / "trust").mkdir()
        (show.path / "trust/root.json").write_bytes(tree.root)
        show.state.mkdir()
        sync_once(show.config, show.state, lambda _progress: None)
    dropped = painted(show.path / "inbox" / "4__1s.png", COLOURS[IN_FOLDER])
    _furnish(show.state, sha256(dropped.read_bytes()).hexdigest())
    for title in ("Hôm kia", "Hôm qua", "Hôm nay"):
        show.write_playlist("tin", [{"banner": {"feed": FEED}}], zone="ticker", title=title)
        assert assemble.once(show.config) == 0
    return show


def _furnish(state: Path, approved: str) -> None:
    feeds = FeedStore(state)
    feeds.keep(FeedCopy(FEED, ("Cửa khẩu mở lại", "Hội chợ vùng cao"), etag='"a1"'))
    feeds.note(FeedHealth(FEED, fetched="2026-11-01T08:00:00+07:00"))
    write_password(state, "bốn chữ không liên quan")
    days = Log(state, GATE)
    for day in ("2026-11-20", "2026-11-21", "2026-11-22"):
        days.write(*(play(f"{day}T0{hour}:00") for hour in range(6, 9)))
    days.seal("2026-11-23T08:00", everything=True)
    mark_delivered(state / "playlog", 2)
    Approvals(state).approve(Approval(approved, "4__1s.png", "An", "2026-11-01T08:00:00+07:00"))


def files_of(state: Path) -> list[str]:
    """Every file and link in a state folder, by its path in it."""
    found = (path for path in state.rglob("*") if path.is_symlink() or path.is_file())
    return sorted(str(path.relative_to(state)) for path in found)


@dataclass(frozen=True)
class Damage:
    """What is done to the file of this name in a state folder."""

    name: str
    how: str
    seed: int

    def do(self, state: Path) -> None:
        HOWS[self.how](state / self.name, random.Random(f"{self.name} {self.how} {self.seed}"))


def _put(path: Path, data: bytes) -> None:
    """Other bytes in the same file, as a disk that loses some leaves them."""
    path.chmod(0o644)
    with path.open("r+b") as stream:
        stream.truncate(0)
        stream.write(data)


def _cut(path: Path, chance: random.Random) -> None:
    _put(path, path.read_bytes()[: chance.randrange(max(1, path.stat().st_size))])


def _flipped(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    _put(path, bytes(data))


def _other_byte(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    if data:
        data[chance.randrange(len(data))] = chance.choice(b'019eE.-+[]{}",: \x00\xff\\u')
    _put(path, bytes(data))


def _zeros(path: Path, _chance: random.Random) -> None:
    _put(path, bytes(path.stat().st_size))


def _zero_page(path: Path, chance: random.Random) -> None:
    data = path.read_bytes()
    at = chance.randrange(len(data) // 512 + 1) * 512
    _put(path, data[:at] + bytes(len(data[at : at + 512])) + data[at + 512 :])


def _noise(path: Path, chance: random.Random) -> None:
    _put(path, chance.randbytes(path.stat().st_size))


def _empty(path: Path, _chance: random.Random) -> None:
    _put(path, b"")


def _stranger(path: Path, chance: random.Random) -> None:
    """Valid JSON of somebody else's; some of it looks like ours."""
    strangers: list[object] = [
        {}, [], None, 7, "text", {"format": 1}, {"format": 1, "show": "\ud800", "digest": 3}, {"type": "Show"},
        {"through": "many", "trusted": 5, "signed": []}, [[[[[]]]]], {"url": 5, "titles": "x"},
    ]  # fmt: skip
    _put(path, json.dumps(chance.choice(strangers)).encode())


def _huge(path: Path, chance: random.Random) -> None:
    """One of its numbers is another: far too large, or none at all."""
    text = path.read_bytes()
    digits = [at for at in range(len(text)) if text[at : at + 1].isdigit() and not text[at - 1 : at].isdigit()]
    if not digits:
        return
    at = end = chance.choice(digits)
    while text[end : end + 1].isdigit():
        end += 1
    other = chance.choice([b"1e999", b"-1", b"9" * 40, b"9" * 5000, b"NaN", b"1.5", b'"7"', b"null", b"true", b"[]"])
    _put(path, text[:at] + other + text[end:])


def _deep(path: Path, _chance: random.Random) -> None:
    _put(path, b"[" * 200_000)


def _gone(path: Path, _chance: random.Random) -> None:
    remove(path)


def _folder(path: Path, _chance: random.Random) -> None:
    remove(path)
    path.mkdir()
    (path / "x").write_bytes(b"x")


def _dangling(path: Path, _chance: random.Random) -> None:
    remove(path)
    path.symlink_to("shows/00009999.json")


def _loop(path: Path, _chance: random.Random) -> None:
    remove(path)
    path.symlink_to(path.name)


def _plain(path: Path, _chance: random.Random) -> None:
    remove(path)
    path.write_bytes(b"shows/00000001.json")


def _to_folder(path: Path, _chance: random.Random) -> None:
    remove(path)
    path.symlink_to("shows")


HOWS: dict[str, Callable[[Path, random.Random], None]] = {
    "cut": _cut,
    "flipped": _flipped,
    "other byte": _other_byte,
    "zeros": _zeros,
    "zero page": _zero_page,
    "noise": _noise,
    "empty": _empty,
    "stranger": _stranger,
    "huge number": _huge,
    "deep": _deep,
    "gone": _gone,
    "folder": _folder,
    "dangling": _dangling,
    "loop": _loop,
    "plain file": _plain,
    "to a folder": _to_folder,
}
OF_LINKS = ("gone", "folder", "dangling", "loop", "plain file", "to a folder")
OF_FILES = (*[how for how in HOWS if how not in OF_LINKS], "gone", "folder", "loop")


def damages(state: Path, seed: int, each: int = 1) -> list[Damage]:
    """Every file of a state folder in every way, `each` with so many seeds, shuffled."""
    found = [
        Damage(name, how, number)
        for name in files_of(state)
        for how in (OF_LINKS if (state / name).is_symlink() else OF_FILES)
        for number in range(each)
    ]
    random.Random(seed).shuffle(found)
    return found


def restore(pristine: Path, state: Path) -> None:
    """Put a state folder back as it was."""
    shutil.rmtree(state)
    shutil.copytree(pristine, state, symlinks=True)
