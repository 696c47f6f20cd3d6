"""What following the server costs when nothing, or little, is new: `python -m bench.unchanged`

A gate with 300 files of 560 MB, signed by two agencies, behind a real nginx, every byte
between them counted (what TCP carries, answers' headers included).
"""

import hashlib
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

from bench.sync import BYTES, FILES, free_port, nginx, running
from bench.wire import Wire
from player.agent.downloadevents import Wanted
from player.agent.downloads import fetch_now
from player.config.settings import read_config
from player.trust.http import HttpOrigin
from player.trust.origin import Origin
from tests.agent.province import Gate, Hands, playlist
from tests.trust.tree import Tree

CHANGED = 2_000_000
LOOKS = 50


def files_of(count: int, size: int, chance: random.Random) -> dict[str, bytes]:
    """Media of `size` bytes in all, and the playlist that names them."""
    shares = [chance.lognormvariate(0, 1.2) for _file in range(count)]
    media = {
        f"media/anh-{number:03}.jpg": chance.randbytes(max(1000, round(share / sum(shares) * size)))
        for number, share in enumerate(shares)
    }
    return {"trien-lam.yaml": playlist("Triển lãm", *(f"{{image: {name}, for: 8s}}" for name in media)), **media}


class Counted:
    """A gate's looks through the counter."""

    def __init__(self, gate: Gate, origin: Origin, wire: Wire) -> None:
        self._gate, self._origin, self._wire = gate, origin, wire
        config = read_config(gate.config)
        assert config.sources.central is not None
        gate.adopter.follow(config, config.sources.central)

    def _small(self, origin: Origin, wanted: Sequence[tuple[str, int]]) -> None:
        fetch_now(self._gate.blobs, origin, [Wanted(sha, size, 0) for sha, size in wanted])

    def sync(self) -> tuple[int, int]:
        """One look and what is missing then: bytes of the look, and of the files."""
        before = self._wire.up + self._wire.down
        self._gate.adopter.look(self._origin, self._small)
        looked = self._wire.up + self._wire.down
        fetch_now(self._gate.blobs, self._origin, self._gate.adopter.missing())
        self._gate.adopter.adopt()
        return looked - before, self._wire.up + self._wire.down - looked


def main() -> None:
    count, size = (int(word) for word in sys.argv[1:3]) if len(sys.argv) > 2 else (FILES, BYTES)
    chance = random.Random(7)
    with tempfile.TemporaryDirectory(prefix="gateplayer-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        tree = Tree(folder / "tree", now=datetime.now(UTC))
        files = files_of(count, size, chance)
        tree.release(files)
        tree.publish()
        port = free_port()
        stack.enter_context(running(nginx(folder / "nginx", tree.path, port), port))
        wire = stack.enter_context(Wire(port))
        gate = Gate(folder / "gate", tree, Hands(datetime.now(UTC)))
        stack.callback(gate.close)
        origin = stack.enter_context(closing(HttpOrigin([f"http://127.0.0.1:{wire.port}"])))
        counted = Counted(gate, origin, wire)
        look, media = counted.sync()
        total = sum(map(len, files.values()))
        print(f"{count} files, {total / 1e6:.0f} MB")
        print(f"first look: {look / 1000:.1f} kB, files: {(media - total) / 1000:+.1f} kB beside their bytes")
        time.sleep(2.1)  # until servers can tell a change by the second
        counted.sync()
        cpu, sent = time.process_time(), [counted.sync()[0] for _look in range(LOOKS)]
        cpu = (time.process_time() - cpu) / LOOKS
        print(f"no change: {max(sent)} bytes, {cpu * 1000:.1f} ms of processor")
        changed = chance.randbytes(CHANGED)
        tree.release({**files, "media/anh-007.jpg": changed})
        tree.publish()
        look, media = counted.sync()
        over = look + media - len(changed)
        print(f"one file changed: its {len(changed) / 1e6:.0f} MB and {over / 1000:.1f} kB")
        held = gate.blobs.has(hashlib.sha256(changed).hexdigest(), len(changed))
        print(f"in force: {held and gate.adopter.awaited() is None}")


if __name__ == "__main__":
    main()
