"""What the cage of a decoder costs: how soon a picture and a film are there with it and without, one after the other.

    python -m bench.decoders [--rounds 60]

Prints figures and never fails on one: the machine may be busy with other things, and its load is printed beside them.
"""

import argparse
import os
import select
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from player.core.geometry import Size
from player.core.model import Content, Film, Notice, Picture
from player.core.units import seconds
from player.media import limits, nursery, sandbox
from player.media.decoder import Decoder
from player.media.jobs import Job
from player.media.nursery import Nursery
from tests.endtoend.films import make_film

SIZE = Size(1280, 720)


def until_first(nursery: Nursery, content: Content, path: Path | str) -> float:
    """Milliseconds from the request to the first picture."""
    began = time.perf_counter()
    decoder = Decoder(nursery, Job(content, str(path), SIZE, language="vi"))
    while not (said := list(decoder.messages())):
        select.select([decoder.fileno()], [], [], 10)
    took = time.perf_counter() - began
    decoder.close()
    assert said[0][0] in ("still", "frame"), said
    return 1000 * took


def compare(caged: Nursery, free: Nursery, rounds: int, folder: Path) -> None:
    Image.effect_noise(SIZE, 60).convert("RGB").save(folder / "picture.jpg")
    make_film(folder / "film.mp4", 1, frames=30, fps=30, size=SIZE)
    contents: dict[str, tuple[Content, Path | str]] = {
        "picture": (Picture("x"), folder / "picture.jpg"),
        "film": (Film("x", seconds(1)), folder / "film.mp4"),
        "notice": (Notice("Giờ mở cửa", "7:00 - 22:00"), ""),
    }
    for name, (content, path) in contents.items():
        both: list[list[float]] = [[], []]
        for _ in range(rounds):
            for times, from_there in zip(both, (caged, free), strict=True):
                times.append(until_first(from_there, content, path))
        medians = [statistics.median(times) for times in both]
        quickest = [min(times) for times in both]
        print(f"{name}: first picture after {medians[0]:.1f} ms caged, {medians[1]:.1f} ms free", end="")
        print(f" (quickest {quickest[0]:.1f}, {quickest[1]:.1f})")


def alone(rounds: int, action: Callable[[], None]) -> float:
    """Microseconds of processor time of `action`, each time in a process of its own, which it changes for ever."""
    times = []
    for _ in range(rounds):
        hear, say = os.pipe()
        if os.fork() == 0:
            limits.confine()
            began = time.process_time()
            action()
            os.write(say, str(time.process_time() - began).encode())
            os._exit(0)
        os.close(say)
        times.append(1e6 * float(os.read(hear, 64)))
        os.close(hear)
        os.wait()
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    strength = sandbox.sandbox_strength()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"Landlock version {strength.landlock}, system calls filtered: {strength.filtered}")
    sandbox.prepare()
    print(f"closing the cage: {alone(rounds, sandbox.enter):.0f} µs of processor time")
    caged, free = Nursery(), Nursery(module="bench.decoders")
    try:
        with tempfile.TemporaryDirectory() as folder:
            compare(caged, free, rounds, Path(folder))
    finally:
        caged.close()
        free.close()


def serve_uncaged(handle: int, niceness: int) -> None:
    vars(sandbox)["enter"] = lambda *_files: None
    nursery.main(handle, niceness)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1].isdigit():
        serve_uncaged(int(sys.argv[1]), int(sys.argv[2]))
    else:
        main()
