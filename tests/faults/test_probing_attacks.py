"""A file that takes over whoever looks into it at intake: it finds no other file, no network, nobody else's answer."""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from player.core.faults import ContentFault
from player.core.geometry import Size
from player.core.model import Banner
from player.library.prober import ProbeDied, Prober
from player.media.sandbox import sandbox_strength

needs_cage = pytest.mark.skipif(
    not sandbox_strength().whole, reason="this kernel has no Landlock or no filters of system calls"
)
pytestmark = [needs_cage, pytest.mark.attack]


@pytest.fixture(scope="module")
def prober() -> Iterator[Prober]:
    prober = Prober(command=(sys.executable, "-m", "tests.faults.hostile", "probing"))
    yield prober
    prober.close()


@pytest.fixture
def port() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield str(server.getsockname()[1])


def came_of(prober: Prober, folder: Path, attack: str, target: str | Path) -> str:
    (folder / "attack").write_text(f"{attack}\n{target}\n")
    with pytest.raises(ContentFault) as refused:
        prober.probe(folder / "attack")
    return str(refused.value)


def test_a_file_at_intake_reaches_no_other(prober: Prober, tmp_path: Path, port: str) -> None:
    (tmp_path / "other").write_text("not yours")
    (tmp_path / "key").write_text("secret")
    assert came_of(prober, tmp_path, "read", tmp_path / "attack") == "done"
    assert came_of(prober, tmp_path, "read", tmp_path / "key") == "EACCES"
    assert came_of(prober, tmp_path, "list", tmp_path) == "EACCES"
    assert came_of(prober, tmp_path, "delete", tmp_path / "other") in ("EACCES", "EPERM")
    assert came_of(prober, tmp_path, "write", tmp_path / "new") in ("EACCES", "EPERM")
    assert came_of(prober, tmp_path, "tcp", port) == "EPERM"
    assert came_of(prober, tmp_path, "fork", "-") == "EPERM"
    assert came_of(prober, tmp_path, "exec", "-") == "EPERM"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["attack", "key", "other"]


def test_a_film_that_is_watched_for_flashes_reaches_no_other_either(prober: Prober, tmp_path: Path, port: str) -> None:
    (tmp_path / "key").write_text("secret")
    for attack, target in (("read", str(tmp_path / "key")), ("tcp", port), ("fork", "-")):
        (tmp_path / "film").write_text(f"{attack}\n{target}\n")
        with pytest.raises(ContentFault, match=r"^(EACCES|EPERM)$"):
            prober.flashes(tmp_path / "film", 1.0)


def test_what_has_taken_over_the_reader_of_texts_finds_no_file(prober: Prober, tmp_path: Path, port: str) -> None:
    (tmp_path / "key").write_text("secret")
    for attack, target in (("read", str(tmp_path / "key")), ("tcp", port), ("spawn", "-")):
        with pytest.raises(ContentFault, match=r"EACCES|EPERM"):
            prober.banner_length(Banner(f"{attack}\n{target}", 0, 40, 2), Size(320, 40))


def test_a_file_cannot_answer_for_the_next(prober: Prober, tmp_path: Path) -> None:
    (tmp_path / "attack").write_text("answer twice\n-\n")
    assert prober.probe(tmp_path / "attack").size == Size(1, 1), "the first of its answers is its own"
    assert came_of(prober, tmp_path, "answer in front", "-") == "done"
    for _ in range(2):
        assert came_of(prober, tmp_path, "nothing", "-") == "done"


def test_one_that_attacks_the_kernel_costs_one_file(prober: Prober, tmp_path: Path) -> None:
    (tmp_path / "other attack").write_text("bpf\n-\n")
    with pytest.raises(ProbeDied, match="SIGSYS"):
        prober.probe(tmp_path / "other attack")
    assert came_of(prober, tmp_path, "start a thread", "-") == "done"


def test_the_real_one_still_sees_what_pictures_are(tmp_path: Path) -> None:
    prober = Prober()
    try:
        for number in range(1, 4):
            Image.new("RGB", (8 * number, 8)).save(tmp_path / f"{number}.png")
            assert prober.probe(tmp_path / f"{number}.png").size == Size(8 * number, 8)
    finally:
        prober.close()
