"""A decoder that a file has taken over: what it tries fails, and its nursery goes on."""

import logging
import os
import platform
import select
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from player.core.geometry import Size
from player.core.model import Film, Notice, Picture
from player.core.units import seconds
from player.media import landlock, sandbox
from player.media.decoder import Decoder
from player.media.jobs import Job
from player.media.nursery import Nursery
from player.media.sandbox import Strength, sandbox_strength
from tests.endtoend.films import make_film
from tests.media.test_decoder import SIZE, listen

HERE = sandbox_strength()
GONE = "gone"
"""The kernel has ended the decoder."""

needs_cage = pytest.mark.skipif(not HERE.whole, reason="this kernel has no Landlock or no filters of system calls")

REFUSED = ("EPERM", "EACCES")
NO_SUCH_CALL = ("ENOSYS",)
ENDED = (GONE,)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery(module="tests.faults.hostile")
    yield nursery
    nursery.close()


class Gate:
    """What an attacker would like to reach: an asset that is not his, a server, a socket in the file system, the
    process behind the pictures."""

    def __init__(self, folder: Path) -> None:
        self.asset, self.other = folder / "asset", folder / "other"
        Image.new("RGB", (8, 8)).save(self.asset, "PNG")
        self.other.write_bytes(b"not yours")
        self.server = socket.create_server(("127.0.0.1", 0))
        self.line = socket.socket(socket.AF_UNIX)
        self.line.bind(str(folder / "line"))
        self.line.listen()
        self.victim = subprocess.Popen(["sleep", "600"])
        self.places = {
            "": "",
            "asset": str(self.asset),
            "other": str(self.other),
            "new": str(folder / "new"),
            "folder": str(folder),
            "passwd": "/etc/passwd",
            "environ": f"/proc/{self.victim.pid}/environ",
            "memory": "/proc/self/mem",
            "null": "/dev/null",
            "port": str(self.server.getsockname()[1]),
            "line": str(folder / "line"),
            "victim": str(self.victim.pid),
        }

    def close(self) -> None:
        self.victim.kill()
        self.victim.wait()
        self.server.close()
        self.line.close()


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    gate = Gate(tmp_path_factory.mktemp("gate"))
    yield gate
    gate.close()


def outcome(nursery: Nursery, gate: Gate, attack: str, target: str = "") -> str:
    """What came of it, from a decoder that was given `gate.asset` to show."""
    decoder = Decoder(nursery, Job(Notice(attack, gate.places[target]), str(gate.asset), SIZE, language="en"))
    said = listen(decoder, bool)
    decoder.close()
    if not said:
        return GONE
    assert said[0][0] == "failed", said
    return str(said[0][1])


@needs_cage
@pytest.mark.parametrize("attack", ["nothing", "start a thread"])
def test_what_decoding_needs_is_allowed(nursery: Nursery, gate: Gate, attack: str) -> None:
    assert outcome(nursery, gate, attack) == "done"
    assert outcome(nursery, gate, "read", "asset") == "done"


FILES = [
    ("read", "passwd"),
    ("read", "other"),
    ("read", "environ"),
    ("read", "memory"),
    ("list", "folder"),
    ("write", "new"),
    ("write", "null"),
    ("append", "asset"),
    ("change", "asset"),
    ("delete", "asset"),
    ("delete", "other"),
    ("rename", "asset"),
    ("link", "asset"),
    ("symlink", "new"),
    ("chmod", "asset"),
    ("date", "asset"),
    ("mark", "asset"),
    ("make a folder", "new"),
    ("make a pipe", "new"),
    ("watch", ""),
    ("nameless file", ""),
    ("cut short", ""),
]
LINES = [
    ("tcp", "port"),
    ("tcp 6", "port"),
    ("udp", "port"),
    ("raw", ""),
    ("netlink", ""),
    ("unix", "line"),
    ("pair", ""),
    ("listen", ""),
]
OTHERS = [
    ("exec", ""),
    ("fork", ""),
    ("spawn", ""),
    ("signal", "victim"),
    ("signal everyone", ""),
    ("have signalled", "victim"),
    ("lower", "victim"),
    ("slow", "victim"),
    ("unlimited", ""),
    ("outlive", ""),
    ("type", ""),
    ("uncounted memory", ""),
    ("uncounted segment", ""),
    ("root", ""),
]
KERNEL = ["trace", "peek", "unshare", "mount", "keys", "bpf", "module", "clock"]


@pytest.mark.attack
@needs_cage
@pytest.mark.parametrize(
    ("attack", "target", "expected"),
    [
        *((attack, target, REFUSED) for attack, target in (*FILES, *LINES, *OTHERS)),
        *((attack, "victim", ENDED) for attack in KERNEL),
        ("signal by handle", "victim", NO_SUCH_CALL),
        ("ring", "", NO_SUCH_CALL),
        ("x32", "", NO_SUCH_CALL),
    ],
)
def test_a_decoder_that_was_taken_over_reaches_nothing(
    nursery: Nursery, gate: Gate, attack: str, target: str, expected: tuple[str, ...]
) -> None:
    before = sorted(path.name for path in gate.asset.parent.iterdir()), gate.asset.stat().st_mode

    assert outcome(nursery, gate, attack, target) in expected

    assert (sorted(path.name for path in gate.asset.parent.iterdir()), gate.asset.stat().st_mode) == before
    assert gate.other.read_bytes() == b"not yours"
    assert gate.victim.poll() is None
    assert not select.select([gate.server, gate.line], [], [], 0)[0], "somebody has called"
    assert shows_a_picture(nursery, gate), "the nursery goes on"


def shows_a_picture(nursery: Nursery, gate: Gate) -> bool:
    decoder = Decoder(nursery, Job(Picture("x"), str(gate.asset), SIZE, language="en"))
    said = listen(decoder, bool)
    decoder.close()
    return said == [["still", True]]


@pytest.mark.attack
@needs_cage
@pytest.mark.skipif(platform.machine() != "x86_64", reason="only these have a second entrance to the kernel")
def test_the_entrance_for_old_programs_is_closed(nursery: Nursery, gate: Gate) -> None:
    assert outcome(nursery, gate, "old entrance") == GONE


@needs_cage
def test_every_thread_of_a_film_is_caged(nursery: Nursery, tmp_path: Path) -> None:
    make_film(tmp_path / "film.mp4", 1, frames=30, fps=30, size=SIZE)
    decoder = Decoder(nursery, Job(Film("x", seconds(1)), str(tmp_path / "film.mp4"), SIZE, language="en"))
    assert listen(decoder, bool)
    threads = [status.read_text() for status in Path(f"/proc/{decoder.pid}/task").glob("*/status")]
    assert len(threads) > 1
    assert all("Seccomp:\t2\n" in status and "NoNewPrivs:\t1\n" in status for status in threads)
    decoder.close()


@needs_cage
def test_a_decoder_holds_nothing_open_but_its_line_and_its_memory(nursery: Nursery, gate: Gate) -> None:
    """Beyond the three that every process has, which lead where those of the wall do."""
    decoder = Decoder(nursery, Job(Film("x", seconds(1)), str(gate.asset), Size(64, 36), language="en"))
    assert listen(decoder, bool)
    handles = {int(handle.name): os.readlink(handle) for handle in Path(f"/proc/{decoder.pid}/fd").iterdir()}
    beyond = sorted(leads_to for number, leads_to in handles.items() if number > 2 and leads_to != str(gate.asset))
    assert [leads_to.split(":")[0] for leads_to in beyond] == ["/memfd", "socket"]
    decoder.close()


@needs_cage
@pytest.mark.parametrize("version", [1, 2, 3, 4, 5, 6, landlock.version()])
def test_every_version_of_landlock_keeps_files_apart(gate: Gate, monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    if version > HERE.landlock:
        pytest.skip("newer than this kernel")
    monkeypatch.setenv("CAGE", f"{version} False")
    nursery = Nursery(module="tests.faults.hostile")
    try:
        assert outcome(nursery, gate, "read", "asset") == "done"
        assert outcome(nursery, gate, "read", "other") in REFUSED
        assert outcome(nursery, gate, "write", "new") in REFUSED
        assert outcome(nursery, gate, "exec") in REFUSED
        if version >= 4:
            assert outcome(nursery, gate, "tcp", "port") in REFUSED
        if version >= 6:
            assert outcome(nursery, gate, "signal", "victim") in REFUSED
        assert shows_a_picture(nursery, gate)
    finally:
        nursery.close()


@pytest.mark.skipif(not HERE.filtered, reason="this kernel filters no system calls")
def test_without_landlock_the_filter_still_keeps_the_network_and_the_disk(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAGE", "0 True")
    nursery = Nursery(module="tests.faults.hostile")
    try:
        assert outcome(nursery, gate, "tcp", "port") in REFUSED
        assert outcome(nursery, gate, "write", "new") in REFUSED
        assert outcome(nursery, gate, "delete", "asset") in REFUSED
        assert outcome(nursery, gate, "exec") in REFUSED
        assert outcome(nursery, gate, "signal", "victim") in REFUSED
        assert shows_a_picture(nursery, gate)
    finally:
        nursery.close()


@pytest.mark.parametrize(
    ("strength", "words"),
    [(Strength(0, True), ["Landlock"]), (Strength(6, False), ["system calls"]), (Strength(6, True), [])],
)
def test_what_the_kernel_lacks_is_said_once(
    strength: Strength, words: list[str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "sandbox_strength", lambda: strength)
    sandbox.warn_if_weak.cache_clear()
    with caplog.at_level(logging.WARNING):
        sandbox.warn_if_weak()
        sandbox.warn_if_weak()
    sandbox.warn_if_weak.cache_clear()
    assert len(caplog.messages) == len(words)
    assert all(word in message for word, message in zip(words, caplog.messages, strict=True))
