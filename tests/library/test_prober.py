import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from player.core.faults import ContentFault
from player.core.geometry import Size
from player.core.model import Banner, Notice, Style
from player.library.blobs import Cancelled, GivesWay
from player.library.prober import ProbeDied, Prober

READY = "import json, os, signal, sys, time\nprint('{}', flush=True)\nrequest = sys.stdin.readline()\n"
FACTS = '{"facts": {"kind": "picture", "size": [4, 3]}}'


@pytest.fixture
def child() -> Iterator[Callable[..., Prober]]:
    """A prober whose child runs a script of the test's once it has heard a request."""
    probers = []

    def make(script: str, ending: threading.Event | None = None, patience: float = 10.0) -> Prober:
        prober = Prober(ending, patience, (sys.executable, "-c", READY + script))
        probers.append(prober)
        return prober

    yield make
    for prober in probers:
        prober.close()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        ("sys.exit(3)", "exit 3"),
        ("print('nonsense', flush=True); time.sleep(60)", "misled"),
        ("print(json.dumps({'facts': {'kind': 'virus', 'size': [1, 2]}}), flush=True)", "misled"),
        ("print('[]', flush=True); time.sleep(60)", "misled"),
        ("os.close(1); time.sleep(60)", "crashed"),
        ("print('x' * 9_000_000, flush=True); time.sleep(60)", "crashed"),
    ],
)
def test_a_child_that_misbehaves_costs_one_file(child: Callable[..., Prober], script: str, said: str) -> None:
    with pytest.raises(ProbeDied, match=said):
        child(script).probe(Path("/a.mp4"))


def test_a_child_that_hangs_is_ended(child: Callable[..., Prober]) -> None:
    prober = child("time.sleep(60)", patience=3)
    started = time.monotonic()
    with pytest.raises(ProbeDied, match=r"more than 3 s"):
        prober.probe(Path("/a.mp4"))
    assert time.monotonic() - started >= 3
    started = time.monotonic()
    with pytest.raises(ProbeDied):
        prober.probe(Path("/a.mp4"))
    assert time.monotonic() - started < 2, "the same file is not tried again by this process"


def test_the_next_file_gets_a_new_child(child: Callable[..., Prober]) -> None:
    prober = child(f"if 'bad' in request: sys.exit(1)\nprint('{FACTS}', flush=True); time.sleep(60)")
    with pytest.raises(ProbeDied):
        prober.probe(Path("/bad.png"))
    assert prober.probe(Path("/good.png")).size == Size(4, 3)


def test_a_wait_ends_with_the_program(child: Callable[..., Prober]) -> None:
    ending = threading.Event()
    prober = child("time.sleep(60)", ending=ending)
    threading.Timer(0.3, ending.set).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        prober.probe(Path("/a.mp4"))
    assert time.monotonic() - started < 10


def test_the_real_child_measures_advises_and_refuses(tmp_path: Path) -> None:
    prober = Prober()
    try:
        size = Size(320, 40)
        narrow = prober.banner_length(Banner("Chào", 0, 40, 2), size)
        assert prober.banner_length(Banner("Chào mừng quý khách", 0, 40, 2), size) > narrow > 20
        with pytest.raises(ContentFault, match="shows nothing"):
            prober.banner_length(Banner("   ", 0, 40, 2), size)
        pale = Style(ink="#FFFFFF", ground="#F0F0F0")
        assert len(prober.notes(Notice("", "xin chào", style=pale), Size(640, 360))) == 1
        (tmp_path / "a.mp4").write_text("no film")
        with pytest.raises(ContentFault) as refused:
            prober.probe(tmp_path / "a.mp4")
        assert not isinstance(refused.value, ProbeDied)
    finally:
        prober.close()


def test_a_file_that_keeps_its_reader_busy_gives_way(child: Callable[..., Prober], tmp_path: Path) -> None:
    prober = child("time.sleep(1000)")
    prober.urgent = lambda: True
    with pytest.raises(GivesWay):
        prober.probe(tmp_path / "film.mp4")
