"""Runs in a process of its own: confined like a decoder, it does what its arguments say and prints what came of it."""

import signal
import sys
from pathlib import Path

from player.core.faults import ContentFault
from player.core.geometry import Size
from player.core.model import Fit, Surround
from player.media.images import draw_picture
from player.media.limits import confine
from player.media.probe import probe
from player.media.reel import open_reel

SIZE = Size(96, 54)


def show(path: str) -> str:
    """Probes the file, and shows the beginning of it if it passed."""
    try:
        facts = probe(path)
        if facts.kind == "picture":
            draw_picture(path, SIZE, Fit.COVER, Surround.PLAIN)
        if facts.kind == "film":
            reel = open_reel(path, SIZE, Fit.COVER, Surround.PLAIN, sound=True)
            target = memoryview(bytearray(SIZE.width * SIZE.height * 4))
            for _ in range(40):
                at = reel.next_frame(target)
                if at is None:
                    break
                reel.next_sound(at)
            reel.close()
    except ContentFault as fault:
        return f"refused: {fault}"
    return f"shown: {facts.kind}"


def main() -> None:
    memory, *paths = sys.argv[1:]
    confine(int(memory), cpu_seconds=60, niceness=1)
    for path in paths:
        signal.alarm(90)
        print(Path(path).name, show(path), flush=True)
    try:
        Path(paths[0]).with_suffix(".new").write_bytes(b"x")
    except OSError:
        print("cannot write")
    try:
        print("has", len(bytearray(int(memory) * 2)))
    except MemoryError:
        print("cannot grow")


if __name__ == "__main__":
    main()
