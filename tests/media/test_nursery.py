"""Who is born of a nursery besides decoders, and what it loads for them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from player.core.geometry import Size
from player.core.model import Content, Film, Picture
from player.core.units import seconds
from player.media.channel import Channel, Message
from player.media.decoder import Decoder
from player.media.jobs import Job
from player.media.nursery import Nursery
from tests.endtoend.films import make_film
from tests.endtoend.processes import ProcessEntry

SIZE = Size(160, 90)
LIMIT = 60.0


def serve(told: Sequence[Any], handles: Sequence[int]) -> int:
    """The clerk of these tests: says what it is and has, then waits for the end."""
    channel = Channel(socket.socket(fileno=handles[0]))
    others = [handle for handle in range(3, 200) if handle not in handles and is_open(handle)]
    channel.send_patiently(os.getpid(), os.getppid(), os.nice(0), told, others)
    channel.receive(wait=True)
    channel.send_patiently("heard")
    return 0


def is_open(handle: int) -> bool:
    try:
        os.fstat(handle)
    except OSError:
        return False
    return True


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with closing(Nursery(niceness=3)) as made:
        yield made


def clerk(nursery: Nursery, *told: str) -> tuple[Channel, list[Any]]:
    """One who has said who it is."""
    ours, theirs = Channel.pair()
    with theirs:
        nursery.bear(__name__, told, theirs.fileno())
    received = ours.receive(wait=True)
    assert received is not None
    return ours, received[0]


def test_a_clerk_gives_way_to_nobody_has_what_it_was_given_and_goes_by_its_own_name(nursery: Nursery) -> None:
    channel, (pid, *said) = clerk(nursery, "một", "hai")
    assert said == [nursery.pid, os.nice(0), ["một", "hai"], []]
    entry = ProcessEntry.of(pid)
    assert entry is not None
    assert entry.command == __name__
    channel.close()
    until(lambda: ProcessEntry.of(pid) is None)


def test_a_clerk_outlives_its_nursery_and_ends_when_it_has_done_its_work() -> None:
    with closing(Nursery()) as nursery:
        channel, (pid, *_) = clerk(nursery)
        os.kill(nursery.pid, signal.SIGKILL)
        until(lambda: (entry := ProcessEntry.of(nursery.pid)) is None or entry.state == "Z")
        channel.send("go on")
        assert channel.receive(wait=True) == (["heard"], [])
        assert channel.await_hangup(LIMIT)
        other, (another, *_) = clerk(nursery)
        assert another != pid
        other.close()
    channel.close()


def test_the_libraries_of_films_are_loaded_when_there_is_a_film_and_stay(tmp_path: Path) -> None:
    make_film(tmp_path / "film.mp4", 1, frames=30, fps=30, size=SIZE)
    Image.new("RGB", SIZE).save(tmp_path / "picture.png")
    with closing(Nursery()) as nursery:
        shown(nursery, Picture("x"), tmp_path / "picture.png")
        assert "libavcodec" not in mapped(nursery.pid)
        shown(nursery, Film("x", seconds(1)), tmp_path / "film.mp4")
        assert "libavcodec" in mapped(nursery.pid)


def shown(nursery: Nursery, content: Content, path: Path) -> None:
    decoder = Decoder(nursery, Job(content, str(path), SIZE, language="en"))
    said: list[Message] = []

    def says() -> bool:
        said.extend(decoder.messages())
        return bool(said)

    until(says)
    decoder.close()
    assert said[0][0] in ("still", "frame")


def mapped(pid: int) -> str:
    return Path(f"/proc/{pid}/maps").read_text()


FAILING = """
from player.media.forking import fork

def fails():
    raise ValueError("of the child")

try:
    child = fork("a child that fails", fails, [])
    child.wait()
    child.kill()
finally:
    print("of the parent")
"""


def test_what_goes_wrong_in_a_fork_never_reaches_what_called_for_it() -> None:
    ended = subprocess.run([sys.executable, "-c", FAILING], capture_output=True, text=True, check=True)
    assert ended.stdout == "of the parent\n"
    assert "ValueError: of the child" in ended.stderr
