"""The play log goes home on sticks, which are folders here, and one small disk in memory that fills up."""

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.agent.sticklog import FOLDER, StickLogs, sealed_already
from player.agent.sticks import Stick
from player.library.delivery import BY_STICK, delivered_through, mark_delivered
from tests.agent.sending import GATE, Sender


class Served:
    """A gate, and what it said of its sticks."""

    def __init__(self, folder: Path) -> None:
        self.gate = Sender(folder / "gate", "http://127.0.0.1:9")
        self.told: list[tuple[int, str]] = []
        self.done = sealed_already()
        self.logs = StickLogs(self.gate.playlog, self._seal_now, self._hear)

    def _seal_now(self) -> threading.Event:
        return self.done

    def _hear(self, _stick: Stick, days: int, reason: str) -> None:
        self.told.append((days, reason))

    def serve(self, *sticks: Path) -> tuple[int, str]:
        """Put these in, and wait until they are served."""
        self.logs.sticks_in([])
        self.logs.sticks_in([Stick(path, 1) for path in sticks])
        while self.logs.busy:
            self.logs.turn(GATE)
        return self.told[-1]


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path)


def on(stick: Path) -> list[str]:
    return sorted(path.name for path in (stick / FOLDER / GATE).iterdir())


def test_a_stick_takes_what_it_lacks(served: Served, tmp_path: Path) -> None:
    names = served.gate.seal(5)
    stick = tmp_path / "stick"
    stick.mkdir()
    assert served.serve(stick) == (5, "")
    assert on(stick) == sorted(names)
    assert all(
        (stick / FOLDER / GATE / name).read_bytes() == (served.gate.playlog / name).read_bytes() for name in names
    )
    assert delivered_through(served.gate.playlog, BY_STICK) == 5
    assert delivered_through(served.gate.playlog) == 0
    assert served.serve(stick) == (0, "")
    more = served.gate.seal(1, first=6)
    assert served.serve(stick) == (1, "")
    assert on(stick) == sorted([*names, *more])


def test_a_stick_may_be_lost_on_its_way(served: Served, tmp_path: Path) -> None:
    names = served.gate.seal(3)
    for name in ("lost", "found"):
        (tmp_path / name).mkdir()
    served.serve(tmp_path / "lost")
    mark_delivered(served.gate.playlog, 1)
    assert served.serve(tmp_path / "found") == (2, "")
    assert on(tmp_path / "found") == sorted(names[2:])


def test_today_is_sealed_before(served: Served, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    done = served.done = threading.Event()
    served.logs.sticks_in([Stick(tmp_path / "stick", 1)])
    for _turn in range(3):
        assert not served.logs.turn(GATE)
    names = served.gate.seal(1)
    done.set()
    while served.logs.busy:
        served.logs.turn(GATE)
    assert on(tmp_path / "stick") == sorted(names)


def test_a_stick_that_is_pulled_out_half_way_harms_nothing(served: Served, tmp_path: Path) -> None:
    names = served.gate.seal(3)
    stick = tmp_path / "stick"
    stick.mkdir()
    served.serve(stick)
    torn = stick / FOLDER / GATE / names[2]
    torn.write_bytes(torn.read_bytes()[:100])
    (stick / FOLDER / GATE / names[5]).unlink()
    assert served.serve(stick) == (2, "")
    assert torn.read_bytes() == (served.gate.playlog / names[2]).read_bytes()
    shutil.rmtree(stick)
    stick.write_text("no folder any more")
    served.gate.seal(1, first=4)
    days, reason = served.serve(stick)
    assert days == 0
    assert "could not be copied" in reason
    assert delivered_through(served.gate.playlog, BY_STICK) == 3


def test_a_stick_whose_folder_leads_elsewhere_is_not_written_to(served: Served, tmp_path: Path) -> None:
    served.gate.seal(1)
    (tmp_path / "stick").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "stick" / FOLDER).symlink_to(tmp_path / "elsewhere")
    days, reason = served.serve(tmp_path / "stick")
    assert (days, "leads out" in reason) == (0, True)
    assert not list((tmp_path / "elsewhere").rglob("*.parquet"))


@pytest.fixture
def small_stick(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no disk in memory may be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_stick_that_fills_up(served: Served, small_stick: Path, tmp_path: Path) -> None:
    names = served.gate.seal(5, size=300_000)
    days, reason = served.serve(small_stick)
    assert days == 3
    assert "No space left" in reason
    assert on(small_stick) == sorted(names[:6])
    assert delivered_through(served.gate.playlog, BY_STICK) == 3
    (tmp_path / "larger").mkdir()
    assert served.serve(tmp_path / "larger") == (5, "")
    assert json.loads((served.gate.playlog / "delivered.json").read_text()) == {"through": 0, BY_STICK: 5}
